//! The layers: who may import whom, and where SQL and printing may stand.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

use crate::support;

/// A layer, and what it may import besides itself. `main` is not one: it calls `cli` alone.
const MAY: &[(&str, &[&str])] = &[
    ("error", &[]),
    ("domain", &["error"]),
    ("db", &["domain", "error"]),
    ("verbs", &["db", "domain", "error"]),
    ("audit", &["db", "domain", "error"]),
    ("output", &["domain", "error"]),
    ("config", &["domain", "error"]),
    ("local", &["error"]),
    ("telemetry", &["error"]),
    ("worker", &["verbs", "db", "domain", "error"]),
    (
        "serve",
        &["worker", "verbs", "db", "domain", "config", "telemetry", "error"],
    ),
    ("client", &["serve", "error"]),
    (
        "demo",
        &["client", "output", "serve", "db", "domain", "config", "error"],
    ),
    (
        "cli",
        &[
            "audit",
            "client",
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
    /// The path of its module: `cli::rows::list`.
    module: Vec<String>,
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
            let mut module: Vec<String> = inside
                .with_extension("")
                .components()
                .map(|c| c.as_os_str().to_str().unwrap().to_owned())
                .collect();
            module.pop_if(|last| last == "mod");
            Source {
                module,
                layer: first.trim_end_matches(".rs").to_owned(),
                text: fs_err::read_to_string(&path).unwrap(),
                path,
            }
        })
        .collect()
}

/// Gives the code without comments and without what stands in test modules at a file's end.
fn code(text: &str) -> String {
    let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
    text.lines()
        .filter(|l| !l.trim_start().starts_with("//"))
        .collect::<Vec<_>>()
        .join("\n")
}

/// Returns the paths that a tree of `use` names: `a::{b, c::d}` names `a::b` and `a::c::d`.
fn paths(tree: &str) -> Vec<Vec<String>> {
    let name: String = tree.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    let rest = &tree[name.len()..];
    if let Some(list) = rest.strip_prefix('{').filter(|_| name.is_empty()) {
        let (mut depth, mut begin, mut found) = (0, 0, Vec::new());
        for (at, c) in list.char_indices() {
            match c {
                '}' if depth == 0 => {
                    found.extend(paths(list[begin..at].trim()));
                    break;
                }
                ',' if depth == 0 => {
                    found.extend(paths(list[begin..at].trim()));
                    begin = at + 1;
                }
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
        }
        return found;
    }
    if name.is_empty() {
        return Vec::new();
    }
    let below = rest.strip_prefix("::").map(paths).unwrap_or_default();
    if below.is_empty() {
        return vec![vec![name]];
    }
    let joined = |path: Vec<String>| std::iter::once(name.clone()).chain(path).collect();
    below.into_iter().map(joined).collect()
}

/// Returns the paths that begin with `crate` or `super`, whole: `use crate::{x, y::z}`, `super::super::f()`.
fn imports(code: &str, module: &[String]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for word in ["crate::", "super::"] {
        for (at, _) in code.match_indices(word) {
            // `$crate::`, `pub(in crate::x)` and a name that ends in crate are others; so is the rest of super::super.
            let before = &code[..at];
            if before.ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$' || c == ':')
                || before.ends_with("pub(in ")
            {
                continue;
            }
            for path in paths(&code[at..]) {
                let supers = path.iter().take_while(|name| *name == "super").count();
                let from = &module[..module.len().saturating_sub(supers)];
                let rest = path.iter().skip(supers.max(1)).cloned();
                found.push(match supers {
                    0 => rest.collect(),
                    _ => from.iter().cloned().chain(rest).collect(),
                });
            }
        }
    }
    found
}

#[test]
fn imports_of_every_form_are_seen() {
    let code = "use crate::db::{self, x}; crate::output::f(); use crate::{domain::{a, b}, verbs, error::E}; \
        $crate::no; my_crate::no; pub(in crate::no) use super::y; super::super::z::f();";
    let found: Vec<String> = imports(code, &["cli".to_owned(), "rows".to_owned(), "list".to_owned()])
        .iter()
        .map(|path| path.join("::"))
        .collect();
    let whole = [
        "db::self",
        "db::x",
        "output::f",
        "domain::a",
        "domain::b",
        "verbs",
        "error::E",
    ];
    assert_eq!(found, [&whole[..], &["cli::rows::y", "cli::z::f"]].concat());
}

#[test]
fn every_layer_imports_only_what_it_may() {
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
        for import in imports(&code(&source.text), &source.module) {
            let import = import.first().cloned().unwrap_or_default();
            // A constant of the crate's root, such as a version, is no layer.
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

/// Follows names that a module re-exports from one below: `db::Workspace` is `db::server::connect::Workspace`.
fn reexports(sources: &[Source]) -> HashMap<Vec<String>, Vec<String>> {
    let mut found = HashMap::new();
    for source in sources {
        for (at, word) in code(&source.text).match_indices("use ") {
            let code = code(&source.text);
            let before = code[..at].trim_end_matches("pub ").len();
            if before == at || !code[..before].ends_with('\n') {
                continue;
            }
            for path in paths(&code[at + word.len()..]) {
                let mut name = source.module.clone();
                name.extend(path.last().cloned());
                found.insert(name, source.module.iter().cloned().chain(path).collect());
            }
        }
    }
    found
}

#[test]
fn modules_of_one_level_import_each_other_in_no_circle() {
    let sources = sources();
    let reexports = reexports(&sources);
    let mut modules: BTreeSet<Vec<String>> = BTreeSet::new();
    for source in &sources {
        modules.extend((1..=source.module.len()).map(|n| source.module[..n].to_vec()));
    }
    // From each module to those beside it that it, or one below it, imports.
    let mut edges: BTreeMap<Vec<String>, BTreeMap<Vec<String>, String>> = BTreeMap::new();
    for source in sources.iter().filter(|s| s.layer != "main" && s.layer != "lib") {
        for mut path in imports(&code(&source.text), &source.module) {
            while let Some(target) = (1..=path.len()).rev().find_map(|n| {
                let to = reexports.get(&path[..n])?;
                Some([to, &path[n..]].concat())
            }) {
                path = target;
            }
            let shared = source.module.iter().zip(&path).take_while(|(a, b)| a == b).count();
            if shared == source.module.len() || shared == path.len() {
                continue;
            }
            let to = path[..=shared].to_vec();
            if modules.contains(&to) {
                let from = source.module[..=shared].to_vec();
                let file = source.module.join("::");
                edges.entry(from).or_default().entry(to).or_insert(file);
            }
        }
    }
    let count: usize = edges.values().map(BTreeMap::len).sum();
    assert!(count > 200, "{count} imports between modules");
    let mut circles = BTreeSet::new();
    for start in edges.keys() {
        let mut reached: BTreeMap<&Vec<String>, Vec<String>> = BTreeMap::new();
        let mut next = vec![(start, Vec::new())];
        while let Some((module, way)) = next.pop() {
            for (to, file) in edges.get(module).into_iter().flatten() {
                let way = [&way[..], &[format!("{file} -> {}", to.join("::"))]].concat();
                if to == start {
                    circles.insert(way.join(", "));
                } else if !reached.contains_key(to) {
                    reached.insert(to, way.clone());
                    next.push((to, way));
                }
            }
        }
    }
    assert!(circles.is_empty(), "{circles:#?}");
}

/// Files under `cli/commands` that are not commands, but shared by some.
const SHARED: &[&str] = &[
    "place",
    "kpi/file",
    "kpi/report",
    "schema/tables",
    "shift/entry",
    "shift/rows",
    "ticket/common",
];

/// Commands whose subcommands are all in one file: each is a line or two, or shares everything with the others.
const TOGETHER: &[&str] = &["config", "local", "schema", "store", "team", "workspace"];

/// Subcommands that stay with the command above: those of every resource.
const ABOVE: &[&str] = &["list", "disable", "enable"];

#[test]
fn files_of_commands_are_the_tree_of_commands() {
    let mut files: BTreeSet<String> = sources()
        .iter()
        .filter_map(|source| source.module.strip_prefix(&["cli".to_owned(), "commands".to_owned()]))
        .filter(|module| !module.is_empty())
        .map(|module| module.join("/"))
        .collect();
    for shared in SHARED {
        assert!(files.remove(*shared), "{shared} is not a file");
    }
    let mut seen = 0;
    for command in inbox::cli::command().get_subcommands() {
        let name = command.get_name().replace('-', "_");
        assert!(files.remove(&name), "the command {name} has no file");
        seen += 1;
        if TOGETHER.contains(&command.get_name()) {
            continue;
        }
        for below in command.get_subcommands().filter(|c| c.get_name() != "help") {
            let file = format!("{name}/{}", below.get_name().replace('-', "_"));
            let above = matches!(&*name, "channel" | "shift") && ABOVE.contains(&below.get_name());
            assert!(files.remove(&file) || above, "the command {file} has no file");
            seen += 1;
        }
    }
    assert!(seen > 60, "{seen} commands");
    // What `inbox audit` does without a subcommand.
    assert!(files.remove("audit/trail"));
    assert!(files.is_empty(), "these are not commands: {files:?}");
}

#[test]
fn sql_stands_in_the_store_alone_and_domain_is_pure() {
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
            // The embedded cluster's own tests ask it; its code does not.
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
fn only_the_output_layer_touches_the_terminal() {
    for source in &sources() {
        let code = code(&source.text);
        for word in ["println!(", "eprintln!(", "print!(", "io::stdout()", "io::stderr()"] {
            // Words inside longer ones (`eprintln` holds `println`) are found all the same.
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
