//! Any body: every element becomes an item with text that Postgres can store, and the same body gives the same items.

#![no_main]

use inbox::domain::order::order_keys;
use inbox::domain::whatsapp::{Event, parse};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let Ok(items) = parse(body) else { return };
    for item in &items {
        assert!(!item.raw.contains('\0'), "{}: the raw JSON holds U+0000", item.path);
        if let Ok(Event::Message(message)) = &item.event {
            assert!(!message.wamid.contains('\0') && !message.placeholder.contains('\0'));
            assert!(order_keys(&message.placeholder).len() <= 32);
        }
    }
    assert_eq!(parse(body).ok(), Some(items));
});
