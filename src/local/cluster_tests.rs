//! Tests with a real cluster each: it is created, started, killed and stopped.

use super::*;
use std::os::unix::fs::PermissionsExt;
use std::process::Command;
use tempfile::TempDir;

/// Returns a folder that the server's account can reach, for any user of the tests.
fn folder() -> TempDir {
    let dir = tempfile::Builder::new()
        .prefix("inbox-local-")
        .tempdir_in("/tmp")
        .unwrap();
    fs_err::set_permissions(dir.path(), PermissionsExt::from_mode(0o755)).unwrap();
    dir
}

/// Returns a cluster with the programs of the test run, as in `make test PG=18`.
fn cluster_at(at: &Path) -> Cluster {
    let programs = std::env::var_os("INBOX_PG_BIN").filter(|dir| !dir.is_empty());
    Cluster::at(at).with_programs(programs.map(PathBuf::from))
}

struct Stops<'c>(&'c Cluster);

impl Drop for Stops<'_> {
    fn drop(&mut self) {
        drop(self.0.stop());
    }
}

fn pid(cluster: &Cluster) -> u32 {
    cluster.status().unwrap().pid.unwrap()
}

/// Runs one query as a login, through the socket in the address.
fn ask(address: &Address, user: &str, database: &str, sql: &'static str) -> std::result::Result<String, sqlx::Error> {
    let url = address.url_of(user, database);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let mut connection = <sqlx::PgConnection as sqlx::Connection>::connect(&url).await?;
        sqlx::query_scalar(sql).fetch_one(&mut connection).await
    })
}

#[test]
fn cluster_is_created_once_and_survives_a_kill() {
    let dir = folder();
    let at = dir.path().join("share/postgres");
    let cluster = cluster_at(&at);
    let _stops = Stops(&cluster);
    assert_eq!(cluster.status().unwrap().state, State::Absent);
    assert!(!cluster.stop().unwrap(), "nothing to stop");

    // Four callers start at the same time. All get the same server.
    let starts: Vec<_> = (0..4)
        .map(|_| {
            let cluster = cluster_at(&at);
            std::thread::spawn(move || {
                cluster.ensure_started().unwrap();
                pid(&cluster)
            })
        })
        .collect();
    let mut pids: Vec<u32> = starts.into_iter().map(|start| start.join().unwrap()).collect();
    pids.dedup();
    assert_eq!(pids.len(), 1, "one server for all: {pids:?}");
    let address = cluster.address();
    assert_eq!(cluster.status().unwrap().state, State::Running);

    // The everyday login owns the database and has no other rights.
    let login = "select rolsuper::text || rolcreaterole::text || rolcreatedb::text || rolbypassrls::text
            || rolreplication::text
        from pg_roles
        where rolname = current_user";
    assert_eq!(
        ask(&address, address.user, address.database, login).unwrap(),
        "false".repeat(5)
    );
    let owner = "select pg_get_userbyid(datdba)::text from pg_database where datname = current_database()";
    assert_eq!(ask(&address, address.user, address.database, owner).unwrap(), "inbox");
    let settings = "select current_setting('listen_addresses') || '|' || current_setting('fsync') || '|'
            || current_setting('server_encoding') || '|' || lower('ÄÉ')";
    assert_eq!(
        ask(&address, address.user, address.database, settings).unwrap(),
        "|on|UTF8|äé"
    );

    // Only the server's account and root may reach these paths.
    let mode = |path: &Path| fs_err::symlink_metadata(path).unwrap().mode() & 0o777;
    assert_eq!(mode(&address.socket_dir), 0o700);
    assert_eq!(mode(&cluster.place.socket()), 0o700);
    assert_eq!(mode(&cluster.place.data()), 0o700);

    // The server is killed. Its remaining files do not prevent a start, even if its number belongs
    // to another process.
    for reused in [false, true] {
        let old = pid(&cluster);
        let killed = Command::new("kill").args(["-9", &old.to_string()]).status().unwrap();
        assert!(killed.success());
        while cluster.runs(old) {
            std::thread::sleep(Duration::from_millis(10));
        }
        if reused {
            let file = cluster.pid_file_path();
            let text = fs_err::read_to_string(&file).unwrap();
            let rest = text.split_once('\n').unwrap().1;
            fs_err::write(&file, format!("{}\n{rest}", std::process::id())).unwrap();
        }
        assert_eq!(cluster.status().unwrap().state, State::Stopped);
        cluster.ensure_started().unwrap();
        assert_ne!(pid(&cluster), old);
        assert_eq!(ask(&address, "inbox", "inbox", "select 'there'").unwrap(), "there");
    }

    assert!(cluster.stop().unwrap());
    assert_eq!(cluster.status().unwrap().state, State::Stopped);
    assert!(!cluster.stop().unwrap(), "already stopped");

    // Data of another major version do not change.
    let version = cluster.place.data().join("PG_VERSION");
    fs_err::write(&version, "9\n").unwrap();
    let error = cluster.ensure_started().unwrap_err();
    assert_eq!(error.kind, Kind::Usage);
    assert!(error.message.contains("Postgres 9"), "{error:?}");
}

#[test]
fn cluster_works_in_a_long_path_with_special_characters() {
    let dir = folder();
    let odd = format!("it's $HOME, \"quoted\" {}", "x".repeat(150));
    let at = dir.path().join(odd);
    let cluster = cluster_at(&at).throwaway().with_setting("application_name", "it's");
    let _stops = Stops(&cluster);
    let address = cluster.ensure_started().unwrap();
    assert!(address.socket_dir.starts_with("/tmp"), "{address:?}");
    assert_eq!(
        ask(&address, "inbox", "inbox", "select current_setting('fsync')").unwrap(),
        "off"
    );

    // A folder of another user in the place of the socket is refused.
    cluster.stop().unwrap();
    fs_err::remove_dir_all(&address.socket_dir).unwrap();
    std::os::unix::fs::symlink(dir.path(), &address.socket_dir).unwrap();
    let error = cluster.ensure_started().unwrap_err();
    assert!(error.message.contains("symbolic link"), "{error:?}");
    fs_err::remove_file(&address.socket_dir).unwrap();
}

#[test]
fn failed_start_is_explained_with_a_hint() {
    let dir = folder();
    let at = dir.path().join("postgres");
    let cluster = cluster_at(&at).throwaway().with_setting("shared_buffers", "nonsense");
    let error = cluster.ensure_started().unwrap_err();
    assert_eq!(error.kind, Kind::Unreachable);
    assert!(error.message.contains("shared_buffers"), "{error:?}");
    assert!(error.hint.unwrap().contains(&cluster.place.dir.display().to_string()));
    // The next cluster is not affected.
    let cluster = cluster_at(&at).throwaway();
    let _stops = Stops(&cluster);
    cluster.ensure_started().unwrap();
}

#[test]
fn incomplete_cluster_is_created_again() {
    let dir = folder();
    let cluster = cluster_at(&dir.path().join("postgres")).throwaway();
    let _stops = Stops(&cluster);
    cluster.place.make().unwrap();
    fs_err::create_dir_all(cluster.place.unfinished().join("base")).unwrap();
    fs_err::write(cluster.place.unfinished().join("PG_VERSION"), "15\n").unwrap();
    cluster.ensure_started().unwrap();
    assert!(!cluster.place.unfinished().exists());
}

#[test]
fn known_failures_are_explained() {
    let explained = |said: &str| explain(Kind::Failed, "it failed", said, Path::new("/srv/x"));
    let full = explained("initdb: error: could not write: No space left on device");
    assert!(full.message.contains("no space is left"), "{full:?}");
    assert!(full.hint.unwrap().contains("/srv/x"));
    let denied = explained("initdb: error: could not access directory: Permission denied");
    assert!(denied.message.ends_with("permission denied"), "{denied:?}");
    let other = explained("LOG: a\nFATAL:  something rare\nLOG: database system is shut down\n");
    assert_eq!(other.message, "it failed: FATAL:  something rare");
    assert!(other.hint.unwrap().contains("LOG: a"));
}
