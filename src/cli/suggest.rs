//! Suggestions for misspelt commands, flags, values and handles.

use clap::error::{ContextKind, ContextValue, ErrorKind};

/// Minimum similarity of a suggested word, as in clap.
const SIMILAR: f64 = 0.7;
/// Maximum number of suggestions.
const MAX_SUGGESTIONS: usize = 3;

/// Flags of other programs, with the equivalent flags of this program.
const FOREIGN_FLAGS: &[(&str, &str)] = &[
    ("--json", "use '-o json'"),
    ("--format", "use '-o FORMAT'"),
    ("--jq", "use '-o json | jq'"),
    ("--csv", "use '-o csv'"),
    ("--force", "use '--yes'"),
];

/// Values of other programs, with the equivalent values of this program.
const FOREIGN_VALUES: &[(&str, &str)] = &[("done", "closed"), ("finished", "closed"), ("waiting-for-us", "open")];

/// Returns the most similar candidate, if one is similar enough.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    sorted(word, candidates).into_iter().next()
}

/// Returns the similar candidates, most similar first.
fn sorted<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let word = word.to_lowercase();
    let mut near: Vec<(f64, &str)> = candidates
        .into_iter()
        .map(|c| (strsim::jaro(&word, c), c))
        .filter(|(likeness, _)| *likeness > SIMILAR)
        .collect();
    near.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
    near.into_iter().map(|(_, c)| c).take(MAX_SUGGESTIONS).collect()
}

/// Improves clap's suggestions: the most similar command is first, and flags of other programs are translated.
pub fn improve(mut error: clap::Error) -> clap::Error {
    let text = |error: &clap::Error, kind| match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text.clone()),
        Some(_) | None => None,
    };
    let kind = error.kind();
    if kind == ErrorKind::InvalidSubcommand {
        if let (Some(word), Some(ContextValue::Strings(names))) = (
            text(&error, ContextKind::InvalidSubcommand),
            error.get(ContextKind::SuggestedSubcommand),
        ) {
            let near = sorted(&word, names.iter().map(String::as_str));
            let near = near.into_iter().map(str::to_owned).collect();
            error.insert(ContextKind::SuggestedSubcommand, ContextValue::Strings(near));
        }
    } else if kind == ErrorKind::UnknownArgument {
        let flag = text(&error, ContextKind::InvalidArg).unwrap_or_default();
        let flag = flag.split('=').next().unwrap_or_default();
        if let Some((_, tip)) = FOREIGN_FLAGS.iter().find(|f| f.0 == flag) {
            let tips = ContextValue::StyledStrs(vec![(*tip).to_owned().into()]);
            error.insert(ContextKind::Suggested, tips);
            error.remove(ContextKind::SuggestedArg);
        }
    } else if kind == ErrorKind::InvalidValue {
        let word = text(&error, ContextKind::InvalidValue).unwrap_or_default();
        let known = match error.get(ContextKind::ValidValue) {
            Some(ContextValue::Strings(known)) => known.clone(),
            Some(_) | None => Vec::new(),
        };
        if let Some((_, meant)) = FOREIGN_VALUES.iter().find(|v| v.0 == word)
            && known.iter().any(|k| k == meant)
        {
            error.insert(ContextKind::SuggestedValue, ContextValue::String((*meant).to_owned()));
        }
    }
    error
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_word_comes_first() {
        assert_eq!(sorted("tak", ["team", "tick", "take", "show"])[0], "take");
        assert_eq!(nearest("sarra", ["ali", "sara", "zara"]), Some("sara"));
        assert_eq!(nearest("xyz", ["ali", "sara"]), None);
    }

    #[test]
    fn misspelled_words_get_a_valid_suggestion() {
        for (line, tip) in [
            ("tak C-1", "'take'"),
            ("list --json", "-o json"),
            ("list --statsu open", "'--status'"),
            ("list --status opne", "'open'"),
            ("ticket set T-1 --status done", "'closed'"),
            ("shift rotat", "'rotate'"),
        ] {
            let words: Vec<std::ffi::OsString> = format!("inbox {line}").split(' ').map(Into::into).collect();
            let error = improve(crate::cli::parse(&words).unwrap_err()).to_string();
            assert!(error.contains(tip), "{line}: {error}");
        }
    }
}
