//! A selection of conversations in the form that the database's functions `conversation_ids` and
//! `conversations_at` take.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::ids::AgentId;
use super::vocabulary::{Priority, Status};

/// A query of conversations. A conversation must match every field. The default selects all
/// conversations. The database refuses an unknown key.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Query {
    /// The conversation has one of these ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ids: Option<Vec<i64>>,
    /// The conversation is not resolved.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub live: bool,
    /// The conversation has one of these owners, by handle.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub owners: Vec<String>,
    /// The conversation has no owner. Together with `owners`, one of both must match.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub nobody: bool,
    /// The conversation is in one of these teams, by handle.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<String>,
    /// The conversation belongs to one of these stores, by handle.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stores: Vec<String>,
    /// The conversation is on one of these channels, by handle.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<String>,
    /// The conversation has one of these statuses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub statuses: Vec<Status>,
    /// The conversation has one of these priorities.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub priorities: Vec<Priority>,
    /// The conversation has all of these labels.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub labels: Vec<String>,
    /// The conversation has this order key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<String>,
    /// The customer has this phone number or WhatsApp user id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// The customer has waited for more than these seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting_over: Option<i64>,
    /// The 24-hour window closes in less than these seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_under: Option<i64>,
    /// A message or note contains these words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub search: Option<String>,
    /// The conversation was opened at or after this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// The conversation was opened before this time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// The conversation is snoozed and the snooze is over.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub due: bool,
    /// The conversation is offered.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub offered: bool,
    /// The conversation is offered to this agent or one of the agent's teams. It is only valid
    /// together with `offered`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offered_to: Option<AgentId>,
    /// The conversation has an open ticket.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub has_ticket: bool,
    /// None of these queries selects the conversation.
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

    /// Selects live conversations.
    pub fn live() -> Query {
        Query {
            live: true,
            ..Query::default()
        }
    }

    /// Selects the conversations of an owner.
    pub fn owned_by(handle: &str) -> Query {
        Query {
            owners: vec![handle.to_owned()],
            ..Query::default()
        }
    }

    /// Selects live conversations without an owner.
    pub fn unowned() -> Query {
        Query {
            nobody: true,
            ..Query::live()
        }
    }

    /// Selects conversations that are offered to an agent or one of the agent's teams. Without an
    /// agent, selects all offered conversations.
    pub fn offered_to(agent: Option<AgentId>) -> Query {
        Query {
            offered: true,
            offered_to: agent,
            ..Query::default()
        }
    }

    /// Selects the conversations with a status.
    pub fn of_status(status: Status) -> Query {
        Query {
            statuses: vec![status],
            ..Query::default()
        }
    }

    /// Selects the live conversations of the customer with a phone number or WhatsApp user id.
    pub fn live_of(alias: &str) -> Query {
        Query {
            phone: Some(alias.to_owned()),
            ..Query::live()
        }
    }

    /// Returns the ids if no other condition narrows the selection.
    pub fn only_ids(&self) -> Option<&[i64]> {
        let ids = self.ids.as_deref()?;
        let rest = Query {
            ids: None,
            ..self.clone()
        };
        (rest == Query::default()).then_some(ids)
    }

    /// Returns the query in the form that the database takes. The database accepts only an object.
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
