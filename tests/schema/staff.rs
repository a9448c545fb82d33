//! The people of a workspace, each with a Postgres login and the group roles that the program gives.

use sqlx::{AssertSqlSafe, PgConnection};

use crate::support::seed::{self, run, text};
use crate::support::transcript::transcript;
use crate::support::{self, Db};

/// The attackers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The owner of the tables, who set the workspace up.
    Owner,
    /// A superuser, whom only triggers refuse.
    Superuser,
    /// An agent with a personal Postgres login.
    Sara,
    /// A supervisor with a personal login.
    Omar,
    /// A viewer with a personal login.
    Vera,
    /// An admin with a personal login.
    Admin,
    /// A disabled agent whose login is still a member of the group.
    Dina,
    /// The login of `serve`.
    Serve,
    /// A login of the same server that has nothing to do with the workspace.
    Stranger,
}

pub use Who::*;

/// A person with a login.
pub struct Login {
    /// The person.
    pub who: Who,
    /// The URL.
    pub url: String,
    /// A session.
    pub conn: PgConnection,
}

/// Returns a person's session.
pub fn session(logins: &mut [Login], who: Who) -> &mut PgConnection {
    &mut logins.iter_mut().find(|l| l.who == who).unwrap().conn
}

/// Creates personal logins with the group roles that the program would grant.
pub async fn staffed() -> (Db, PgConnection, Vec<Login>) {
    let db = support::db();
    let mut conn = seed::workspace(&db).await;
    let mut superuser = db.connect_to(&db.superuser_url()).await;
    for statement in statements(&mut superuser, "select role_statements()").await {
        run(&mut superuser, &statement).await;
    }
    for kind in ["viewer", "agent", "supervisor", "admin", "ingest"] {
        db.drops(text(&mut superuser, &format!("group_role('{kind}')")).await);
    }
    let mut people = Vec::new();
    let staff = [
        (Sara, "sara"),
        (Omar, "omar"),
        (Vera, "vera"),
        (Admin, "adnan"),
        (Dina, "dina"),
        (Serve, "serve"),
        (Stranger, "stranger"),
    ];
    for (who, name) in staff {
        let (role, url) = db.login(name);
        if who == Stranger {
            // Another application in the same database grants it access.
            run(
                &mut superuser,
                &format!("grant connect on database {} to {role}", db.name()),
            )
            .await;
        }
        let put = match who {
            Sara | Omar | Vera => format!(
                "put_resource(op, 'agent', (select id from agent where handle = '{name}'),
                    '{{\"login\": \"{role}\"}}', 'changed', null)"
            ),
            Admin => format!(
                "put_resource(op, 'agent', null,
                    '{{\"handle\": \"{name}\", \"name\": \"Adnan\", \"role\": \"admin\", \"login\": \"{role}\"}}',
                    'added', null)"
            ),
            Dina => format!(
                "put_resource(op, 'agent', null,
                    '{{\"handle\": \"{name}\", \"name\": \"Dina\", \"role\": \"agent\", \"login\": \"{role}\"}}',
                    'added', null)"
            ),
            Serve => format!(
                "put_resource(op, 'acting', null,
                    jsonb_build_object('login', '{role}', 'agent_id', (select id from agent where handle = 'system')),
                    'granted', null)"
            ),
            Owner | Superuser | Stranger => "1".to_owned(),
        };
        run(&mut conn, &admin(&format!("perform {put};"))).await;
        for statement in statements(&mut superuser, &format!("select login_statements('{role}')")).await {
            run(&mut superuser, &statement).await;
        }
        people.push((who, url));
    }
    run(
        &mut conn,
        &admin(
            "perform put_resource(op, 'agent', (select id from agent where handle = 'dina'),
                '{\"disabled_at\": \"2026-11-20T00:00:00Z\"}', 'disabled', null);",
        ),
    )
    .await;
    for _ in 0..6 {
        seed::conversations(&mut conn, 1).await;
    }
    // C-1: sara's, with a ticket of zoya's. C-2: unowned. C-3: zoya's, noted by sara. C-4:
    // resolved, was ali's. C-5: sara's, offered to ali. C-6: ali's, with a closed ticket. sara is
    // on the morning roster.
    let done = transcript(
        &db,
        &[
            "--as sara take C-1 C-5 -q --reason 'on my desk'",
            "--as sara escalate C-1 --to zoya -q",
            "--as zoya take C-3 -q",
            "--as sara note C-3 'called' -q",
            "--as ali take C-4 C-6 -q",
            "--as ali resolve C-4 -q",
            "--as ali escalate C-6 --to ali -q",
            "--as ali ticket set T-2 --status closed -q",
            "--as sara handoff C-5 --to ali --require-accept -q",
            "--as omar shift add morning --hours 08:00-16:00 -q",
            "--as omar shift put sara morning --since 2026-11-01 -q",
        ],
    );
    assert!(!done.contains("exit"), "{done}");
    let mut logins = Vec::new();
    for (who, url) in [(Owner, db.url()), (Superuser, db.superuser_url())]
        .into_iter()
        .chain(people)
    {
        let conn = db.connect_to(&url).await;
        logins.push(Login { who, url, conn });
    }
    (db, conn, logins)
}

async fn statements(conn: &mut PgConnection, sql: &str) -> Vec<String> {
    sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
        .fetch_all(conn)
        .await
        .unwrap()
}

/// Wraps statements in an operation of the shared login's admin.
pub fn admin(body: &str) -> String {
    operation("'admin'", "null", body)
}

pub fn operation(acting: &str, undoes: &str, body: &str) -> String {
    format!(
        "do $do$
        declare op bigint; n bigint;
        begin
            select operation_id into op
            from open_operation({acting}, 'try', '{{}}', null, null, '0.1.0', null, {undoes});
            {body}
        end $do$"
    )
}

/// Returns SQL that records an event of a kind on one conversation. Columns that are not given keep
/// their value.
pub fn record(conversation: i64, kind: &str, columns: &[(&str, &str)]) -> String {
    let get = |name: &str, default: &str| {
        columns
            .iter()
            .find(|c| c.0 == name)
            .map_or(default.to_owned(), |c| c.1.to_owned())
    };
    format!(
        "perform record_conversations(op, array[{conversation}::bigint], array[{}], array['{kind}'],
            array[{}], array[{}]::bigint[], array[{}], array[{}], array[{}], array[{}]::timestamptz[],
            array['{}'::jsonb], null, {})
        from conversation c
        where c.id = {conversation};",
        get("seq", "c.seq"),
        get("status", "c.status"),
        get("owner", "c.owner_id"),
        get("team", "c.team_id"),
        get("priority", "c.priority"),
        get("labels", "array_to_string(c.labels, ',')"),
        get("until", "c.snoozed_until"),
        get("data", "{}"),
        get(
            "note",
            if kind == "noted" {
                r#"'{"body": "rang"}'"#
            } else {
                "null"
            }
        ),
    )
}

pub const ME: &str = "(select id from agent where handle = 'sara')";
pub const ZOYA: &str = "(select id from agent where handle = 'zoya')";
pub const OPS: &str = "(select id from team where handle = 'ops')";
