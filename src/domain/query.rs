//! A selection of conversations, as the database's `conversation_ids` and `conversations_at` take it.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::ids::AgentId;
use super::vocabulary::{Priority, Status};

/// Which conversations. Members narrow each other; the default selects all of them. The database
/// refuses a key that it does not know.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Query {
    /// One of these ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ids: Option<Vec<i64>>,
    /// Not resolved.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub live: bool,
    /// Owned by one of these handles.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<String>,
    /// Owned by nobody; together with `owners`, either.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub nobody: bool,
    /// In one of these teams, by handle.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<String>,
    /// Of one of these stores, by handle.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stores: Vec<String>,
    /// On one of these channels, by handle.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<String>,
    /// In one of these statuses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub statuses: Vec<Status>,
    /// Of one of these priorities.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub priorities: Vec<Priority>,
    /// With all of these labels.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// With this order key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// Of the customer with this phone number or WhatsApp user id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Whose customer has waited for more than these seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting_over: Option<i64>,
    /// Whose 24-hour window closes in less than these seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_under: Option<i64>,
    /// With these words in a message or note.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// Opened at or after this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Opened before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Snoozed until a time that has come.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub due: bool,
    /// Offered to somebody.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub offered: bool,
    /// Offered to this agent or one of the agent's teams; only together with `offered`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offered_to: Option<AgentId>,
    /// With an open ticket.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub has_ticket: bool,
    /// None of these selects it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not: Vec<Query>,
}

impl Query {
    /// Selects by id.
    pub fn ids(ids: impl IntoIterator<Item = i64>) -> Query {
        Query {
            ids: Some(ids.into_iter().collect()),
            ..Query::default()
        }
    }

    /// Selects what is not resolved.
    pub fn live() -> Query {
        Query {
            live: true,
            ..Query::default()
        }
    }

    /// Selects what an agent owns.
    pub fn owned_by(handle: &str) -> Query {
        Query {
            owners: vec![handle.to_owned()],
            ..Query::default()
        }
    }

    /// Selects what is not resolved and owned by nobody.
    pub fn unowned() -> Query {
        Query {
            nobody: true,
            ..Query::live()
        }
    }

    /// Selects what is offered to an agent or one of the agent's teams; without an agent, to anybody.
    pub fn offered_to(agent: Option<AgentId>) -> Query {
        Query {
            offered: true,
            offered_to: agent,
            ..Query::default()
        }
    }

    /// Selects what has a status.
    pub fn of_status(status: Status) -> Query {
        Query {
            statuses: vec![status],
            ..Query::default()
        }
    }

    /// Selects what is not resolved of the customer with a phone number or WhatsApp user id.
    pub fn live_of(alias: &str) -> Query {
        Query {
            phone: Some(alias.to_owned()),
            ..Query::live()
        }
    }

    /// Returns the ids where nothing else narrows the selection.
    pub fn only_ids(&self) -> Option<&[i64]> {
        let ids = self.ids.as_deref()?;
        let rest = Query {
            ids: None,
            ..self.clone()
        };
        (rest == Query::default()).then_some(ids)
    }

    /// Returns the form that the database takes. It refuses anything but an object.
    pub fn to_json(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn query_has_only_given_filters() {
        assert_eq!(Query::default().to_json(), json!({}));
        assert_eq!(Query::ids([]).to_json(), json!({"ids": []}));
        assert_eq!(Query::unowned().to_json(), json!({"live": true, "nobody": true}));
        assert_eq!(
            Query::offered_to(Some(AgentId(7))).to_json(),
            json!({"offered": true, "offered_to": 7})
        );
        assert_eq!(
            Query::of_status(Status::Resolved).to_json(),
            json!({"statuses": ["resolved"]})
        );
        assert_eq!(
            Query::live_of("92300").to_json(),
            json!({"live": true, "phone": "92300"})
        );
    }

    #[test]
    fn query_is_of_ids_only_when_nothing_else_narrows_it() {
        assert_eq!(Query::ids([7, 8]).only_ids(), Some([7, 8].as_slice()));
        assert_eq!(Query::default().only_ids(), None);
        let narrowed = Query {
            ids: Some(vec![7]),
            ..Query::live()
        };
        assert_eq!(narrowed.only_ids(), None);
    }
}
