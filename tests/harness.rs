//! The test harness itself.

use crate::support;

#[tokio::test]
async fn each_test_has_its_own_database_and_an_ordinary_login() {
    let (one, other) = (support::db(), support::db());
    let mut connection = one.connect().await;
    sqlx::query("create table only_here ()")
        .execute(&mut connection)
        .await
        .unwrap();
    let tables =
        "select count(*) from pg_tables where schemaname = 'inbox' and tablename in ('only_here', 'conversation')";
    let count = |connection| sqlx::query_scalar::<_, i64>(tables).fetch_one(connection);
    assert_eq!(count(&mut connection).await.unwrap(), 2);
    assert_eq!(count(&mut other.connect().await).await.unwrap(), 1);
    let superuser: bool = sqlx::query_scalar("select rolsuper from pg_roles where rolname = session_user")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert!(!superuser);
}

#[tokio::test]
async fn additional_login_has_no_rights() {
    let db = support::db();
    let (role, url) = db.login("sara");
    let mut connection = db.connect_to(&url).await;
    let who: String = sqlx::query_scalar("select session_user::text")
        .fetch_one(&mut connection)
        .await
        .unwrap();
    assert_eq!(who, role);
    let refused = sqlx::query("select from inbox.conversation")
        .execute(&mut connection)
        .await
        .unwrap_err();
    assert_eq!(
        refused.as_database_error().and_then(|e| e.code()).as_deref(),
        Some("42501"),
        "{refused}"
    );
}

#[test]
fn binary_under_test_sees_nothing_of_this_machine() {
    let db = support::db();
    let keys: Vec<String> = support::environment(db.home())
        .into_iter()
        .map(|(key, _)| key)
        .collect();
    for key in ["TZ", "DATABASE_URL", "PGHOST", "XDG_CONFIG_HOME", "NO_COLOR"] {
        assert!(!keys.iter().any(|k| k == key), "{key}");
    }
    support::inbox(&db).arg("--version").assert().success();
}
