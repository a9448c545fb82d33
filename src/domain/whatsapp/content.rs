//! The readable text of a message of any type.

use super::event::{ApiError, Kind, Media};
use super::ids::{Ids, Shape, clip};
use super::json::{Node, Obj};

/// The maximum length of a placeholder, in characters.
const LINE: usize = 200;

/// The readable part of a message.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub(super) subtype: Option<String>,
    pub(super) text: Option<String>,
    /// The label in brackets before the text of the placeholder. Empty for plain text.
    label: String,
    /// Whether the label contains the text, so that the text is not repeated.
    label_only: bool,
    pub(super) payload: Option<String>,
    pub(super) media: Option<Media>,
    pub(super) target: Option<String>,
    pub(super) emoji: Option<String>,
    pub(super) new_ids: Option<Ids>,
}

impl Content {
    fn labelled(label: impl Into<String>, text: Option<String>) -> Self {
        Content {
            label: label.into(),
            text,
            ..Content::default()
        }
    }

    /// Returns one line of text that is never empty.
    pub(super) fn placeholder(&self) -> String {
        let text = self.text.as_deref().map(|t| one_line(t, LINE)).unwrap_or_default();
        let label = one_line(&self.label, LINE);
        match (label.is_empty(), text.is_empty() || self.label_only) {
            (true, true) => "[empty message]".to_owned(),
            (true, false) => text,
            (false, true) => format!("[{label}]"),
            (false, false) => format!("[{label}] {text}"),
        }
    }
}

/// Writes text on one line. Each group of white space and control characters becomes one space.
fn one_line(text: &str, limit: usize) -> String {
    let mut out = String::new();
    let mut count = 0;
    let mut gap = false;
    for c in text.chars() {
        if c.is_whitespace() || c.is_control() || matches!(c, '\u{2028}' | '\u{2029}') {
            gap = count > 0;
            continue;
        }
        if count + usize::from(gap) >= limit {
            out.push('…');
            break;
        }
        if gap {
            out.push(' ');
            count += 1;
            gap = false;
        }
        out.push(c);
        count += 1;
    }
    out
}

/// The message types that this version reads, with the member that contains their content.
const TYPES: [(&str, Kind); 25] = [
    ("text", Kind::Text),
    ("image", Kind::Image),
    ("video", Kind::Video),
    ("audio", Kind::Audio),
    ("voice", Kind::Audio),
    ("document", Kind::Document),
    ("sticker", Kind::Sticker),
    ("location", Kind::Location),
    ("contacts", Kind::Contacts),
    ("button", Kind::Button),
    ("interactive", Kind::Interactive),
    ("reaction", Kind::Reaction),
    ("order", Kind::Order),
    ("system", Kind::System),
    ("edit", Kind::Edit),
    ("revoke", Kind::Revoke),
    ("request_welcome", Kind::RequestWelcome),
    ("unsupported", Kind::Unsupported),
    ("template", Kind::Template),
    ("media_placeholder", Kind::MediaPlaceholder),
    ("call", Kind::Call),
    // Other spellings in older versions and from other senders.
    ("unknown", Kind::Unsupported),
    ("contact", Kind::Contacts),
    ("edited", Kind::Edit),
    ("deleted", Kind::Revoke),
];

/// Returns a message's type from `type`, or from the member that exists.
pub(super) fn kind_of(body: &Obj<'_>) -> Kind {
    let known = |word: &str| {
        TYPES
            .iter()
            .find(|(name, _)| *name == word)
            .map(|(_, kind)| kind.clone())
    };
    if let Some(word) = body.text("type") {
        let word = word.to_lowercase();
        return known(&word).unwrap_or_else(|| Kind::Unknown(clip(&word, 64)));
    }
    let by_member = TYPES
        .iter()
        .find(|(name, _)| body.has(name))
        .map(|(_, kind)| kind.clone());
    match by_member {
        Some(kind) => kind,
        None if body.has("errors") => Kind::Unsupported,
        None => Kind::Unknown(String::new()),
    }
}

/// Reads the content of a message of a type. A missing or invalid member gives an empty text and
/// never an error.
pub(super) fn read(kind: &Kind, body: &Obj<'_>, errors: &[ApiError]) -> Content {
    let type_word = body.text("type").map(|t| t.to_lowercase()).unwrap_or_default();
    let node = body.get(kind.as_str()).or_else(|| body.get(&type_word));
    let inner = node.and_then(Node::object);
    match kind {
        Kind::Text => Content {
            text: text_of(node),
            label: if node.is_some() { String::new() } else { "text".into() },
            ..Content::default()
        },
        Kind::Image | Kind::Video | Kind::Sticker | Kind::Audio | Kind::Document => media(kind, &type_word, inner),
        Kind::Location => location(inner),
        Kind::Contacts => contacts(node),
        Kind::Button => {
            let mut c = Content::labelled(
                "button",
                inner.as_ref().and_then(|b| b.first_text(&["text", "title", "payload"])),
            );
            c.payload = inner.and_then(|b| b.text("payload"));
            c
        }
        Kind::Interactive => inner.map_or_else(|| Content::labelled("interactive", None), |i| interactive(&i)),
        Kind::Reaction => {
            let emoji = inner.as_ref().and_then(|r| r.text("emoji"));
            let label = emoji.as_ref().map_or_else(
                || "reaction removed".to_owned(),
                |e| format!("reaction {}", clip(e, 16)),
            );
            Content {
                target: inner.and_then(|r| r.first_text(&["message_id", "id"])),
                emoji,
                label,
                ..Content::default()
            }
        }
        Kind::Order => inner.map_or_else(|| Content::labelled("order", None), |o| order(&o)),
        Kind::System => inner.map_or_else(|| Content::labelled("system", None), |s| system(&s)),
        Kind::Edit => edit(inner),
        Kind::Revoke => Content {
            target: inner.and_then(|r| r.first_text(&["original_message_id", "message_id", "id"])),
            label: "deleted message".into(),
            ..Content::default()
        },
        Kind::RequestWelcome => Content::labelled("chat opened", None),
        Kind::Unsupported => {
            let what = inner.and_then(|u| u.first_text(&["type", "title"]));
            let code = errors
                .iter()
                .find_map(|e| e.code)
                .map(|c| format!(" {c}"))
                .unwrap_or_default();
            let named = what.as_ref().map(|w| format!(" {}", clip(w, 32))).unwrap_or_default();
            Content {
                subtype: what,
                ..Content::labelled(format!("unsupported{named}{code}"), None)
            }
        }
        Kind::Template => template(inner),
        Kind::MediaPlaceholder => Content::labelled("media", None),
        Kind::Call => Content::labelled("call", None),
        Kind::Unknown(_) => {
            let code = errors
                .iter()
                .find_map(|e| e.code)
                .map(|c| format!(" {c}"))
                .unwrap_or_default();
            let text = text_of(node).or_else(|| body.first_text(&["body", "caption"]));
            Content::labelled(format!("{}{code}", kind.as_str()), text)
        }
    }
}

/// Returns the readable text of an unknown member: the member itself, or its child with the best
/// name.
fn text_of(node: Option<Node<'_>>) -> Option<String> {
    let node = node?;
    match node.object() {
        Some(object) => [
            "body",
            "text",
            "caption",
            "title",
            "question",
            "name",
            "description",
            "message",
        ]
        .iter()
        .find_map(|name| {
            let found = object.get(name)?;
            let nested = found.object().and_then(|o| o.text("body").or_else(|| o.text("text")));
            nested.or_else(|| found.text()).filter(|t| !t.trim().is_empty())
        }),
        None => node.text().filter(|t| !t.trim().is_empty()),
    }
}

fn media(kind: &Kind, type_word: &str, inner: Option<Obj<'_>>) -> Content {
    let Some(inner) = inner else {
        return Content::labelled(kind.as_str(), None);
    };
    let voice = inner.flag("voice") || type_word == "voice";
    let filename = inner.text("filename").map(|f| clip(&f, 256));
    let caption = inner.text("caption");
    let text = match (&caption, &filename) {
        (Some(c), Some(f)) if !c.contains(f.as_str()) => Some(format!("{c}\n{f}")),
        (Some(_), _) => caption.clone(),
        (None, _) => filename.clone(),
    };
    let media = Media {
        // One sender escapes the slash twice.
        mime: inner.text("mime_type").map(|m| clip(&m.replace("\\/", "/"), 128)),
        sha256: inner.text("sha256").map(|m| clip(&m, 128)),
        id: inner.text("id").map(|m| clip(&m, 256)),
        filename,
        voice,
        animated: inner.flag("animated"),
    };
    let label = if voice && *kind == Kind::Audio {
        "voice message"
    } else {
        kind.as_str()
    };
    Content {
        media: Some(media),
        ..Content::labelled(label, text)
    }
}

fn location(inner: Option<Obj<'_>>) -> Content {
    let Some(inner) = inner else {
        return Content::labelled("location", None);
    };
    let mut lines: Vec<String> = ["name", "address"].iter().filter_map(|n| inner.text(n)).collect();
    lines.dedup();
    if let (Some(lat), Some(long)) = (inner.text("latitude"), inner.text("longitude")) {
        lines.push(format!("{lat},{long}"));
    }
    Content::labelled("location", joined(lines, "\n"))
}

fn contacts(node: Option<Node<'_>>) -> Content {
    let cards = node.map(Node::list).unwrap_or_default();
    let lines = cards.iter().take(50).filter_map(|card| {
        let card = card.object()?;
        let name = card.object("name");
        let full = name.as_ref().and_then(|n| {
            n.text("formatted_name").or_else(|| {
                joined(
                    ["first_name", "last_name"].iter().filter_map(|m| n.text(m)).collect(),
                    " ",
                )
            })
        });
        let from_vcard = || {
            let vcard = card.text("vcard")?;
            vcard
                .lines()
                .find_map(|l| l.strip_prefix("FN:"))
                .map(|l| l.trim().to_owned())
        };
        let full = full.or_else(|| card.text("name")).or_else(from_vcard);
        let phones = card
            .list("phones")
            .into_iter()
            .filter_map(|p| p.object()?.first_text(&["phone", "wa_id"]));
        joined(full.into_iter().chain(phones.take(5)).collect(), " ")
    });
    Content::labelled("contacts", joined(lines.collect(), "\n"))
}

fn interactive(inner: &Obj<'_>) -> Content {
    let named = inner.text("type").map(|t| t.to_lowercase());
    let replies = ["button_reply", "list_reply", "nfm_reply", "call_permission_reply"];
    let subtype = named.or_else(|| replies.iter().find(|r| inner.has(r)).map(|r| (*r).to_owned()));
    let word = subtype.clone().unwrap_or_else(|| "interactive".to_owned());
    let reply = inner.object(&word);
    let mut content = match (word.as_str(), reply) {
        ("nfm_reply", Some(form)) => form_reply(&form),
        ("call_permission_reply", Some(answer)) => {
            let response = answer.text("response").unwrap_or_default();
            Content {
                payload: answer.text("response_source"),
                ..Content::labelled(format!("call permission {response}").trim_end(), None)
            }
        }
        (_, Some(tap)) if tap.has("title") || tap.has("id") => {
            let title = tap.first_text(&["title", "id"]);
            let text = joined(title.into_iter().chain(tap.text("description")).collect(), " – ");
            let label = match word.as_str() {
                "button_reply" => "button",
                "list_reply" => "list",
                _ => &word,
            };
            Content {
                payload: tap.text("id"),
                ..Content::labelled(label, text)
            }
        }
        (_, other) => {
            let mut parts: Vec<String> = ["header", "body", "footer"]
                .iter()
                .filter_map(|m| text_of(inner.get(m)))
                .collect();
            if parts.is_empty() {
                parts.extend(other.and_then(|o| o.first_text(&["body", "text", "title", "name"])));
            }
            Content::labelled(
                if word == "interactive" {
                    word
                } else {
                    format!("interactive {}", clip(&word, 32))
                },
                joined(parts, "\n"),
            )
        }
    };
    content.subtype = subtype;
    content
}

/// Reads a filled form: its answers, one per line. Values other than plain text are written as
/// JSON.
fn form_reply(form: &Obj<'_>) -> Content {
    let answers = form.get("response_json").and_then(|raw| {
        let inner = raw.text().unwrap_or_else(|| raw.raw().to_owned());
        let answers = Node::parse(&inner).ok()?.object()?;
        let lines = answers.members().filter(|(name, _)| *name != "flow_token").take(100);
        joined(
            lines
                .map(|(name, node)| format!("{name}: {}", node.text().unwrap_or_else(|| node.raw().to_owned())))
                .collect(),
            "\n",
        )
    });
    Content::labelled(
        "form",
        answers.or_else(|| form.text("body")).or_else(|| form.text("name")),
    )
}

fn order(inner: &Obj<'_>) -> Content {
    let mut count = 0.0;
    let mut total = Some(0.0);
    let mut currency: Option<String> = None;
    let mut lines = Vec::new();
    for item in inner.list("product_items").into_iter().filter_map(Node::object) {
        let number = |name: &str| item.get(name).and_then(Node::number);
        let quantity = number("quantity").unwrap_or(1.0);
        let price = number("item_price");
        let money = item.text("currency");
        count += quantity;
        let one_currency = money.is_some() && currency.as_ref().is_none_or(|c| Some(c) == money.as_ref());
        total = total.zip(price).filter(|_| one_currency).map(|(t, p)| t + quantity * p);
        if lines.len() < 50 {
            let name = item
                .first_text(&["name", "product_retailer_id"])
                .unwrap_or_else(|| "?".to_owned());
            let at = price
                .map(|p| format!(" at {} {}", money.clone().unwrap_or_default(), amount(p)))
                .unwrap_or_default();
            lines.push(format!("{} × {}{at}", amount(quantity), clip(&name, 128)));
        }
        currency = currency.or(money);
    }
    let sum = total
        .zip(currency)
        .map(|(t, c)| format!(" {} {}", clip(&c, 8), amount(t)))
        .unwrap_or_default();
    let noun = if count == 1.0 { "item" } else { "items" };
    let label = if lines.is_empty() {
        "order".to_owned()
    } else {
        format!("order {} {noun}{sum}", amount(count))
    };
    lines.splice(0..0, inner.text("text"));
    Content {
        label_only: inner.text("text").is_none(),
        ..Content::labelled(label, joined(lines, "\n"))
    }
}

/// Writes an amount without unnecessary decimals.
fn amount(n: f64) -> String {
    if n.abs() >= 1e15 || !n.is_finite() {
        return "?".to_owned();
    }
    let text = format!("{n:.2}");
    text.strip_suffix(".00").map_or(text.clone(), str::to_owned)
}

fn system(inner: &Obj<'_>) -> Content {
    let mut new_ids = Ids::default();
    for value in ["new_wa_id", "wa_id", "user_id", "new_user_id", "parent_user_id"]
        .iter()
        .filter_map(|m| inner.text(m))
    {
        new_ids.add(&value);
    }
    let subtype = inner.text("type").map(|t| t.to_lowercase());
    let changed = subtype
        .as_deref()
        .is_none_or(|t| t.contains("changed_number") || t.contains("changed_user_id"));
    Content {
        subtype,
        new_ids: (changed && !new_ids.is_empty()).then_some(new_ids),
        ..Content::labelled("system", inner.text("body"))
    }
}

/// Returns the old ids that a system notice contains only in its text: "… changed from US.1 to
/// US.2".
pub(super) fn ids_in_words(words: &str, not: &Ids) -> Ids {
    let mut found = Ids::default();
    for word in words.split_whitespace().take(64) {
        match Shape::of(word.trim_end_matches(['.', ','])) {
            Some(Shape::Bsuid(id) | Shape::Parent(id) | Shape::Phone(id)) if not.values().all(|v| v != id) => {
                found.add(&id)
            }
            _ => {}
        }
    }
    found
}

fn edit(inner: Option<Obj<'_>>) -> Content {
    let Some(inner) = inner else {
        return Content::labelled("edited", None);
    };
    let target = inner.first_text(&["original_message_id", "message_id"]);
    let Some(message) = inner.object("message") else {
        return Content {
            target,
            ..Content::labelled("edited", inner.first_text(&["body", "text", "caption"]))
        };
    };
    let kind = kind_of(&message);
    // An edit of an edit has no meaning, and would allow nesting without limit.
    if kind == Kind::Edit {
        return Content {
            target,
            ..Content::labelled("edited", None)
        };
    }
    let new = read(&kind, &message, &[]);
    let label = if new.label.is_empty() {
        "edited".to_owned()
    } else {
        format!("edited {}", new.label)
    };
    Content {
        target,
        label,
        subtype: Some(kind.as_str().to_owned()),
        ..new
    }
}

fn template(inner: Option<Obj<'_>>) -> Content {
    let Some(inner) = inner else {
        return Content::labelled("template", None);
    };
    let name = inner
        .text("name")
        .map(|n| format!(" {}", clip(&n, 64)))
        .unwrap_or_default();
    let components = inner.list("components");
    let values = components.iter().filter_map(|c| c.object()).flat_map(|c| {
        let own = c.text("text");
        let parameters = c
            .list("parameters")
            .into_iter()
            .filter_map(|p| p.object()?.text("text"));
        own.into_iter().chain(parameters).collect::<Vec<_>>()
    });
    Content {
        subtype: inner.text("name").map(|n| clip(&n, 64)),
        ..Content::labelled(format!("template{name}"), joined(values.take(50).collect(), "\n"))
    }
}

fn joined(parts: Vec<String>, with: &str) -> Option<String> {
    (!parts.is_empty()).then(|| parts.join(with))
}

/// Reads a list of errors from Meta.
pub(super) fn errors(nodes: Vec<Node<'_>>) -> Vec<ApiError> {
    let read = |node: Node<'_>| {
        let e = node.object()?;
        Some(ApiError {
            code: e.int("code"),
            title: e.first_text(&["title", "message", "reason"]).map(|t| clip(&t, 256)),
            details: e
                .object("error_data")
                .and_then(|d| d.text("details"))
                .or_else(|| e.first_text(&["details", "message"]))
                .map(|t| clip(&t, 1000)),
        })
    };
    nodes.into_iter().take(20).filter_map(read).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_has_no_breaks_and_a_maximum_length() {
        assert_eq!(one_line("  salam\n\n\tji \u{7}ok ", 50), "salam ji ok");
        assert_eq!(one_line("abcdef", 3), "abc…");
        assert_eq!(one_line("ab cd", 3), "ab…");
    }
}
