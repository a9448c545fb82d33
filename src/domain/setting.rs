//! The settings of a workspace. They apply to all its agents, and the database stores them with
//! their history.

use serde_json::{Value, json};

use super::time::{parse_seconds, parse_zone};
use super::vocabulary::quoted;
use crate::error::{Error, Result};

const DAY: i64 = 86_400;
/// The word for an unlimited time.
pub const FOR_EVER: &str = "none";

/// A setting of the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WorkspaceSetting {
    /// The zone in which days and times are read and printed.
    TimeZone,
    /// The country prefix of phone numbers that begin with 0.
    PhonePrefix,
    /// The time after a resolve within which a message reopens a conversation.
    ReopenWindow,
    /// The retention period of raw webhooks after they are applied.
    RetentionDeliveries,
    /// The retention period of message texts.
    RetentionMessages,
}

impl WorkspaceSetting {
    /// Lists the settings in the order in which they are printed.
    pub const ALL: &'static [WorkspaceSetting] = &[
        Self::TimeZone,
        Self::PhonePrefix,
        Self::ReopenWindow,
        Self::RetentionDeliveries,
        Self::RetentionMessages,
    ];

    /// Returns the name.
    pub fn name(self) -> &'static str {
        match self {
            Self::TimeZone => "time_zone",
            Self::PhonePrefix => "phone_prefix",
            Self::ReopenWindow => "reopen_window",
            Self::RetentionDeliveries => "retention_deliveries",
            Self::RetentionMessages => "retention_messages",
        }
    }

    /// Returns the description of the setting.
    pub fn meaning(self) -> &'static str {
        match self {
            Self::TimeZone => "the IANA zone that times are read and shown in",
            Self::PhonePrefix => "the country prefix of phone numbers that begin with 0, digits alone",
            Self::ReopenWindow => "how long after it was resolved a message reopens a conversation",
            Self::RetentionDeliveries => {
                "how long raw webhooks are kept after they are applied; none keeps them permanently"
            }
            Self::RetentionMessages => "how long the texts of messages are kept; none keeps them permanently",
        }
    }

    /// Returns the default value in its displayed form.
    pub fn default_text(self) -> &'static str {
        match self {
            Self::TimeZone => "UTC",
            Self::PhonePrefix => "",
            Self::ReopenWindow => "72h",
            Self::RetentionDeliveries => "30d",
            Self::RetentionMessages => FOR_EVER,
        }
    }

    /// Returns a setting by its name. `-` and `_` are the same.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] with the list of names.
    pub fn find(name: &str) -> Result<WorkspaceSetting> {
        let wanted = name.replace('-', "_");
        Self::ALL.iter().copied().find(|s| s.name() == wanted).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|s| s.name()).collect();
            Error::usage(format!("{} is not a setting of the workspace", quoted(name)))
                .hint(format!("one of: {}", names.join(", ")))
        })
    }

    /// Checks a typed value and returns the value to store.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] with the valid form.
    pub fn parse(self, text: &str) -> Result<Value> {
        match self {
            Self::TimeZone => parse_zone(text).map(|zone| json!(zone.iana_name().unwrap_or(text))),
            Self::PhonePrefix => {
                let digits = text.strip_prefix('+').unwrap_or(text);
                if digits.len() > 3 || !digits.bytes().all(|b| b.is_ascii_digit()) || digits.starts_with('0') {
                    return Err(Error::usage(format!("{} is not a country prefix", quoted(text)))
                        .hint("one to three digits, such as 92; '' for none"));
                }
                Ok(json!(digits))
            }
            Self::ReopenWindow => match parse_seconds(text)? {
                seconds @ 0..=31_536_000 => Ok(json!(seconds)),
                _ => Err(Error::usage(format!("{} is more than a year", quoted(text)))),
            },
            Self::RetentionDeliveries | Self::RetentionMessages if text == FOR_EVER => Ok(json!(FOR_EVER)),
            Self::RetentionDeliveries | Self::RetentionMessages => match parse_seconds(text)? {
                seconds @ DAY..=3_155_760_000 => Ok(json!(seconds)),
                _ => Err(
                    Error::usage(format!("{} is not between a day and a hundred years", quoted(text)))
                        .hint("such as 30d; 'none' keeps the data permanently"),
                ),
            },
        }
    }

    /// Returns a stored value in its displayed form.
    pub fn show(self, value: &Value) -> String {
        match (self, value) {
            (Self::RetentionDeliveries | Self::RetentionMessages, Value::Number(seconds)) => match seconds.as_i64() {
                Some(s) if s % DAY == 0 => format!("{}d", s / DAY),
                _ => format!("{seconds}s"),
            },
            (Self::ReopenWindow, Value::Number(seconds)) => match seconds.as_i64() {
                Some(s) if s > 0 && s % 3600 == 0 => format!("{}h", s / 3600),
                Some(s) if s > 0 && s % 60 == 0 => format!("{}m", s / 60),
                _ => format!("{seconds}s"),
            },
            (_, Value::String(text)) => text.clone(),
            (_, other) => other.to_string(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_value_reads_back_as_the_stored_one() {
        for (setting, text) in [
            (WorkspaceSetting::TimeZone, "Asia/Karachi"),
            (WorkspaceSetting::PhonePrefix, "92"),
            (WorkspaceSetting::PhonePrefix, ""),
            (WorkspaceSetting::ReopenWindow, "72h"),
            (WorkspaceSetting::ReopenWindow, "90m"),
            (WorkspaceSetting::ReopenWindow, "0s"),
            (WorkspaceSetting::RetentionDeliveries, "7d"),
            (WorkspaceSetting::RetentionMessages, "730d"),
            (WorkspaceSetting::RetentionMessages, "none"),
        ] {
            assert_eq!(setting.show(&setting.parse(text).unwrap()), text);
        }
        for setting in WorkspaceSetting::ALL {
            let stored = setting.parse(setting.default_text()).unwrap();
            assert_eq!(setting.show(&stored), setting.default_text());
        }
        assert_eq!(WorkspaceSetting::ReopenWindow.parse("3d").unwrap(), json!(259_200));
        assert_eq!(WorkspaceSetting::PhonePrefix.parse("+92").unwrap(), json!("92"));
    }

    #[test]
    fn invalid_value_is_refused_with_the_valid_ones() {
        for (setting, text) in [
            (WorkspaceSetting::TimeZone, "+05:00"),
            (WorkspaceSetting::TimeZone, "Karachi"),
            (WorkspaceSetting::PhonePrefix, "092"),
            (WorkspaceSetting::PhonePrefix, "pk"),
            (WorkspaceSetting::ReopenWindow, "soon"),
            (WorkspaceSetting::ReopenWindow, "9999d"),
            (WorkspaceSetting::RetentionMessages, "0s"),
            (WorkspaceSetting::RetentionDeliveries, "never mind"),
        ] {
            assert!(setting.parse(text).is_err(), "{text}");
        }
        let e = WorkspaceSetting::find("zone").unwrap_err();
        assert_eq!(
            e.hint.unwrap(),
            "one of: time_zone, phone_prefix, reopen_window, retention_deliveries, retention_messages"
        );
        assert_eq!(WorkspaceSetting::find("time-zone").unwrap(), WorkspaceSetting::TimeZone);
    }
}
