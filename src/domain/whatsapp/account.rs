//! Events about a contact, the thread's controller or the account, and not about a message.

use super::content;
use super::event::{Account, ApiError, ContactName, Preference, Severity, ThreadControl, UserIdUpdate};
use super::ids::{Ids, Person, clip};
use super::json::{Node, Obj};
use super::message::time;
use super::people::People;
use super::{Defect, Origin};

/// Reads one element of `user_id_update`.
pub(super) fn user_id_update(origin: &Origin, node: Node<'_>) -> Result<UserIdUpdate, Defect> {
    let object = node.object().ok_or(Defect::NotAnObject)?;
    let (mut previous, mut current) = (Ids::default(), Ids::default());
    for value in ["wa_id", "phone_number"].iter().filter_map(|m| object.text(m)) {
        previous.add(&value);
        current.add(&value);
    }
    for member in ["user_id", "parent_user_id"] {
        match object.object(member) {
            Some(change) => {
                change.text("previous").inspect(|v| previous.add(v));
                change.text("current").inspect(|v| current.add(v));
            }
            None => {
                object.text(member).inspect(|v| current.add(v));
            }
        }
    }
    if current.is_empty() {
        return Err(Defect::NoIds);
    }
    Ok(UserIdUpdate {
        previous,
        current,
        at: time(&object, "timestamp").or(origin.entry_time),
    })
}

/// Reads one element of `user_preferences`.
pub(super) fn preference(origin: &Origin, people: &People<'_>, node: Node<'_>) -> Result<Preference, Defect> {
    let object = node.object().ok_or(Defect::NotAnObject)?;
    let mut ids = Ids::read(&object, &["user_id", "wa_id", "parent_user_id"]);
    if let Some(person) = people.find(&ids) {
        ids.fill(&person.ids);
    }
    Ok(Preference {
        ids,
        category: object.text("category").map(|c| clip(&c, 64)),
        value: object
            .text("value")
            .map(|v| clip(&v.to_lowercase(), 64))
            .unwrap_or_default(),
        detail: object.text("detail").map(|d| clip(&d, 256)),
        at: time(&object, "timestamp").or(origin.entry_time),
    })
}

/// Reads one element of `state_sync`: the phone app's address book.
pub(super) fn address_book(origin: &Origin, node: Node<'_>) -> Result<ContactName, Defect> {
    let object = node.object().ok_or(Defect::NotAnObject)?;
    let contact = object.object("contact").ok_or(Defect::NotAnObject)?;
    let ids = Ids::read(&contact, &["user_id", "phone_number", "wa_id", "parent_user_id"]);
    let removed = object.text("action").is_some_and(|a| a.eq_ignore_ascii_case("remove"));
    let name = contact
        .first_text(&["full_name", "first_name", "name"])
        .map(|n| clip(&n, 256));
    Ok(ContactName {
        ids,
        name: name.filter(|_| !removed),
        username: contact.text("username").map(|n| clip(&n, 128)),
        address_book: true,
        removed,
        at: object
            .object("metadata")
            .and_then(|m| time(&m, "timestamp"))
            .or(origin.entry_time),
    })
}

/// Creates an event for a contact that no other event of the body refers to.
pub(super) fn introduction(origin: &Origin, person: &Person<'_>) -> Option<ContactName> {
    let tells = person.name.is_some() || person.username.is_some() || person.ids.values().count() > 1;
    (tells && !person.ids.is_empty()).then(|| ContactName {
        ids: person.ids.clone(),
        name: person.name.clone(),
        username: person.username.clone(),
        address_book: false,
        removed: false,
        at: origin.entry_time,
    })
}

fn is_bot(role: &str) -> bool {
    let role = role.to_lowercase();
    ["ai_agent", "business_agent", "bot", "automation"]
        .iter()
        .any(|w| role.contains(w))
}

/// Reads a change of the thread's controller.
pub(super) fn handover(origin: &Origin, people: &People<'_>, value: &Obj<'_>) -> ThreadControl {
    let mut ids = Ids::default();
    for party in [value.object("sender"), value.object("contact")].into_iter().flatten() {
        ids.fill(&Ids::read(
            &party,
            &["user_id", "phone_number", "wa_id", "parent_user_id", "id"],
        ));
    }
    ids.fill(&Ids::read(value, &["from_user_id", "from", "wa_id", "user_id"]));
    if let Some(person) = people.find(&ids) {
        ids.fill(&person.ids);
    }
    let kind = value.text("type").map(|t| clip(&t.to_lowercase(), 64));
    let kind = kind.or_else(|| {
        let kinds = ["control_passed", "control_taken", "control_requested"];
        kinds.iter().find(|k| value.has(k)).map(|k| (*k).to_owned())
    });
    let kind = kind.unwrap_or_else(|| "unknown".to_owned());
    let detail = value.object(&kind);
    let text = |name: &str| detail.as_ref().and_then(|d| d.text(name)).map(|t| clip(&t, 256));
    let owner = |which: &str| {
        let nested = detail.as_ref().and_then(|d| d.object(&format!("{which}_owner")));
        text(&format!("{which}_owner_role"))
            .or_else(|| text(&format!("{which}_owner_app_role")))
            .or_else(|| nested.and_then(|n| n.first_text(&["role", "app_role"])))
    };
    let (previous_owner, new_owner) = (owner("previous"), owner("new"));
    let to_people = match (&new_owner, &previous_owner) {
        (Some(new), _) => Some(!is_bot(new)),
        (None, Some(previous)) => Some(is_bot(previous)),
        // If the payload contains no owners, control passed to the business, because the business
        // received the event.
        (None, None) => (kind == "control_passed").then_some(true),
    };
    let context = detail
        .as_ref()
        .and_then(|d| d.object("conversation_context"))
        .or_else(|| value.object("conversation_context"));
    ThreadControl {
        ids,
        kind,
        to_people,
        previous_owner,
        new_owner,
        metadata: text("metadata"),
        summary: context.and_then(|c| summary(&c)),
        at: time(value, "timestamp").or(origin.entry_time),
    }
}

/// Reads the summary of the conversation so far, or else its last lines.
fn summary(context: &Obj<'_>) -> Option<String> {
    let written = context
        .object("summary")
        .and_then(|s| s.first_text(&["text", "body"]))
        .or_else(|| context.text("summary"));
    if written.is_some() {
        return written;
    }
    let items = context
        .object("history")
        .map(|h| h.list("items"))
        .unwrap_or_else(|| context.list("history"));
    let lines: Vec<String> = items
        .iter()
        .rev()
        .take(20)
        .rev()
        .filter_map(|item| {
            let item = item.object()?;
            let body = content::read(&content::kind_of(&item), &item, &[]).text?;
            let who = item.first_text(&["role", "sender_type", "from"]);
            Some(who.map_or(body.clone(), |w| format!("{w}: {body}")))
        })
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// Reads a whole change about the account, or a change that no other function reads.
pub(super) fn account(origin: &Origin, node: Node<'_>) -> Account {
    let value = node.object();
    let text = |name: &str| value.as_ref().and_then(|v| v.text(name)).map(|t| clip(&t, 128));
    let nested = |outer: &str, inner: &str| {
        value
            .as_ref()
            .and_then(|v| v.object(outer))
            .and_then(|o| o.text(inner))
            .map(|t| clip(&t, 128))
    };
    let group_type = || {
        value
            .as_ref()
            .and_then(|v| v.list("groups").first().copied()?.object()?.text("type"))
    };
    let event = [
        "event",
        "decision",
        "status",
        "alert_status",
        "new_category",
        "new_quality_score",
        "type",
    ]
    .iter()
    .find_map(|name| text(name))
    .or_else(group_type);
    let errors = value
        .as_ref()
        .map(|v| content::errors(v.list("errors")))
        .unwrap_or_default();

    let ban_state = nested("ban_info", "waba_ban_state");
    let severity = severity(
        &origin.field,
        event.as_deref(),
        ban_state.as_deref(),
        text("alert_severity").as_deref(),
    )
    .max(errors.iter().map(error_severity).max().unwrap_or(Severity::Info));
    let words = [
        Some(origin.field.clone()),
        event.clone(),
        ban_state,
        nested("ban_info", "waba_ban_date"),
        nested("violation_info", "violation_type"),
        nested("disconnection_info", "reason"),
        text("alert_type"),
        text("display_phone_number").or_else(|| text("phone_number")),
        text("message_template_name"),
        text("current_limit").or_else(|| text("max_daily_conversations_per_business")),
        text("reason")
            .or_else(|| text("rejection_reason"))
            .filter(|r| r != "NONE"),
        errors.first().and_then(|e| e.code).map(|c| c.to_string()),
        errors.first().and_then(|e| e.title.clone()),
    ];
    let summary = words
        .into_iter()
        .flatten()
        .map(|w| w.split_whitespace().collect::<Vec<_>>().join(" "));
    Account {
        field: origin.field.clone(),
        event,
        value_hash: node.fingerprint(),
        at: origin.entry_time,
        severity,
        summary: clip(&summary.collect::<Vec<_>>().join(" "), 300),
        errors,
    }
}

/// Reads one element of a change's own `errors`.
pub(super) fn error(origin: &Origin, node: Node<'_>) -> Account {
    let errors = content::errors(vec![node]);
    let first = errors.first().cloned().unwrap_or_default();
    let code = first.code.map(|c| format!(" {c}")).unwrap_or_default();
    let title = first.title.as_deref().map(|t| format!(" {t}")).unwrap_or_default();
    Account {
        field: origin.field.clone(),
        event: Some("error".to_owned()),
        value_hash: node.fingerprint(),
        at: origin.entry_time,
        severity: error_severity(&first),
        summary: clip(&format!("{} error{code}{title}", origin.field), 300),
        errors,
    }
}

fn error_severity(error: &ApiError) -> Severity {
    if error.needs_operator() {
        Severity::Attention
    } else {
        Severity::Warning
    }
}

fn severity(field: &str, event: Option<&str>, ban_state: Option<&str>, alert: Option<&str>) -> Severity {
    let event = event.unwrap_or_default().to_uppercase();
    let is = |words: &[&str]| words.contains(&event.as_str());
    match field {
        "account_update" => match ban_state.map(str::to_uppercase).as_deref() {
            Some("REINSTATE") => Severity::Warning,
            Some(_) => Severity::Attention,
            None if is(&[
                "DISABLED_UPDATE",
                "ACCOUNT_DELETED",
                "ACCOUNT_RESTRICTION",
                "ACCOUNT_VIOLATION",
                "ACCOUNT_OFFBOARDED",
                "PARTNER_REMOVED",
                "PARTNER_APP_UNINSTALLED",
            ]) =>
            {
                Severity::Attention
            }
            None => Severity::Info,
        },
        "account_review_update" if is(&["REJECTED"]) => Severity::Attention,
        "account_alerts" => match alert.map(str::to_uppercase).as_deref() {
            Some("CRITICAL") => Severity::Attention,
            Some("INFORMATIONAL") => Severity::Info,
            Some(_) | None => Severity::Warning,
        },
        "account_settings_update"
        | "payment_configuration_update"
        | "phone_number_name_update"
        | "business_username_update"
        | "account_review_update"
            if is(&["REJECTED", "DECLINED", "FAILED", "DISABLED", "DEFERRED"]) =>
        {
            Severity::Warning
        }
        // A person set, changed or removed the two-step PIN. This happens before a number is
        // stolen.
        "security" => Severity::Attention,
        "phone_number_quality_update" if is(&["FLAGGED", "DOWNGRADE"]) => Severity::Warning,
        "message_template_status_update"
            if is(&[
                "REJECTED",
                "PAUSED",
                "DISABLED",
                "FLAGGED",
                "LIMIT_EXCEEDED",
                "PENDING_DELETION",
            ]) =>
        {
            Severity::Warning
        }
        "message_template_quality_update" if is(&["RED", "YELLOW"]) => Severity::Warning,
        _ => Severity::Info,
    }
}
