//! The layers: which may import which, and where SQL and printing are allowed.

use std::path::{Path, PathBuf};

use crate::support;

/// A layer and the layers it may import in addition to itself. `main` is not a layer: it only calls
/// `cli`.
const MAY: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("domain", &["error"]),
    ("db", &["domain", "error"]),
    ("verbs", &["db", "domain", "error"]),
    ("output", &["domain", "error"]),
    ("config", &["domain", "error"]),
    ("local", &["error"]),
    ("telemetry", &["error"]),
    ("worker", &["verbs", "db", "domain", "error"]),
    (
        "serve",
        &["worker", "verbs", "db", "domain", "config", "telemetry", "error"],
    ),
    ("demo", &["output", "db", "domain", "config", "error"]),
    (
        "cli",
        &[
            "demo",
            "output",
            "serve",
            "worker",
            "verbs",
            "db",
            "domain",
            "config",
            "local",
            "telemetry",
            "error",
        ],
    ),
];

struct Source {
    path: PathBuf,
    layer: String,
    text: String,
}

fn sources() -> Vec<Source> {
    fn walk(dir: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs_err::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                found.push(path);
            }
        }
    }
    let root = support::source("src");
    let mut found = Vec::new();
    walk(&root, &mut found);
    assert!(found.len() > 50, "{} files", found.len());
    found
        .into_iter()
        .map(|path| {
            let inside = path.strip_prefix(&root).unwrap();
            let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
            Source {
                layer: first.trim_end_matches(".rs").to_owned(),
                text: fs_err::read_to_string(&path).unwrap(),
                path,
            }
        })
        .collect()
}

/// Returns the code without comments and without the test module at the end of the file.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    text.lines()
        .filter(|l| !l.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Returns the layers that `crate::` paths name: `use crate::x::…`, `crate::x::f()`, `use
/// crate::{x, y::z}`.
fn imports(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        // `$crate::` and names that end in `crate` do not count.
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let mut depth = 0;
            let mut name = String::new();
            for c in list.chars() {
                match c {
                    '{' => depth += 1,
                    '}' if depth == 0 => break,
                    '}' => depth -= 1,
                    ',' if depth == 0 => found.push(std::mem::take(&mut name)),
                    c if depth == 0 => name.push(c),
                    _ => {}
                }
            }
            found.push(name);
        } else {
            found.push(rest.to_owned());
        }
    }
    found
        .iter()
        .map(|path| {
            path.trim()
                .chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect()
        })
        .filter(|name: &String| !name.is_empty())
        .collect()
}

#[test]
fn import_scanner_finds_every_form_of_import() {
    let code = "use crate::db::{self, x}; crate::output::f(); use crate::{domain::{a, b}, verbs, error::E}; \
        $crate::no; my_crate::no";
    assert_eq!(imports(code), ["db", "output", "domain", "verbs", "error"]);
}

#[test]
fn layers_import_only_permitted_layers() {
    let sources = sources();
    let mut seen = 0;
    for source in &sources {
        let layer = source.layer.as_str();
        if layer == "main" || layer == "lib" {
            continue;
        }
        let (_, may) = MAY
            .iter()
            .find(|m| m.0 == layer)
            .unwrap_or_else(|| panic!("no rule for the layer {layer}"));
        for import in imports(&code(&source.text)) {
            // A constant of the crate's root, such as a version, is not a layer.
            if !MAY.iter().any(|m| m.0 == import) {
                continue;
            }
            seen += 1;
            assert!(
                import == layer || may.contains(&import.as_str()),
                "{} imports {import}",
                source.path.display()
            );
        }
    }
    assert!(seen > 200, "{seen} imports");
}

#[test]
fn sql_is_only_in_db_and_domain_is_pure() {
    let mut queries = 0;
    for source in &sources() {
        let code = code(&source.text);
        let has_sql = [
            "query!(",
            "query_as!(",
            "query_scalar!(",
            "query_file",
            "sqlx::query",
            "AssertSqlSafe(",
        ]
        .iter()
        .any(|w| code.contains(w));
        if source.layer == "db" {
            queries += usize::from(has_sql);
        } else {
            // The tests of the embedded cluster use SQL; its code does not.
            let test = source
                .path
                .file_name()
                .is_some_and(|n| n.to_str().unwrap().ends_with("tests.rs"));
            assert!(!has_sql || test, "{} holds SQL", source.path.display());
        }
        if source.layer == "domain" || source.path.components().any(|c| c.as_os_str() == "simulate") {
            for word in [
                "sqlx::",
                "tokio::",
                "std::env",
                "std::fs",
                "fs_err",
                "Timestamp::now",
                "SystemTime::now",
                "Zoned::now",
            ] {
                assert!(!code.contains(word), "{} uses {word}", source.path.display());
            }
        }
    }
    assert!(queries > 5, "{queries} files of the store hold SQL");
}

#[test]
fn only_output_writes_to_the_terminal() {
    for source in &sources() {
        let code = code(&source.text);
        for word in ["println!(", "eprintln!(", "print!(", "io::stdout()", "io::stderr()"] {
            // Words inside longer ones are found too: `eprintln` contains `println`.
            assert!(
                !code.contains(word) || source.layer == "output" || source.layer == "telemetry",
                "{} uses {word}",
                source.path.display()
            );
        }
    }
}

#[test]
fn verbs_neither_begin_nor_commit() {
    let mut seen = 0;
    for source in sources().iter().filter(|s| s.layer == "verbs") {
        seen += 1;
        for word in ["db::begin(", "db::commit(", ".begin()", ".commit()"] {
            assert!(
                !code(&source.text).contains(word),
                "{} uses {word}",
                source.path.display()
            );
        }
    }
    assert!(seen > 5, "{seen} files");
}
