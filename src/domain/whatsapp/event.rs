//! What one webhook body can tell: independently applicable events.

use std::fmt;

use super::ids::Ids;

/// One thing that happened, as far as it could be read.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A message in either direction, or a reaction, edit, revoke, system notice or call: all share
    /// the space of wamids.
    Message(Box<Message>),
    /// What became of a message that went out.
    Status(Box<Status>),
    /// A customer's business-scoped id changed.
    UserIdUpdate(UserIdUpdate),
    /// A name for a contact that no other event of the body carries.
    ContactName(ContactName),
    /// The customer stopped or resumed marketing messages.
    Preference(Preference),
    /// The thread went from a bot to people, or back.
    ThreadControl(ThreadControl),
    /// The business does not share its chat history (2593109).
    HistoryDeclined(ApiError),
    /// Anything about the account, the number, templates, groups; and whatever the parser has no reading for.
    Account(Account),
}

impl Event {
    /// Names the kind in one lower-case word, for counts and `webhook list`.
    pub fn kind(&self) -> &'static str {
        match self {
            Event::Message(_) => "message",
            Event::Status(_) => "status",
            Event::UserIdUpdate(_) => "user_id_update",
            Event::ContactName(_) => "contact_name",
            Event::Preference(_) => "preference",
            Event::ThreadControl(_) => "handover",
            Event::HistoryDeclined(_) => "history_declined",
            Event::Account(_) => "account",
        }
    }

    /// Returns the customer's ids, for the kinds that are about a customer.
    pub fn ids(&self) -> Option<&Ids> {
        match self {
            Event::Message(m) => Some(&m.ids),
            Event::Status(s) => Some(&s.ids),
            Event::UserIdUpdate(u) => Some(&u.current),
            Event::ContactName(c) => Some(&c.ids),
            Event::Preference(p) => Some(&p.ids),
            Event::ThreadControl(h) => Some(&h.ids),
            Event::HistoryDeclined(_) | Event::Account(_) => None,
        }
    }
}

/// The way by which a message came to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// Ordinary delivery.
    Live,
    /// Typed by a person in the phone app.
    Echo,
    /// Chat history shared after onboarding: stored, never opens, assigns or notifies.
    History,
    /// Delivered while a bot of Meta's holds the thread.
    Standby,
}

impl Source {
    /// Returns the word stored for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Source::Live => "live",
            Source::Echo => "echo",
            Source::History => "history",
            Source::Standby => "standby",
        }
    }
}

/// Which way a message went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// From the customer.
    Inbound,
    /// To the customer.
    Outbound,
}

impl Direction {
    /// Returns the word stored for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Direction::Inbound => "inbound",
            Direction::Outbound => "outbound",
        }
    }
}

/// What wrote a message. Which person, the payload never says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Author {
    /// The customer.
    Customer,
    /// A person of the team, in the phone app or another tool.
    Human,
    /// Meta's AI agent.
    Bot,
    /// WhatsApp itself.
    System,
}

impl Author {
    /// Returns the word stored for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Author::Customer => "customer",
            Author::Human => "human",
            Author::Bot => "bot",
            Author::System => "system",
        }
    }
}

/// The type of a message.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Plain text.
    Text,
    /// A photo.
    Image,
    /// A video.
    Video,
    /// A sound file or a voice message.
    Audio,
    /// A file.
    Document,
    /// A sticker.
    Sticker,
    /// A place.
    Location,
    /// Address cards.
    Contacts,
    /// A tap on a template's quick-reply button.
    Button,
    /// A tap on a button or list row, a filled form, an answer to a call request; outbound: what offers them.
    Interactive,
    /// An emoji on another message, or its removal.
    Reaction,
    /// A cart.
    Order,
    /// A notice about the customer: number, id or identity changed.
    System,
    /// New content for an earlier message.
    Edit,
    /// An earlier message was deleted.
    Revoke,
    /// The customer opened the chat and has written nothing yet.
    RequestWelcome,
    /// WhatsApp could not pass the content on.
    Unsupported,
    /// An outbound template.
    Template,
    /// History that announces a media message without its content.
    MediaPlaceholder,
    /// A voice call.
    Call,
    /// A type that this version does not know, lower-cased; empty when none was given.
    Unknown(String),
}

impl Kind {
    /// Returns the word stored for it.
    pub fn as_str(&self) -> &str {
        match self {
            Kind::Text => "text",
            Kind::Image => "image",
            Kind::Video => "video",
            Kind::Audio => "audio",
            Kind::Document => "document",
            Kind::Sticker => "sticker",
            Kind::Location => "location",
            Kind::Contacts => "contacts",
            Kind::Button => "button",
            Kind::Interactive => "interactive",
            Kind::Reaction => "reaction",
            Kind::Order => "order",
            Kind::System => "system",
            Kind::Edit => "edit",
            Kind::Revoke => "revoke",
            Kind::RequestWelcome => "request_welcome",
            Kind::Unsupported => "unsupported",
            Kind::Template => "template",
            Kind::MediaPlaceholder => "media_placeholder",
            Kind::Call => "call",
            Kind::Unknown(word) if word.is_empty() => "unknown",
            Kind::Unknown(word) => word,
        }
    }

    /// Returns whether such a message is something the customer said or did to be answered.
    ///
    /// Unknown and unsupported ones are: the customer waits, even if we cannot read it.
    pub fn is_content(&self) -> bool {
        match self {
            Kind::Text
            | Kind::Image
            | Kind::Video
            | Kind::Audio
            | Kind::Document
            | Kind::Sticker
            | Kind::Location
            | Kind::Contacts
            | Kind::Button
            | Kind::Interactive
            | Kind::Order
            | Kind::Unsupported
            | Kind::Template
            | Kind::MediaPlaceholder
            | Kind::Call
            | Kind::Unknown(_) => true,
            Kind::Reaction | Kind::System | Kind::Edit | Kind::Revoke | Kind::RequestWelcome => false,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// How often a message had been forwarded before it came here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Forwarded {
    /// It is the sender's own.
    #[default]
    None,
    /// Forwarded.
    Once,
    /// Forwarded many times.
    Many,
}

/// A message in either direction.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// WhatsApp's opaque id; holds the customer's number, so personal data.
    pub wamid: String,
    /// The way it came.
    pub source: Source,
    /// Meta's time in Unix seconds. Nothing when neither the message nor its entry has a sane one:
    /// use the arrival then.
    pub at: Option<i64>,
    /// Whether `at` is the entry's time, because the message had none.
    pub at_is_entry_time: bool,
    /// Which way it went.
    pub direction: Direction,
    /// What wrote it.
    pub author: Author,
    /// Its type.
    pub kind: Kind,
    /// The variant within the type: `button_reply`, `user_changed_number`, `poll` …
    pub subtype: Option<String>,
    /// The customer's ids, whoever wrote. Empty: quarantine.
    pub ids: Ids,
    /// The group it was written in.
    pub group_id: Option<String>,
    /// The customer's own display name.
    pub profile_name: Option<String>,
    /// For display only; it can change and be taken over by another.
    pub username: Option<String>,
    /// What a person would read: body, caption, title of the tapped button, order lines, names, file name …
    pub text: Option<String>,
    /// One line that is never empty: the text, or `[voice message]`, `[image] caption`, `[order 2 items PKR 3400]` …
    pub placeholder: String,
    /// What a tapped button or row carries for machines.
    pub payload: Option<String>,
    /// The wamid that it quotes.
    pub reply_to: Option<String>,
    /// Whether it was forwarded.
    pub forwarded: Forwarded,
    /// The ad or post that brought the customer.
    pub from_ad: Option<Referral>,
    /// The product that it asks about.
    pub referred_product: Option<Product>,
    /// The file with it.
    pub media: Option<Media>,
    /// The wamid that a reaction, edit or revoke is about. May not have arrived yet.
    pub target: Option<String>,
    /// A reaction's emoji; nothing when the reaction was removed.
    pub emoji: Option<String>,
    /// What WhatsApp says went wrong with it.
    pub errors: Vec<ApiError>,
    /// Whether it is a customer message: one that opens, reopens, wakes and starts a run.
    pub counts: bool,
    /// Last known status of a history message, lower-cased.
    pub history_status: Option<String>,
    /// What a call was.
    pub call: Option<Call>,
    /// The ids after a system notice of a changed number or id; `ids` has those before, where known.
    pub new_ids: Option<Ids>,
}

impl Message {
    /// Ranks how much this delivery of the message tells; a higher one upgrades the row and has its effects once.
    ///
    /// 0 is left to the placeholder known from a status alone; then history that only announces
    /// media, history, standby, live or echo.
    pub fn rank(&self) -> i16 {
        match self.source {
            Source::History if self.kind == Kind::MediaPlaceholder => 1,
            Source::History => 2,
            Source::Standby => 3,
            Source::Live | Source::Echo => 4,
        }
    }
}

/// A file that WhatsApp holds for some days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Media {
    /// Media type, `image/jpeg`.
    pub mime: Option<String>,
    /// Hash of the content, base64 or hex, as sent.
    pub sha256: Option<String>,
    /// Handle to fetch it by, for 7 days.
    pub id: Option<String>,
    /// The sender's name for it.
    pub filename: Option<String>,
    /// Whether it was recorded in the chat.
    pub voice: bool,
    /// Whether the sticker moves.
    pub animated: bool,
}

/// The ad or post that a customer came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Referral {
    /// `ad` or `post`.
    pub source_type: Option<String>,
    /// Id of the ad or post.
    pub source_id: Option<String>,
    /// Its link.
    pub source_url: Option<String>,
    /// Its headline.
    pub headline: Option<String>,
    /// Click id, for attribution.
    pub click_id: Option<String>,
}

/// A product of a catalogue.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Product {
    /// The catalogue.
    pub catalog_id: Option<String>,
    /// The shop's own id of the product.
    pub retailer_id: Option<String>,
}

/// A voice call, told at its start (`connect`) and at its end (`terminate`) under one id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Call {
    /// `connect` or `terminate`.
    pub event: Option<String>,
    /// How it ended, lower-cased: `completed`, `failed`, `rejected` …
    pub outcome: Option<String>,
    /// Length in seconds.
    pub seconds: Option<i64>,
}

/// An error as Meta words it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApiError {
    /// Documented number, such as 131051.
    pub code: Option<i64>,
    /// Short wording.
    pub title: Option<String>,
    /// Longer wording.
    pub details: Option<String>,
}

impl ApiError {
    /// Returns whether sending must stop until the operator acts: token, ban, lock or payment.
    pub fn needs_operator(&self) -> bool {
        self.code.is_some_and(|c| {
            matches!(
                c,
                0 | 3 | 10 | 190 | 200..=299 | 368 | 131_005 | 131_031 | 131_042 | 131_045 | 133_010
            )
        })
    }
}

/// What became of a message that went out.
#[derive(Debug, Clone, PartialEq)]
pub struct Status {
    /// The message's id (or the call's); the message may be unknown to us.
    pub wamid: String,
    /// What became of it.
    pub status: StatusKind,
    /// Meta's time in Unix seconds; nothing when no sane one was sent.
    pub at: Option<i64>,
    /// Who of a group, as sent; part of the key.
    pub participant: Option<String>,
    /// The recipient; in a group the participant.
    pub ids: Ids,
    /// The recipient's display name, where the body has it.
    pub profile_name: Option<String>,
    /// The recipient's username, where the body has it.
    pub username: Option<String>,
    /// The group that the message went to.
    pub group_id: Option<String>,
    /// Why it failed.
    pub errors: Vec<ApiError>,
    /// What the send call was given as `biz_opaque_callback_data`.
    pub opaque: Option<String>,
    /// Price category: `service`, `utility`, `marketing`, `authentication` …: tells a template from a reply.
    pub category: Option<String>,
    /// Origin of the (older) conversation object.
    pub origin: Option<String>,
    /// Whether it is about a call: then no evidence of a written reply.
    pub is_call: bool,
    /// [`Source::Standby`] for what a bot sent, else [`Source::Live`].
    pub source: Source,
}

/// The value of a status.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum StatusKind {
    /// Left the server.
    Sent,
    /// Reached the phone.
    Delivered,
    /// Shown to the customer.
    Read,
    /// Voice message listened to.
    Played,
    /// Not delivered.
    Failed,
    /// A value that this version does not know, lower-cased.
    Unknown(String),
}

impl StatusKind {
    /// Reads a status value; case does not matter.
    pub fn parse(word: &str) -> Self {
        let word = word.trim().to_lowercase();
        match word.as_str() {
            "sent" => StatusKind::Sent,
            "delivered" => StatusKind::Delivered,
            "read" => StatusKind::Read,
            "played" => StatusKind::Played,
            "failed" | "undelivered" => StatusKind::Failed,
            _ => StatusKind::Unknown(super::ids::clip(&word, 64)),
        }
    }

    /// Returns the word stored for it.
    pub fn as_str(&self) -> &str {
        match self {
            StatusKind::Sent => "sent",
            StatusKind::Delivered => "delivered",
            StatusKind::Read => "read",
            StatusKind::Played => "played",
            StatusKind::Failed => "failed",
            StatusKind::Unknown(word) => word,
        }
    }

    /// Ranks statuses so that the highest seen is the truth, in whatever order they came.
    ///
    /// `failed` beats `sent`, which says only that we tried; any evidence of delivery beats
    /// `failed`. Unknown values change nothing.
    pub fn rank(&self) -> i16 {
        match self {
            StatusKind::Unknown(_) => 0,
            StatusKind::Sent => 1,
            StatusKind::Failed => 2,
            StatusKind::Delivered => 3,
            StatusKind::Read => 4,
            StatusKind::Played => 5,
        }
    }

    /// Returns whether this one replaces what was known.
    pub fn advances(&self, known: Option<&StatusKind>) -> bool {
        known.is_none_or(|k| self.rank() > k.rank())
    }
}

/// A customer's ids before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserIdUpdate {
    /// The ids that no longer hold, with the phone number that ties them together.
    pub previous: Ids,
    /// The ids that hold now.
    pub current: Ids,
    /// Meta's time in Unix seconds.
    pub at: Option<i64>,
}

/// A name for a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactName {
    /// Whose name.
    pub ids: Ids,
    /// The name; nothing when the address book dropped the contact.
    pub name: Option<String>,
    /// For display only.
    pub username: Option<String>,
    /// Whether it is the business's own address book speaking, not the customer's profile.
    pub address_book: bool,
    /// Whether the address book dropped the contact.
    pub removed: bool,
    /// Meta's time in Unix seconds.
    pub at: Option<i64>,
}

/// A customer's choice about marketing messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preference {
    /// Whose choice.
    pub ids: Ids,
    /// What about: `marketing_messages`.
    pub category: Option<String>,
    /// `stop`, `resume`, `signup`, as sent but lower-cased.
    pub value: String,
    /// Meta's words for it.
    pub detail: Option<String>,
    /// Meta's time in Unix seconds.
    pub at: Option<i64>,
}

impl Preference {
    /// Returns whether marketing may go out after this; nothing for values not known.
    pub fn allows_marketing(&self) -> Option<bool> {
        match self.value.as_str() {
            "stop" | "opt_out" | "block" => Some(false),
            "resume" | "signup" | "opt_in" => Some(true),
            _ => None,
        }
    }
}

/// Control of a thread went from one to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadControl {
    /// The customer of the thread.
    pub ids: Ids,
    /// `control_passed`, `control_taken` …
    pub kind: String,
    /// Whether people hold the thread from now on; nothing when the payload does not say.
    pub to_people: Option<bool>,
    /// Who held it: `ai_agent` …
    pub previous_owner: Option<String>,
    /// Who holds it now: `escalation` …
    pub new_owner: Option<String>,
    /// What the one who passed it on wrote for machines.
    pub metadata: Option<String>,
    /// What happened so far, in words.
    pub summary: Option<String>,
    /// Meta's time in Unix seconds.
    pub at: Option<i64>,
}

/// How much an account event matters to the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// For the record.
    Info,
    /// Look at it soon: a template rejected, quality falling.
    Warning,
    /// Messages do not flow, or soon will not: ban, restriction, token, payment.
    Attention,
}

impl Severity {
    /// Returns the word stored for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Attention => "attention",
        }
    }
}

/// Anything about the account, number, templates or groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The change's field, such as `account_update`.
    pub field: String,
    /// What happened, in Meta's word: `DISABLED_UPDATE`, `FLAGGED` …
    pub event: Option<String>,
    /// Hash of what the value says, part of the key.
    pub value_hash: String,
    /// The entry's time in Unix seconds.
    pub at: Option<i64>,
    /// How much it matters.
    pub severity: Severity,
    /// One line for the operator, without customer text.
    pub summary: String,
    /// The errors in it.
    pub errors: Vec<ApiError>,
}
