//! The events that one webhook body can contain. Each event can be applied independently.

use std::fmt;

use super::ids::Ids;

/// One event, with all its readable data.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// A message in either direction, or a reaction, edit, revoke, system notice or call. All of
    /// these have a wamid.
    Message(Box<Message>),
    /// A delivery status of an outbound message.
    Status(Box<Status>),
    /// A customer's business-scoped id changed.
    UserIdUpdate(UserIdUpdate),
    /// A name of a contact that no other event of the body contains.
    ContactName(ContactName),
    /// The customer stopped or resumed marketing messages.
    Preference(Preference),
    /// Control of the thread passed from a bot to people, or back.
    ThreadControl(ThreadControl),
    /// The business does not share its chat history (2593109).
    HistoryDeclined(ApiError),
    /// An event about the account, the number, templates or groups, or an event that the parser
    /// cannot read otherwise.
    Account(Account),
}

impl Event {
    /// Returns the kind in one lower-case word, for statistics and `webhook list`.
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

/// The way by which a message arrived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// The message arrived in an ordinary delivery.
    Live,
    /// A person typed the message in the phone app.
    Echo,
    /// The message is part of the chat history that was shared after onboarding. It is stored, and
    /// never opens, assigns or notifies.
    History,
    /// The message arrived while a bot of Meta controlled the thread.
    Standby,
}

impl Source {
    /// Returns the word stored for the source.
    pub fn as_str(self) -> &'static str {
        match self {
            Source::Live => "live",
            Source::Echo => "echo",
            Source::History => "history",
            Source::Standby => "standby",
        }
    }
}

/// The direction of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// The message is from the customer.
    Inbound,
    /// The message is to the customer.
    Outbound,
}

impl Direction {
    /// Returns the word stored for the direction.
    pub fn as_str(self) -> &'static str {
        match self {
            Direction::Inbound => "inbound",
            Direction::Outbound => "outbound",
        }
    }
}

/// The kind of author of a message. The payload never contains the person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Author {
    /// The customer.
    Customer,
    /// A person of the business, in the phone app or another tool.
    Human,
    /// Meta's AI agent.
    Bot,
    /// WhatsApp itself.
    System,
}

impl Author {
    /// Returns the word stored for the author.
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
    /// A tap on a button or list row, a filled form, or an answer to a call request. For outbound
    /// messages: the offer of these choices.
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
    /// A message whose content WhatsApp could not deliver.
    Unsupported,
    /// An outbound template.
    Template,
    /// A history entry for a media message without its content.
    MediaPlaceholder,
    /// A voice call.
    Call,
    /// A type that this version does not have, in lower case. Empty when no type was given.
    Unknown(String),
}

impl Kind {
    /// Returns the word stored for the type.
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

    /// Returns whether a message of this type needs an answer.
    ///
    /// Unknown and unsupported messages need an answer, because the customer waits even if the
    /// message is unreadable.
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

/// The number of times that a message was forwarded before it arrived.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Forwarded {
    /// The message was not forwarded.
    #[default]
    None,
    /// The message was forwarded.
    Once,
    /// The message was forwarded many times.
    Many,
}

/// A message in either direction.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// WhatsApp's opaque id. It contains the customer's number and is therefore personal data.
    pub wamid: String,
    /// The source.
    pub source: Source,
    /// Meta's time in Unix seconds. `None` when neither the message nor its entry has a valid time.
    /// The caller then uses the arrival.
    pub at: Option<i64>,
    /// Whether `at` is the time of the entry, because the message had no time.
    pub at_is_entry_time: bool,
    /// The direction.
    pub direction: Direction,
    /// The kind of author.
    pub author: Author,
    /// The type.
    pub kind: Kind,
    /// The variant within the type: `button_reply`, `user_changed_number`, `poll` …
    pub subtype: Option<String>,
    /// The customer's ids, in both directions. The event is quarantined if they are empty.
    pub ids: Ids,
    /// The group of the message.
    pub group_id: Option<String>,
    /// The customer's own display name.
    pub profile_name: Option<String>,
    /// The username, only for display. It can change and later belong to another customer.
    pub username: Option<String>,
    /// The readable text: body, caption, title of the tapped button, order lines, names, file name
    /// …
    pub text: Option<String>,
    /// One line that is never empty: the text, or `[voice message]`, `[image] caption`, `[order 2 items PKR 3400]` …
    pub placeholder: String,
    /// The machine-readable payload of a tapped button or row.
    pub payload: Option<String>,
    /// The wamid of the quoted message.
    pub reply_to: Option<String>,
    /// The degree of forwarding.
    pub forwarded: Forwarded,
    /// The ad or post that brought the customer.
    pub from_ad: Option<Referral>,
    /// The product that the message refers to.
    pub referred_product: Option<Product>,
    /// The attached file.
    pub media: Option<Media>,
    /// The wamid of the target of a reaction, edit or revoke. The target may not have arrived yet.
    pub target: Option<String>,
    /// A reaction's emoji. `None` when the reaction was removed.
    pub emoji: Option<String>,
    /// The errors from WhatsApp.
    pub errors: Vec<ApiError>,
    /// Whether the message is a customer message that opens, reopens, wakes and starts a run.
    pub counts: bool,
    /// The last status of a history message, in lower case.
    pub history_status: Option<String>,
    /// The details of a call.
    pub call: Option<Call>,
    /// The new ids in a system notice of a changed number or id. `ids` contains the previous ids,
    /// if given.
    pub new_ids: Option<Ids>,
}

impl Message {
    /// Returns the rank of this version of the message. A version with a higher rank replaces the
    /// row and has its effects once.
    ///
    /// Rank 0 is the placeholder for a message that is known only from a status. The next ranks are
    /// history that only announces media, history, standby, and live or echo.
    pub fn rank(&self) -> i16 {
        match self.source {
            Source::History if self.kind == Kind::MediaPlaceholder => 1,
            Source::History => 2,
            Source::Standby => 3,
            Source::Live | Source::Echo => 4,
        }
    }
}

/// A file that WhatsApp stores for some days.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Media {
    /// The media type, such as `image/jpeg`.
    pub mime: Option<String>,
    /// The hash of the content in base64 or hex, as sent.
    pub sha256: Option<String>,
    /// The id for the download, valid for 7 days.
    pub id: Option<String>,
    /// The sender's name of the file.
    pub filename: Option<String>,
    /// Whether the file was recorded in the chat.
    pub voice: bool,
    /// Whether the sticker is animated.
    pub animated: bool,
}

/// The ad or post that a customer came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Referral {
    /// `ad` or `post`.
    pub source_type: Option<String>,
    /// Id of the ad or post.
    pub source_id: Option<String>,
    /// The link.
    pub source_url: Option<String>,
    /// The headline.
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

/// A voice call. Its start (`connect`) and its end (`terminate`) arrive under one id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Call {
    /// `connect` or `terminate`.
    pub event: Option<String>,
    /// The result of the call, in lower case: `completed`, `failed`, `rejected` …
    pub outcome: Option<String>,
    /// Length in seconds.
    pub seconds: Option<i64>,
}

/// An error from Meta.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ApiError {
    /// The documented number, such as 131051.
    pub code: Option<i64>,
    /// The short description.
    pub title: Option<String>,
    /// The long description.
    pub details: Option<String>,
}

impl ApiError {
    /// Returns whether sending must stop until the operator acts, because of a token, ban, lock or
    /// payment.
    pub fn needs_operator(&self) -> bool {
        self.code.is_some_and(|c| {
            matches!(
                c,
                0 | 3 | 10 | 190 | 200..=299 | 368 | 131_005 | 131_031 | 131_042 | 131_045 | 133_010
            )
        })
    }
}

/// A delivery status of an outbound message.
#[derive(Debug, Clone, PartialEq)]
pub struct Status {
    /// The id of the message or call. The message may not be stored yet.
    pub wamid: String,
    /// The status value.
    pub status: StatusKind,
    /// Meta's time in Unix seconds. `None` when no valid time was sent.
    pub at: Option<i64>,
    /// The participant of a group, as sent. It is part of the key.
    pub participant: Option<String>,
    /// The recipient. In a group, the participant.
    pub ids: Ids,
    /// The recipient's display name, if the body contains it.
    pub profile_name: Option<String>,
    /// The recipient's username, if the body contains it.
    pub username: Option<String>,
    /// The group that received the message.
    pub group_id: Option<String>,
    /// The errors of a failure.
    pub errors: Vec<ApiError>,
    /// The value of `biz_opaque_callback_data` in the send call.
    pub opaque: Option<String>,
    /// The price category, such as `service`, `utility`, `marketing` or `authentication`. It
    /// distinguishes a template from a reply.
    pub category: Option<String>,
    /// Origin of the (older) conversation object.
    pub origin: Option<String>,
    /// Whether the status is about a call. Such a status is not evidence of a written reply.
    pub is_call: bool,
    /// [`Source::Standby`] for a message from a bot, else [`Source::Live`].
    pub source: Source,
}

/// The value of a status.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum StatusKind {
    /// The message left the server.
    Sent,
    /// The message reached the phone.
    Delivered,
    /// The customer saw the message.
    Read,
    /// The customer listened to the voice message.
    Played,
    /// The message was not delivered.
    Failed,
    /// A value that this version does not have, in lower case.
    Unknown(String),
}

impl StatusKind {
    /// Reads a status value. Case is ignored.
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

    /// Returns the word stored for the status.
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

    /// Returns the rank of a status. The status with the highest rank is valid, in any order of
    /// arrival.
    ///
    /// `failed` has a higher rank than `sent`, which only means an attempt. Any evidence of
    /// delivery has a higher rank than `failed`. Unknown values change nothing.
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

    /// Returns whether this status replaces the stored status.
    pub fn advances(&self, known: Option<&StatusKind>) -> bool {
        known.is_none_or(|k| self.rank() > k.rank())
    }
}

/// A customer's ids before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UserIdUpdate {
    /// The ids that are no longer valid, with the phone number that connects them.
    pub previous: Ids,
    /// The ids that are valid now.
    pub current: Ids,
    /// Meta's time in Unix seconds.
    pub at: Option<i64>,
}

/// A name for a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactName {
    /// The customer's ids.
    pub ids: Ids,
    /// The name. `None` when the address book removed the contact.
    pub name: Option<String>,
    /// The username, only for display.
    pub username: Option<String>,
    /// Whether the name comes from the business's address book and not from the customer's profile.
    pub address_book: bool,
    /// Whether the address book removed the contact.
    pub removed: bool,
    /// Meta's time in Unix seconds.
    pub at: Option<i64>,
}

/// A customer's choice about marketing messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preference {
    /// The customer's ids.
    pub ids: Ids,
    /// The subject of the choice: `marketing_messages`.
    pub category: Option<String>,
    /// `stop`, `resume` or `signup`, as sent but in lower case.
    pub value: String,
    /// The description from Meta.
    pub detail: Option<String>,
    /// Meta's time in Unix seconds.
    pub at: Option<i64>,
}

impl Preference {
    /// Returns whether marketing messages are allowed after this choice. `None` for unknown values.
    pub fn allows_marketing(&self) -> Option<bool> {
        match self.value.as_str() {
            "stop" | "opt_out" | "block" => Some(false),
            "resume" | "signup" | "opt_in" => Some(true),
            _ => None,
        }
    }
}

/// A change of the thread's controller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThreadControl {
    /// The customer of the thread.
    pub ids: Ids,
    /// `control_passed`, `control_taken` …
    pub kind: String,
    /// Whether people control the thread from now on. `None` when the payload does not contain it.
    pub to_people: Option<bool>,
    /// The previous controller, such as `ai_agent`.
    pub previous_owner: Option<String>,
    /// The new controller, such as `escalation`.
    pub new_owner: Option<String>,
    /// The machine-readable metadata from the previous controller.
    pub metadata: Option<String>,
    /// A summary of the conversation so far.
    pub summary: Option<String>,
    /// Meta's time in Unix seconds.
    pub at: Option<i64>,
}

/// The importance of an account event for the operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The event is only recorded.
    Info,
    /// The operator should look soon, for example at a rejected template or falling quality.
    Warning,
    /// Messages do not arrive, or soon will not, because of a ban, restriction, token or payment.
    Attention,
}

impl Severity {
    /// Returns the word stored for the severity.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Warning => "warning",
            Severity::Attention => "attention",
        }
    }
}

/// An event about the account, number, templates or groups.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The change's field, such as `account_update`.
    pub field: String,
    /// The event in Meta's word: `DISABLED_UPDATE`, `FLAGGED` …
    pub event: Option<String>,
    /// The hash of the value, which is part of the key.
    pub value_hash: String,
    /// The entry's time in Unix seconds.
    pub at: Option<i64>,
    /// The severity.
    pub severity: Severity,
    /// One line for the operator, without customer text.
    pub summary: String,
    /// The errors in the event.
    pub errors: Vec<ApiError>,
}
