//! Reads every webhook body under `fixtures/webhooks` as `serve` would.

use std::fmt::Write;
use std::path::PathBuf;

use inbox::domain::whatsapp::{Event, Item, parse};

/// Returns each fixture's name and bytes, ordered by name.
pub fn fixtures() -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/webhooks");
    let mut found: Vec<_> = fs_err::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == "json"))
        .map(|path| {
            (
                path.file_stem().unwrap().to_string_lossy().into_owned(),
                fs_err::read(&path).unwrap(),
            )
        })
        .collect();
    found.sort();
    found
}

fn line(item: &Item) -> String {
    let mut out = match &item.event {
        Err(defect) => format!("{} defect: {defect}", item.path),
        Ok(Event::Message(m)) => {
            let who: Vec<&str> = [&m.ids.phone, &m.ids.bsuid, &m.ids.parent_bsuid]
                .into_iter()
                .flatten()
                .map(String::as_str)
                .collect();
            let mut line = format!(
                "{} {} {} {} by {} for {}: {}",
                item.path,
                m.source.as_str(),
                m.direction.as_str(),
                m.kind,
                m.author.as_str(),
                who.join("/"),
                m.placeholder
            );
            let extras = [
                ("counts", m.counts.then(String::new)),
                ("at", Some(m.at.map_or("arrival".to_owned(), |t| t.to_string()))),
                ("name", m.profile_name.clone()),
                ("username", m.username.clone()),
                ("group", m.group_id.clone()),
                ("payload", m.payload.clone()),
                ("reply to", m.reply_to.clone()),
                ("target", m.target.clone()),
                ("history", m.history_status.clone()),
                ("ad", m.from_ad.as_ref().and_then(|a| a.headline.clone())),
                (
                    "product",
                    m.referred_product.as_ref().and_then(|p| p.retailer_id.clone()),
                ),
                ("new", m.new_ids.as_ref().map(|n| format!("{n:?}"))),
            ];
            for (name, value) in extras {
                if let Some(value) = value {
                    write!(line, "\n      {name} {value}").unwrap();
                }
            }
            line
        }
        Ok(Event::Account(a)) => format!("{} {}: {}", item.path, a.severity.as_str(), a.summary),
        Ok(other) => format!("{} {other:?}", item.path),
    };
    if let Some(key) = item.key() {
        write!(out, "\n      key {}", key.to_string().replace('\u{1f}', " · ")).unwrap();
    }
    out
}

#[test]
fn fixtures_are_read_as_recorded() {
    let fixtures = fixtures();
    assert!(fixtures.len() >= 90, "only {} fixtures found", fixtures.len());
    let mut out = String::new();
    for (name, body) in &fixtures {
        writeln!(out, "{name}").unwrap();
        for item in parse(body).unwrap() {
            writeln!(out, "   {}", line(&item)).unwrap();
        }
    }
    insta::assert_snapshot!("webhooks", out);
}

#[test]
fn raw_json_is_the_exact_text_sent() {
    let mut seen = 0;
    for (name, body) in fixtures() {
        let body = String::from_utf8(body).unwrap();
        for item in parse(body.as_bytes()).unwrap() {
            assert!(body.contains(&item.raw), "{name} {}", item.path);
            assert!(!item.raw.contains('\0'));
            seen += 1;
        }
    }
    assert!(seen > 100);
}

#[test]
fn equivalent_bodies_have_the_same_keys() {
    let mut seen = 0;
    for (name, body) in fixtures() {
        // serde_json refuses the escapes in these two fixtures.
        let Ok(value) = serde_json::from_slice::<serde_json::Value>(&body) else {
            continue;
        };
        let again = serde_json::to_vec(&value).unwrap();
        let keys = |body: &[u8]| parse(body).unwrap().iter().map(Item::key).collect::<Vec<_>>();
        assert_eq!(keys(&body), keys(&again), "{name}");
        seen += 1;
    }
    assert!(seen > 85);
}
