//! `X-Hub-Signature-256`: HMAC-SHA256 over the received bytes.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::{Choice, ConstantTimeEq};

use crate::error::{Error, Result};

/// An app secret or a token. It is never printed.
#[derive(Clone)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// Creates a secret from a text without the surrounding white space. Returns `None` for an
    /// empty text.
    pub fn new(text: &str) -> Option<Secret> {
        let text = text.trim();
        (!text.is_empty()).then(|| Secret(text.as_bytes().to_vec()))
    }

    /// Returns the value of `X-Hub-Signature-256` for a body.
    ///
    /// # Errors
    /// No secret causes an error, because HMAC accepts a key of any length.
    pub fn sign(&self, body: &[u8]) -> Result<String> {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.0)
            .map_err(|e| Error::failed("the webhook cannot be signed").caused_by(e))?;
        mac.update(body);
        Ok(format!("sha256={}", hex::encode(mac.finalize().into_bytes())))
    }

    /// Compares the secret with a received text, in a time that is independent of both.
    pub fn matches(&self, given: &str) -> bool {
        // Both are hashed first, so that the time is also independent of the length.
        Sha256::digest(&self.0)
            .ct_eq(Sha256::digest(given.as_bytes()).as_slice())
            .into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// A well-formed signature that is not checked yet.
#[derive(Debug, Clone, Copy)]
pub struct Signature([u8; 32]);

impl Signature {
    /// Reads `sha256=` and 64 hex digits. Returns `None` for any other text.
    pub fn parse(header: &[u8]) -> Option<Signature> {
        let digits = header.strip_prefix(b"sha256=")?;
        let mut bytes = [0; 32];
        hex::decode_to_slice(digits, &mut bytes).ok()?;
        Some(Signature(bytes))
    }

    /// Returns whether one of the secrets signed the body. All secrets are tried, so that the time
    /// does not reveal the matching secret.
    pub fn signs(&self, body: &[u8], secrets: &[Secret]) -> bool {
        let mut good = Choice::from(0);
        for secret in secrets {
            // HMAC accepts a key of any length.
            if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&secret.0) {
                mac.update(body);
                good |= mac.finalize().into_bytes().as_slice().ct_eq(&self.0);
            }
        }
        good.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A body with Meta's escapes: `/`, `<`, `%`, `@` and everything beyond ASCII.
    const BODY: &str = concat!(
        r#"{"object":"whatsapp_business_account","entry":[{"id":"102290129340398","changes":[{"value":{"#,
        r#""messaging_product":"whatsapp","#,
        r#""metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},"#,
        r#""contacts":[{"profile":{"name":"Ay\u015fe \ud83d\ude00"},"wa_id":"16505551234"}],"#,
        r#""messages":[{"from":"16505551234","id":"wamid.TEST1","timestamp":"1750101000","#,
        r#""text":{"body":"a\/b \u003C50\u0025 off\u0040shop"},"type":"text"}]},"field":"messages"}]}]}"#
    );
    const SIGNATURE: &[u8] = b"sha256=9a84b7cbd1c6045b1f5e816025cf8f346bbac10f364393f2a68dd082277ff9ca";

    #[test]
    fn test_vector_is_accepted_only_with_its_exact_bytes() {
        let secrets = [
            Secret::new("another").unwrap(),
            Secret::new("test-app-secret\n").unwrap(),
        ];
        let signature = Signature::parse(SIGNATURE).unwrap();
        assert_eq!(BODY.len(), 460);
        assert!(signature.signs(BODY.as_bytes(), &secrets));
        let rewritten = serde_json::from_str::<serde_json::Value>(BODY).unwrap().to_string();
        assert!(!signature.signs(rewritten.as_bytes(), &secrets));
        assert!(!signature.signs(BODY.as_bytes(), &secrets[..1]));
        assert!(!signature.signs(BODY.as_bytes(), &[]));
    }

    #[test]
    fn malformed_signature_is_refused() {
        let digits = "9a84b7cbd1c6045b1f5e816025cf8f346bbac10f364393f2a68dd082277ff9ca";
        assert!(Signature::parse(format!("sha256={}", digits.to_uppercase()).as_bytes()).is_some());
        let bad = [
            String::new(),
            digits.to_owned(),
            format!("sha1={digits}"),
            format!("sha256={}", &digits[1..]),
            format!("sha256={digits}0"),
            format!("sha256= {}", &digits[1..]),
            format!("sha256={}zz", &digits[2..]),
        ];
        for header in bad {
            assert!(Signature::parse(header.as_bytes()).is_none(), "{header}");
        }
    }

    #[test]
    fn secret_is_never_printed() {
        assert_eq!(format!("{:?}", Secret::new("hush").unwrap()), "Secret(…)");
        assert!(Secret::new(" \n").is_none());
        assert!(Secret::new("t").unwrap().matches("t") && !Secret::new("t").unwrap().matches("u"));
    }
}
