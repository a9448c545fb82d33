//! What the schema must hold: kinds of events, guards, rights.

use std::collections::BTreeSet;

use inbox::domain::event::EventKind;

use crate::support::seed::text;
use crate::support::{self, source};

#[tokio::test]
async fn the_kinds_of_events_are_those_of_the_program_and_of_the_functions() {
    let db = support::db();
    let mut conn = db.connect().await;
    let list = text(
        &mut conn,
        "select pg_get_constraintdef(oid) from pg_constraint where conname = 'event_kind'",
    )
    .await;
    let allowed: BTreeSet<&str> = list.split('\'').skip(1).step_by(2).collect();
    assert!(allowed.len() > 25, "{list}");
    let known: BTreeSet<&str> = EventKind::ALL.iter().map(|k| k.as_str()).collect();
    assert_eq!(allowed, known);
    // What can be written: the kinds that functions accept, and those that the state machine and the verbs make.
    let functions: Vec<String> =
        sqlx::query_scalar("select prosrc from pg_proc where pronamespace = 'inbox'::regnamespace")
            .fetch_all(&mut conn)
            .await
            .unwrap();
    let in_functions: BTreeSet<&str> = functions
        .iter()
        .flat_map(|f| f.split('\'').skip(1).step_by(2))
        .collect();
    let read = |files: Vec<std::path::PathBuf>| {
        files
            .into_iter()
            .map(|f| fs_err::read_to_string(f).unwrap())
            .collect::<String>()
    };
    let rust = |folder: &str| {
        let files = fs_err::read_dir(source(folder)).unwrap().map(|e| e.unwrap().path());
        files
            .filter(|p| p.extension().is_some_and(|e| e == "rs") && !p.ends_with("audit.rs"))
            .collect::<Vec<_>>()
    };
    let verbs = read(rust("src/verbs")) + &read(vec![source("src/domain/conversation.rs")]);
    let program = read(rust("src/verbs/ingest")) + &read(rust("src/db")) + &verbs;
    let in_program: BTreeSet<&str> = program.split('"').filter(|w| allowed.contains(w)).collect();
    // The forms in which the program names the kind of an event that it makes.
    let mut made = BTreeSet::new();
    for form in [
        "kind: \"",
        "step(\"",
        "step(\n                    \"",
        "self.give(\"",
        "self.queue(\"",
    ] {
        made.extend(verbs.split(form).skip(1).map(|rest| rest.split('"').next().unwrap()));
    }
    let made: BTreeSet<&str> = made
        .into_iter()
        .filter(|k| k.len() > 3 && k.chars().all(|c| c.is_ascii_lowercase() || c == '_'))
        .collect();
    assert!(
        made.contains("released") && made.contains("taken") && made.contains("rotated"),
        "{made:?}"
    );
    assert_eq!(made.difference(&allowed).collect::<Vec<_>>(), [] as [&&str; 0]);
    let written: BTreeSet<&str> = allowed
        .iter()
        .copied()
        .filter(|k| in_functions.contains(k) || in_program.contains(k))
        .collect();
    // Nothing writes these yet; whoever does takes them off this list.
    let kept_free: BTreeSet<&str> = ["conflicted"].into();
    assert_eq!(
        allowed.difference(&kept_free).copied().collect::<BTreeSet<_>>(),
        &written - &kept_free
    );
}

#[tokio::test]
async fn each_table_has_its_guards() {
    let db = support::db();
    let mut conn = db.connect().await;
    let guards = text(
        &mut conn,
        "select string_agg(format('%s: %s', relname, list), E'\\n' order by relname) from (
            select c.relname, string_agg(t.tgname, ' ' order by t.tgname) as list from pg_class c join pg_trigger t on t.tgrelid = c.oid and not t.tgisinternal
            where c.relnamespace = 'inbox'::regnamespace and t.tgenabled = 'O' group by c.relname) x",
    )
    .await;
    insta::assert_snapshot!(guards, @r#"
    acting: event_says_so_insert event_says_so_update no_delete no_truncate
    agent: event_says_so_insert event_says_so_update no_delete no_truncate
    alias_change: append_only append_only_truncate by_alias_alone
    attempt: append_only append_only_truncate
    channel: event_says_so_insert event_says_so_update no_delete no_truncate
    code_version: no_delete no_truncate only_rises
    contact: event_says_so_insert event_says_so_update no_delete no_truncate
    contact_alias: ends_once erased_with_contact is_written_down no_truncate not_forgotten_insert not_forgotten_update
    contact_conflict: erased_with_contact no_truncate
    conversation: event_says_so_insert event_says_so_update fixed no_delete no_truncate not_forgotten
    event: append_only append_only_truncate happened happened_to_noun opens_a_ticket
    handle: never_changed no_delete no_truncate
    handoff: decided_once no_delete no_truncate
    leg: closed_once event_says_so_insert event_says_so_update no_delete no_truncate
    message: counts_versions never_changed no_delete no_truncate own_transaction
    note: never_changed no_delete no_truncate
    operation: never_changed no_delete no_truncate own_name
    order_key: erased_with_contact never_changed no_truncate
    phase: closed_once event_says_so_insert event_says_so_update no_delete no_truncate
    reason: never_changed no_delete no_truncate
    roster: event_says_so_insert event_says_so_update no_delete no_truncate
    secret: append_only append_only_truncate only_one
    setting: event_says_so_insert event_says_so_update no_delete no_truncate
    shift: event_says_so_insert event_says_so_update no_delete no_truncate
    store: event_says_so_insert event_says_so_update no_delete no_truncate
    superseded: append_only append_only_truncate by_message_alone
    team: event_says_so_insert event_says_so_update no_delete no_truncate
    ticket: event_says_so_insert event_says_so_update fixed no_delete no_truncate
    "#);
    let bare = text(
        &mut conn,
        "select string_agg(relname, ' ' order by relname) from pg_class c where relnamespace = 'inbox'::regnamespace and relkind = 'r'
            and not exists (select from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal)",
    )
    .await;
    insta::assert_snapshot!(bare, @"_sqlx_migrations alias_bucket applying dead_letter delivery message_status notice roster_bucket run");
}

#[tokio::test]
async fn nothing_is_open_to_public_and_every_function_with_rights_pins_its_search_path() {
    let db = support::db();
    let mut conn = db.connect().await;
    assert_eq!(
        text(
            &mut conn,
            "select count(*) from pg_proc p where pronamespace = 'inbox'::regnamespace and has_function_privilege('public', p.oid, 'execute')"
        )
        .await,
        "0"
    );
    assert_eq!(
        text(
            &mut conn,
            "select count(*) from pg_class c, aclexplode(c.relacl) a where c.relnamespace = 'inbox'::regnamespace and a.grantee = 0"
        )
        .await,
        "0"
    );
    let definers = "from pg_proc where pronamespace = 'inbox'::regnamespace and prosecdef";
    assert!(
        text(&mut conn, &format!("select count(*) {definers}"))
            .await
            .parse::<i32>()
            .unwrap()
            > 10
    );
    let astray = text(
        &mut conn,
        &format!("select coalesce(string_agg(proname, ' '), '') {definers} and not coalesce(proconfig, '{{}}') @> array['search_path=inbox, pg_temp']"),
    )
    .await;
    assert_eq!(astray, "");
}
