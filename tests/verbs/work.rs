//! take, assign, release, note, resolve, reopen, pending, snooze, label, shift rotate.

use insta::assert_snapshot;

use super::workspace;
use crate::support::seed::text;
use crate::support::transcript::{clock, digest, transcript};

#[tokio::test]
async fn second_take_names_the_owner_and_since_when() {
    let (db, mut conn) = workspace(2).await;
    let mut seen = transcript(&db, &["--as sara take C-1"]);
    clock(&mut conn, "2026-11-20 09:10+00").await;
    seen += &transcript(
        &db,
        &[
            "--as ali take C-1",
            "--as ali take C-1 C-2",
            "--as ali take C-1 C-2 --keep-going",
            "--as sara take C-1",
            "--as omar take C-1 -o json",
        ],
    );
    assert_snapshot!(seen, @r#"
    $ inbox --as sara take C-1
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           changed  open    sara   support  -       O-5        -
    ! note: C-1 is yours · undo: inbox undo O-5
    $ inbox --as ali take C-1
    ! error: C-1 is owned by sara since 2026-11-20T09:00:00Z (600 s ago)
    ! hint: the owner can use inbox handoff; a supervisor can use inbox assign
    exit 5
    $ inbox --as ali take C-1 C-2
    ! error: C-1 is owned by sara since 2026-11-20T09:00:00Z (600 s ago)
    ! hint: the owner can use inbox handoff; a supervisor can use inbox assign
    exit 5
    $ inbox --as ali take C-1 C-2 --keep-going
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           failed   -       -      -        -       -          C-1 is owned by sara since 2026-11-20T09:00:00Z (600 s ago)
    C-2           changed  open    ali    support  -       O-8        -
    ! note: C-2 is yours · undo: inbox undo O-8
    ! error: 1 of 2 could not be changed
    ! hint: the column problem shows the reasons
    exit 6
    $ inbox --as sara take C-1
    conversation  result     status  owner  team     ticket  operation  problem
    C-1           unchanged  open    sara   support  -       -          -
    $ inbox --as omar take C-1 -o json
    ! {"error":{"code":"conflict","message":"C-1 is owned by sara since 2026-11-20T09:00:00Z (600 s ago)","hint":"the owner can use inbox handoff; a supervisor can use inbox assign"}}
    exit 5
    "#);
    // Each lost take is recorded; C-2 was unowned, so no take lost it.
    let attempts = text(
        &mut conn,
        "select string_agg(format('C-%s %s lost to %s', t.conversation_id, a.handle, o.handle), ', ' order by t.id)
        from attempt t join agent a on a.id = t.agent_id left join agent o on o.id = t.owner_id",
    )
    .await;
    assert_eq!(
        attempts,
        "C-1 ali lost to sara, C-1 ali lost to sara, C-1 ali lost to sara, C-1 omar lost to sara"
    );
}

#[tokio::test]
async fn assign_moves_to_an_agent_or_a_queue_and_shows_the_old_owner() {
    let (db, mut conn) = workspace(3).await;
    assert_snapshot!(transcript(&db, &[
        "--as omar assign C-1 C-2 --to sara",
        "--as omar assign C-1 --to sara",
        "--as omar assign C-1 --to ops --reason 'parcel stuck at the hub'",
        "--as zoya assign C-1 --to me",
        "--as sara assign C-3 --to ali",
        "--as sara assign C-3 --to me",
        "--as omar assign C-3 --to vera",
        "--as omar assign C-3 --to nobody-here",
        "--as omar assign --owner sara --to ali",
        "--as omar assign --owner sara --to ali",
        "--as omar assign C-2 --to zoya --if-owner sara",
        "--as omar assign C-2 --to zoya --if-owner ali --columns conversation,was,owner,team",
    ]), @r#"
    $ inbox --as omar assign C-1 C-2 --to sara
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           changed  open    sara   support  -       O-6        -
    C-2           changed  open    sara   support  -       O-6        -
    ! note: 2 conversations were changed · undo: inbox undo O-6
    $ inbox --as omar assign C-1 --to sara
    conversation  result     status  owner  team     ticket  operation  problem
    C-1           unchanged  open    sara   support  -       -          -
    $ inbox --as omar assign C-1 --to ops --reason 'parcel stuck at the hub'
    conversation  result   status  owner  team  ticket  operation  problem
    C-1           changed  open    -      ops   -       O-8        -
    ! note: C-1 is in the queue of ops · undo: inbox undo O-8
    $ inbox --as zoya assign C-1 --to me
    conversation  result   status  owner  team  ticket  operation  problem
    C-1           changed  open    zoya   ops   -       O-9        -
    ! note: C-1 is yours · undo: inbox undo O-9
    $ inbox --as sara assign C-3 --to ali
    conversation  result   status  owner  team     ticket  operation  problem
    C-3           changed  open    ali    support  -       O-10       -
    ! note: C-3 is owned by ali · undo: inbox undo O-10
    $ inbox --as sara assign C-3 --to me
    ! error: sara (agent) may not assign C-3, which ali owns
    ! hint: agents can change conversations they own or that are unassigned in their teams; ask a supervisor
    exit 4
    $ inbox --as omar assign C-3 --to vera
    ! error: vera (viewer) cannot own conversations or tickets
    ! hint: name an agent, a supervisor, an admin, a bot or a team
    exit 5
    $ inbox --as omar assign C-3 --to nobody-here
    ! error: no agent or team "nobody-here"
    ! hint: inbox agent list and inbox team list show the handles
    exit 3
    $ inbox --as omar assign --owner sara --to ali
    conversation  result   status  owner  team     ticket  operation  problem
    C-2           changed  open    ali    support  -       O-14       -
    ! note: C-2 is owned by ali · undo: inbox undo O-14
    $ inbox --as omar assign --owner sara --to ali
    conversation  result  status  owner  team  ticket  operation  problem
    ! note: nothing matched; nothing was changed
    $ inbox --as omar assign C-2 --to zoya --if-owner sara
    ! error: C-2 is owned by ali since 2026-11-20T09:00:00Z, not sara
    ! hint: nothing was changed; see the current state with inbox show
    exit 5
    $ inbox --as omar assign C-2 --to zoya --if-owner ali --columns conversation,was,owner,team
    conversation  was  owner  team
    C-2           ali  zoya   ops
    ! note: C-2 is owned by zoya · undo: inbox undo O-17
    "#);
    let quoted = inbox::db::admin::directory::recipient(&mut conn, "ali' or 'a' = 'a").await;
    assert!(quoted.unwrap_err().message.contains("no agent or team"));
}

#[tokio::test]
async fn conversation_passes_through_every_status() {
    let (db, mut conn) = workspace(1).await;
    let mut seen = transcript(
        &db,
        &[
            "--as sara take C-1",
            "--as sara pending C-1 --note 'asked for the order id'",
            "--as sara pending C-1",
            "--as sara snooze C-1 --until 'tomorrow 09:00'",
            "--as sara snooze C-1 --until '2026-11-19 09:00'",
            "--as sara reopen C-1",
            "--as sara reopen C-1",
            "--as sara release C-1",
            "--as sara release C-1",
            "--as sara resolve C-1 --reason 'order found' --tried 'called the rider'",
            "--as sara resolve C-1",
            "--as sara take C-1",
            "--as sara assign C-1 --to ali",
            "--as sara snooze C-1 --until 2h",
        ],
    );
    clock(&mut conn, "2026-11-20 10:00+00").await;
    seen += &transcript(
        &db,
        &[
            "--as ali reopen C-1",
            "--as sara resolve C-1",
            "--as sara reopen C-1 -o jsonl",
        ],
    );
    assert_snapshot!(seen, @r#"
    $ inbox --as sara take C-1
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           changed  open    sara   support  -       O-4        -
    ! note: C-1 is yours · undo: inbox undo O-4
    $ inbox --as sara pending C-1 --note 'asked for the order id'
    conversation  result   status   owner  team     ticket  operation  problem
    C-1           changed  pending  sara   support  -       O-5        -
    ! note: C-1 is pending · undo: inbox undo O-5
    $ inbox --as sara pending C-1
    conversation  result     status   owner  team     ticket  operation  problem
    C-1           unchanged  pending  sara   support  -       -          -
    $ inbox --as sara snooze C-1 --until 'tomorrow 09:00'
    conversation  result   status   owner  team     ticket  operation  problem
    C-1           changed  snoozed  sara   support  -       O-7        -
    ! note: C-1 is snoozed · undo: inbox undo O-7
    $ inbox --as sara snooze C-1 --until '2026-11-19 09:00'
    ! error: --until '2026-11-19 09:00' has passed
    ! hint: --until 2h, or 'tomorrow 09:00'
    exit 2
    $ inbox --as sara reopen C-1
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           changed  open    sara   support  -       O-9        -
    ! note: C-1 is yours · undo: inbox undo O-9
    $ inbox --as sara reopen C-1
    conversation  result     status  owner  team     ticket  operation  problem
    C-1           unchanged  open    sara   support  -       -          -
    $ inbox --as sara release C-1
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           changed  open    -      support  -       O-11       -
    ! note: C-1 is in the queue of support · undo: inbox undo O-11
    $ inbox --as sara release C-1
    conversation  result     status  owner  team     ticket  operation  problem
    C-1           unchanged  open    -      support  -       -          -
    $ inbox --as sara resolve C-1 --reason 'order found' --tried 'called the rider'
    conversation  result   status    owner  team     ticket  operation  problem
    C-1           changed  resolved  -      support  -       O-13       -
    ! note: C-1 is resolved · undo: inbox undo O-13
    $ inbox --as sara resolve C-1
    conversation  result     status    owner  team     ticket  operation  problem
    C-1           unchanged  resolved  -      support  -       -          -
    $ inbox --as sara take C-1
    ! error: C-1 is resolved
    ! hint: inbox reopen C-1
    exit 5
    $ inbox --as sara assign C-1 --to ali
    ! error: C-1 is resolved
    ! hint: inbox reopen C-1
    exit 5
    $ inbox --as sara snooze C-1 --until 2h
    ! error: C-1 is resolved
    ! hint: inbox reopen C-1
    exit 5
    $ inbox --as ali reopen C-1
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           changed  open    sara   support  -       O-18       -
    ! note: C-1 is owned by sara · undo: inbox undo O-18
    $ inbox --as sara resolve C-1
    conversation  result   status    owner  team     ticket  operation  problem
    C-1           changed  resolved  -      support  -       O-19       -
    ! note: C-1 is resolved · undo: inbox undo O-19
    $ inbox --as sara reopen C-1 -o jsonl
    {"conversation":"C-1","result":"changed","event":"reopened","status":"open","was":null,"owner":"sara","team":"support","ticket":null,"operation":"O-20","problem":null}
    "#);
    let phases = text(
        &mut conn,
        "select string_agg(status || ' ' || to_char(from_at at time zone 'UTC', 'HH24:MI:SS.US'), ', ' order by seq)
        from phase",
    )
    .await;
    assert_snapshot!(phases, @"open 09:00:00.000000, pending 09:00:00.000002, snoozed 09:00:00.000003, open 09:00:00.000004, resolved 09:00:00.000006, open 10:00:00.000000, resolved 10:00:00.000001, open 10:00:00.000002");
    let legs = text(
        &mut conn,
        "select string_agg(concat_ws(' ', how, coalesce(a.handle, 'nobody')), ', ' order by l.seq)
        from leg l left join agent a on a.id = l.agent_id",
    )
    .await;
    assert_snapshot!(legs, @"auto nobody, take sara, release nobody, auto sara, resolve nobody, auto sara");
}

#[tokio::test]
async fn notes_keep_their_fields_and_are_found_by_order() {
    let (db, mut conn) = workspace(2).await;
    fs_err::write(db.home().join("note.txt"), "from a file\nwith two lines\n\n").unwrap();
    let file = format!("--as sara note C-2 --note @{}/note.txt", db.home().display());
    let seen = transcript(
        &db,
        &[
            "--as sara note C-1 'called TCS, rider was sent back' --order '#1001' --courier TCS --tracking 779-1 \
             --tried 'two calls' --promised-by 'tomorrow 18:00'",
            "--as ali note C-1 C-2 'customer wants ORD-1001 cancelled'",
            &file,
            "--as ali note C-1 'wrong order: it is 1002' --replaces 1",
            "--as ali note C-2 'not of this conversation' --replaces 1",
            "--as ali note C-2 'of nothing' --replaces 99",
            "--as ali note C-1",
            "--as ali note 'nothing to note it on'",
            "--as ali note C-1 --note @/nowhere/note.txt",
            "--as ali note C-1 '@@sara please look'",
            "--as vera note C-1 'a viewer writes nothing'",
            "--as ali take --order ord-1001",
        ],
    )
    .replace(&db.home().display().to_string(), "HOME");
    assert_snapshot!(seen, @r"
    $ inbox --as sara note C-1 'called TCS, rider was sent back' --order '#1001' --courier TCS --tracking 779-1 --tried 'two calls' --promised-by 'tomorrow 18:00'
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           changed  open    -      support  -       O-5        -
    ! note: the note on C-1 was saved
    $ inbox --as ali note C-1 C-2 'customer wants ORD-1001 cancelled'
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           changed  open    -      support  -       O-6        -
    C-2           changed  open    -      support  -       O-6        -
    ! note: 2 conversations were changed
    $ inbox --as sara note C-2 --note @HOME/note.txt
    conversation  result   status  owner  team     ticket  operation  problem
    C-2           changed  open    -      support  -       O-7        -
    ! note: the note on C-2 was saved
    $ inbox --as ali note C-1 'wrong order: it is 1002' --replaces 1
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           changed  open    -      support  -       O-8        -
    ! note: the note on C-1 was saved
    $ inbox --as ali note C-2 'not of this conversation' --replaces 1
    ! error: there is no note 1 on C-2
    ! hint: a note replaces one of the same conversation or ticket: inbox show has their numbers
    exit 3
    $ inbox --as ali note C-2 'of nothing' --replaces 99
    ! error: there is no note 99 on C-2
    ! hint: a note replaces one of the same conversation or ticket: inbox show has their numbers
    exit 3
    $ inbox --as ali note C-1
    ! error: the note has no text
    ! hint: inbox note C-12 'text of the note', or --note @FILE, --note-order, --courier …
    exit 2
    $ inbox --as ali note 'nothing to note it on'
    ! error: no conversation was given
    ! hint: inbox note C-12 'text of the note'
    exit 2
    $ inbox --as ali note C-1 --note @/nowhere/note.txt
    ! error: the note cannot be read: failed to open file `/nowhere/note.txt`: No such file or directory (os error 2)
    exit 2
    $ inbox --as ali note C-1 '@@sara please look'
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           changed  open    -      support  -       O-13       -
    ! note: the note on C-1 was saved
    $ inbox --as vera note C-1 'a viewer writes nothing'
    ! error: vera is a viewer and cannot change anything
    ! hint: an admin can change the role: inbox agent edit vera --role agent
    exit 4
    $ inbox --as ali take --order ord-1001
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           changed  open    ali    support  -       O-15       -
    C-2           changed  open    ali    support  -       O-15       -
    ! note: 2 conversations were changed · undo: inbox undo O-15
    ");
    let notes = text(
        &mut conn,
        "select string_agg(format('%s C-%s %s: %s', n.id, n.conversation_id, a.handle,
            concat_ws(' / ', body, order_id, courier, tracking_no, tried,
                to_char(promised_by at time zone 'Asia/Karachi', 'YYYY-MM-DD HH24:MI'), 'for ' || replaces)),
            E'\n' order by n.id)
        from note n join agent a on a.id = n.agent_id",
    )
    .await;
    assert_snapshot!(notes, @r"
    1 C-1 sara: called TCS, rider was sent back / #1001 / TCS / 779-1 / two calls / 2026-11-21 18:00
    2 C-1 ali: customer wants ORD-1001 cancelled
    3 C-2 ali: customer wants ORD-1001 cancelled
    4 C-2 sara: from a file
    with two lines
    5 C-1 ali: wrong order: it is 1002 / for 1
    6 C-1 ali: @sara please look
    ");
}

#[tokio::test]
async fn labels_and_priority_are_set_by_anyone_who_can_write() {
    let (db, _) = workspace(2).await;
    assert_snapshot!(transcript(&db, &[
        "--as sara label C-1 C-2 --add vip,cod --set-priority high",
        "--as ali label C-1 --add VIP --remove cod",
        "--as ali label C-1 --add vip",
        "--as ali label C-1 --priority urgent",
        "--as ali label --label cod --remove cod --ids",
        "--as ali label C-1 --add 'no spaces'",
        "--as ali label C-1",
        "--as vera label C-1 --add x",
    ]), @r"
    $ inbox --as sara label C-1 C-2 --add vip,cod --set-priority high
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           changed  open    -      support  -       O-5        -
    C-2           changed  open    -      support  -       O-5        -
    ! note: 2 conversations were changed · undo: inbox undo O-5
    $ inbox --as ali label C-1 --add VIP --remove cod
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           changed  open    -      support  -       O-6        -
    ! note: the labels of C-1 were changed · undo: inbox undo O-6
    $ inbox --as ali label C-1 --add vip
    conversation  result     status  owner  team     ticket  operation  problem
    C-1           unchanged  open    -      support  -       -          -
    $ inbox --as ali label C-1 --priority urgent
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           changed  open    -      support  -       O-8        -
    ! note: the labels of C-1 were changed · undo: inbox undo O-8
    $ inbox --as ali label --label cod --remove cod --ids
    C-2
    $ inbox --as ali label C-1 --add 'no spaces'
    ! error: invalid value 'no spaces' for '--add <LABEL>': a label has 1 to 40 letters a-z, digits and _ . : -, and begins with a letter or digit
    ! 
    ! For more information, try '--help'.
    exit 2
    $ inbox --as ali label C-1
    ! error: no label was given
    ! hint: add --add vip, --remove spam or --set-priority high
    exit 2
    $ inbox --as vera label C-1 --add x
    ! error: vera is a viewer and cannot change anything
    ! hint: an admin can change the role: inbox agent edit vera --role agent
    exit 4
    ");
}

#[tokio::test]
async fn rotation_starts_with_the_least_loaded_agent_of_the_team() {
    let (db, mut conn) = workspace(7).await;
    let before = digest(&mut conn).await;
    let mut seen = transcript(
        &db,
        &[
            "--as omar shift rotate --from sara --to ali,zoya",
            "--as sara shift rotate --from sara --to ali",
        ],
    );
    assert_eq!(digest(&mut conn).await, before);
    seen += &transcript(
        &db,
        &[
            "--as sara take C-1..C-5 -q",
            "--as ali take C-6 -q",
            "--as omar shift rotate --from sara --to ali,zoya,omar --dry-run",
            "--as sara shift rotate --from sara --to ali",
            "--as omar shift rotate --from sara --to support",
            "--as omar shift rotate --from sara --to sara",
            "--as omar shift rotate C-1 --from sara --to ali",
            "--as omar shift rotate --from sara,ali --to zoya,omar --reason 'end of the shift'",
            "--as omar shift rotate --from zoya --to ali --status pending",
        ],
    );
    assert_snapshot!(seen, @r"
    $ inbox --as omar shift rotate --from sara --to ali,zoya
    conversation  result  status  owner  team  ticket  operation  problem
    ! note: nothing matched; nothing was changed
    $ inbox --as sara shift rotate --from sara --to ali
    conversation  result  status  owner  team  ticket  operation  problem
    ! note: nothing matched; nothing was changed
    $ inbox --as sara take C-1..C-5 -q
    $ inbox --as ali take C-6 -q
    $ inbox --as omar shift rotate --from sara --to ali,zoya,omar --dry-run
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           changed  open    omar   support  -       O-14       -
    C-2           changed  open    ali    support  -       O-14       -
    C-3           changed  open    omar   support  -       O-14       -
    C-4           changed  open    ali    support  -       O-14       -
    C-5           changed  open    omar   support  -       O-14       -
    ! note: dry run: 5 would change; nothing was changed
    $ inbox --as sara shift rotate --from sara --to ali
    ! error: sara (agent) may not rotate C-1: only admins and supervisors may
    ! hint: agents can change conversations they own or that are unassigned in their teams; ask a supervisor
    exit 4
    $ inbox --as omar shift rotate --from sara --to support
    ! error: support is a team; --to takes agents
    exit 2
    $ inbox --as omar shift rotate --from sara --to sara
    ! error: sara is in --from and in --to
    ! hint: remove it from one of them
    exit 2
    $ inbox --as omar shift rotate C-1 --from sara --to ali
    ! error: shift rotate accepts agents and filters, but no references
    ! hint: inbox assign C-12 --to ali
    exit 2
    $ inbox --as omar shift rotate --from sara,ali --to zoya,omar --reason 'end of the shift'
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           changed  open    omar   support  -       O-17       -
    C-2           changed  open    omar   support  -       O-17       -
    C-3           changed  open    omar   support  -       O-17       -
    C-4           changed  open    omar   support  -       O-17       -
    C-5           changed  open    omar   support  -       O-17       -
    C-6           changed  open    omar   support  -       O-17       -
    ! note: 6 conversations were changed · undo: inbox undo O-17
    $ inbox --as omar shift rotate --from zoya --to ali --status pending
    conversation  result  status  owner  team  ticket  operation  problem
    ! note: nothing matched; nothing was changed
    ");
}

#[tokio::test]
async fn undo_is_refused_when_later_changes_restored_the_state() {
    let (db, mut conn) = workspace(1).await;
    let before = transcript(&db, &["--as sara take C-1 -q", "--as sara handoff C-1 --to ali -q"]);
    assert!(!before.contains('!'), "{before}");
    let given = text(&mut conn, "select max(operation_id) from event").await;
    let again = transcript(&db, &["--as ali release C-1 -q", "--as ali take C-1 -q"]);
    assert!(!again.contains('!'), "{again}");
    let undo = transcript(&db, &[&*format!("--as sara undo O-{given}")]);
    assert!(
        undo.contains("has been changed again since") && undo.contains("exit 5"),
        "{undo}"
    );
    // The database refuses it too.
    let sql = format!(
        "do $do$
        declare op bigint;
        begin
            select operation_id into op
            from open_operation('sara', 'undo', '{{}}', null, null, '0.1.0', null, {given});
            perform record_conversations(op, array[c.id], array[c.seq], array['undone'], array[c.status],
                array[(select id from agent where handle = 'sara')], array[c.team_id], array[c.priority], array[''],
                array[null::timestamptz], array[jsonb_build_object('undoes', {given})], null, null)
            from conversation c;
        end $do$"
    );
    let refused = sqlx::raw_sql(sqlx::AssertSqlSafe(sql))
        .execute(&mut conn)
        .await
        .unwrap_err();
    assert_eq!(
        refused.as_database_error().unwrap().code().unwrap(),
        "IB004",
        "{refused}"
    );
}

#[tokio::test]
async fn conversation_of_a_forgotten_customer_never_reopens() {
    let (db, mut conn) = workspace(3).await;
    let lines = [
        "--as omar resolve C-1 C-2 -q",
        "contact forget C-1 C-2 --keep-going",
        "contact forget C-1 -y -q --reason asked",
        "--as omar reopen C-1",
        "--as omar reopen C-1 C-2 --keep-going --columns conversation,result,problem",
        "--as omar undo O-6 --keep-going --columns conversation,result,problem",
        "--as omar resolve C-2 -q",
    ];
    assert_snapshot!(transcript(&db, &lines), @r"
    $ inbox --as omar resolve C-1 C-2 -q
    $ inbox contact forget C-1 C-2 --keep-going
    ! error: --keep-going cannot be used here: erasing is all or nothing
    ! hint: to see what prevents it, add --dry-run
    exit 2
    $ inbox contact forget C-1 -y -q --reason asked
    $ inbox --as omar reopen C-1
    ! error: C-1 belongs to a customer who was forgotten, and stays resolved
    ! hint: a new message of the customer opens a new conversation
    exit 5
    $ inbox --as omar reopen C-1 C-2 --keep-going --columns conversation,result,problem
    conversation  result   problem
    C-1           failed   C-1 belongs to a customer who was forgotten, and stays resolved
    C-2           changed  -
    ! note: C-2 is in the queue of support · undo: inbox undo O-9
    ! error: 1 of 2 could not be changed
    ! hint: the column problem shows the reasons
    exit 6
    $ inbox --as omar undo O-6 --keep-going --columns conversation,result,problem
    conversation  result  problem
    C-1           failed  C-1 belongs to a customer who was forgotten, and stays resolved
    C-2           failed  what O-6 changed in C-2 has been changed again since
    ! error: 2 of 2 could not be changed
    ! hint: the column problem shows the reasons
    exit 6
    $ inbox --as omar resolve C-2 -q
    ");
    assert_eq!(
        text(
            &mut conn,
            "select string_agg(status, ' ' order by id) from conversation"
        )
        .await,
        "resolved resolved open"
    );
}

#[tokio::test]
async fn undo_is_refused_when_nothing_can_be_restored() {
    let (db, _conn) = workspace(2).await;
    let lines = [
        "--as sara take C-1 -q",
        "--as sara escalate C-1 --to ops --ids",
        "--as sara note C-1 called -q",
        "--as omar undo O-6",
        "--as omar undo O-7",
        "--as omar shift rotate --from sara --to ali,vera",
        "--as omar shift rotate --from sara --to ali,vera --keep-going",
    ];
    assert_snapshot!(transcript(&db, &lines), @r#"
    $ inbox --as sara take C-1 -q
    $ inbox --as sara escalate C-1 --to ops --ids
    C-1
    $ inbox --as sara note C-1 called -q
    $ inbox --as omar undo O-6
    ! error: O-6 (escalate) changed no owner, team, status, priority or label
    ! hint: notes, offers and tickets stay: inbox ticket set T-88 --status closed, inbox decline C-12
    exit 5
    $ inbox --as omar undo O-7
    ! error: O-7 (note) changed no owner, team, status, priority or label
    ! hint: notes, offers and tickets stay: inbox ticket set T-88 --status closed, inbox decline C-12
    exit 5
    $ inbox --as omar shift rotate --from sara --to ali,vera
    ! error: vera (viewer) cannot own conversations or tickets
    ! hint: name an agent, a supervisor, an admin, a bot or a team
    exit 5
    $ inbox --as omar shift rotate --from sara --to ali,vera --keep-going
    ! error: vera (viewer) cannot own conversations or tickets
    ! hint: name an agent, a supervisor, an admin, a bot or a team
    exit 5
    "#);
}

#[tokio::test]
async fn undo_is_refused_when_what_it_restores_no_longer_fits() {
    // Each on a workspace of its own, whose first operation is O-4.
    let cases: [&[&str]; 5] = [
        // What is resolved has no owner: it is not given back to one, and what has one is not resolved.
        &[
            "--as sara take C-1 -q",
            "--as sara release C-1 -q",
            "--as omar resolve C-1 -q",
            "--as omar undo O-5",
        ],
        &[
            "--as omar resolve C-1 -q",
            "--as omar reopen C-1 -q",
            "--as sara take C-1 -q",
            "--as omar undo O-5",
        ],
        &[
            "--as omar resolve C-1 -q",
            "--as omar reopen C-1 -q",
            "--as omar undo O-5",
            "--as sara take C-1",
        ],
        // An owner or a team that is disabled gets nothing back.
        &[
            "--as zoya take C-1 -q",
            "--as zoya release C-1 -q",
            "agent disable zoya -q",
            "--as omar undo O-5",
        ],
        &[
            "--as omar assign C-1 --to ops -q",
            "--as omar assign C-1 --to support -q",
            "team disable ops -q",
            "--as omar undo O-5",
        ],
    ];
    let mut seen = String::new();
    for case in cases {
        let (db, _conn) = workspace(1).await;
        seen += &transcript(&db, case);
    }
    assert_snapshot!(seen, @r"
    $ inbox --as sara take C-1 -q
    $ inbox --as sara release C-1 -q
    $ inbox --as omar resolve C-1 -q
    $ inbox --as omar undo O-5
    ! error: what O-5 changed in C-1 has been changed again since
    ! hint: inbox show C-1
    exit 5
    $ inbox --as omar resolve C-1 -q
    $ inbox --as omar reopen C-1 -q
    $ inbox --as sara take C-1 -q
    $ inbox --as omar undo O-5
    ! error: what O-5 changed in C-1 has been changed again since
    ! hint: inbox show C-1
    exit 5
    $ inbox --as omar resolve C-1 -q
    $ inbox --as omar reopen C-1 -q
    $ inbox --as omar undo O-5
    conversation  result   status    owner  team     ticket  operation  problem
    C-1           changed  resolved  -      support  -       O-6        -
    ! note: C-1 is resolved · undo: inbox undo O-6
    $ inbox --as sara take C-1
    ! error: C-1 is resolved
    ! hint: inbox reopen C-1
    exit 5
    $ inbox --as zoya take C-1 -q
    $ inbox --as zoya release C-1 -q
    $ inbox agent disable zoya -q
    $ inbox --as omar undo O-5
    ! error: C-1 cannot be given to a disabled agent or team, or to a viewer
    exit 5
    $ inbox --as omar assign C-1 --to ops -q
    $ inbox --as omar assign C-1 --to support -q
    $ inbox team disable ops -q
    $ inbox --as omar undo O-5
    ! error: C-1 cannot be given to a disabled agent or team, or to a viewer
    exit 5
    ");
}
