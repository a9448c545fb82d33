//! One message, echo, call or status of a body.

use super::content::{self, ids_in_words};
use super::event::{Author, Call, Direction, Forwarded, Kind, Message, Product, Referral, Source, Status, StatusKind};
use super::ids::{Ids, Person, Shape, clip};
use super::json::{Node, Obj};
use super::people::People;
use super::{Defect, Origin};

/// The maximum length of wamids and participants, in bytes. Longer ones do not fit into an index
/// entry.
const MAX_ID_BYTES: usize = 512;

/// The members that contain the sender of a message.
const SENDER: [&str; 6] = [
    "from_user_id",
    "from",
    "from_parent_user_id",
    "user_id",
    "wa_id",
    "parent_user_id",
];

/// The members that contain the recipient of an echo, or of the send body in an echo.
const RECIPIENT: [&str; 6] = [
    "to_user_id",
    "to",
    "to_parent_user_id",
    "recipient",
    "recipient_id",
    "user_id",
];

/// The properties of a list that its elements do not contain.
#[derive(Debug, Clone, Copy)]
pub(super) struct Way<'t, 'a> {
    pub(super) source: Source,
    /// Whether the list contains only echoes.
    pub(super) echoes: bool,
    /// The history thread of the list.
    pub(super) thread: Option<&'t Thread<'a>>,
}

/// The history thread that a message belongs to.
#[derive(Debug, Default)]
pub(super) struct Thread<'a> {
    /// The thread's id as sent.
    pub(super) id: Option<String>,
    /// The customer of the thread.
    pub(super) person: Person<'a>,
}

impl<'a> Thread<'a> {
    pub(super) fn read(object: &Obj<'a>) -> Self {
        let mut person = object.get("context").and_then(Person::read).unwrap_or_default();
        let id = object.text("id");
        if let Some(id) = &id {
            person.ids.add(id);
        }
        Thread { id, person }
    }
}

fn identity(object: &Obj<'_>) -> Result<String, Defect> {
    let id = object.text("id").ok_or(Defect::NoId)?;
    if id.len() > MAX_ID_BYTES {
        Err(Defect::IdTooLong)
    } else {
        Ok(id)
    }
}

/// Reads a Unix second, written as text or number. A value in milliseconds, which some senders
/// write, is recognized by its size.
///
/// A value outside 2009 to 2099 is not a time. The caller uses another time, so that the event is
/// not lost.
pub(super) fn time(object: &Obj<'_>, member: &str) -> Option<i64> {
    const SANE: std::ops::Range<i64> = 1_230_768_000..4_102_444_800;
    let n = object.int(member)?;
    [n, n / 1000].into_iter().find(|t| SANE.contains(t))
}

/// Reads one element of `messages` or `message_echoes`.
pub(super) fn message(
    origin: &Origin,
    people: &People<'_>,
    node: Node<'_>,
    way: Way<'_, '_>,
) -> Result<Message, Defect> {
    let outer = node.object().ok_or(Defect::NotAnObject)?;
    let wamid = identity(&outer)?;
    // While a bot controls the thread, its echoes contain the body of the send call.
    let sent = if outer.has("type") {
        None
    } else {
        outer.object("message")
    };
    let body = sent.as_ref().unwrap_or(&outer);

    let direction = if is_outbound(origin, &outer, way) {
        Direction::Outbound
    } else {
        Direction::Inbound
    };
    let source = match (way.source, direction) {
        // A message of the business among the ordinary messages can only be an echo.
        (Source::Live, Direction::Outbound) => Source::Echo,
        (source, _) => source,
    };
    let kind = content::kind_of(body);
    let author = match (direction, source) {
        _ if kind == Kind::System => Author::System,
        (Direction::Inbound, _) => Author::Customer,
        (Direction::Outbound, Source::Standby) => Author::Bot,
        (Direction::Outbound, Source::Live | Source::Echo | Source::History) => Author::Human,
    };

    let errors = content::errors(outer.list("errors"));
    let content = content::read(&kind, body, &errors);
    let placeholder = content.placeholder();
    let group_id = group_of(&outer, body);

    let mut ids = match direction {
        Direction::Inbound => Ids::read(&outer, &SENDER),
        Direction::Outbound => {
            let mut ids = customer_of(origin, &outer, &RECIPIENT);
            ids.fill(&customer_of(origin, body, &RECIPIENT));
            ids
        }
    };
    if let Some(thread) = way.thread {
        ids.fill(&thread.person.ids);
    }
    if ids.is_empty() && direction == Direction::Outbound {
        // Some echoes arrive with sender and recipient exchanged.
        ids = customer_of(origin, &outer, &SENDER);
    }
    let mut new_ids = content.new_ids.filter(|_| kind == Kind::System);
    if let Some(new) = &new_ids {
        if let (true, Some(words)) = (ids.is_empty(), &content.text) {
            ids = ids_in_words(words, new);
        }
        // A notice with the same new and old ids changes nothing.
        if new.values().all(|v| ids.values().any(|old| old == v)) {
            new_ids = None;
        }
    }
    // After a change, contacts[] may describe the new person. The old ids must not get data from
    // it.
    let person = if kind == Kind::System && new_ids.is_some() && ids.is_empty() {
        None
    } else {
        people.find(&ids)
    };
    if let Some(person) = person
        && new_ids.is_none()
    {
        ids.fill(&person.ids);
    }
    let thread_person = way.thread.map(|t| &t.person);
    let profile_name = person
        .and_then(|p| p.name.clone())
        .or_else(|| thread_person.and_then(|p| p.name.clone()));
    let username = person
        .and_then(|p| p.username.clone())
        .or_else(|| thread_person.and_then(|p| p.username.clone()));

    let context = outer.object("context").or_else(|| body.object("context"));
    let has = |name: &str| context.as_ref().is_some_and(|c| c.flag(name));
    let forwarded = match (has("frequently_forwarded"), has("forwarded")) {
        (true, _) => Forwarded::Many,
        (false, true) => Forwarded::Once,
        (false, false) => Forwarded::None,
    };
    let (at, at_is_entry_time) = match time(&outer, "timestamp").or_else(|| time(body, "timestamp")) {
        Some(at) => (Some(at), false),
        None => (origin.entry_time, origin.entry_time.is_some()),
    };
    // WhatsApp derives this permission from a call by the customer. It is not a message from the
    // customer.
    let automatic =
        content.subtype.as_deref() == Some("call_permission_reply") && content.payload.as_deref() == Some("automatic");
    let counts = source == Source::Live && direction == Direction::Inbound && kind.is_content() && !automatic;

    Ok(Message {
        wamid,
        source,
        at,
        at_is_entry_time,
        direction,
        author,
        subtype: content.subtype,
        ids,
        group_id,
        profile_name,
        username,
        text: content.text,
        placeholder,
        payload: content.payload.map(|p| clip(&p, 1024)),
        reply_to: context
            .as_ref()
            .and_then(|c| c.first_text(&["id", "message_id"]))
            .filter(|id| id.len() <= MAX_ID_BYTES),
        forwarded,
        from_ad: outer.object("referral").map(|r| referral(&r)),
        referred_product: context.and_then(|c| c.object("referred_product")).map(|p| Product {
            catalog_id: p.text("catalog_id").map(|v| clip(&v, 128)),
            retailer_id: p.text("product_retailer_id").map(|v| clip(&v, 128)),
        }),
        media: content.media,
        target: content.target.filter(|id| id.len() <= MAX_ID_BYTES),
        emoji: content.emoji.map(|e| clip(&e, 32)),
        errors,
        counts,
        history_status: outer
            .object("history_context")
            .and_then(|h| h.text("status"))
            .map(|s| clip(&s.to_lowercase(), 32)),
        call: None,
        new_ids,
        kind,
    })
}

/// Returns whether the business wrote the message.
fn is_outbound(origin: &Origin, outer: &Obj<'_>, way: Way<'_, '_>) -> bool {
    if way.echoes {
        return true;
    }
    if outer.object("history_context").is_some_and(|h| h.flag("from_me")) || outer.flag("from_me") {
        return true;
    }
    let from = outer.text("from");
    let by_business = from.as_deref().is_some_and(|f| origin.is_business(f));
    let addressed = outer.has("to") || outer.has("to_user_id");
    match (way.source, way.thread) {
        (Source::History, _) if by_business || addressed => true,
        // The thread's id belongs to the customer. The number of the business has too many forms to
        // use alone.
        (Source::History, Some(thread)) => match (&from, &thread.id) {
            (Some(from), Some(id)) => {
                let mut sender = Ids::default();
                sender.add(from);
                from != id && sender.values().all(|s| thread.person.ids.values().all(|t| t != s))
            }
            (_, _) => false,
        },
        (Source::History, None) => false,
        // A customer who has the business's number in `from` (redacted, or a test with oneself) is
        // still a customer.
        (Source::Live | Source::Echo | Source::Standby, _) => by_business && addressed,
    }
}

/// Reads ids from members, except the ids of the business itself.
fn customer_of(origin: &Origin, object: &Obj<'_>, members: &[&str]) -> Ids {
    let mut ids = Ids::default();
    for value in members
        .iter()
        .filter_map(|m| object.text(m))
        .filter(|v| !origin.is_business(v))
    {
        ids.add(&value);
    }
    ids
}

fn group_of(outer: &Obj<'_>, body: &Obj<'_>) -> Option<String> {
    let named = outer.text("group_id").or_else(|| body.text("group_id"));
    let group = named.or_else(|| {
        let candidates = ["to", "from", "recipient"]
            .iter()
            .filter_map(|m| outer.text(m).or_else(|| body.text(m)));
        candidates.filter_map(|v| Shape::of(&v)).find_map(|shape| match shape {
            Shape::Group(id) => Some(id),
            Shape::Phone(_) | Shape::Bsuid(_) | Shape::Parent(_) | Shape::Opaque(_) => None,
        })
    });
    group.map(|g| clip(&g, 256))
}

fn referral(r: &Obj<'_>) -> Referral {
    let text = |name: &str| r.text(name).map(|v| clip(&v, 1024));
    Referral {
        source_type: text("source_type"),
        source_id: text("source_id"),
        source_url: text("source_url"),
        headline: text("headline"),
        click_id: text("ctwa_clid"),
    }
}

/// Reads one element of `calls`. The start and end of a call share an id. They are two versions of
/// one message, and the version of the end has more data.
pub(super) fn call(origin: &Origin, people: &People<'_>, node: Node<'_>, source: Source) -> Result<Message, Defect> {
    let object = node.object().ok_or(Defect::NotAnObject)?;
    let wamid = identity(&object)?;
    let by_business = match object.text("direction").map(|d| d.to_uppercase()).as_deref() {
        Some("BUSINESS_INITIATED") => true,
        Some("USER_INITIATED") => false,
        Some(_) | None => object.text("from").is_some_and(|f| origin.is_business(&f)),
    };
    let (near, far) = if by_business {
        (RECIPIENT, SENDER)
    } else {
        (SENDER, RECIPIENT)
    };
    let mut ids = customer_of(origin, &object, &near);
    if ids.is_empty() {
        ids = customer_of(origin, &object, &far);
    }
    let person = people.find(&ids);
    if let Some(person) = person {
        ids.fill(&person.ids);
    }
    let call = Call {
        event: object.text("event").map(|e| clip(&e.to_lowercase(), 32)),
        outcome: object.text("status").map(|s| clip(&s.to_lowercase(), 32)),
        seconds: object.int("duration").filter(|s| (0..=1_000_000).contains(s)),
    };
    let placeholder = match (call.event.as_deref(), call.outcome.as_deref(), call.seconds) {
        (Some("terminate"), _, Some(s)) if s > 0 => format!("[call {} min {:02} s]", s / 60, s % 60),
        (Some("terminate"), Some("completed"), _) => "[call]".to_owned(),
        (Some("terminate"), _, _) => "[missed call]".to_owned(),
        (_, _, _) => "[call]".to_owned(),
    };
    let (at, at_is_entry_time) = match time(&object, "timestamp").or_else(|| time(&object, "start_time")) {
        Some(at) => (Some(at), false),
        None => (origin.entry_time, origin.entry_time.is_some()),
    };
    Ok(Message {
        wamid,
        source,
        at,
        at_is_entry_time,
        direction: if by_business {
            Direction::Outbound
        } else {
            Direction::Inbound
        },
        author: if by_business { Author::Human } else { Author::Customer },
        kind: Kind::Call,
        subtype: call.event.clone(),
        ids,
        group_id: None,
        profile_name: person.and_then(|p| p.name.clone()),
        username: person.and_then(|p| p.username.clone()),
        text: None,
        placeholder,
        payload: object
            .first_text(&["cta_payload", "deeplink_payload"])
            .map(|p| clip(&p, 1024)),
        reply_to: None,
        forwarded: Forwarded::None,
        from_ad: None,
        referred_product: None,
        media: None,
        target: None,
        emoji: None,
        errors: content::errors(object.list("errors")),
        counts: !by_business && source == Source::Live,
        history_status: None,
        call: Some(call),
        new_ids: None,
    })
}

/// Reads one element of `statuses`. Returns `None` for an element that is not a status (a sender's
/// handshake).
pub(super) fn status(
    origin: &Origin,
    people: &People<'_>,
    node: Node<'_>,
    source: Source,
) -> Result<Option<Status>, Defect> {
    let object = node.object().ok_or(Defect::NotAnObject)?;
    let word = object.text("status");
    if word.is_none() && !object.has("id") && object.has("type") {
        return Ok(None);
    }
    let wamid = identity(&object)?;
    let word = word.ok_or(Defect::NoStatus)?;
    let participants = [
        "recipient_participant_id",
        "recipient_participant_user_id",
        "recipient_participant_parent_user_id",
    ];
    let participant = object.first_text(&participants);
    if participant.as_ref().is_some_and(|p| p.len() > MAX_ID_BYTES) {
        return Err(Defect::IdTooLong);
    }
    let recipient = object.text("recipient_id");
    let to_group = object
        .text("recipient_type")
        .is_some_and(|t| t.eq_ignore_ascii_case("group"))
        || matches!(recipient.as_deref().and_then(Shape::of), Some(Shape::Group(_)));
    let mut ids = if participant.is_some() || to_group {
        Ids::read(&object, &participants)
    } else {
        let members = [
            "recipient_user_id",
            "recipient_id",
            "parent_recipient_user_id",
            "recipient_parent_user_id",
        ];
        customer_of(origin, &object, &members)
    };
    let person = people.find(&ids);
    if let Some(person) = person {
        ids.fill(&person.ids);
    }
    let mut errors = content::errors(object.list("errors"));
    if errors.is_empty() && (object.has("reason") || object.has("code")) {
        errors = content::errors(vec![node]);
    }
    let pricing = object.object("pricing");
    let category = pricing.as_ref().and_then(|p| p.text("category"));
    Ok(Some(Status {
        status: StatusKind::parse(&word),
        at: time(&object, "timestamp").or(origin.entry_time),
        participant,
        ids,
        profile_name: person.and_then(|p| p.name.clone()),
        username: person.and_then(|p| p.username.clone()),
        group_id: if to_group {
            recipient.map(|r| clip(&r, 256))
        } else {
            None
        },
        errors,
        opaque: object.text("biz_opaque_callback_data").map(|o| clip(&o, 1024)),
        category: category.map(|c| clip(&c.to_lowercase(), 64)),
        origin: object
            .object("conversation")
            .and_then(|c| c.object("origin"))
            .and_then(|o| o.text("type"))
            .map(|o| clip(&o.to_lowercase(), 64)),
        is_call: origin.field == "calls"
            || object.text("type").as_deref() == Some("call")
            || wamid.starts_with("wacid"),
        source,
        wamid,
    }))
}
