//! The files generated from the definition of the command line are committed and current.

use std::path::Path;

use crate::support;

fn files(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = fs_err::read_dir(dir)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            (name, fs_err::read(entry.path()).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn made(arguments: &[&str]) -> Vec<u8> {
    let home = tempfile::tempdir().unwrap();
    let out = support::bare_inbox(home.path()).args(arguments).output().unwrap();
    assert!(
        out.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&out.stderr)
    );
    assert!(out.stderr.is_empty());
    out.stdout
}

#[test]
fn man_pages_are_current() {
    let dir = tempfile::tempdir().unwrap();
    made(&["man", "--dir", dir.path().to_str().unwrap()]);
    let (fresh, mut committed) = (files(dir.path()), files(&support::source("man")));
    // Written by hand.
    committed.retain(|(name, _)| name != "inbox-chain.7");
    assert!(fresh.len() > 20, "{} pages", fresh.len());
    let names = |files: &[(String, Vec<u8>)]| files.iter().map(|f| f.0.clone()).collect::<Vec<_>>();
    assert_eq!(names(&fresh), names(&committed), "make generated");
    for (new, old) in fresh.iter().zip(&committed) {
        assert!(new == old, "man/{} is old: make generated", new.0);
    }
}

#[test]
fn completions_are_current() {
    for (shell, file) in [("bash", "inbox.bash"), ("zsh", "_inbox"), ("fish", "inbox.fish")] {
        let fresh = made(&["completions", shell]);
        assert!(fresh.len() > 100, "{shell}: {} bytes", fresh.len());
        let committed = fs_err::read(support::source("completions").join(file)).unwrap();
        assert!(fresh == committed, "completions/{file} is old: make generated");
    }
}

#[test]
fn man_pages_list_required_flags_first_and_have_examples() {
    let dir = tempfile::tempdir().unwrap();
    made(&["man", "--dir", dir.path().to_str().unwrap()]);
    let page = fs_err::read_to_string(dir.path().join("inbox-shift-rotate.1")).unwrap();
    let at = |what: &str| page.find(what).unwrap_or_else(|| panic!("no {what} in\n{page}"));
    let options = at(".SH OPTIONS");
    let first = page[options..].find(".TP").map(|n| options + n).unwrap();
    assert!(
        page[first..].starts_with(".TP\n\\fB\\-\\-from"),
        "{}",
        &page[first..first + 60]
    );
    assert!(at(".SH EXAMPLES") < options, "{page}");
    for (name, _) in files(dir.path()) {
        let page = fs_err::read_to_string(dir.path().join(&name)).unwrap();
        assert!(name.ends_with(".7") || page.contains(".SH EXAMPLES"), "{name}");
    }
    let topic = fs_err::read_to_string(dir.path().join("inbox-exit-codes.7")).unwrap();
    assert!(topic.contains("CommitLost") || topic.contains("commit_lost"), "{topic}");
}
