//! escalate, ticket assign, set and note.

use insta::assert_snapshot;

use super::workspace;
use crate::support::seed::text;
use crate::support::transcript::{digest, transcript};

#[tokio::test]
async fn second_escalation_names_the_open_ticket_unless_new_is_given() {
    let (db, mut conn) = workspace(3).await;
    let mut seen = transcript(
        &db,
        &[
            "--as sara take C-1..C-3 -q",
            "--as sara escalate C-1 --to ops --priority high --category courier --due 4h \
             --reason 'lost parcel' --note 'TCS 779'",
        ],
    );
    let before = digest(&mut conn).await;
    seen += &transcript(
        &db,
        &[
            "--as sara escalate C-1",
            "--as sara escalate C-1 C-2",
            "--as ali escalate C-2",
        ],
    );
    assert_eq!(digest(&mut conn).await, before);
    seen += &transcript(
        &db,
        &[
            "--as sara escalate C-1 --another --to zoya",
            "--as sara escalate C-1 C-2 --keep-going",
            "--as omar escalate C-3 --owner vera",
            "--as omar escalate C-3 --owner nobody-here",
            "--as omar escalate C-3 --priority soon",
            "--as omar escalate C-3 --due yesterday",
        ],
    );
    assert_snapshot!(seen, @r#"
    $ inbox --as sara take C-1..C-3 -q
    $ inbox --as sara escalate C-1 --to ops --priority high --category courier --due 4h --reason 'lost parcel' --note 'TCS 779'
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           changed  open    sara   support  T-1     O-7        -
    ! note: C-1 has the ticket T-1
    $ inbox --as sara escalate C-1
    ! error: C-1 has the open ticket T-1
    ! hint: inbox ticket show T-1; --another opens a second one
    exit 5
    $ inbox --as sara escalate C-1 C-2
    ! error: C-1 has the open ticket T-1
    ! hint: inbox ticket show T-1; --another opens a second one
    exit 5
    $ inbox --as ali escalate C-2
    ! error: ali (agent) may not escalate C-2, which sara owns
    ! hint: agents can change conversations they own or that are unassigned in their teams; ask a supervisor
    exit 4
    $ inbox --as sara escalate C-1 --another --to zoya
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           changed  open    sara   support  T-3     O-11       -
    ! note: C-1 has the ticket T-3
    $ inbox --as sara escalate C-1 C-2 --keep-going
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           failed   -       -      -        -       -          C-1 has the open ticket T-1
    C-2           changed  open    sara   support  T-4     O-12       -
    ! note: C-2 has the ticket T-4
    ! error: 1 of 2 could not be changed
    ! hint: the column problem shows the reasons
    exit 6
    $ inbox --as omar escalate C-3 --owner vera
    ! error: vera (viewer) cannot own conversations or tickets
    ! hint: name an agent, a supervisor, an admin, a bot or a team
    exit 5
    $ inbox --as omar escalate C-3 --owner nobody-here
    ! error: no agent or team "nobody-here"
    ! hint: inbox agent list and inbox team list show the handles
    exit 3
    $ inbox --as omar escalate C-3 --priority soon
    ! error: invalid value 'soon' for '--priority <PRIORITY>'
    !   [possible values: low, normal, high, urgent]
    ! 
    ! For more information, try '--help'.
    exit 2
    $ inbox --as omar escalate C-3 --due yesterday
    ! error: --due 'yesterday' has passed
    ! hint: --due 2h, or 'tomorrow 09:00'
    exit 2
    "#);
}

#[tokio::test]
async fn tickets_are_assigned_set_and_noted() {
    let (db, mut conn) = workspace(2).await;
    let seen = transcript(
        &db,
        &[
            "--as sara take C-1 C-2 -q",
            "--as sara escalate C-1 C-2 --to ops --category courier -q",
            "--as zoya ticket assign T-1 --to me",
            "--as zoya ticket set T-1 --status in_progress --priority urgent --due 2h",
            "--as zoya ticket set T-1 --status in-progress",
            "--as zoya ticket set 1 2 --category none --due none --columns ticket,status,category,due_at",
            "--as sara ticket set T-1 --status closed",
            "--as sara ticket note T-1 'customer rang again' --order 4411",
            "--as zoya ticket set T-1 --status resolved --columns ticket,status,closed_at",
            "--as zoya ticket set T-1 --status open --columns ticket,status,closed_at",
            "--as zoya ticket assign T-1..T-2 --to support --columns ticket,owner,team",
            "--as zoya ticket set T-9 --status closed",
            "--as zoya ticket set T-1",
            "--as zoya ticket set C-1 --status closed",
            "--as zoya ticket assign T-1",
            "--as zoya ticket note T-1",
            "--as omar ticket assign T-1 --to vera",
            "--as vera ticket set T-1 --status closed",
        ],
    );
    assert_snapshot!(seen, @r"
    $ inbox --as sara take C-1 C-2 -q
    $ inbox --as sara escalate C-1 C-2 --to ops --category courier -q
    $ inbox --as zoya ticket assign T-1 --to me
    ticket  result   conversation  status  priority  owner  team  category  due_at  opened_at         operation  problem
    T-1     changed  C-1           open    normal    zoya   ops   courier   -       2026-11-20 14:00  O-7        -
    ! note: T-1 was changed
    $ inbox --as zoya ticket set T-1 --status in_progress --priority urgent --due 2h
    ticket  result   conversation  status       priority  owner  team  category  due_at            opened_at         operation  problem
    T-1     changed  C-1           in_progress  urgent    zoya   ops   courier   2026-11-20 16:00  2026-11-20 14:00  O-8        -
    ! note: T-1 was changed
    $ inbox --as zoya ticket set T-1 --status in-progress
    ! error: invalid value 'in-progress' for '--status <STATUS>'
    !   [possible values: open, in_progress, waiting, resolved, closed]
    ! 
    !   tip: a similar value exists: 'in_progress'
    ! 
    ! For more information, try '--help'.
    exit 2
    $ inbox --as zoya ticket set 1 2 --category none --due none --columns ticket,status,category,due_at
    ticket  status       category  due_at
    T-1     in_progress  -         -
    T-2     open         -         -
    ! note: 2 tickets were changed
    $ inbox --as sara ticket set T-1 --status closed
    ! error: sara (agent) may not change T-1, owned by zoya
    exit 4
    $ inbox --as sara ticket note T-1 'customer rang again' --order 4411
    ticket  result   conversation  status       priority  owner  team  category  due_at  opened_at         operation  problem
    T-1     changed  C-1           in_progress  urgent    zoya   ops   -         -       2026-11-20 14:00  O-11       -
    ! note: T-1 was changed
    $ inbox --as zoya ticket set T-1 --status resolved --columns ticket,status,closed_at
    ticket  status    closed_at
    T-1     resolved  2026-11-20 14:00
    ! note: T-1 was changed
    $ inbox --as zoya ticket set T-1 --status open --columns ticket,status,closed_at
    ticket  status  closed_at
    T-1     open    -
    ! note: T-1 was changed
    $ inbox --as zoya ticket assign T-1..T-2 --to support --columns ticket,owner,team
    ticket  owner  team
    T-1     -      support
    T-2     -      support
    ! note: 2 tickets were changed
    $ inbox --as zoya ticket set T-9 --status closed
    ! error: no ticket T-9
    ! hint: inbox ticket list shows them
    exit 3
    $ inbox --as zoya ticket set T-1
    ! error: nothing to set
    ! hint: add --status waiting, --priority high, --due 4h or --category courier
    exit 2
    $ inbox --as zoya ticket set C-1 --status closed
    ! error: 'C-1' is not a ticket
    ! hint: write it like T-88
    exit 2
    $ inbox --as zoya ticket assign T-1
    ! error: no recipient was given
    ! hint: add --to HANDLE, an agent or a team
    exit 2
    $ inbox --as zoya ticket note T-1
    ! error: the note has no text
    ! hint: inbox ticket note T-88 'text of the note', or --note @FILE
    exit 2
    $ inbox --as omar ticket assign T-1 --to vera
    ! error: vera (viewer) cannot own conversations or tickets
    ! hint: name an agent, a supervisor, an admin, a bot or a team
    exit 5
    $ inbox --as vera ticket set T-1 --status closed
    ! error: vera is a viewer and cannot change anything
    ! hint: an admin can change the role: inbox agent edit vera --role agent
    exit 4
    ");
    assert_eq!(
        text(
            &mut conn,
            "select string_agg(format('%s C-%s T-%s %s', kind, n.conversation_id, n.ticket_id, n.body), ',')
            from note n join event e on e.note_id = n.id"
        )
        .await,
        "ticket_noted C-1 T-1 customer rang again"
    );
}

#[tokio::test]
async fn ticket_is_not_reopened_for_a_disabled_owner() {
    let (db, _conn) = workspace(1).await;
    let lines = [
        "--as sara take C-1 -q",
        "--as sara escalate C-1 --to zoya -q",
        "--as zoya ticket set T-1 --status closed -q",
        "agent disable zoya --release -q",
        "--as omar ticket set T-1 --status open",
        "--as omar ticket assign T-1 --to ali -q",
        "--as omar ticket set T-1 --status open -q",
    ];
    assert_snapshot!(transcript(&db, &lines), @r#"
    $ inbox --as sara take C-1 -q
    $ inbox --as sara escalate C-1 --to zoya -q
    $ inbox --as zoya ticket set T-1 --status closed -q
    $ inbox agent disable zoya --release -q
    $ inbox --as omar ticket set T-1 --status open
    ! error: T-1 cannot be given to a disabled agent or team, or to a viewer
    ! hint: inbox ticket assign T-1 --to HANDLE assigns the ticket to another agent
    exit 5
    $ inbox --as omar ticket assign T-1 --to ali -q
    $ inbox --as omar ticket set T-1 --status open -q
    "#);
}

#[tokio::test]
async fn keep_going_changes_possible_tickets_and_reports_the_rest() {
    let (db, mut conn) = workspace(9).await;
    let lines = [
        "--as omar take C-1..C-9 -q",
        "--as omar escalate C-1..C-9 --to omar -q",
        "--as omar ticket assign T-2 T-3 T-5 T-8 --to sara -q",
        "--as sara ticket set T-1..T-10 --priority high",
        "--as sara ticket set T-1..T-10 --priority high --keep-going --idempotency-key k \
         --columns ticket,result,priority,owner,operation,problem",
        "--as sara ticket set T-1..T-10 --priority high --keep-going --idempotency-key k \
         -o csv --columns ticket,result",
        "--as sara ticket note T-4 T-99 hello --keep-going --columns ticket,result,problem",
    ];
    assert_snapshot!(transcript(&db, &lines), @r"
    $ inbox --as omar take C-1..C-9 -q
    $ inbox --as omar escalate C-1..C-9 --to omar -q
    $ inbox --as omar ticket assign T-2 T-3 T-5 T-8 --to sara -q
    $ inbox --as sara ticket set T-1..T-10 --priority high
    ! error: no ticket T-10
    ! hint: inbox ticket list shows them
    exit 3
    $ inbox --as sara ticket set T-1..T-10 --priority high --keep-going --idempotency-key k --columns ticket,result,priority,owner,operation,problem
    ticket  result   priority  owner  operation  problem
    T-1     failed   -         -      -          sara (agent) may not change T-1, owned by omar
    T-2     changed  high      sara   O-16       -
    T-3     changed  high      sara   O-16       -
    T-4     failed   -         -      -          sara (agent) may not change T-4, owned by omar
    T-5     changed  high      sara   O-16       -
    T-6     failed   -         -      -          sara (agent) may not change T-6, owned by omar
    T-7     failed   -         -      -          sara (agent) may not change T-7, owned by omar
    T-8     changed  high      sara   O-16       -
    T-9     failed   -         -      -          sara (agent) may not change T-9, owned by omar
    T-10    failed   -         -      -          no ticket T-10
    ! note: 4 tickets were changed
    ! error: 6 of 10 could not be changed
    ! hint: the column problem shows the reasons
    exit 6
    $ inbox --as sara ticket set T-1..T-10 --priority high --keep-going --idempotency-key k -o csv --columns ticket,result
    ticket,result
    T-1,failed
    T-2,changed
    T-3,changed
    T-4,failed
    T-5,changed
    T-6,failed
    T-7,failed
    T-8,changed
    T-9,failed
    T-10,failed
    ! note: the key was used by operation O-16; this is its result, and nothing was changed
    exit 6
    $ inbox --as sara ticket note T-4 T-99 hello --keep-going --columns ticket,result,problem
    ticket  result   problem
    T-4     changed  -
    T-99    failed   no ticket T-99
    ! note: T-4 was changed
    ! error: 1 of 2 could not be changed
    ! hint: the column problem shows the reasons
    exit 6
    ");
    assert_eq!(
        text(
            &mut conn,
            "select string_agg('T-' || id, ' ' order by id) from ticket where priority = 'high'"
        )
        .await,
        "T-2 T-3 T-5 T-8"
    );
}
