//! Requirements on the schema: kinds of events, guards, rights.

use std::collections::BTreeSet;

use inbox::domain::event::{EventKind, How, Subject};
use inbox::domain::vocabulary::Word;

use crate::support;
use crate::support::seed::{conversations, text, workspace};

fn words<W: Word>(list: &[W]) -> BTreeSet<String> {
    list.iter().map(|w| w.as_str().to_owned()).collect()
}

#[tokio::test]
async fn event_kinds_of_the_program_are_the_rows_of_the_database() {
    let db = support::db();
    let mut conn = db.connect().await;
    let mut column =
        async |query: &'static str| -> Vec<String> { sqlx::query_scalar(query).fetch_all(&mut conn).await.unwrap() };
    let kinds = column("select kind from event_rules()").await;
    assert_eq!(kinds.len(), EventKind::ALL.len());
    assert_eq!(kinds.into_iter().collect::<BTreeSet<_>>(), words(EventKind::ALL));
    let subjects =
        column("select subject from event_rules() where subject <> 'resource' union select name from resources()")
            .await;
    assert_eq!(subjects.into_iter().collect::<BTreeSet<_>>(), words(Subject::ALL));
    let ways = column("select distinct how from event_rules() where how is not null").await;
    assert_eq!(ways.into_iter().collect::<BTreeSet<_>>(), words(How::ALL));
    // Each permission is for a kind with a rule, and names existing relations and roles.
    let astray = column(
        "select concat_ws(' ', p.kind, p.roles, p.relation) from permissions() p
        where not exists (select 1 from event_rules() k
                where k.kind = p.kind and k.subject in ('conversation', 'resource'))
            or p.relation <> all ('{anyone,owner,unowned in own team,own team,last owner,offered to,offered by,'
                'own operation,shifts,oneself,due timer}')
            or not p.roles <@ '{agent,bot,supervisor,admin,system}'
        union all
        select k.kind from event_rules() k where k.subject in ('conversation', 'resource') and k.kind <> 'opened'
            and not exists (select 1 from permissions() p where p.kind = k.kind)",
    )
    .await;
    assert_eq!(astray, [] as [String; 0]);
    // The functions that check permissions compute each of these relations.
    let computed = column("select prosrc from pg_proc where proname in ('refusals', 'is_related', 'put_resource')")
        .await
        .join("");
    for relation in column("select distinct relation from permissions()").await {
        assert!(computed.contains(&format!("'{relation}' = any")), "{relation}");
    }
}

#[tokio::test]
async fn unknown_event_kinds_are_refused_even_for_the_owner() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    conversations(&mut conn, 1).await;
    for (what, subject, kind, how) in [
        ("the event", "conversation", "taken", "null"),
        ("an unknown kind", "conversation", "teleported", "null"),
        ("a kind of another subject", "conversation", "ticket_set", "null"),
        ("an unknown subject", "spaceship", "added", "null"),
        ("an unknown way", "conversation", "taken", "'magic'"),
    ] {
        let sql = format!(
            "do $do$
            declare op operation;
            begin
                perform open_operation('admin', 'try', '{{}}', null, null, '0.1.0', 'test', null);
                select * into op from operation order by id desc limit 1;
                with written as (
                    insert into event (subject, subject_id, seq, at, kind, actor_id, operation_id, status, team_id,
                        priority, labels, how, data, hash)
                    select '{subject}', c.id, c.seq + 1, app_now(), '{kind}', op.actor_id, op.id, c.status, c.team_id,
                        c.priority, c.labels, {how}, '{{}}', '\\x00'
                    from conversation c
                    returning event.seq, event.at, event.hash
                )
                update conversation c set seq = w.seq, head = w.hash, head_at = w.at from written w;
            end $do$"
        );
        let done = sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut conn).await;
        match done {
            Ok(_) => assert_eq!(what, "the event"),
            Err(e) => {
                assert!(what != "the event", "{e}");
                assert!(e.to_string().contains("does not match any change"), "{what}: {e}");
            }
        }
    }
}

#[tokio::test]
async fn refusal_names_the_failed_condition() {
    let db = support::db();
    let mut conn = workspace(&db).await;
    conversations(&mut conn, 4).await;
    let ran = |arguments: &[&str]| {
        let out = support::inbox(&db).args(arguments).output().unwrap();
        (out.status.code().unwrap(), String::from_utf8(out.stderr).unwrap())
    };
    for arguments in [
        &["take", "C-1", "C-2", "--as", "sara"][..],
        &["handoff", "C-1", "--to", "ali", "--require-accept", "--as", "sara"],
        &["handoff", "C-2", "--to", "ops", "--require-accept", "--as", "sara"],
    ] {
        assert_eq!(ran(arguments).0, 0, "{arguments:?}");
    }
    for (arguments, says) in [
        (
            &["accept", "C-1", "--as", "zoya"][..],
            "zoya (agent) may not accept C-1, which is offered to ali",
        ),
        (
            &["decline", "C-1", "--as", "zoya"],
            "zoya (agent) may not decline C-1, which is offered to ali",
        ),
        (
            &["accept", "C-2", "--as", "ali"],
            "ali (agent) may not accept C-2, which is offered to the team ops",
        ),
        (
            &["resolve", "C-1", "--as", "ali"],
            "ali (agent) may not resolve C-1, which sara owns",
        ),
        (
            &["resolve", "C-3", "--as", "zoya"],
            "zoya (agent) may not resolve C-3, which waits in the team support",
        ),
        (
            &["snooze", "C-3", "--until", "2h", "--as", "sara"],
            "sara (agent) may not snooze C-3, which nobody owns",
        ),
    ] {
        let (code, said) = ran(arguments);
        assert!(code == 4 && said.contains(says), "{arguments:?}: {code} {said}");
    }
}

#[tokio::test]
async fn every_table_has_its_guards() {
    let db = support::db();
    let mut conn = db.connect().await;
    let guards = text(
        &mut conn,
        "select string_agg(format('%s: %s', relname, list), E'\\n' order by relname)
        from (select c.relname, string_agg(t.tgname, ' ' order by t.tgname) as list
            from pg_class c join pg_trigger t on t.tgrelid = c.oid and not t.tgisinternal
            where c.relnamespace = 'inbox'::regnamespace and t.tgenabled = 'O'
            group by c.relname) x",
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
        "select string_agg(relname, ' ' order by relname)
        from pg_class c
        where relnamespace = 'inbox'::regnamespace and relkind = 'r'
            and not exists (select from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal)",
    )
    .await;
    insta::assert_snapshot!(bare, @"_sqlx_migrations alias_bucket applying dead_letter delivery message_status notice roster_bucket run");
}

#[tokio::test]
async fn nothing_is_public_and_definer_functions_pin_their_search_path() {
    let db = support::db();
    let mut conn = db.connect().await;
    assert_eq!(
        text(
            &mut conn,
            "select count(*)
            from pg_proc p
            where pronamespace = 'inbox'::regnamespace and has_function_privilege('public', p.oid, 'execute')"
        )
        .await,
        "0"
    );
    assert_eq!(
        text(
            &mut conn,
            "select count(*)
            from pg_class c, aclexplode(c.relacl) a
            where c.relnamespace = 'inbox'::regnamespace and a.grantee = 0"
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
        &format!(
            "select coalesce(string_agg(proname, ' '), '') {definers}
                and not coalesce(proconfig, '{{}}') @> array['search_path=inbox, pg_temp']"
        ),
    )
    .await;
    assert_eq!(astray, "");
}
