//! Any text: what is read as a reference is printed so that it reads as the same one.

#![no_main]

use inbox::domain::reference::{Bare, RefContext};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    for bare in [Bare::Conversation, Bare::Ticket] {
        let context = RefContext {
            bare,
            phone_prefix: "92",
        };
        if let Ok(reference) = context.parse(text) {
            let printed = reference.to_string();
            assert_eq!(
                context.parse(&printed).ok(),
                Some(reference),
                "{text:?} was printed as {printed:?}"
            );
        }
        let mut count = 0_i64;
        let _ = context.parse_each(text, |_| count += 1);
        assert!(count <= inbox::domain::reference::RANGE_CAP);
    }
});
