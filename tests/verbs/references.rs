//! References in every form, and unusual standard input.

use insta::assert_snapshot;

use super::workspace;
use crate::support::seed::{run, text};
use crate::support::transcript::{piped, transcript};

#[tokio::test]
async fn reference_is_accepted_in_every_documented_form() {
    let (db, _) = workspace(9).await;
    assert_snapshot!(transcript(&db, &[
        "--as sara take C-1 c2 3 C-4..C-5 6..7 --ids",
        "--as sara take c-1 C1 1 --ids",
        "--as sara take +923000000008 --ids",
        "--as sara take 03000000009 --ids",
        "--as sara take '0300 000-0009' --ids",
        "--as sara take +923999999999",
        "--as sara take T-1",
        "--as sara take C-0",
        "--as sara take C-99",
        "--as sara take 99999999999999999999",
        "--as sara take C-5..C-4",
        "--as sara take C-1..T-4",
        "--as sara take C-1..C-9999999",
        "--as sara take nonsense",
        "--as sara take C-1 --owner sara",
        "--as sara take",
    ]), @r"
    $ inbox --as sara take C-1 c2 3 C-4..C-5 6..7 --ids
    C-1
    C-2
    C-3
    C-4
    C-5
    C-6
    C-7
    $ inbox --as sara take c-1 C1 1 --ids
    C-1
    $ inbox --as sara take +923000000008 --ids
    C-8
    $ inbox --as sara take 03000000009 --ids
    C-9
    $ inbox --as sara take '0300 000-0009' --ids
    C-9
    $ inbox --as sara take +923999999999
    ! error: +923999999999 has no open conversation
    ! hint: to list the resolved ones, run: inbox list --contact PHONE --status any
    exit 3
    $ inbox --as sara take T-1
    ! error: T-1 is a ticket; this command takes conversations
    ! hint: inbox ticket show T-1 shows its conversation
    exit 2
    $ inbox --as sara take C-0
    ! error: 'C-0' is not a reference
    ! hint: write C-1042, T-88, a range C-10..C-19, or a phone number that starts with + or 0
    exit 2
    $ inbox --as sara take C-99
    ! error: no conversation C-99
    ! hint: inbox list shows the live ones
    exit 3
    $ inbox --as sara take 99999999999999999999
    ! error: '99999999999999999999' is not a reference
    ! hint: write C-1042, T-88, a range C-10..C-19, or a phone number that starts with + or 0
    exit 2
    $ inbox --as sara take C-5..C-4
    ! error: 'C-5..C-4' is not a range: it ends before it begins
    ! hint: write it like C-10..C-19
    exit 2
    $ inbox --as sara take C-1..T-4
    ! error: 'C-1..T-4' is not a range: C-1 and T-4 do not span one
    ! hint: write it like C-10..C-19
    exit 2
    $ inbox --as sara take C-1..C-9999999
    ! error: 'C-1..C-9999999' is not a range: it has more than 100000 references
    ! hint: write it like C-10..C-19
    exit 2
    $ inbox --as sara take nonsense
    ! error: 'nonsense' is not a reference
    ! hint: write C-1042, T-88, a range C-10..C-19, or a phone number that starts with + or 0
    exit 2
    $ inbox --as sara take C-1 --owner sara
    ! error: references and filters cannot be combined
    ! hint: give only references, or only filters
    exit 2
    $ inbox --as sara take
    ! error: no conversation was given
    ! hint: inbox take C-12, several, '-' for one per line on standard input, or a filter such as --owner sara
    exit 2
    ");
}

#[tokio::test]
async fn phone_number_lists_its_live_conversations_when_there_are_several() {
    let (db, mut conn) = workspace(3).await;
    // The customer writes to a second channel.
    run(
        &mut conn,
        "do $$
        declare op bigint; ch bigint;
        begin
            select operation_id into op
            from open_operation('admin', 'channel add', '{}', null, null, '0.1.0', null, null);
            ch := put_resource(op, 'channel', null,
                jsonb_build_object('handle', 'second', 'phone_number_id', '222', 'store_id', (select id from store),
                    'team_id', (select id from team where handle = 'ops')), 'added', null);
            perform finish_operation(op, 1, 1, null, 0::smallint);
            select operation_id into op from open_operation('system', 'apply', '{}', null, null, '0.1.0', null, null);
            perform open_conversations(op, array[ch], array[1::bigint], array[null::bigint], array['open'],
                array['customer'], array[app_now()], array['{}'::jsonb]);
        end $$",
    )
    .await;
    assert_snapshot!(transcript(&db, &["--as omar take +923000000001", "--as omar take C-4 --ids"]), @r"
    $ inbox --as omar take +923000000001
    ! error: +923000000001 has several conversations: C-1, C-4
    ! hint: name one of them
    exit 2
    $ inbox --as omar take C-4 --ids
    C-4
    ");
}

#[tokio::test]
async fn standard_input_accepts_crlf_blank_lines_and_repeats() {
    let (db, _) = workspace(6).await;
    let mut seen = piped(
        &db,
        "--as sara take - --ids",
        "\u{feff}C-1\r\nC-2\r\n\r\n  c3  \nC-1\n4..5",
    );
    seen += &piped(&db, "--as sara take C-6 - --ids", "C-1\n");
    seen += &piped(&db, "--as sara release - --ids", "C-1\nnonsense\n");
    seen += &piped(&db, "--as sara release - --ids", b"C-1\n\xff\xfe\n".to_vec());
    seen += &piped(&db, "--as sara release - --ids", "C-1\n\u{1b}[31mC-2\n");
    seen += &piped(&db, "--as sara release - --owner sara", "C-1\n");
    seen += &piped(&db, "--as sara ticket note - text", "T-1\n");
    assert_snapshot!(seen, @r"
    $ inbox --as sara take - --ids
    C-1
    C-2
    C-3
    C-4
    C-5
    $ inbox --as sara take C-6 - --ids
    C-1
    C-6
    $ inbox --as sara release - --ids
    ! error: line 2: 'nonsense' is not a reference
    ! hint: write C-1042, T-88, a range C-10..C-19, or a phone number that starts with + or 0
    exit 2
    $ inbox --as sara release - --ids
    ! error: standard input cannot be read: stream did not contain valid UTF-8
    exit 2
    $ inbox --as sara release - --ids
    ! error: line 2: '\u{1b}[31mC-2' is not a reference
    ! hint: write C-1042, T-88, a range C-10..C-19, or a phone number that starts with + or 0
    exit 2
    $ inbox --as sara release - --owner sara
    ! error: references and filters cannot be combined
    ! hint: give only references, or only filters
    exit 2
    $ inbox --as sara ticket note - text
    ! error: no ticket T-1
    ! hint: inbox ticket list shows them
    exit 3
    ");
}

#[tokio::test]
async fn operation_does_not_keep_customer_data_from_its_arguments() {
    let (db, mut conn) = workspace(2).await;
    run(
        &mut conn,
        "insert into contact_alias (contact_id, kind, value, first_seen, last_seen)
        values (2, 'bsuid', 'PK.secret77', app_now(), app_now())",
    )
    .await;
    let seen = transcript(
        &db,
        &[
            "--as sara take +923000000001 -q --reason secret77",
            "--as sara take PK.secret77 -q --note secret77",
            "--as sara label --contact +923000000001 --search secret77 --add x -q",
            "--as sara label --contact PK.secret77 --add x --tried secret77 -q",
        ],
    );
    assert!(!seen.contains("exit"), "{seen}");
    assert_eq!(
        text(
            &mut conn,
            "select count(*) from operation where verb in ('take', 'label')"
        )
        .await,
        "3"
    );
    let args = text(&mut conn, "select string_agg(args::text, ' ') from operation").await;
    for secret in ["secret77", "3000000001"] {
        assert!(!args.contains(secret), "{args}");
    }
}

#[tokio::test]
async fn range_names_the_first_missing_reference_and_counts_the_rest() {
    let (db, mut conn) = workspace(3).await;
    assert_snapshot!(transcript(&db, &["--as sara take C-2..C-6"]), @r"
    $ inbox --as sara take C-2..C-6
    ! error: no conversation C-4; and 2 more could not be changed. Nothing was changed
    ! hint: --keep-going changes the rest and reports each
    exit 3
    ");
    assert_eq!(
        text(
            &mut conn,
            "select count(*) from conversation where owner_id is not null"
        )
        .await,
        "0"
    );
}
