//! handoff, accept, decline.

use insta::assert_snapshot;

use super::workspace;
use crate::support::seed::text;
use crate::support::transcript::{clock, transcript};

#[tokio::test]
async fn handoff_keeps_its_reason_and_context() {
    let (db, mut conn) = workspace(2).await;
    assert_snapshot!(transcript(&db, &[
        "--as sara take C-1 C-2 -q",
        "--as sara handoff C-1 --to ops --reason 'courier lost it' --note 'promised a call back' \
         --order ORD-77812 --courier Leopards",
        "--as zoya take C-1 -q",
        "--as sara handoff C-1 --to ali",
        "--as sara handoff C-2 --to ali --if-owner zoya",
        "--as sara handoff C-2 --to ali --if-owner me",
        "--as sara handoff C-2 --to sara",
        "--as ali handoff C-2 --to vera",
        "--as ali handoff C-2",
        "--as ali handoff C-2 --to zoya --accept-within 30m",
    ]), @r"
    $ inbox --as sara take C-1 C-2 -q
    $ inbox --as sara handoff C-1 --to ops --reason 'courier lost it' --note 'promised a call back' --order ORD-77812 --courier Leopards
    conversation  result   status  owner  team  ticket  operation  problem
    C-1           changed  open    -      ops   -       O-6        -
    ! note: C-1 is in the queue of ops · undo: inbox undo O-6
    $ inbox --as zoya take C-1 -q
    $ inbox --as sara handoff C-1 --to ali
    ! error: sara (agent) may not hand off C-1, which zoya owns
    ! hint: agents can change conversations they own or that are unassigned in their teams; ask a supervisor
    exit 4
    $ inbox --as sara handoff C-2 --to ali --if-owner zoya
    ! error: C-2 is owned by sara since 2026-11-20T09:00:00Z, not zoya
    ! hint: nothing was changed; see the current state with inbox show
    exit 5
    $ inbox --as sara handoff C-2 --to ali --if-owner me
    conversation  result   status  owner  team     ticket  operation  problem
    C-2           changed  open    ali    support  -       O-10       -
    ! note: C-2 is owned by ali · undo: inbox undo O-10
    $ inbox --as sara handoff C-2 --to sara
    ! error: sara (agent) may not hand off C-2, which ali owns
    ! hint: agents can change conversations they own or that are unassigned in their teams; ask a supervisor
    exit 4
    $ inbox --as ali handoff C-2 --to vera
    ! error: vera (viewer) cannot own conversations or tickets
    ! hint: name an agent, a supervisor, an admin, a bot or a team
    exit 5
    $ inbox --as ali handoff C-2
    ! error: no recipient was given
    ! hint: add --to HANDLE, an agent or a team
    exit 2
    $ inbox --as ali handoff C-2 --to zoya --accept-within 30m
    ! error: the following required arguments were not provided:
    !   --require-accept
    ! 
    ! Usage: inbox handoff --require-accept --to <HANDLE> --accept-within <TIME> <REF>...
    ! 
    ! For more information, try '--help'.
    exit 2
    ");
    let kept = text(
        &mut conn,
        "select string_agg(concat_ws(' | ', e.kind, r.body, n.body, n.order_id, n.courier), E'\n' order by e.at)
        from event e left join reason r on r.id = e.reason_id left join note n on n.id = e.note_id
        where e.subject = 'conversation' and e.subject_id = 1",
    )
    .await;
    assert_snapshot!(kept, @r"
    opened
    taken
    handed_off | courier lost it | promised a call back | ORD-77812 | Leopards
    taken
    ");
    assert_eq!(
        text(
            &mut conn,
            "select string_agg(key, ',') from order_key where conversation_id = 1"
        )
        .await,
        "77812"
    );
}

#[tokio::test]
async fn owner_keeps_the_conversation_until_the_offer_is_accepted() {
    let (db, mut conn) = workspace(4).await;
    let seen = transcript(
        &db,
        &[
            "--as sara take C-1..C-4 -q",
            "--as sara handoff C-1 --to ali --require-accept --accept-within 30m",
            "--as sara handoff C-1 --to ali --require-accept",
            "--as sara handoff C-1 --to zoya --require-accept",
            "--as zoya accept C-1",
            "--as zoya decline C-1",
            "--as ali accept C-1",
            "--as ali accept C-1",
            "--as sara accept C-1",
            "--as ali decline C-1",
            "--as sara handoff C-2 --to ops --require-accept --reason 'needs the warehouse'",
            "--as ali accept C-2",
            "--as zoya decline C-2 --reason 'not ours'",
            "--as sara handoff C-2 --to ops --require-accept",
            "--as sara decline C-2",
            "--as sara handoff C-2 --to ops --require-accept",
            "--as zoya accept C-2",
            "--as sara handoff C-3 --to ali --require-accept",
            "--as omar assign C-3 --to zoya",
            "--as ali accept C-3",
            "--as ali accept --offered=me",
        ],
    );
    assert_snapshot!(seen, @r"
    $ inbox --as sara take C-1..C-4 -q
    $ inbox --as sara handoff C-1 --to ali --require-accept --accept-within 30m
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           changed  open    sara   support  -       O-8        -
    ! note: C-1 was offered; you stay accountable until it is accepted
    $ inbox --as sara handoff C-1 --to ali --require-accept
    conversation  result     status  owner  team     ticket  operation  problem
    C-1           unchanged  open    sara   support  -       -          -
    $ inbox --as sara handoff C-1 --to zoya --require-accept
    ! error: C-1 is already offered to another agent or team
    ! hint: inbox decline C-1 withdraws the offer
    exit 5
    $ inbox --as zoya accept C-1
    ! error: zoya (agent) may not accept C-1, which is offered to ali
    ! hint: agents can change conversations they own or that are unassigned in their teams; ask a supervisor
    exit 4
    $ inbox --as zoya decline C-1
    ! error: zoya (agent) may not decline C-1, which is offered to ali
    ! hint: agents can change conversations they own or that are unassigned in their teams; ask a supervisor
    exit 4
    $ inbox --as ali accept C-1
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           changed  open    ali    support  -       O-13       -
    ! note: C-1 is yours · undo: inbox undo O-13
    $ inbox --as ali accept C-1
    conversation  result     status  owner  team     ticket  operation  problem
    C-1           unchanged  open    ali    support  -       -          -
    $ inbox --as sara accept C-1
    ! error: C-1 is not offered to anyone
    ! hint: inbox list --offered=anyone shows the offers
    exit 5
    $ inbox --as ali decline C-1
    ! error: C-1 is not offered to anyone
    ! hint: inbox list --offered=anyone shows the offers
    exit 5
    $ inbox --as sara handoff C-2 --to ops --require-accept --reason 'needs the warehouse'
    conversation  result   status  owner  team     ticket  operation  problem
    C-2           changed  open    sara   support  -       O-17       -
    ! note: C-2 was offered; you stay accountable until it is accepted
    $ inbox --as ali accept C-2
    ! error: ali (agent) may not accept C-2, which is offered to the team ops
    ! hint: agents can change conversations they own or that are unassigned in their teams; ask a supervisor
    exit 4
    $ inbox --as zoya decline C-2 --reason 'not ours'
    conversation  result   status  owner  team     ticket  operation  problem
    C-2           changed  open    sara   support  -       O-19       -
    ! note: C-2 is owned by sara · undo: inbox undo O-19
    $ inbox --as sara handoff C-2 --to ops --require-accept
    conversation  result   status  owner  team     ticket  operation  problem
    C-2           changed  open    sara   support  -       O-20       -
    ! note: C-2 was offered; you stay accountable until it is accepted
    $ inbox --as sara decline C-2
    conversation  result   status  owner  team     ticket  operation  problem
    C-2           changed  open    sara   support  -       O-21       -
    ! note: C-2 is yours · undo: inbox undo O-21
    $ inbox --as sara handoff C-2 --to ops --require-accept
    conversation  result   status  owner  team     ticket  operation  problem
    C-2           changed  open    sara   support  -       O-22       -
    ! note: C-2 was offered; you stay accountable until it is accepted
    $ inbox --as zoya accept C-2
    conversation  result   status  owner  team  ticket  operation  problem
    C-2           changed  open    zoya   ops   -       O-23       -
    ! note: C-2 is yours · undo: inbox undo O-23
    $ inbox --as sara handoff C-3 --to ali --require-accept
    conversation  result   status  owner  team     ticket  operation  problem
    C-3           changed  open    sara   support  -       O-24       -
    ! note: C-3 was offered; you stay accountable until it is accepted
    $ inbox --as omar assign C-3 --to zoya
    conversation  result   status  owner  team  ticket  operation  problem
    C-3           changed  open    zoya   ops   -       O-25       -
    ! note: C-3 is owned by zoya · undo: inbox undo O-25
    $ inbox --as ali accept C-3
    ! error: C-3 is not offered to anyone
    ! hint: inbox list --offered=anyone shows the offers
    exit 5
    $ inbox --as ali accept --offered=me
    conversation  result  status  owner  team  ticket  operation  problem
    ! note: nothing matched; nothing was changed
    ");
    let offers = text(
        &mut conn,
        "select string_agg(format('C-%s to %s: %s', h.conversation_id, coalesce(a.handle, g.handle), h.state),
            E'\n' order by h.id)
        from handoff h left join agent a on a.id = h.to_agent left join team g on g.id = h.to_team",
    )
    .await;
    assert_snapshot!(offers, @r"
    C-1 to ali: accepted
    C-2 to ops: declined
    C-2 to ops: declined
    C-2 to ops: accepted
    C-3 to ali: withdrawn
    ");
}

#[tokio::test]
async fn offer_ends_with_its_conversation_even_without_an_owner() {
    let (db, mut conn) = workspace(1).await;
    let seen = transcript(
        &db,
        &[
            "--as sara handoff C-1 --to ops --require-accept",
            "--as sara resolve C-1",
            "--as sara reopen C-1",
            "--as zoya accept C-1",
        ],
    );
    assert_snapshot!(seen, @r"
    $ inbox --as sara handoff C-1 --to ops --require-accept
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           changed  open    -      support  -       O-4        -
    ! note: C-1 was offered; you stay accountable until it is accepted
    $ inbox --as sara resolve C-1
    conversation  result   status    owner  team     ticket  operation  problem
    C-1           changed  resolved  -      support  -       O-5        -
    ! note: C-1 is resolved · undo: inbox undo O-5
    $ inbox --as sara reopen C-1
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           changed  open    -      support  -       O-6        -
    ! note: C-1 is in the queue of support · undo: inbox undo O-6
    $ inbox --as zoya accept C-1
    ! error: C-1 is not offered to anyone
    ! hint: inbox list --offered=anyone shows the offers
    exit 5
    ");
    assert_eq!(
        text(&mut conn, "select string_agg(state, ',') from handoff").await,
        "withdrawn"
    );
}

#[tokio::test]
async fn offer_can_be_accepted_until_it_ends() {
    let (db, mut conn) = workspace(2).await;
    transcript(&db, &["--as sara take C-1 C-2 -q"]);
    let mut seen = transcript(
        &db,
        &["--as sara handoff C-1 C-2 --to ali --require-accept --accept-within 30m"],
    );
    clock(&mut conn, "2026-11-20 09:29+00").await;
    seen += &transcript(&db, &["--as ali accept C-1"]);
    assert_snapshot!(seen, @r"
    $ inbox --as sara handoff C-1 C-2 --to ali --require-accept --accept-within 30m
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           changed  open    sara   support  -       O-6        -
    C-2           changed  open    sara   support  -       O-6        -
    ! note: 2 conversations were changed
    $ inbox --as ali accept C-1
    conversation  result   status  owner  team     ticket  operation  problem
    C-1           changed  open    ali    support  -       O-7        -
    ! note: C-1 is yours · undo: inbox undo O-7
    ");
    assert_eq!(
        text(
            &mut conn,
            "select string_agg(to_char(due_at at time zone 'UTC', 'HH24:MI') || ' ' || state, ',' order by id)
            from handoff"
        )
        .await,
        "09:30 accepted,09:30 offered"
    );
}
