//! Tests of the settings. Each test has a separate environment and home folder.

use super::*;
use crate::domain::session::TargetSession;
use crate::error::Kind;
use std::os::unix::fs::PermissionsExt;
use tempfile::TempDir;

struct Home {
    dir: TempDir,
    vars: Vec<(String, String)>,
    flags: Flags,
}

impl Home {
    fn new() -> Home {
        let dir = tempfile::tempdir().unwrap();
        let vars = vec![("HOME".to_owned(), dir.path().display().to_string())];
        Home {
            dir,
            vars,
            flags: Flags::default(),
        }
    }

    fn var(mut self, name: &str, value: &str) -> Home {
        self.vars.push((
            name.to_owned(),
            value.replace("~", &self.dir.path().display().to_string()),
        ));
        self
    }

    fn flag(mut self, key: Key, value: &str) -> Home {
        self.flags.set.insert(key, value.to_owned());
        self
    }

    fn profile(mut self, name: &str) -> Home {
        self.flags.profile = Some(name.to_owned());
        self
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn file(self, name: &str, text: &str) -> Home {
        let path = self.path(name);
        fs_err::create_dir_all(path.parent().unwrap()).unwrap();
        fs_err::write(&path, text).unwrap();
        fs_err::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
        self
    }

    fn config(self, text: &str) -> Home {
        self.file(".config/inbox/config.toml", text)
    }

    fn resolve(&self) -> Result<Settings> {
        Settings::resolve(&self.flags, &Env::of("osuser", self.vars.clone()))
    }

    fn server(&self) -> ConnectSettings {
        match self.resolve().unwrap().database().unwrap() {
            Database::Server(server) => *server,
            Database::Local => panic!("the local cluster was chosen"),
        }
    }

    fn password(&self) -> Option<String> {
        self.server().servers[0].password.clone().map(|p| p.expose().to_owned())
    }
}

#[test]
fn flag_precedes_environment_precedes_profile_precedes_default() {
    let home = Home::new();
    let workspace = |home: &Home| {
        let s = home.resolve().unwrap();
        (s.workspace().to_owned(), s.origin(Key::Workspace).unwrap().to_string())
    };
    assert_eq!(workspace(&home), ("inbox".into(), "default".into()));
    let home = home.config("default_profile = \"lahore\"\n[profiles.lahore]\nworkspace = \"from_file\"\n");
    assert_eq!(workspace(&home), ("from_file".into(), "profile lahore".into()));
    let home = home.var("INBOX_WORKSPACE", "from_env");
    assert_eq!(workspace(&home), ("from_env".into(), "INBOX_WORKSPACE".into()));
    let home = home.flag(Key::Workspace, "from_flag");
    assert_eq!(workspace(&home), ("from_flag".into(), "--workspace".into()));
}

#[test]
fn empty_variable_counts_as_unset() {
    let home = Home::new().var("INBOX_AS", "").var("INBOX_WORKSPACE", "");
    let s = home.resolve().unwrap();
    assert_eq!((s.act_as().unwrap(), s.workspace()), (None, "inbox"));
}

#[test]
fn profile_is_named_by_flag_environment_or_file() {
    let text =
        "default_profile = 'a'\n[profiles.a]\nas = 'sara'\n[profiles.b]\nas = 'ali'\n[profiles.c]\nas = 'omar'\n";
    let who = |home: Home| {
        home.config(text)
            .resolve()
            .unwrap()
            .act_as()
            .unwrap()
            .unwrap()
            .to_string()
    };
    assert_eq!(who(Home::new()), "sara");
    assert_eq!(who(Home::new().var("INBOX_PROFILE", "b")), "ali");
    assert_eq!(who(Home::new().var("INBOX_PROFILE", "b").profile("c")), "omar");
    let e = Home::new().config(text).profile("d").resolve().unwrap_err();
    assert!(e.message.starts_with("--profile: there is no profile 'd' in "), "{e}");
    assert_eq!(e.hint.unwrap(), "there are: a, b, c");
}

#[test]
fn file_is_found_by_flag_environment_or_config_folder() {
    let text = |w: &str| format!("default_profile = 'x'\n[profiles.x]\nworkspace = '{w}'\n");
    let home = Home::new().config(&text("home"));
    assert_eq!(home.resolve().unwrap().workspace(), "home");
    let home = home
        .file("xdg/inbox/config.toml", &text("xdg"))
        .var("XDG_CONFIG_HOME", "~/xdg");
    assert_eq!(home.resolve().unwrap().workspace(), "xdg");
    let home = home.file("env.toml", &text("env")).var("INBOX_CONFIG", "~/env.toml");
    assert_eq!(home.resolve().unwrap().workspace(), "env");
    let mut home = home.file("flag.toml", &text("flag"));
    home.flags.config = Some(home.path("flag.toml"));
    assert_eq!(home.resolve().unwrap().workspace(), "flag");
    home.flags.config = Some(home.path("missing.toml"));
    assert!(
        home.resolve()
            .unwrap_err()
            .message
            .starts_with("--config: there is no file")
    );
}

#[test]
fn unknown_key_is_named_with_its_line() {
    let e = Home::new()
        .config("default_profile = 'x'\n\n[profiles.x]\nas = 'sara'\nworkspce = 'y'\n")
        .resolve()
        .unwrap_err();
    assert_eq!(e.kind, Kind::Usage);
    assert!(
        e.message.ends_with("config.toml, line 5: unknown key 'workspce'"),
        "{e}"
    );
    assert!(e.hint.unwrap().contains("workspace"));
    let e = Home::new().config("\nworkspace = 'y'\n").resolve().unwrap_err();
    assert!(e.message.ends_with("line 2: unknown key 'workspace'"), "{e}");
    assert!(e.hint.unwrap().contains("[profiles.default]"));
    let e = Home::new().config("[profiles.x.y]\nas = 'z'\n").resolve().unwrap_err();
    assert!(e.message.contains("unknown key 'y'"), "{e}");
}

#[test]
fn invalid_value_is_reported_with_its_location() {
    let e = Home::new()
        .config("[profiles.x]\ntz = '+05:00'\n")
        .resolve()
        .unwrap_err();
    assert!(
        e.message
            .ends_with("line 2: tz: '+05:00' is a UTC offset, not a time zone"),
        "{e}"
    );
    let e = Home::new()
        .config("[profiles.x]\nworkspace = 7\n")
        .resolve()
        .unwrap_err();
    assert!(
        e.message
            .ends_with("line 2: the value of workspace has the wrong type (integer)"),
        "{e}"
    );
    let e = Home::new().config("profiles = 3").resolve().unwrap_err();
    assert!(e.message.contains("line 1"), "{e}");
    for (variable, value) in [
        ("INBOX_WORKSPACE", "My Shop"),
        ("INBOX_WORKSPACE", "pg_shop"),
        ("INBOX_TIMEOUT", "soon"),
        ("INBOX_TIMEOUT", "0s"),
        ("INBOX_NO_INPUT", "maybe"),
        ("INBOX_AS", "system"),
        ("INBOX_OUTPUT", "xml"),
        ("INBOX_COLOR", "blue"),
        ("INBOX_LISTEN", "8080"),
        ("INBOX_TZ", "PKT"),
        ("INBOX_DATABASE_URL", "mysql://h/d"),
    ] {
        let e = Home::new().var(variable, value).resolve().unwrap_err();
        assert_eq!(e.kind, Kind::Usage);
        assert!(e.message.starts_with(&format!("{variable}: ")), "{e}");
    }
}

#[test]
fn invalid_toml_is_reported_by_line_without_its_text() {
    let home = Home::new().config("default_profile = 'x'\n[profiles.x]\ndatabase_url = 'postgres://u:hunter2@h/d\n");
    let e = home.resolve().unwrap_err();
    assert!(e.message.contains("line 3: this is not TOML"), "{e}");
    assert!(!format!("{e:?}").contains("hunter2"));
}

#[test]
fn missing_database_is_reported_with_a_hint() {
    let e = Home::new().resolve().unwrap().database().unwrap_err();
    assert_eq!((e.kind, &*e.message), (Kind::Usage, "no database is configured"));
    assert!(e.hint.unwrap().contains("inbox init"));
    let only_user = Home::new().var("PGUSER", "sara").var("PGPASSWORD", "x");
    assert!(only_user.resolve().unwrap().database().is_err());
}

#[test]
fn url_is_parsed() {
    let s = Home::new()
        .var(
            "DATABASE_URL",
            "postgresql://s%40ra:p%3Aw@db.example:6432/in%20box?sslmode=require&application_name=x",
        )
        .server();
    assert_eq!(
        (
            s.user.as_str(),
            s.servers[0].host.as_str(),
            s.servers[0].port,
            s.database.as_str()
        ),
        ("s@ra", "db.example", 6432, "in box")
    );
    assert_eq!(s.servers[0].password.clone().unwrap().expose(), "p:w");
    assert_eq!((s.ssl_mode, s.application_name.as_str()), (SslMode::Require, "x"));
    let s = Home::new().var("DATABASE_URL", "postgres://%2Frun%2Fpg/db").server();
    assert_eq!(
        (
            s.servers[0].host.as_str(),
            s.servers[0].port,
            s.user.as_str(),
            s.database.as_str()
        ),
        ("/run/pg", 5432, "osuser", "db")
    );
    let s = Home::new()
        .var("DATABASE_URL", "postgres://u@/db?host=/run/pg&port=5433")
        .server();
    assert_eq!((s.servers[0].host.as_str(), s.servers[0].port), ("/run/pg", 5433));
    let s = Home::new().var("DATABASE_URL", "postgres://u@[::1]:5433").server();
    assert_eq!(
        (s.servers[0].host.as_str(), s.servers[0].port, s.database.as_str()),
        ("::1", 5433, "u")
    );
    assert_eq!(s.timeout, Duration::from_secs(10));
    let neon =
        "postgres://u@h/d?sslmode=require&channel_binding=require&options=-c%20statement_timeout%3D5s%20--geqo=off";
    let s = Home::new().var("DATABASE_URL", neon).server();
    assert_eq!(
        s.options,
        [("statement_timeout".into(), "5s".into()), ("geqo".into(), "off".into())]
    );
}

#[test]
fn invalid_url_is_refused_without_its_text() {
    for url in [
        "hunter2",
        "postgres://u:hunter2@h:port/d",
        "postgres://u:hun/ter2@h/d",
        "postgres://u:hunter2@h1:1,h2:x/d",
        "postgres://u:hunter2@h/d?sslmode",
        "postgres://u:hunter2@h/d?wat=1",
        "postgres://u:hunter2%FF@h/d",
        "postgres://u:hunter2@[::1/d",
    ] {
        let e = Home::new().var("DATABASE_URL", url).resolve().unwrap_err();
        assert_eq!(e.kind, Kind::Usage, "{url}");
        assert!(!format!("{e:?}").contains("hun"), "{e:?}");
    }
}

#[test]
fn libpq_variables_complete_the_url() {
    let home = Home::new()
        .var("PGHOST", "pghost")
        .var("PGPORT", "7000")
        .var("PGUSER", "pguser")
        .var("PGDATABASE", "pgdb")
        .var("PGPASSWORD", "pgpass")
        .var("PGSSLMODE", "verify-full")
        .var("PGSSLROOTCERT", "/root.crt")
        .var("PGAPPNAME", "cron")
        .var("PGCONNECT_TIMEOUT", "3");
    let s = home.server();
    assert_eq!(
        (
            s.servers[0].host.as_str(),
            s.servers[0].port,
            s.user.as_str(),
            s.database.as_str()
        ),
        ("pghost", 7000, "pguser", "pgdb")
    );
    assert_eq!(
        (s.ssl_mode, s.ssl_root_cert.as_deref(), s.application_name.as_str()),
        (SslMode::VerifyFull, Some("/root.crt"), "cron")
    );
    assert_eq!(
        (s.servers[0].password.clone().unwrap().expose(), s.timeout),
        ("pgpass", Duration::from_secs(3))
    );
    let s = home
        .var("DATABASE_URL", "postgres://u:p@h:1/d?connect_timeout=4")
        .server();
    assert_eq!(
        (
            s.servers[0].host.as_str(),
            s.servers[0].port,
            s.user.as_str(),
            s.database.as_str()
        ),
        ("h", 1, "u", "d")
    );
    assert_eq!(
        (s.servers[0].password.clone().unwrap().expose(), s.timeout, s.ssl_mode),
        ("p", Duration::from_secs(4), SslMode::VerifyFull)
    );
}

#[test]
fn environment_address_does_not_redirect_the_host_of_the_url() {
    let home = Home::new().var("PGHOSTADDR", "10.0.0.1");
    assert_eq!(home.server().servers[0].host, "10.0.0.1");
    assert_eq!(
        home.var("DATABASE_URL", "postgres://u@h/d").server().servers[0].host,
        "h"
    );
}

#[test]
fn invalid_libpq_variable_is_an_error_instead_of_the_default() {
    for (name, value) in [
        ("PGSSLMODE", "verfy-full"),
        ("PGPORT", "54a"),
        ("PGCONNECT_TIMEOUT", "x"),
        ("PGTARGETSESSIONATTRS", "master"),
        ("PGLOADBALANCEHOSTS", "x"),
        ("PGGSSENCMODE", "require"),
    ] {
        let e = Home::new()
            .var("PGDATABASE", "d")
            .var(name, value)
            .resolve()
            .unwrap()
            .database()
            .unwrap_err();
        assert!(e.message.contains(name), "{e}");
    }
}

#[test]
fn system_authorities_imply_host_verification() {
    let s = Home::new()
        .var("DATABASE_URL", "postgres://u@h/d?sslrootcert=system")
        .server();
    assert_eq!((s.ssl_mode, s.ssl_root_cert), (SslMode::VerifyFull, None));
}

#[test]
fn inbox_timeout_precedes_that_of_libpq() {
    let home = Home::new()
        .var("DATABASE_URL", "postgres://u@h/d?connect_timeout=4")
        .var("INBOX_TIMEOUT", "2s");
    assert_eq!(home.server().timeout, Duration::from_secs(2));
    let never = Home::new().var("DATABASE_URL", "postgres://u@h/d?connect_timeout=0");
    assert_eq!(never.server().timeout, Duration::from_secs(10));
    let home = Home::new()
        .var("DATABASE_URL", "postgres://u@h/d")
        .config("default_profile='x'\n[profiles.x]\ntimeout = 7\n");
    assert_eq!(home.server().timeout, Duration::from_secs(7));
}

#[test]
fn service_file_ranks_between_url_and_environment() {
    let text = "# ours\n[other]\nhost=wrong\n\n\
        [shop]\nhost = svc\nport=6000\nuser=svcuser\ndbname=svcdb\npassword=svcpass\nkeepalives=1\n\
        [late]\nhost=x\n";
    let home = Home::new()
        .file(".pg_service.conf", text)
        .var("PGSERVICE", "shop")
        .var("PGHOST", "env")
        .var("PGAPPNAME", "app");
    let s = home.server();
    assert_eq!(
        (
            s.servers[0].host.as_str(),
            s.servers[0].port,
            s.user.as_str(),
            s.database.as_str()
        ),
        ("svc", 6000, "svcuser", "svcdb")
    );
    assert_eq!(
        (
            s.servers[0].password.clone().unwrap().expose(),
            s.application_name.as_str()
        ),
        ("svcpass", "app")
    );
    let s = home
        .var("DATABASE_URL", "postgres:///urldb?service=other&user=u")
        .server();
    assert_eq!(
        (s.servers[0].host.as_str(), s.database.as_str(), s.user.as_str()),
        ("wrong", "urldb", "u")
    );
}

#[test]
fn service_is_looked_up_in_the_named_file_and_the_system_file() {
    let home = Home::new()
        .file("s.conf", "[a]\nhost=one\n")
        .file("sys/pg_service.conf", "[b]\nhost=two\n");
    let home = home.var("PGSERVICEFILE", "~/s.conf").var("PGSYSCONFDIR", "~/sys");
    let home = home.var("PGSERVICE", "b");
    assert_eq!(home.server().servers[0].host, "two");
    let e = home.var("PGSERVICE", "c").resolve().unwrap().database().unwrap_err();
    assert_eq!(e.message, "there is no service 'c' (service, PGSERVICE)");
    let wrong = Home::new()
        .file(".pg_service.conf", "[a]\nhost=h\nnonsense\n")
        .var("PGSERVICE", "a");
    assert!(
        wrong
            .resolve()
            .unwrap()
            .database()
            .unwrap_err()
            .message
            .ends_with(".pg_service.conf, line 3: there is no '='")
    );
}

#[test]
fn password_file_is_used_when_no_password_is_given() {
    let text = "# comment\nother:*:*:*:no\nh:5432:d:u:s\\:ec\\\\ret\n*:*:*:*:last\n";
    let home = Home::new()
        .file(".pgpass", text)
        .var("DATABASE_URL", "postgres://u@h/d");
    assert_eq!(home.password().as_deref(), Some("s:ec\\ret"));
    let other = Home::new()
        .file("pass", text)
        .var("PGPASSFILE", "~/pass")
        .var("DATABASE_URL", "postgres://v@h/d");
    assert_eq!(other.password().as_deref(), Some("last"));
    let socket = Home::new()
        .file(".pgpass", "localhost:*:*:*:sock\n")
        .var("DATABASE_URL", "postgres://u@/d?host=/run/pg");
    assert_eq!(socket.password().as_deref(), Some("sock"));
    let given = Home::new()
        .file(".pgpass", text)
        .var("DATABASE_URL", "postgres://u@h/d")
        .var("PGPASSWORD", "env");
    assert_eq!(given.password().as_deref(), Some("env"));
}

#[test]
fn password_file_is_ignored_when_others_can_read_it() {
    let home = Home::new()
        .file(".pgpass", "*:*:*:*:x\n")
        .var("DATABASE_URL", "postgres://u@h/d");
    assert_eq!(home.password().as_deref(), Some("x"));
    fs_err::set_permissions(home.path(".pgpass"), std::fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(home.password(), None);
}

#[test]
fn local_cluster_is_used_when_nothing_else_names_a_server() {
    let local = "default_profile = 'x'\n[profiles.x]\nlocal = true\n";
    let is_local = |home: Home| home.resolve().unwrap().database().unwrap() == Database::Local;
    assert!(is_local(Home::new().config(local)));
    assert!(
        is_local(Home::new().config(local).var("PGHOST", "h")),
        "PG* only fill in"
    );
    assert!(!is_local(
        Home::new().config(local).var("DATABASE_URL", "postgres://u@h/d")
    ));
    assert!(is_local(
        Home::new()
            .var("INBOX_LOCAL", "1")
            .var("DATABASE_URL", "postgres://u@h/d")
    ));
    assert!(!is_local(
        Home::new()
            .var("INBOX_LOCAL", "1")
            .flag(Key::DatabaseUrl, "postgres://u@h/d")
    ));
    assert!(!is_local(
        Home::new().config(local).var("INBOX_LOCAL", "0").var("PGHOST", "h")
    ));
}

#[test]
fn warning_when_the_environment_hides_the_profile_database() {
    let text = "default_profile = 'x'\n[profiles.x]\ndatabase_url = 'postgres://u@staging/d'\n";
    let home = Home::new()
        .config(text)
        .var("DATABASE_URL", "postgres://u@production/d")
        .profile("x");
    assert_eq!(
        home.resolve().unwrap().warnings,
        ["DATABASE_URL overrides the database of profile x"]
    );
    let home = Home::new().config(text).profile("x");
    assert!(home.resolve().unwrap().warnings.is_empty());
}

#[test]
fn no_password_is_ever_printed() {
    let home = Home::new()
        .var(
            "DATABASE_URL",
            "postgres://u:hunter2@h/d?password=hunter2&sslmode=prefer",
        )
        .var("INBOX_READ_FROM", "postgres://h/d?pass%77ord=hunter2")
        .var("PGPASSWORD", "hunter2");
    let s = home.resolve().unwrap();
    let shown = s.lines();
    assert_eq!(shown.len(), Key::ALL.len());
    assert_eq!(
        shown[0].value.as_deref(),
        Some("postgres://u:***@h/d?password=***&sslmode=prefer")
    );
    let debug = format!(
        "{shown:?} {s:?} {:?} {:?} {}",
        s.database(),
        s.read_from(),
        home.server()
    );
    assert!(!debug.contains("hunter2"), "{debug}");
    assert_eq!(home.server().to_string(), "postgres://u@h:5432/d");
    assert_eq!(
        s.read_from().unwrap().unwrap().servers[0]
            .password
            .clone()
            .unwrap()
            .expose(),
        "hunter2"
    );
}

#[test]
fn every_line_shows_the_origin_of_its_value() {
    let home = Home::new().var("PAGER", "less").flag(Key::Output, "json");
    let lines = home.resolve().unwrap().lines();
    let line = |name| lines.iter().find(|l| l.name == name).unwrap();
    assert_eq!(line("output").origin, Some(Origin::Flag("--output")));
    assert_eq!(line("pager").origin, Some(Origin::Env("PAGER")));
    assert_eq!(line("listen").origin, Some(Origin::Default));
    assert_eq!((&line("as").value, &line("as").origin), (&None, &None));
}

#[test]
fn profile_path_is_relative_to_the_file_and_expands_the_tilde() {
    let text = "default_profile = 'x'\n[profiles.x]\napp_secret_file = 'secret'\nverify_token_file = '~/token'\n";
    let home = Home::new().config(text).var("INBOX_PG_BIN", "rel/bin");
    let s = home.resolve().unwrap();
    assert_eq!(s.path(Key::AppSecretFile), Some(home.path(".config/inbox/secret")));
    assert_eq!(s.path(Key::VerifyTokenFile), Some(home.path("token")));
    assert_eq!(s.path(Key::PgBin), Some(PathBuf::from("rel/bin")));
    assert_eq!(s.path(Key::LocalDir), None);
}

#[test]
fn profile_is_written_for_its_owner_only_and_read_back() {
    let home = Home::new();
    let path = home.path(".config/inbox/config.toml");
    write_profile(
        &path,
        "lahore",
        &[
            (Key::DatabaseUrl, Some("postgres://u:p@h/d")),
            (Key::Workspace, Some("shop")),
        ],
    )
    .unwrap();
    assert_eq!(fs_err::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let text = fs_err::read_to_string(&path).unwrap();
    assert_eq!(
        text,
        "default_profile = \"lahore\"\n\n\
         [profiles.lahore]\ndatabase_url = \"postgres://u:p@h/d\"\nworkspace = \"shop\"\n"
    );
    let s = home.resolve().unwrap();
    assert_eq!((s.workspace(), s.profile.as_deref()), ("shop", Some("lahore")));
    assert!(s.warnings.is_empty());
}

#[test]
fn writing_keeps_other_profiles_and_comments() {
    let before = "# our inbox\ndefault_profile = \"a\" # the shop\n\n\
        [profiles.a]\nas = \"sara\" # not ali\nlocal = true\n\n\
        # the other\n[profiles.b]\nas = \"omar\"\n";
    let home = Home::new().config(before);
    let path = home.path(".config/inbox/config.toml");
    write_profile(
        &path,
        "a",
        &[(Key::As, Some("ali")), (Key::Local, None), (Key::NoInput, Some("1"))],
    )
    .unwrap();
    write_profile(&path, "c", &[(Key::Local, Some("true"))]).unwrap();
    let text = fs_err::read_to_string(&path).unwrap();
    assert_eq!(
        text,
        "# our inbox\ndefault_profile = \"a\" # the shop\n\n\
         [profiles.a]\nas = \"ali\" # not ali\nno_input = true\n\n\
         # the other\n[profiles.b]\nas = \"omar\"\n\n[profiles.c]\nlocal = true\n"
    );
}

#[test]
fn profile_is_not_written_when_it_cannot_be_read() {
    let home = Home::new().config("[profiles.a]\nwrong = 1\n");
    let path = home.path(".config/inbox/config.toml");
    assert!(write_profile(&path, "b", &[(Key::As, Some("sara"))]).is_err());
    assert_eq!(fs_err::read_to_string(&path).unwrap(), "[profiles.a]\nwrong = 1\n");
    let fresh = home.path("new/config.toml");
    assert!(
        write_profile(&fresh, "b", &[(Key::As, Some("me"))])
            .unwrap_err()
            .message
            .starts_with("as: ")
    );
    assert!(write_profile(&fresh, "a b", &[]).is_err());
    assert!(!fresh.exists());
}

#[test]
fn linked_file_stays_a_link() {
    let home = Home::new().file("dotfiles/inbox.toml", "");
    let link = home.path("config.toml");
    std::os::unix::fs::symlink(home.path("dotfiles/inbox.toml"), &link).unwrap();
    write_profile(&link, "a", &[(Key::As, Some("sara"))]).unwrap();
    assert!(fs_err::symlink_metadata(&link).unwrap().is_symlink());
    assert!(
        fs_err::read_to_string(home.path("dotfiles/inbox.toml"))
            .unwrap()
            .contains("sara")
    );
}

#[test]
fn warning_when_others_can_read_a_file_with_a_password() {
    let home = Home::new().config("[profiles.a]\ndatabase_url = 'postgres://u:p@h/d'\n");
    let path = home.path(".config/inbox/config.toml");
    assert!(home.resolve().unwrap().warnings.is_empty());
    fs_err::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(home.resolve().unwrap().warnings[0].contains("chmod 600"));
}

#[test]
fn several_hosts_are_paired_with_their_ports_and_passwords() {
    let home = || Home::new().file(".pgpass", "two:7000:d:u:second\n*:*:*:*:any\n");
    let places = |s: &ConnectSettings| {
        let place = |server: &Server| {
            let password = server.password.as_ref().map_or("-", Secret::expose);
            format!("{}:{} {password}", server.host, server.port)
        };
        s.servers.iter().map(place).collect::<Vec<_>>().join(", ")
    };
    let url = "postgres://u@one,two:7000,[::1]:7001/d?target_session_attrs=read-write";
    let s = home().var("DATABASE_URL", url).server();
    assert_eq!(places(&s), "one:5432 any, two:7000 second, ::1:7001 any");
    assert_eq!(s.target, TargetSession::ReadWrite);
    assert_eq!(s.to_string(), "postgres://u@one:5432,two:7000,::1:7001/d");
    // A single port is used for every host.
    let s = home()
        .var("PGHOST", "one,two")
        .var("PGPORT", "7000")
        .var("PGUSER", "u")
        .var("PGDATABASE", "d");
    assert_eq!(places(&s.server()), "one:7000 any, two:7000 second");
    let s = s
        .var("PGHOSTADDR", "10.0.0.1,")
        .var("PGTARGETSESSIONATTRS", "prefer-standby")
        .server();
    assert_eq!(places(&s), "10.0.0.1:7000 any, two:7000 second");
    assert_eq!(s.target, TargetSession::PreferStandby);
    let url = "postgres://u:p@/d?host=/run/a,/run/b&port=5432,5433&load_balance_hosts=random";
    let s = home().var("DATABASE_URL", url).server();
    let mut found: Vec<_> = s.servers.iter().map(|s| (s.host.as_str(), s.port)).collect();
    found.sort_unstable();
    assert_eq!(found, [("/run/a", 5432), ("/run/b", 5433)]);
    for wrong in ["postgres://u@a,b,c/d?port=1,2", "postgres://u@a,b/d?hostaddr=10.0.0.1"] {
        let e = home()
            .var("DATABASE_URL", wrong)
            .resolve()
            .unwrap()
            .database()
            .unwrap_err();
        assert!(e.message.contains("do not match"), "{e}");
    }
}

#[test]
fn settings_for_unreachable_clients_are_used() {
    let url = "postgres://u@h/d?keepalives_idle=60&keepalives_interval=7&keepalives_count=2&tcp_user_timeout=9000";
    let limits = Home::new().var("DATABASE_URL", url).resolve().unwrap().limits;
    let writes = limits.statements(true);
    for set in [
        "keepalives_idle to 60",
        "keepalives_interval to 7",
        "keepalives_count to 2",
        "user_timeout to 9000",
    ] {
        assert!(writes.contains(&format!("set local tcp_{set}")), "{writes}");
    }
    assert!(limits.statements(false).contains("tcp_user_timeout to 9000"));
    // The service file, and server settings from the user.
    let home = Home::new()
        .file(".pg_service.conf", "[shop]\nhost=h\nkeepalives=0\ntcp_user_timeout=0\n")
        .var("PGSERVICE", "shop")
        .var("PGOPTIONS", "-c idle_in_transaction_session_timeout=5min");
    let own = home.resolve().unwrap().limits.statements(true);
    assert!(!own.contains("tcp_") && !own.contains("idle_in_transaction"), "{own}");
    for wrong in ["keepalives=x", "keepalives_idle=1s", "tcp_user_timeout=1.5"] {
        let url = format!("postgres://u@h/d?{wrong}");
        let e = Home::new()
            .var("DATABASE_URL", &url)
            .resolve()
            .unwrap()
            .database()
            .unwrap_err();
        assert!(e.message.contains("is not a whole number"), "{e}");
    }
}

#[test]
fn connection_parameter_without_effect_is_reported() {
    let url = "postgres://u@h/d?channel_binding=require&sslsni=0&client_encoding=latin1&fallback_application_name=x";
    let settings = Home::new().var("DATABASE_URL", url).resolve().unwrap();
    for name in ["channel_binding", "sslsni", "client_encoding"] {
        assert!(
            settings.warnings.iter().any(|w| w.contains(name)),
            "{:?}",
            settings.warnings
        );
    }
    let usual = "postgres://u@h/d?channel_binding=prefer&sslsni=1&client_encoding=UTF8&fallback_application_name=x";
    let home = Home::new().var("DATABASE_URL", usual);
    assert_eq!(home.resolve().unwrap().warnings, Vec::<String>::new());
    assert_eq!(home.server().application_name, "x");
}

#[test]
fn sqlx_gets_the_resolved_settings() {
    let s = Home::new()
        .var("DATABASE_URL", "postgres://u:p@h:6000/d?sslmode=verify-ca")
        .server();
    let options = &s.to_sqlx()[0];
    assert_eq!(
        (options.get_host(), options.get_port(), options.get_username()),
        ("h", 6000, "u")
    );
    assert_eq!(
        (options.get_database(), options.get_application_name()),
        (Some("d"), Some("inbox"))
    );
    assert!(matches!(options.get_ssl_mode(), sqlx::postgres::PgSslMode::VerifyCa));
}

#[test]
fn side_profile_never_becomes_the_default() {
    let home = Home::new();
    let path = home.path(".config/inbox/config.toml");
    write_side_profile(&path, "demo", &[(Key::Local, Some("true"))]).unwrap();
    let text = fs_err::read_to_string(&path).unwrap();
    assert!(
        text.contains("[profiles.demo]") && !text.contains("default_profile"),
        "{text}"
    );
}
