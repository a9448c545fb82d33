//! The one set of conversation filters, shared by `list`, every write verb and `kpi`.

use std::str::FromStr;

use jiff::Timestamp;
use serde::{Serialize, Serializer};

use super::ids::{AgentId, Handle};
use super::order::order_keys;
use super::period::Period;
use super::query::Query;
use super::reference::{RefContext, Reference};
use super::time::Clock;
use super::vocabulary::{Priority, Status, quoted};
use crate::error::{Error, Result};

/// The owner of the selected conversations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OwnerFilter {
    /// The agent who runs the command.
    Me,
    /// No owner: the conversation is in its team's queue.
    Nobody,
    /// This agent.
    Handle(Handle),
}

impl FromStr for OwnerFilter {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.trim() {
            "me" => Ok(OwnerFilter::Me),
            "nobody" | "none" => Ok(OwnerFilter::Nobody),
            handle => handle.parse().map(OwnerFilter::Handle),
        }
    }
}

impl OwnerFilter {
    /// Returns the spelling that the parser reads.
    pub fn as_str(&self) -> &str {
        match self {
            OwnerFilter::Me => "me",
            OwnerFilter::Nobody => "nobody",
            OwnerFilter::Handle(handle) => handle.as_str(),
        }
    }
}

impl Serialize for OwnerFilter {
    fn serialize<S: Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// The recipient of an offer that is not yet accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OfferedTo {
    /// Any recipient.
    Anyone,
    /// The agent who runs the command, or one of the agent's teams.
    Me,
}

impl FromStr for OfferedTo {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        match text.trim() {
            "anyone" => Ok(OfferedTo::Anyone),
            "me" => Ok(OfferedTo::Me),
            other => Err(Error::usage(format!("{} is neither 'me' nor 'anyone'", quoted(other)))),
        }
    }
}

/// The text of `--since`, `--until` and `--period` as it was typed. The zone and the time come from
/// the database later.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct TimeRange {
    /// The start, included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// The end, not included.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Whole days, the last included. It cannot be combined with `since` or `until`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
}

impl TimeRange {
    /// Returns whether the range is empty.
    pub fn is_empty(&self) -> bool {
        self.since.is_none() && self.until.is_none() && self.period.is_none()
    }

    /// Converts the range into instants `[from, to)`. `None` means no limit.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] with the invalid expression, and for a period together with
    /// `--since` or `--until`.
    pub fn resolve(&self, clock: Clock<'_>) -> Result<(Option<Timestamp>, Option<Timestamp>)> {
        match &self.period {
            None => clock.parse_range(self.since.as_deref(), self.until.as_deref()),
            Some(_) if self.since.is_some() || self.until.is_some() => {
                Err(Error::usage("--period cannot be combined with --since or --until"))
            }
            Some(period) => Period::parse(period, clock).map(|p| (Some(p.from), Some(p.to))),
        }
    }
}

/// Selects conversations. A conversation must match every field. In a field with several values,
/// one match is enough, except for labels, which must all match.
///
/// The serialized form omits customers' texts and names, because it is stored with the operation
/// permanently. `search`, `contact` and `order` only record that a value was given.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(default)]
pub struct Filter {
    /// The conversation has one of these owners.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub owner: Vec<OwnerFilter>,
    /// The conversation is in one of these teams.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub team: Vec<Handle>,
    /// The conversation belongs to one of these stores.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub store: Vec<Handle>,
    /// The conversation is on one of these channels.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub channel: Vec<Handle>,
    /// The conversation has one of these statuses. An empty list means all live statuses.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub status: Vec<Status>,
    /// The conversation has all of these labels.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub label: Vec<String>,
    /// The conversation has one of these priorities.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub priority: Vec<Priority>,
    /// A note or message contains this order number, in any spelling.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "given")]
    pub order: Option<String>,
    /// The customer has this phone number or business-scoped user id, as typed.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "given")]
    pub contact: Option<String>,
    /// The customer has waited longer than this, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub waiting_over: Option<i64>,
    /// A message, note or name contains this text.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "given")]
    pub search: Option<String>,
    /// The conversation was opened in this range. The time of opening never changes, so that a
    /// repeated filter has the same meaning.
    #[serde(skip_serializing_if = "TimeRange::is_empty", flatten)]
    pub opened: TimeRange,
    /// The conversation is snoozed and the snooze is over.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub snooze_due: bool,
    /// The conversation is offered to this recipient and not yet accepted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub offered: Option<OfferedTo>,
    /// The 24-hour window is open and closes in less than this, in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window_under: Option<i64>,
    /// The conversation has a ticket that is not closed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub has_ticket: bool,
    /// None of these filters selects the conversation. An empty list of statuses means any status
    /// here.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub not: Vec<Filter>,
}

/// The data to resolve the words of a filter.
#[derive(Debug, Clone, Copy)]
pub struct Lookup<'a> {
    /// The database's time, and the zone for times.
    pub clock: Clock<'a>,
    /// The handle of the agent who runs the command.
    pub me: &'a str,
    /// The id of the agent who runs the command.
    pub my_id: AgentId,
    /// The settings to read phone numbers.
    pub references: RefContext<'a>,
}

fn given<S: Serializer>(_: &Option<String>, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.serialize_bool(true)
}

impl Filter {
    /// Returns whether the filter is empty. A verb that changes conversations then requires
    /// references.
    pub fn is_empty(&self) -> bool {
        *self == Filter::default()
    }

    /// Returns the query of the filter. The database looks up the handles.
    ///
    /// # Errors
    /// [`crate::error::Kind::Usage`] with the invalid time, customer or order number.
    pub fn query(&self, lookup: Lookup<'_>) -> Result<Query> {
        let handles = |list: &[Handle]| list.iter().map(ToString::to_string).collect();
        let phone = match &self.contact {
            None => None,
            Some(contact) => match lookup.references.parse(contact)? {
                Reference::Phone(alias) | Reference::Bsuid(alias) => Some(alias),
                Reference::Conversation(_) | Reference::Ticket(_) => {
                    return Err(Error::usage(format!("{} is not a customer", quoted(contact)))
                        .hint("write a phone number that starts with + or 0, or a WhatsApp user id"));
                }
            },
        };
        let (since, until) = self.opened.resolve(lookup.clock)?;
        Ok(Query {
            ids: None,
            live: self.status.is_empty(),
            owners: self
                .owner
                .iter()
                .filter_map(|owner| match owner {
                    OwnerFilter::Me => Some(lookup.me.to_owned()),
                    OwnerFilter::Nobody => None,
                    OwnerFilter::Handle(handle) => Some(handle.to_string()),
                })
                .collect(),
            nobody: self.owner.contains(&OwnerFilter::Nobody),
            teams: handles(&self.team),
            stores: handles(&self.store),
            channels: handles(&self.channel),
            statuses: self.status.clone(),
            priorities: self.priority.clone(),
            labels: self.label.clone(),
            order: self.order.as_deref().map(order_key).transpose()?,
            phone,
            waiting_over: self.waiting_over,
            window_under: self.window_under,
            search: self.search.clone(),
            since,
            until,
            due: self.snooze_due,
            offered: self.offered.is_some(),
            offered_to: (self.offered == Some(OfferedTo::Me)).then_some(lookup.my_id),
            has_ticket: self.has_ticket,
            not: self.not.iter().map(|f| f.excluded(lookup)).collect::<Result<_>>()?,
        })
    }

    /// Returns the query of a filter in `not`.
    fn excluded(&self, lookup: Lookup<'_>) -> Result<Query> {
        Ok(Query {
            live: false,
            ..self.query(lookup)?
        })
    }

    /// Returns whether the filter or one of its exclusions contains an owner.
    pub fn names_owner(&self, owner: &OwnerFilter) -> bool {
        self.owner.contains(owner) || self.not.iter().any(|f| f.names_owner(owner))
    }

    /// Returns whether the filter or one of its exclusions contains a recipient of offers.
    pub fn names_offers_to(&self, to: OfferedTo) -> bool {
        self.offered == Some(to) || self.not.iter().any(|f| f.names_offers_to(to))
    }
}

/// Returns the key for the search of an order number: all its digits joined.
fn order_key(text: &str) -> Result<String> {
    // Without spaces the text is one word. The key of the whole word comes before the keys of its
    // parts.
    let word: String = text.split_whitespace().collect();
    order_keys(&word).into_iter().next().ok_or_else(|| {
        Error::usage(format!("{} is not an order id", quoted(text))).hint("it needs three digits at least")
    })
}

/// The conversations of a command: references or a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Targets {
    /// Only these conversations. An empty list selects none, so that an empty standard input
    /// changes nothing.
    Refs(Vec<Reference>),
    /// All conversations that match the filter when the rows are locked.
    Filter(Box<Filter>),
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::reference::Bare;
    use crate::domain::time::parse_zone;

    #[test]
    fn owner_is_an_agent_me_or_nobody() {
        assert_eq!("me".parse::<OwnerFilter>().unwrap(), OwnerFilter::Me);
        assert_eq!("nobody".parse::<OwnerFilter>().unwrap(), OwnerFilter::Nobody);
        assert_eq!("none".parse::<OwnerFilter>().unwrap(), OwnerFilter::Nobody);
        assert_eq!("sara".parse::<OwnerFilter>().unwrap().as_str(), "sara");
        assert!("all".parse::<OwnerFilter>().is_err());
    }

    #[test]
    fn operation_arguments_contain_no_text_and_no_number() {
        let filter = Filter {
            owner: vec!["sara".parse().unwrap(), OwnerFilter::Nobody],
            status: vec![Status::Open],
            search: Some("parcel of Ayesha".into()),
            contact: Some("+923001234567".into()),
            opened: TimeRange {
                since: Some("3d".into()),
                ..TimeRange::default()
            },
            offered: Some(OfferedTo::Me),
            ..Filter::default()
        };
        let json = serde_json::to_string(&filter).unwrap();
        assert_eq!(
            json,
            r#"{"owner":["sara","nobody"],"status":["open"],"contact":true,"search":true,"since":"3d","offered":"me"}"#
        );
        assert_eq!(serde_json::to_string(&Filter::default()).unwrap(), "{}");
    }

    #[test]
    fn query_has_every_member_of_the_filter() {
        let zone = parse_zone("Asia/Karachi").unwrap();
        let lookup = Lookup {
            clock: Clock {
                now: "2026-11-17T09:30:00Z".parse().unwrap(),
                zone: &zone,
            },
            me: "ali",
            my_id: AgentId(7),
            references: RefContext {
                bare: Bare::Conversation,
                phone_prefix: "92",
            },
        };
        assert_eq!(Filter::default().query(lookup).unwrap(), Query::live());
        let filter = Filter {
            owner: vec![OwnerFilter::Me, "sara".parse().unwrap(), OwnerFilter::Nobody],
            team: vec!["ops".parse().unwrap()],
            store: vec!["main".parse().unwrap()],
            channel: vec!["wa1".parse().unwrap()],
            status: vec![Status::Open],
            label: vec!["vip".into()],
            priority: vec![Priority::Urgent],
            order: Some("ORD-1001".into()),
            contact: Some("0300 1234567".into()),
            waiting_over: Some(600),
            search: Some("parcel".into()),
            opened: TimeRange {
                period: Some("yesterday".into()),
                ..TimeRange::default()
            },
            snooze_due: true,
            offered: Some(OfferedTo::Me),
            window_under: Some(7200),
            has_ticket: true,
            not: vec![Filter {
                owner: vec![OwnerFilter::Me],
                ..Filter::default()
            }],
        };
        assert_eq!(
            filter.query(lookup).unwrap().to_json(),
            json!({
                "owners": ["ali", "sara"], "nobody": true, "teams": ["ops"], "stores": ["main"], "channels": ["wa1"],
                "statuses": ["open"], "labels": ["vip"], "priorities": ["urgent"], "order": "1001",
                "phone": "923001234567",
                "waiting_over": 600, "window_under": 7200, "search": "parcel", "since": "2026-11-15T19:00:00Z",
                "until": "2026-11-16T19:00:00Z", "due": true, "offered": true, "offered_to": 7, "has_ticket": true,
                "not": [{"owners": ["ali"]}],
            })
        );
        let wrong = |filter: Filter| filter.query(lookup).unwrap_err().message.into_owned();
        assert_eq!(
            wrong(Filter {
                contact: Some("C-1".into()),
                ..Filter::default()
            }),
            "'C-1' is not a customer"
        );
        assert_eq!(
            wrong(Filter {
                order: Some("#1".into()),
                ..Filter::default()
            }),
            "'#1' is not an order id"
        );
    }

    #[test]
    fn only_a_filter_without_members_is_empty() {
        assert!(Filter::default().is_empty());
        assert!(
            !Filter {
                snooze_due: true,
                ..Filter::default()
            }
            .is_empty()
        );
        assert!(
            !Filter {
                opened: TimeRange {
                    period: Some("2026".into()),
                    ..TimeRange::default()
                },
                ..Filter::default()
            }
            .is_empty()
        );
    }

    #[test]
    fn range_is_a_period_or_since_and_until() {
        let zone = parse_zone("Asia/Karachi").unwrap();
        let clock = Clock {
            now: "2026-11-17T09:30:00Z".parse().unwrap(),
            zone: &zone,
        };
        let some = |s: &str| Some(s.to_owned());
        let period = TimeRange {
            period: some("yesterday"),
            ..TimeRange::default()
        };
        let spelled = TimeRange {
            since: some("yesterday"),
            until: some("today"),
            period: None,
        };
        assert_eq!(period.resolve(clock).unwrap(), spelled.resolve(clock).unwrap());
        assert_eq!(TimeRange::default().resolve(clock).unwrap(), (None, None));
        let both = TimeRange {
            since: some("2h"),
            ..period
        };
        assert!(both.resolve(clock).is_err());
    }
}
