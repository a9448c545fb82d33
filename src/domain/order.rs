//! Order numbers in any spelling: `#1001`, `ORD-1001`, `Order#1001` and `۱۰۰۱` are the same order.

/// The minimum number of digits in an order number.
const MIN_DIGITS: usize = 3;
/// The maximum number of digits in a key.
const MAX_DIGITS: usize = 40;
/// The maximum number of keys from one text.
const MAX_KEYS: usize = 32;

/// Returns the possible order numbers in a text, as digits, in the order of the text.
///
/// A word with three digits or more is a possible order number. Its digits together are a key, and
/// so is each group of three or more digits: `PK-2024-1001` gives `20241001`, `2024` and `1001`.
/// The function returns at most 32 keys of at most 40 digits, then stops. Its time is linear.
pub fn order_keys(text: &str) -> Vec<String> {
    let mut keys: Vec<String> = Vec::new();
    let mut push = |digits: &str| {
        if (MIN_DIGITS..=MAX_DIGITS).contains(&digits.len())
            && keys.len() < MAX_KEYS
            && !keys.iter().any(|k| k == digits)
        {
            keys.push(digits.to_owned());
        }
        keys.len() < MAX_KEYS
    };
    let mut all = String::new();
    // The positions in `all` at which the groups of the word start.
    let mut starts: Vec<usize> = Vec::new();
    let mut in_group = false;
    for c in text.chars().chain([' ']) {
        if let Some(digit) = ascii_digit(c) {
            // Beyond the limit, only the first groups of the word can be keys.
            if all.len() <= MAX_DIGITS {
                if !in_group {
                    starts.push(all.len());
                }
                all.push(digit);
            }
            in_group = true;
        } else if c.is_alphanumeric() || matches!(c, '-' | '_' | '#' | '/') {
            in_group = false;
        } else {
            if !all.is_empty() {
                push(&all);
                starts.push(all.len());
                for pair in starts.windows(2) {
                    push(all.get(pair[0]..pair[1]).unwrap_or_default());
                }
            }
            all.clear();
            starts.clear();
            in_group = false;
            if !push("") {
                break;
            }
        }
    }
    keys
}

/// Returns the ASCII digit for a digit in Latin, Arabic, Urdu or full-width script.
fn ascii_digit(c: char) -> Option<char> {
    let zero = match c {
        '0'..='9' => return Some(c),
        '\u{660}'..='\u{669}' => 0x660,
        '\u{6f0}'..='\u{6f9}' => 0x6f0,
        '\u{ff10}'..='\u{ff19}' => 0xff10,
        _ => return None,
    };
    char::from_digit(u32::from(c) - zero, 10)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_typing_an_order_number_gives_the_same_key() {
        for text in [
            "#1001",
            "ORD-1001",
            "ord 1001",
            "Order#1001",
            "۱۰۰۱",
            "١٠٠١",
            "آرڈر۱۰۰۱",
            "1001.",
            "(1001)",
            "oRd_1001?",
            "１００１",
        ] {
            assert_eq!(order_keys(text), ["1001"], "{text}");
        }
    }

    #[test]
    fn number_of_several_groups_is_found_whole_and_by_group() {
        assert_eq!(order_keys("mera PK-2024-1001 kahan hai"), ["20241001", "2024", "1001"]);
        assert_eq!(order_keys("TCS-77-12"), ["7712"]);
    }

    #[test]
    fn short_numbers_are_not_orders() {
        assert!(order_keys("2 piece 12 baje, size 42").is_empty());
    }

    #[test]
    fn keys_are_distinct_and_limited_in_number_and_length() {
        assert_eq!(order_keys("1001 #1001 ORD-1001"), ["1001"]);
        let many: String = (1000..2000).map(|n| format!("{n} ")).collect();
        assert_eq!(order_keys(&many).len(), MAX_KEYS);
        assert!(order_keys(&"7".repeat(3_000_000)).is_empty());
        assert_eq!(order_keys(&"123-".repeat(500_000)), ["123"]);
    }
}
