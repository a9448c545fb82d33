//! The examples of every help page. A test parses each of them, and another asks for at least one on each page.

/// The examples of one page, and the notes that end its long help.
pub struct Page {
    /// The command without `inbox`: `ticket list`; empty for the whole program.
    pub path: &'static str,
    /// Command lines that can be pasted, one per line.
    pub examples: &'static str,
    /// The text after the flags in the long help; empty for no text.
    pub notes: &'static str,
}

const fn page(path: &'static str, examples: &'static str) -> Page {
    Page {
        path,
        examples,
        notes: "",
    }
}

impl Page {
    const fn notes(self, notes: &'static str) -> Page {
        Page { notes, ..self }
    }
}

/// Every page, in the order of the overview.
pub const PAGES: &[Page] = &[
    page(
        "",
        "inbox list --unassigned
inbox take C-12",
    ),
    page(
        "list",
        "inbox list --unassigned --team support
inbox list --owner me --status open
inbox list --sort customer -o csv > list.csv",
    ),
    page(
        "show",
        "inbox show C-12
inbox show +923001234567 --notes
inbox show C-12 --as-of 'yesterday 18:00'",
    ),
    page(
        "take",
        "inbox take C-12
inbox take --unassigned --team support --waiting-over 1h --yes
inbox list --unassigned --ids -n 5 | inbox take -",
    ),
    page(
        "assign",
        "inbox assign C-12 --to ali
inbox assign --owner sara --status open --to ali --dry-run
inbox assign C-12 --to support --if-owner sara",
    ),
    page(
        "release",
        "inbox release C-12
inbox release --owner sara --reason 'end of shift' --yes",
    ),
    page(
        "note",
        "inbox note C-12 'called TCS, the rider was sent back'
inbox note C-12 --order 7731 --courier TCS --promised-by 'tomorrow 18:00'
inbox note C-12 'order 7732' --replaces 3",
    ),
    page(
        "handoff",
        "inbox handoff C-12 --to ali --reason 'speaks Urdu'
inbox handoff C-12 --to returns --note 'refund agreed' --order 7731
inbox handoff C-12 --to ali --require-accept --accept-within 30m",
    ),
    page(
        "accept",
        "inbox accept C-12
inbox accept --offered=me --yes",
    ),
    page("decline", "inbox decline C-12 --reason 'off shift in ten minutes'"),
    page(
        "escalate",
        "inbox escalate C-12 --to ops --due 4h
inbox escalate C-12 --category refund --ticket-priority high",
    ),
    page(
        "resolve",
        "inbox resolve C-12 --reason 'parcel delivered'
inbox resolve --owner me --status pending --yes",
    ),
    page("reopen", "inbox reopen C-12 --reason 'the refund did not arrive'"),
    page("pending", "inbox pending C-12 --note 'asked for a photo'"),
    page(
        "snooze",
        "inbox snooze C-12 --until 'tomorrow 09:00'
inbox snooze C-12 C-13 --until 2h",
    ),
    page(
        "label",
        "inbox label C-12 --add vip,cod
inbox label C-12 --remove vip --set-priority high",
    ),
    page(
        "undo",
        "inbox undo O-12
inbox undo O-12 --dry-run",
    ),
    page(
        "ticket",
        "inbox ticket list --owner me
inbox ticket set T-88 --status resolved",
    ),
    page(
        "ticket list",
        "inbox ticket list --team ops --overdue
inbox ticket list --priority high,urgent -o csv > tickets.csv
inbox ticket list --sort due_at",
    ),
    page(
        "ticket show",
        "inbox ticket show T-88
inbox ticket show T-88 --as-of 'yesterday 18:00'",
    ),
    page("ticket assign", "inbox ticket assign T-88 --to ali"),
    page(
        "ticket set",
        "inbox ticket set T-88 --status waiting --due 'tomorrow 12:00'
inbox ticket set T-88 T-89 --priority urgent",
    ),
    page("ticket note", "inbox ticket note T-88 'the warehouse confirmed'"),
    page(
        "shift",
        "inbox shift who
inbox shift rotate --from sara,bilal --to ali,zoya --dry-run",
    ),
    page(
        "shift rotate",
        "inbox shift rotate --from sara,bilal --to ali,zoya --dry-run
inbox shift rotate --from sara --to ali --status open --yes",
    ),
    page(
        "shift who",
        "inbox shift who
inbox shift who --at 'tomorrow 09:00' --ids",
    ),
    page(
        "shift put",
        "inbox shift put ali,sara morning --since monday --days mon..sat",
    ),
    page("shift off", "inbox shift off ali --period 2026-12-24..2026-12-26"),
    page("shift roster", "inbox shift roster --agent ali"),
    page("shift revoke", "inbox shift revoke R-7 --reason 'wrong week'"),
    page(
        "shift add",
        "inbox shift add morning --hours 08:00-16:00
inbox shift add night --hours 22:00-06:00",
    ),
    page("shift list", "inbox shift list"),
    page("shift edit", "inbox shift edit morning --hours 09:00-17:00"),
    page("shift disable", "inbox shift disable night"),
    page("shift enable", "inbox shift enable night"),
    page(
        "agent",
        "inbox agent add sara --name 'Sara Khan' --team support --login sara
inbox agent list --team support",
    )
    .notes(
        "Roles: viewer (reads), agent, supervisor (moves conversations of others),
admin (agents, teams, settings), bot (like an agent, with separate figures).",
    ),
    page(
        "agent add",
        "inbox agent add sara --name 'Sara Khan' --team support --login sara
inbox agent add ali --team support --login ali_pg --create-login",
    ),
    page("agent list", "inbox agent list --team support --role agent,supervisor"),
    page("agent edit", "inbox agent edit sara --role supervisor --add-team ops"),
    page(
        "agent disable",
        "inbox agent disable sara --give-to ali --reason 'left the company'",
    ),
    page("agent enable", "inbox agent enable sara"),
    page(
        "agent away",
        "inbox agent away --kind lunch --until 14:00
inbox agent away sara --kind leave",
    ),
    page("agent back", "inbox agent back"),
    page(
        "agent import",
        "inbox agent import people.csv --dry-run
inbox agent import - < people.csv",
    )
    .notes(
        "Example file:
  handle,name,role,teams,capacity,login
  sara,Sara Khan,agent,support,30,sara
  omar,Omar Raza,supervisor,support;ops,,omar",
    ),
    page("agent grant-acting", "inbox agent grant-acting nightshift --login cron"),
    page(
        "agent revoke-acting",
        "inbox agent revoke-acting nightshift --login cron",
    ),
    page("agent grants", "inbox agent grants --login cron"),
    page(
        "team",
        "inbox team add support --name 'Customer support'
inbox team list",
    ),
    page("team add", "inbox team add support --name 'Customer support'"),
    page("team list", "inbox team list"),
    page("team edit", "inbox team edit support --name 'Help desk'"),
    page("team disable", "inbox team disable returns"),
    page("team enable", "inbox team enable returns"),
    page(
        "store",
        "inbox store add lahore --name 'Lahore Lawn'
inbox store list -o json",
    ),
    page("store add", "inbox store add lahore --name 'Lahore Lawn'"),
    page("store list", "inbox store list -o json"),
    page("store edit", "inbox store edit lahore --name 'Lahore Lawn & Linen'"),
    page("store disable", "inbox store disable lahore"),
    page("store enable", "inbox store enable lahore"),
    page(
        "channel",
        "inbox channel list
inbox channel edit main --team sales",
    ),
    page(
        "channel add",
        "inbox channel add main --phone-number-id 104857600123456 --store lahore \\
    --team support --display-phone '+92 300 1234567'",
    ),
    page("channel list", "inbox channel list"),
    page("channel edit", "inbox channel edit main --team sales"),
    page("channel disable", "inbox channel disable main"),
    page("channel enable", "inbox channel enable main"),
    page(
        "contact",
        "inbox contact show +923001234567
inbox contact forget +923001234567 --dry-run",
    )
    .notes(
        "REF is a phone number, WhatsApp's number or user id, or a conversation, which
        selects its customer.",
    ),
    page("contact list", "inbox contact list --conflicts"),
    page(
        "contact show",
        "inbox contact show +923001234567
inbox contact show C-12 -o json",
    ),
    page(
        "contact forget",
        "inbox contact forget +923001234567 --dry-run
inbox contact forget C-12 --reason 'asked by mail' --yes",
    ),
    page(
        "init",
        "inbox init --local --time-zone Asia/Karachi --phone-prefix 92
inbox init postgres://sara@db.example.com/support
inbox --profile staging --workspace staging init --local",
    ),
    page(
        "doctor",
        "inbox doctor
inbox doctor -q || echo 'a check failed'",
    ),
    page(
        "db",
        "inbox db status
inbox db migrate --dry-run",
    ),
    page(
        "db migrate",
        "inbox db migrate --dry-run
inbox db migrate",
    ),
    page("db status", "inbox db status"),
    page("db roles", "inbox db roles | psql -U postgres support"),
    page(
        "local",
        "inbox local status -o json --columns url
inbox local stop",
    )
    .notes(
        "INBOX_LOCAL_DIR sets the folder of the data. INBOX_PG_BIN sets the folder of
Postgres' programs.",
    ),
    page("local start", "inbox local start"),
    page("local stop", "inbox local stop"),
    page("local status", "inbox local status -o json --columns url"),
    page(
        "whoami",
        "inbox whoami
inbox whoami --as sara
inbox whoami -o json --columns handle,role",
    ),
    page(
        "config",
        "inbox config
inbox config set output wide
inbox config get output",
    ),
    page("config list", "inbox config list -o json"),
    page("config get", "inbox config get workspace"),
    page(
        "config set",
        "inbox config set output wide
inbox config set workspace sales --profile sales",
    ),
    page("config unset", "inbox config unset output"),
    page("config use", "inbox config use sales"),
    page("config path", "inbox config path"),
    page(
        "workspace",
        "inbox workspace show
inbox workspace set time_zone Asia/Karachi",
    ),
    page("workspace show", "inbox workspace show"),
    page(
        "workspace set",
        "inbox workspace set time_zone Asia/Karachi
inbox workspace set reopen_window 48h --dry-run",
    )
    .notes(
        "Settings:
  time_zone             IANA zone of the workspace, such as Asia/Karachi
  phone_prefix          country prefix of numbers that begin with 0, such as 92
  reopen_window         time in which a message reopens, such as 72h
  retention_deliveries  time that raw webhooks are kept, such as 30d, or none
  retention_messages    time that texts of messages are kept, such as 730d, or none",
    ),
    page(
        "audit",
        "inbox audit C-12
inbox audit --actor sara --period yesterday -o json",
    ),
    page("audit owner", "inbox audit owner C-12"),
    page(
        "audit verify",
        "inbox audit verify
inbox audit verify --against seal.txt",
    ),
    page("audit seal", "inbox audit seal --file seal.txt"),
    page(
        "why",
        "inbox why C-12
inbox why C-12 --period mon..wed
inbox why C-10..C-19 -o csv > waits.csv",
    ),
    page("kpi", "inbox kpi export --period yesterday"),
    page(
        "kpi export",
        "inbox kpi export --period last-week --by day,team
inbox kpi export --period yesterday --file kpi.csv --if-missing",
    ),
    page(
        "kpi rows",
        "inbox kpi rows opened --period yesterday -o csv > opened.csv",
    ),
    page(
        "serve",
        "inbox serve
inbox serve --listen 127.0.0.1:9000 --app-secret-file /etc/inbox/secret",
    ),
    page("tick", "inbox tick"),
    page(
        "webhook",
        "inbox webhook list --state dead
inbox webhook replay --all",
    ),
    page(
        "webhook play",
        "inbox webhook play body.json --app-secret-file secret
inbox webhook play - --listen 127.0.0.1:9000 < bodies.jsonl",
    ),
    page(
        "webhook list",
        "inbox webhook list --period today
inbox webhook list --dead --cause unknown_channel",
    ),
    page(
        "webhook show",
        "inbox webhook show 7
inbox webhook show 7 --body > delivery.json",
    ),
    page(
        "webhook replay",
        "inbox webhook replay 3 4
inbox webhook replay --all",
    ),
    page(
        "demo",
        "inbox demo
inbox demo --customers 60",
    ),
    page(
        "completions",
        "inbox completions bash > /etc/bash_completion.d/inbox
inbox completions zsh > /usr/local/share/zsh/site-functions/_inbox
inbox completions fish > ~/.config/fish/completions/inbox.fish",
    ),
    page(
        "man",
        "inbox man | man -l -
inbox man --dir /usr/local/share/man",
    ),
    page("schema", "inbox schema list -o json"),
    page(
        "schema list",
        "inbox schema list ticket list
inbox schema list -o json > columns.json",
    ),
    page(
        "help",
        "inbox help
inbox help ticket list
inbox help exit-codes",
    ),
    page(
        "version",
        "inbox version
inbox version -o json",
    ),
];
