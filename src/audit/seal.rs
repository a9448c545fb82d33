//! Compares seals.

use crate::db::audit::seal::Seal;

/// Returns the first difference between a new seal and an earlier seal, in the data that the
/// earlier seal covers.
pub fn difference(now: &Seal, sealed: &Seal) -> Option<String> {
    if now.digest != sealed.digest {
        return Some(format!(
            "the chains differ from those that were sealed at {}: {} events in {} chains then, {} in {} now",
            sealed.at, sealed.events, sealed.chains, now.events, now.chains
        ));
    }
    if now.messages_digest != sealed.messages_digest {
        return Some(format!(
            "the messages differ from those that were sealed at {}: {} then, {} of that time now",
            sealed.at, sealed.messages, now.messages
        ));
    }
    if sealed.ids_digest.is_some() && now.ids_digest != sealed.ids_digest {
        return Some(format!(
            "the ids of customers differ from those that were sealed at {}: {} then, {} of that time now",
            sealed.at,
            sealed.ids.unwrap_or_default(),
            now.ids.unwrap_or_default()
        ));
    }
    (sealed.key.is_some() && now.key != sealed.key).then(|| {
        format!(
            "the key of the keyed hashes differs from the key that was sealed at {}: \
                 forgotten customers and idempotency \
             keys are not recognised",
            sealed.at
        )
    })
}
