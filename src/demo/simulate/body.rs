//! The webhook bodies of one customer on one channel.

use serde_json::{Value, json};

use super::{Channel, Customer};

/// A generator of bodies for one customer and channel.
pub(super) struct Maker {
    waba: String,
    metadata: Value,
    display: String,
    contact: Value,
    phone: Option<String>,
    bsuid: Option<String>,
}

impl Maker {
    pub(super) fn new(customer: &Customer, channel: &Channel) -> Self {
        let mut profile = json!({ "name": customer.name });
        insert(&mut profile, "username", customer.username.as_deref());
        let mut contact = json!({ "profile": profile });
        insert(&mut contact, "wa_id", customer.phone.as_deref());
        insert(&mut contact, "user_id", customer.bsuid.as_deref());
        Maker {
            waba: channel.waba.clone(),
            metadata: json!({ "display_phone_number": channel.display, "phone_number_id": channel.phone_number_id }),
            display: channel.display.clone(),
            contact,
            phone: customer.phone.clone(),
            bsuid: customer.bsuid.clone(),
        }
    }

    fn body(&self, field: &str, lists: Value) -> String {
        let mut value = json!({ "messaging_product": "whatsapp", "metadata": self.metadata });
        if let (Value::Object(value), Value::Object(lists)) = (&mut value, lists) {
            value.extend(lists);
        }
        json!({
            "object": "whatsapp_business_account",
            "entry": [{ "id": self.waba, "changes": [{ "field": field, "value": value }] }],
        })
        .to_string()
    }

    /// Creates a body with messages of the customer.
    pub(super) fn messages(&self, messages: Vec<Value>) -> String {
        self.body("messages", json!({ "contacts": [self.contact], "messages": messages }))
    }

    fn message(&self, id: &str, at: i64, kind: &str, content: Value) -> Value {
        let mut message = json!({ "id": id, "timestamp": at.to_string(), "type": kind });
        insert(&mut message, "from", self.phone.as_deref());
        insert(&mut message, "from_user_id", self.bsuid.as_deref());
        if let Value::Object(message) = &mut message {
            message.insert(kind.to_owned(), content);
        }
        message
    }

    pub(super) fn text(&self, id: &str, text: &str, at: i64) -> Value {
        self.message(id, at, "text", json!({ "body": text }))
    }

    pub(super) fn reply(&self, id: &str, to: &str, text: &str, at: i64) -> Value {
        let mut message = self.text(id, text, at);
        if let Value::Object(message) = &mut message
            && !to.is_empty()
        {
            message.insert("context".to_owned(), json!({ "from": self.display, "id": to }));
        }
        message
    }

    pub(super) fn button(&self, id: &str, to: &str, payload: &str, title: &str, at: i64) -> Value {
        let reply = json!({ "type": "button_reply", "button_reply": { "id": payload, "title": title } });
        let mut message = self.message(id, at, "interactive", reply);
        if let Value::Object(message) = &mut message {
            message.insert("context".to_owned(), json!({ "from": self.display, "id": to }));
        }
        message
    }

    fn media(&self, id: &str, at: i64, kind: &str, mime: &str, more: Value) -> Value {
        let handle: String = id.bytes().rev().map(|b| char::from(b'0' + b % 10)).take(15).collect();
        let mut media = json!({ "id": handle, "mime_type": mime, "sha256": format!("{}=", &id[10..id.len().min(42)]) });
        if let (Value::Object(media), Value::Object(more)) = (&mut media, more) {
            media.extend(more);
        }
        self.message(id, at, kind, media)
    }

    pub(super) fn photo(&self, id: &str, caption: &str, at: i64) -> Value {
        self.media(id, at, "image", "image/jpeg", json!({ "caption": caption }))
    }

    pub(super) fn voice(&self, id: &str, seconds: u64, at: i64) -> Value {
        self.media(
            id,
            at,
            "audio",
            "audio/ogg; codecs=opus",
            json!({ "voice": true, "duration": seconds }),
        )
    }

    pub(super) fn sticker(&self, id: &str, at: i64) -> Value {
        self.media(id, at, "sticker", "image/webp", json!({ "animated": false }))
    }

    pub(super) fn document(&self, id: &str, filename: &str, at: i64) -> Value {
        self.media(id, at, "document", "application/pdf", json!({ "filename": filename }))
    }

    pub(super) fn location(&self, id: &str, name: &str, address: &str, lat: f64, long: f64, at: i64) -> Value {
        self.message(
            id,
            at,
            "location",
            json!({ "name": name, "address": address, "latitude": lat, "longitude": long }),
        )
    }

    pub(super) fn contact(&self, id: &str, name: &str, phone: &str, at: i64) -> Value {
        let card = json!([{
            "name": { "formatted_name": name, "first_name": name },
            "phones": [{ "phone": format!("+{phone}"), "wa_id": phone }],
        }]);
        self.message(id, at, "contacts", card)
    }

    pub(super) fn order(&self, id: &str, number: &str, at: i64) -> Value {
        let items = json!([
            { "product_retailer_id": "LAWN-3PC-07", "quantity": 1, "item_price": 2400, "currency": "PKR" },
            { "product_retailer_id": "DUPATTA-02", "quantity": 1, "item_price": 1000, "currency": "PKR" },
        ]);
        self.message(
            id,
            at,
            "order",
            json!({ "catalog_id": "19483698", "text": format!("same as order {number}"), "product_items": items }),
        )
    }

    pub(super) fn reaction(&self, id: &str, to: &str, emoji: &str, at: i64) -> Value {
        self.message(id, at, "reaction", json!({ "message_id": to, "emoji": emoji }))
    }

    pub(super) fn edit(&self, id: &str, of: &str, text: &str, at: i64) -> Value {
        let message = json!({ "type": "text", "text": { "body": text } });
        self.message(id, at, "edit", json!({ "original_message_id": of, "message": message }))
    }

    pub(super) fn revoke(&self, id: &str, of: &str, at: i64) -> Value {
        self.message(id, at, "revoke", json!({ "original_message_id": of }))
    }

    pub(super) fn unsupported(&self, id: &str, at: i64) -> Value {
        let mut message = self.message(id, at, "unsupported", json!({ "type": "poll" }));
        if let Value::Object(message) = &mut message {
            let error = json!([{
                "code": 131_051,
                "title": "Message type unknown",
                "message": "Message type unknown",
                "error_data": { "details": "Message type is currently not supported." },
            }]);
            message.insert("errors".to_owned(), error);
        }
        message
    }

    /// Creates a body with a message from the phone app.
    pub(super) fn echo(&self, id: &str, text: &str, at: i64) -> String {
        let mut echo = json!({
            "from": self.display, "id": id, "timestamp": at.to_string(), "type": "text", "text": { "body": text },
        });
        insert(&mut echo, "to", self.phone.as_deref());
        insert(&mut echo, "to_user_id", self.bsuid.as_deref());
        self.body("smb_message_echoes", json!({ "message_echoes": [echo] }))
    }

    /// Creates a body with a status of a message.
    pub(super) fn status(&self, id: &str, status: &str, at: i64, category: &str) -> String {
        let mut status = json!({
            "id": id,
            "status": status,
            "timestamp": at.to_string(),
            "pricing": {
                "billable": category != "service", "pricing_model": "PMP", "type": "regular", "category": category,
            },
        });
        insert(&mut status, "recipient_id", self.phone.as_deref());
        insert(&mut status, "recipient_user_id", self.bsuid.as_deref());
        self.body("messages", json!({ "contacts": [self.contact], "statuses": [status] }))
    }

    pub(super) fn history_message(&self, id: &str, ours: bool, text: &str, at: i64) -> Value {
        let mut message = json!({
            "id": id, "timestamp": at.to_string(), "type": "text", "text": { "body": text },
            "history_context": { "status": "READ" },
        });
        let from = if ours {
            Some(self.display.as_str())
        } else {
            self.phone.as_deref()
        };
        insert(&mut message, "from", from);
        if ours {
            insert(&mut message, "to", self.phone.as_deref());
        }
        message
    }

    /// Creates a body with a part of the history.
    pub(super) fn history(&self, messages: Vec<Value>) -> String {
        let id = self.phone.clone().or_else(|| self.bsuid.clone());
        let thread = json!({ "id": id, "messages": messages });
        let chunk = json!({ "metadata": { "phase": 0, "chunk_order": 1, "progress": 100 }, "threads": [thread] });
        self.body("history", json!({ "history": [chunk] }))
    }
}

fn insert(object: &mut Value, name: &str, value: Option<&str>) {
    if let (Value::Object(object), Some(value)) = (object, value) {
        object.insert(name.to_owned(), Value::from(value));
    }
}
