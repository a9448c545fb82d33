<<<<<<< HEAD
complete --keep-order --exclusive --command inbox --arguments "(INBOX_COMPLETE=fish inbox -- (commandline --current-process --tokenize --cut-at-cursor) (commandline --current-token))"
=======
# Print an optspec for argparse to handle cmd's options that are independent of any subcommand.
function __fish_inbox_global_optspecs
    string join \n profile= config= database= read-from= workspace= as= timeout= no-input h/help V/version
end

function __fish_inbox_needs_command
    # Figure out if the current invocation already has a command.
    set -l cmd (commandline -opc)
    set -e cmd[1]
    argparse -s (__fish_inbox_global_optspecs) -- $cmd 2>/dev/null
    or return
    if set -q argv[1]
        # Also print the command, so this can be used to figure out what it is.
        echo $argv[1]
        return 1
    end
    return 0
end

function __fish_inbox_using_subcommand
    set -l cmd (__fish_inbox_needs_command)
    test -z "$cmd"
    and return 1
    contains -- $cmd[1] $argv
end

complete -c inbox -n "__fish_inbox_needs_command" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_needs_command" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_needs_command" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_needs_command" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_needs_command" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_needs_command" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_needs_command" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_needs_command" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_needs_command" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_needs_command" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "list" -d 'Show conversations, longest waiting first'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "show" -d 'Show a conversation from top to bottom: messages, notes, changes, tickets'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "take" -d 'Become the owner of a conversation that nobody owns; of several takers exactly one wins'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "assign" -d 'Make an agent the owner, or put a conversation into a team\'s queue'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "release" -d 'Give a conversation back to its team\'s queue'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "note" -d 'Write an internal note: the team sees it, the customer never does'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "handoff" -d 'Give a conversation to another agent or team, with its reason and context'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "accept" -d 'Accept what was offered to you or your team: you become its owner'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "decline" -d 'Decline what was offered to you or your team, or take your own offer back'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "escalate" -d 'Open a ticket: follow-up with an owner, a priority and a status'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "resolve" -d 'End a conversation: nobody is accountable for it any more'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "reopen" -d 'Open a resolved conversation again, for its last owner'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "pending" -d 'Mark that a conversation waits for the customer; his next message opens it'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "snooze" -d 'Set a conversation aside until a time, or until the customer writes'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "label" -d 'Add and remove labels, or set the priority'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "undo" -d 'Put back what an operation changed, where nobody has changed the same since'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "ticket" -d 'Follow-up from escalations'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "shift" -d 'Administer shifts and rosters, and move work from one shift to the next'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "agent" -d 'Administer agents: people and bots, their roles, teams and logins'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "team" -d 'Administer teams: queues of people; a conversation is always in exactly one'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "store" -d 'Administer stores: the brands or shops that channels belong to'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "channel" -d 'Administer channels: the WhatsApp numbers that customers write to'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "contact" -d 'Look at customers, and forget one who asks for it'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "init" -d 'Set up a workspace: its tables, its first admin (you), its settings, and a profile to find it again'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "doctor" -d 'Check the set-up: settings, database, workspace, guards, webhooks, a sample of the data; exit 7 if something is wrong'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "db" -d 'Look after the workspace\'s tables'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "local" -d 'Look after the private Postgres of this machine, which starts by itself when it is needed'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "whoami" -d 'Show who you are here: agent, role, teams, login, workspace, and as whom you may act'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "config" -d 'Show every setting with its value and where it came from'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "audit" -d 'Show the history: who did what, when, from what to what, and why'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "why" -d 'Tell why a customer waited: who owned each wait, and what they did instead'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "kpi" -d 'Figures that can be explained: export them, or see the rows behind them'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "serve" -d 'Take WhatsApp\'s webhooks into the inbox, and keep its timers, until SIGTERM or Ctrl-C'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "tick" -d 'Do the background work that `serve` does every few seconds: for cron, where serve does not run'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "webhook" -d 'What WhatsApp\'s webhooks brought, and what could not be applied'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "demo" -d 'Play a day in a shared inbox with the real commands, in a workspace of its own'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "completions" -d 'Print the completions of a shell'
complete -c inbox -n "__fish_inbox_needs_command" -f -a "man" -d 'Write the man pages, one a command, or print the first'
complete -c inbox -n "__fish_inbox_using_subcommand list" -l owner -d 'Owned by this agent, `me` or `nobody`' -r
complete -c inbox -n "__fish_inbox_using_subcommand list" -l team -d 'In this team' -r
complete -c inbox -n "__fish_inbox_using_subcommand list" -l store -d 'Of this store' -r
complete -c inbox -n "__fish_inbox_using_subcommand list" -l channel -d 'On this WhatsApp number' -r
complete -c inbox -n "__fish_inbox_using_subcommand list" -l status -d 'In this status [default: live, which is all but resolved]' -r -f -a "open\t''
pending\t''
snoozed\t''
resolved\t''
live\t''
any\t''"
complete -c inbox -n "__fish_inbox_using_subcommand list" -l label -d 'Carrying this label' -r
complete -c inbox -n "__fish_inbox_using_subcommand list" -l priority -d 'Of this priority' -r -f -a "low\t''
normal\t''
high\t''
urgent\t''"
complete -c inbox -n "__fish_inbox_using_subcommand list" -l order -d 'With this order id in a message or note, however it was typed' -r
complete -c inbox -n "__fish_inbox_using_subcommand list" -l contact -d 'With this customer: a phone number or WhatsApp user id' -r
complete -c inbox -n "__fish_inbox_using_subcommand list" -l waiting-over -d 'Whose customer has waited longer than this, such as 10m' -r
complete -c inbox -n "__fish_inbox_using_subcommand list" -l window-under -d 'Whose 24-hour reply window closes in less than this, such as 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand list" -l search -d 'With these words in a message or note' -r
complete -c inbox -n "__fish_inbox_using_subcommand list" -l offered -d 'Offered by a handoff and not yet accepted; with =me to you or your teams' -r
complete -c inbox -n "__fish_inbox_using_subcommand list" -l since -d 'From this time on: 2026-11-01, \'2026-11-01 14:05\', 2h, \'yesterday 18:00\', monday' -r
complete -c inbox -n "__fish_inbox_using_subcommand list" -l until -d 'Before this time' -r
complete -c inbox -n "__fish_inbox_using_subcommand list" -l period -d 'Whole days, the last included: yesterday, last-week, 2026-11, 2026-W47, mon..wed' -r
complete -c inbox -n "__fish_inbox_using_subcommand list" -l as-of -d 'As it was at this time: 2026-11-20, \'2026-11-20 14:05\', 2h, \'yesterday 18:00\', monday' -r
complete -c inbox -n "__fish_inbox_using_subcommand list" -s n -l limit -d 'At most so many' -r
complete -c inbox -n "__fish_inbox_using_subcommand list" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand list" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand list" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand list" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand list" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand list" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand list" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand list" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand list" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand list" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand list" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand list" -l unassigned -d 'Owned by nobody (--owner nobody)'
complete -c inbox -n "__fish_inbox_using_subcommand list" -l due-now -l snooze-due -d 'Snoozed until a time that has come'
complete -c inbox -n "__fish_inbox_using_subcommand list" -l has-ticket -d 'With a ticket that is not closed'
complete -c inbox -n "__fish_inbox_using_subcommand list" -l due -d 'The same as --due-now'
complete -c inbox -n "__fish_inbox_using_subcommand list" -l fail-if-any -d 'Exit with 7 if there is any: for alerts from cron'
complete -c inbox -n "__fish_inbox_using_subcommand list" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand list" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand list" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand list" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand list" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand list" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand show" -l since -d 'From this time on: 2026-11-01, \'2026-11-01 14:05\', 2h, \'yesterday 18:00\', monday' -r
complete -c inbox -n "__fish_inbox_using_subcommand show" -l until -d 'Before this time' -r
complete -c inbox -n "__fish_inbox_using_subcommand show" -l period -d 'Whole days, the last included: yesterday, last-week, 2026-11, 2026-W47, mon..wed' -r
complete -c inbox -n "__fish_inbox_using_subcommand show" -l as-of -d 'As it was at this time: 2026-11-20, \'2026-11-20 14:05\', 2h, \'yesterday 18:00\', monday' -r
complete -c inbox -n "__fish_inbox_using_subcommand show" -s n -l limit -d 'The newest so many entries [default: 200]' -r
complete -c inbox -n "__fish_inbox_using_subcommand show" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand show" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand show" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand show" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand show" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand show" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand show" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand show" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand show" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand show" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand show" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand show" -l messages -d 'Messages; with --notes and --events only what is named [default: all three]'
complete -c inbox -n "__fish_inbox_using_subcommand show" -l notes -d 'Notes'
complete -c inbox -n "__fish_inbox_using_subcommand show" -l events -d 'Changes, with their reasons'
complete -c inbox -n "__fish_inbox_using_subcommand show" -l all -d 'Every entry, however many there are'
complete -c inbox -n "__fish_inbox_using_subcommand show" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand show" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand show" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand show" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand show" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand show" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand take" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -l note -d 'Text of a note, or @FILE to read it from a file' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -l note-order -d 'The order it is about; beside references --order says the same' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -l courier -d 'The courier' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -l tracking -d 'The courier\'s tracking number' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -l tried -d 'What was tried already' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -l promised-by -d 'The time the customer was promised, such as \'tomorrow 18:00\' or 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -l owner -d 'Owned by this agent, `me` or `nobody`' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -l team -d 'In this team' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -l store -d 'Of this store' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -l channel -d 'On this WhatsApp number' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -l status -d 'In this status [default: live, which is all but resolved]' -r -f -a "open\t''
pending\t''
snoozed\t''
resolved\t''
live\t''
any\t''"
complete -c inbox -n "__fish_inbox_using_subcommand take" -l label -d 'Carrying this label' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -l priority -d 'Of this priority' -r -f -a "low\t''
normal\t''
high\t''
urgent\t''"
complete -c inbox -n "__fish_inbox_using_subcommand take" -l order -d 'With this order id in a message or note, however it was typed' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -l contact -d 'With this customer: a phone number or WhatsApp user id' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -l waiting-over -d 'Whose customer has waited longer than this, such as 10m' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -l window-under -d 'Whose 24-hour reply window closes in less than this, such as 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -l search -d 'With these words in a message or note' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -l offered -d 'Offered by a handoff and not yet accepted; with =me to you or your teams' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -l since -d 'From this time on: 2026-11-01, \'2026-11-01 14:05\', 2h, \'yesterday 18:00\', monday' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -l until -d 'Before this time' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -l period -d 'Whole days, the last included: yesterday, last-week, 2026-11, 2026-W47, mon..wed' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand take" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand take" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand take" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand take" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand take" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand take" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand take" -l unassigned -d 'Owned by nobody (--owner nobody)'
complete -c inbox -n "__fish_inbox_using_subcommand take" -l due-now -l snooze-due -d 'Snoozed until a time that has come'
complete -c inbox -n "__fish_inbox_using_subcommand take" -l has-ticket -d 'With a ticket that is not closed'
complete -c inbox -n "__fish_inbox_using_subcommand take" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand take" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand take" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand take" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand take" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand take" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand take" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l note -d 'Text of a note, or @FILE to read it from a file' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l note-order -d 'The order it is about; beside references --order says the same' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l courier -d 'The courier' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l tracking -d 'The courier\'s tracking number' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l tried -d 'What was tried already' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l promised-by -d 'The time the customer was promised, such as \'tomorrow 18:00\' or 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l owner -d 'Owned by this agent, `me` or `nobody`' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l team -d 'In this team' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l store -d 'Of this store' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l channel -d 'On this WhatsApp number' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l status -d 'In this status [default: live, which is all but resolved]' -r -f -a "open\t''
pending\t''
snoozed\t''
resolved\t''
live\t''
any\t''"
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l label -d 'Carrying this label' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l priority -d 'Of this priority' -r -f -a "low\t''
normal\t''
high\t''
urgent\t''"
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l order -d 'With this order id in a message or note, however it was typed' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l contact -d 'With this customer: a phone number or WhatsApp user id' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l waiting-over -d 'Whose customer has waited longer than this, such as 10m' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l window-under -d 'Whose 24-hour reply window closes in less than this, such as 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l search -d 'With these words in a message or note' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l offered -d 'Offered by a handoff and not yet accepted; with =me to you or your teams' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l since -d 'From this time on: 2026-11-01, \'2026-11-01 14:05\', 2h, \'yesterday 18:00\', monday' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l until -d 'Before this time' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l period -d 'Whole days, the last included: yesterday, last-week, 2026-11, 2026-W47, mon..wed' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l if-owner -d 'Change only what this agent, `me` or `nobody` still owns; else exit 5' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l to -d 'The agent, `me`, or the team' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand assign" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l unassigned -d 'Owned by nobody (--owner nobody)'
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l due-now -l snooze-due -d 'Snoozed until a time that has come'
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l has-ticket -d 'With a ticket that is not closed'
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand assign" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand assign" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand assign" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand assign" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand release" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l note -d 'Text of a note, or @FILE to read it from a file' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l note-order -d 'The order it is about; beside references --order says the same' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l courier -d 'The courier' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l tracking -d 'The courier\'s tracking number' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l tried -d 'What was tried already' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l promised-by -d 'The time the customer was promised, such as \'tomorrow 18:00\' or 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l owner -d 'Owned by this agent, `me` or `nobody`' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l team -d 'In this team' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l store -d 'Of this store' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l channel -d 'On this WhatsApp number' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l status -d 'In this status [default: live, which is all but resolved]' -r -f -a "open\t''
pending\t''
snoozed\t''
resolved\t''
live\t''
any\t''"
complete -c inbox -n "__fish_inbox_using_subcommand release" -l label -d 'Carrying this label' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l priority -d 'Of this priority' -r -f -a "low\t''
normal\t''
high\t''
urgent\t''"
complete -c inbox -n "__fish_inbox_using_subcommand release" -l order -d 'With this order id in a message or note, however it was typed' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l contact -d 'With this customer: a phone number or WhatsApp user id' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l waiting-over -d 'Whose customer has waited longer than this, such as 10m' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l window-under -d 'Whose 24-hour reply window closes in less than this, such as 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l search -d 'With these words in a message or note' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l offered -d 'Offered by a handoff and not yet accepted; with =me to you or your teams' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l since -d 'From this time on: 2026-11-01, \'2026-11-01 14:05\', 2h, \'yesterday 18:00\', monday' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l until -d 'Before this time' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l period -d 'Whole days, the last included: yesterday, last-week, 2026-11, 2026-W47, mon..wed' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand release" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand release" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l if-owner -d 'Change only what this agent, `me` or `nobody` still owns; else exit 5' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand release" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand release" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand release" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand release" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand release" -l unassigned -d 'Owned by nobody (--owner nobody)'
complete -c inbox -n "__fish_inbox_using_subcommand release" -l due-now -l snooze-due -d 'Snoozed until a time that has come'
complete -c inbox -n "__fish_inbox_using_subcommand release" -l has-ticket -d 'With a ticket that is not closed'
complete -c inbox -n "__fish_inbox_using_subcommand release" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand release" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand release" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand release" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand release" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand release" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand release" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand note" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l note -d 'Text of a note, or @FILE to read it from a file' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l note-order -d 'The order it is about; beside references --order says the same' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l courier -d 'The courier' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l tracking -d 'The courier\'s tracking number' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l tried -d 'What was tried already' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l promised-by -d 'The time the customer was promised, such as \'tomorrow 18:00\' or 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l owner -d 'Owned by this agent, `me` or `nobody`' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l team -d 'In this team' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l store -d 'Of this store' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l channel -d 'On this WhatsApp number' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l status -d 'In this status [default: live, which is all but resolved]' -r -f -a "open\t''
pending\t''
snoozed\t''
resolved\t''
live\t''
any\t''"
complete -c inbox -n "__fish_inbox_using_subcommand note" -l label -d 'Carrying this label' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l priority -d 'Of this priority' -r -f -a "low\t''
normal\t''
high\t''
urgent\t''"
complete -c inbox -n "__fish_inbox_using_subcommand note" -l order -d 'With this order id in a message or note, however it was typed' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l contact -d 'With this customer: a phone number or WhatsApp user id' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l waiting-over -d 'Whose customer has waited longer than this, such as 10m' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l window-under -d 'Whose 24-hour reply window closes in less than this, such as 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l search -d 'With these words in a message or note' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l offered -d 'Offered by a handoff and not yet accepted; with =me to you or your teams' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l since -d 'From this time on: 2026-11-01, \'2026-11-01 14:05\', 2h, \'yesterday 18:00\', monday' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l until -d 'Before this time' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l period -d 'Whole days, the last included: yesterday, last-week, 2026-11, 2026-W47, mon..wed' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand note" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand note" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l replaces -d 'The number of the note that this one replaces' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand note" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand note" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand note" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand note" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand note" -l unassigned -d 'Owned by nobody (--owner nobody)'
complete -c inbox -n "__fish_inbox_using_subcommand note" -l due-now -l snooze-due -d 'Snoozed until a time that has come'
complete -c inbox -n "__fish_inbox_using_subcommand note" -l has-ticket -d 'With a ticket that is not closed'
complete -c inbox -n "__fish_inbox_using_subcommand note" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand note" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand note" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand note" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand note" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand note" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand note" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l note -d 'Text of a note, or @FILE to read it from a file' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l note-order -d 'The order it is about; beside references --order says the same' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l courier -d 'The courier' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l tracking -d 'The courier\'s tracking number' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l tried -d 'What was tried already' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l promised-by -d 'The time the customer was promised, such as \'tomorrow 18:00\' or 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l owner -d 'Owned by this agent, `me` or `nobody`' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l team -d 'In this team' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l store -d 'Of this store' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l channel -d 'On this WhatsApp number' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l status -d 'In this status [default: live, which is all but resolved]' -r -f -a "open\t''
pending\t''
snoozed\t''
resolved\t''
live\t''
any\t''"
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l label -d 'Carrying this label' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l priority -d 'Of this priority' -r -f -a "low\t''
normal\t''
high\t''
urgent\t''"
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l order -d 'With this order id in a message or note, however it was typed' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l contact -d 'With this customer: a phone number or WhatsApp user id' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l waiting-over -d 'Whose customer has waited longer than this, such as 10m' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l window-under -d 'Whose 24-hour reply window closes in less than this, such as 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l search -d 'With these words in a message or note' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l offered -d 'Offered by a handoff and not yet accepted; with =me to you or your teams' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l since -d 'From this time on: 2026-11-01, \'2026-11-01 14:05\', 2h, \'yesterday 18:00\', monday' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l until -d 'Before this time' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l period -d 'Whole days, the last included: yesterday, last-week, 2026-11, 2026-W47, mon..wed' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l if-owner -d 'Change only what this agent, `me` or `nobody` still owns; else exit 5' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l to -d 'The agent or team' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l accept-within -d 'How long the offer stands, such as 30m' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l unassigned -d 'Owned by nobody (--owner nobody)'
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l due-now -l snooze-due -d 'Snoozed until a time that has come'
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l has-ticket -d 'With a ticket that is not closed'
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l require-accept -d 'Stay accountable until it is accepted'
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand handoff" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l note -d 'Text of a note, or @FILE to read it from a file' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l note-order -d 'The order it is about; beside references --order says the same' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l courier -d 'The courier' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l tracking -d 'The courier\'s tracking number' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l tried -d 'What was tried already' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l promised-by -d 'The time the customer was promised, such as \'tomorrow 18:00\' or 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l owner -d 'Owned by this agent, `me` or `nobody`' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l team -d 'In this team' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l store -d 'Of this store' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l channel -d 'On this WhatsApp number' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l status -d 'In this status [default: live, which is all but resolved]' -r -f -a "open\t''
pending\t''
snoozed\t''
resolved\t''
live\t''
any\t''"
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l label -d 'Carrying this label' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l priority -d 'Of this priority' -r -f -a "low\t''
normal\t''
high\t''
urgent\t''"
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l order -d 'With this order id in a message or note, however it was typed' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l contact -d 'With this customer: a phone number or WhatsApp user id' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l waiting-over -d 'Whose customer has waited longer than this, such as 10m' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l window-under -d 'Whose 24-hour reply window closes in less than this, such as 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l search -d 'With these words in a message or note' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l offered -d 'Offered by a handoff and not yet accepted; with =me to you or your teams' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l since -d 'From this time on: 2026-11-01, \'2026-11-01 14:05\', 2h, \'yesterday 18:00\', monday' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l until -d 'Before this time' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l period -d 'Whole days, the last included: yesterday, last-week, 2026-11, 2026-W47, mon..wed' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand accept" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l unassigned -d 'Owned by nobody (--owner nobody)'
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l due-now -l snooze-due -d 'Snoozed until a time that has come'
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l has-ticket -d 'With a ticket that is not closed'
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand accept" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand accept" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand accept" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand accept" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l note -d 'Text of a note, or @FILE to read it from a file' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l note-order -d 'The order it is about; beside references --order says the same' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l courier -d 'The courier' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l tracking -d 'The courier\'s tracking number' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l tried -d 'What was tried already' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l promised-by -d 'The time the customer was promised, such as \'tomorrow 18:00\' or 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l owner -d 'Owned by this agent, `me` or `nobody`' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l team -d 'In this team' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l store -d 'Of this store' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l channel -d 'On this WhatsApp number' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l status -d 'In this status [default: live, which is all but resolved]' -r -f -a "open\t''
pending\t''
snoozed\t''
resolved\t''
live\t''
any\t''"
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l label -d 'Carrying this label' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l priority -d 'Of this priority' -r -f -a "low\t''
normal\t''
high\t''
urgent\t''"
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l order -d 'With this order id in a message or note, however it was typed' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l contact -d 'With this customer: a phone number or WhatsApp user id' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l waiting-over -d 'Whose customer has waited longer than this, such as 10m' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l window-under -d 'Whose 24-hour reply window closes in less than this, such as 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l search -d 'With these words in a message or note' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l offered -d 'Offered by a handoff and not yet accepted; with =me to you or your teams' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l since -d 'From this time on: 2026-11-01, \'2026-11-01 14:05\', 2h, \'yesterday 18:00\', monday' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l until -d 'Before this time' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l period -d 'Whole days, the last included: yesterday, last-week, 2026-11, 2026-W47, mon..wed' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l if-owner -d 'Change only what this agent, `me` or `nobody` still owns; else exit 5' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand decline" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l unassigned -d 'Owned by nobody (--owner nobody)'
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l due-now -l snooze-due -d 'Snoozed until a time that has come'
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l has-ticket -d 'With a ticket that is not closed'
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand decline" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand decline" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand decline" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand decline" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l note -d 'Text of a note, or @FILE to read it from a file' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l note-order -d 'The order it is about; beside references --order says the same' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l courier -d 'The courier' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l tracking -d 'The courier\'s tracking number' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l tried -d 'What was tried already' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l promised-by -d 'The time the customer was promised, such as \'tomorrow 18:00\' or 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l owner -d 'Owned by this agent, `me` or `nobody`' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l team -d 'In this team' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l store -d 'Of this store' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l channel -d 'On this WhatsApp number' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l status -d 'In this status [default: live, which is all but resolved]' -r -f -a "open\t''
pending\t''
snoozed\t''
resolved\t''
live\t''
any\t''"
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l label -d 'Carrying this label' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l priority -d 'Of this priority' -r -f -a "low\t''
normal\t''
high\t''
urgent\t''"
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l order -d 'With this order id in a message or note, however it was typed' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l contact -d 'With this customer: a phone number or WhatsApp user id' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l waiting-over -d 'Whose customer has waited longer than this, such as 10m' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l window-under -d 'Whose 24-hour reply window closes in less than this, such as 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l search -d 'With these words in a message or note' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l offered -d 'Offered by a handoff and not yet accepted; with =me to you or your teams' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l since -d 'From this time on: 2026-11-01, \'2026-11-01 14:05\', 2h, \'yesterday 18:00\', monday' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l until -d 'Before this time' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l period -d 'Whole days, the last included: yesterday, last-week, 2026-11, 2026-W47, mon..wed' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l if-owner -d 'Change only what this agent, `me` or `nobody` still owns; else exit 5' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l to -d 'The agent or team that works on it [default: the conversation\'s team]; beside references --owner says the same' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l ticket-priority -d 'The ticket\'s priority [default: normal]; beside references --priority says the same' -r -f -a "low\t''
normal\t''
high\t''
urgent\t''"
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l category -d 'What it is about, such as courier or refund' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l due -d 'When it must be done, such as 4h or \'tomorrow 18:00\'' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l unassigned -d 'Owned by nobody (--owner nobody)'
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l due-now -l snooze-due -d 'Snoozed until a time that has come'
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l has-ticket -d 'With a ticket that is not closed'
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l another -d 'Even where a ticket is open'
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand escalate" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l note -d 'Text of a note, or @FILE to read it from a file' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l note-order -d 'The order it is about; beside references --order says the same' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l courier -d 'The courier' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l tracking -d 'The courier\'s tracking number' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l tried -d 'What was tried already' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l promised-by -d 'The time the customer was promised, such as \'tomorrow 18:00\' or 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l owner -d 'Owned by this agent, `me` or `nobody`' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l team -d 'In this team' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l store -d 'Of this store' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l channel -d 'On this WhatsApp number' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l status -d 'In this status [default: live, which is all but resolved]' -r -f -a "open\t''
pending\t''
snoozed\t''
resolved\t''
live\t''
any\t''"
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l label -d 'Carrying this label' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l priority -d 'Of this priority' -r -f -a "low\t''
normal\t''
high\t''
urgent\t''"
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l order -d 'With this order id in a message or note, however it was typed' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l contact -d 'With this customer: a phone number or WhatsApp user id' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l waiting-over -d 'Whose customer has waited longer than this, such as 10m' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l window-under -d 'Whose 24-hour reply window closes in less than this, such as 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l search -d 'With these words in a message or note' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l offered -d 'Offered by a handoff and not yet accepted; with =me to you or your teams' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l since -d 'From this time on: 2026-11-01, \'2026-11-01 14:05\', 2h, \'yesterday 18:00\', monday' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l until -d 'Before this time' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l period -d 'Whole days, the last included: yesterday, last-week, 2026-11, 2026-W47, mon..wed' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l if-owner -d 'Change only what this agent, `me` or `nobody` still owns; else exit 5' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l unassigned -d 'Owned by nobody (--owner nobody)'
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l due-now -l snooze-due -d 'Snoozed until a time that has come'
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l has-ticket -d 'With a ticket that is not closed'
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand resolve" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l note -d 'Text of a note, or @FILE to read it from a file' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l note-order -d 'The order it is about; beside references --order says the same' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l courier -d 'The courier' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l tracking -d 'The courier\'s tracking number' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l tried -d 'What was tried already' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l promised-by -d 'The time the customer was promised, such as \'tomorrow 18:00\' or 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l owner -d 'Owned by this agent, `me` or `nobody`' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l team -d 'In this team' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l store -d 'Of this store' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l channel -d 'On this WhatsApp number' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l status -d 'In this status [default: live, which is all but resolved]' -r -f -a "open\t''
pending\t''
snoozed\t''
resolved\t''
live\t''
any\t''"
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l label -d 'Carrying this label' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l priority -d 'Of this priority' -r -f -a "low\t''
normal\t''
high\t''
urgent\t''"
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l order -d 'With this order id in a message or note, however it was typed' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l contact -d 'With this customer: a phone number or WhatsApp user id' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l waiting-over -d 'Whose customer has waited longer than this, such as 10m' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l window-under -d 'Whose 24-hour reply window closes in less than this, such as 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l search -d 'With these words in a message or note' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l offered -d 'Offered by a handoff and not yet accepted; with =me to you or your teams' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l since -d 'From this time on: 2026-11-01, \'2026-11-01 14:05\', 2h, \'yesterday 18:00\', monday' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l until -d 'Before this time' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l period -d 'Whole days, the last included: yesterday, last-week, 2026-11, 2026-W47, mon..wed' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l if-owner -d 'Change only what this agent, `me` or `nobody` still owns; else exit 5' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l unassigned -d 'Owned by nobody (--owner nobody)'
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l due-now -l snooze-due -d 'Snoozed until a time that has come'
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l has-ticket -d 'With a ticket that is not closed'
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand reopen" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l note -d 'Text of a note, or @FILE to read it from a file' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l note-order -d 'The order it is about; beside references --order says the same' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l courier -d 'The courier' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l tracking -d 'The courier\'s tracking number' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l tried -d 'What was tried already' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l promised-by -d 'The time the customer was promised, such as \'tomorrow 18:00\' or 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l owner -d 'Owned by this agent, `me` or `nobody`' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l team -d 'In this team' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l store -d 'Of this store' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l channel -d 'On this WhatsApp number' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l status -d 'In this status [default: live, which is all but resolved]' -r -f -a "open\t''
pending\t''
snoozed\t''
resolved\t''
live\t''
any\t''"
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l label -d 'Carrying this label' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l priority -d 'Of this priority' -r -f -a "low\t''
normal\t''
high\t''
urgent\t''"
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l order -d 'With this order id in a message or note, however it was typed' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l contact -d 'With this customer: a phone number or WhatsApp user id' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l waiting-over -d 'Whose customer has waited longer than this, such as 10m' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l window-under -d 'Whose 24-hour reply window closes in less than this, such as 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l search -d 'With these words in a message or note' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l offered -d 'Offered by a handoff and not yet accepted; with =me to you or your teams' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l since -d 'From this time on: 2026-11-01, \'2026-11-01 14:05\', 2h, \'yesterday 18:00\', monday' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l until -d 'Before this time' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l period -d 'Whole days, the last included: yesterday, last-week, 2026-11, 2026-W47, mon..wed' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l if-owner -d 'Change only what this agent, `me` or `nobody` still owns; else exit 5' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand pending" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l unassigned -d 'Owned by nobody (--owner nobody)'
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l due-now -l snooze-due -d 'Snoozed until a time that has come'
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l has-ticket -d 'With a ticket that is not closed'
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand pending" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand pending" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand pending" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand pending" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l note -d 'Text of a note, or @FILE to read it from a file' -r
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l note-order -d 'The order it is about; beside references --order says the same' -r
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l courier -d 'The courier' -r
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l tracking -d 'The courier\'s tracking number' -r
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l tried -d 'What was tried already' -r
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l promised-by -d 'The time the customer was promised, such as \'tomorrow 18:00\' or 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l owner -d 'Owned by this agent, `me` or `nobody`' -r
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l team -d 'In this team' -r
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l store -d 'Of this store' -r
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l channel -d 'On this WhatsApp number' -r
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l status -d 'In this status [default: live, which is all but resolved]' -r -f -a "open\t''
pending\t''
snoozed\t''
resolved\t''
live\t''
any\t''"
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l label -d 'Carrying this label' -r
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l priority -d 'Of this priority' -r -f -a "low\t''
normal\t''
high\t''
urgent\t''"
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l order -d 'With this order id in a message or note, however it was typed' -r
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l contact -d 'With this customer: a phone number or WhatsApp user id' -r
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l waiting-over -d 'Whose customer has waited longer than this, such as 10m' -r
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l window-under -d 'Whose 24-hour reply window closes in less than this, such as 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l search -d 'With these words in a message or note' -r
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l offered -d 'Offered by a handoff and not yet accepted; with =me to you or your teams' -r
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l if-owner -d 'Change only what this agent, `me` or `nobody` still owns; else exit 5' -r
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l until -d 'Until when: 2h, \'tomorrow 09:00\', monday' -r
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l unassigned -d 'Owned by nobody (--owner nobody)'
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l due-now -l snooze-due -d 'Snoozed until a time that has come'
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l has-ticket -d 'With a ticket that is not closed'
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand snooze" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand label" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l note -d 'Text of a note, or @FILE to read it from a file' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l note-order -d 'The order it is about; beside references --order says the same' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l courier -d 'The courier' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l tracking -d 'The courier\'s tracking number' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l tried -d 'What was tried already' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l promised-by -d 'The time the customer was promised, such as \'tomorrow 18:00\' or 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l owner -d 'Owned by this agent, `me` or `nobody`' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l team -d 'In this team' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l store -d 'Of this store' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l channel -d 'On this WhatsApp number' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l status -d 'In this status [default: live, which is all but resolved]' -r -f -a "open\t''
pending\t''
snoozed\t''
resolved\t''
live\t''
any\t''"
complete -c inbox -n "__fish_inbox_using_subcommand label" -l label -d 'Carrying this label' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l priority -d 'Of this priority' -r -f -a "low\t''
normal\t''
high\t''
urgent\t''"
complete -c inbox -n "__fish_inbox_using_subcommand label" -l order -d 'With this order id in a message or note, however it was typed' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l contact -d 'With this customer: a phone number or WhatsApp user id' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l waiting-over -d 'Whose customer has waited longer than this, such as 10m' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l window-under -d 'Whose 24-hour reply window closes in less than this, such as 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l search -d 'With these words in a message or note' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l offered -d 'Offered by a handoff and not yet accepted; with =me to you or your teams' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l since -d 'From this time on: 2026-11-01, \'2026-11-01 14:05\', 2h, \'yesterday 18:00\', monday' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l until -d 'Before this time' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l period -d 'Whole days, the last included: yesterday, last-week, 2026-11, 2026-W47, mon..wed' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand label" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand label" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l add -d 'A label to add; several with commas' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l remove -d 'A label to remove; several with commas' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l set-priority -d 'The priority to set; beside references --priority says the same' -r -f -a "low\t''
normal\t''
high\t''
urgent\t''"
complete -c inbox -n "__fish_inbox_using_subcommand label" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand label" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand label" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand label" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand label" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand label" -l unassigned -d 'Owned by nobody (--owner nobody)'
complete -c inbox -n "__fish_inbox_using_subcommand label" -l due-now -l snooze-due -d 'Snoozed until a time that has come'
complete -c inbox -n "__fish_inbox_using_subcommand label" -l has-ticket -d 'With a ticket that is not closed'
complete -c inbox -n "__fish_inbox_using_subcommand label" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand label" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand label" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand label" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand label" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand label" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand label" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand undo" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand undo" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand undo" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand undo" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand undo" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand undo" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand undo" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand undo" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand undo" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand undo" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand undo" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand undo" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand undo" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand undo" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand undo" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand undo" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand undo" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand undo" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand undo" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand undo" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand undo" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand undo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand undo" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and not __fish_seen_subcommand_from list show assign set note" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and not __fish_seen_subcommand_from list show assign set note" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and not __fish_seen_subcommand_from list show assign set note" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and not __fish_seen_subcommand_from list show assign set note" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and not __fish_seen_subcommand_from list show assign set note" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and not __fish_seen_subcommand_from list show assign set note" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and not __fish_seen_subcommand_from list show assign set note" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and not __fish_seen_subcommand_from list show assign set note" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and not __fish_seen_subcommand_from list show assign set note" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and not __fish_seen_subcommand_from list show assign set note" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and not __fish_seen_subcommand_from list show assign set note" -f -a "list" -d 'Show tickets, due first, then the most urgent'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and not __fish_seen_subcommand_from list show assign set note" -f -a "show" -d 'Show a ticket\'s history: what was done and noted'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and not __fish_seen_subcommand_from list show assign set note" -f -a "assign" -d 'Give tickets to an agent, or to a team\'s queue'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and not __fish_seen_subcommand_from list show assign set note" -f -a "set" -d 'Set a ticket\'s status, priority, due time or category'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and not __fish_seen_subcommand_from list show assign set note" -f -a "note" -d 'Write an internal note on a ticket'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -l owner -d 'Worked on by this agent, `me` or `nobody`' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -l team -d 'In this team\'s queue' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -l status -d 'In this status' -r -f -a "open\t''
in_progress\t''
waiting\t''
resolved\t''
closed\t''"
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -l priority -d 'Of this priority' -r -f -a "low\t''
normal\t''
high\t''
urgent\t''"
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -l category -d 'About this' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -l conversation -d 'Following up this conversation' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -l since -d 'From this time on: 2026-11-01, \'2026-11-01 14:05\', 2h, \'yesterday 18:00\', monday' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -l until -d 'Before this time' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -l period -d 'Whole days, the last included: yesterday, last-week, 2026-11, 2026-W47, mon..wed' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -l as-of -d 'As it was at this time: 2026-11-20, \'2026-11-20 14:05\', 2h, \'yesterday 18:00\', monday' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -s n -l limit -d 'At most so many' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -l overdue -d 'Not closed, and its time is over'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -l fail-if-any -d 'Exit with 7 if there is any: for alerts from cron'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from show" -l as-of -d 'As it was at this time: 2026-11-20, \'2026-11-20 14:05\', 2h, \'yesterday 18:00\', monday' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from show" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from show" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from show" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from show" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from show" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from show" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from show" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from show" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from show" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from show" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from show" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from show" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from show" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from show" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -l note -d 'Text of a note, or @FILE to read it from a file' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -l note-order -d 'The order it is about; beside references --order says the same' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -l courier -d 'The courier' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -l tracking -d 'The courier\'s tracking number' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -l tried -d 'What was tried already' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -l promised-by -d 'The time the customer was promised, such as \'tomorrow 18:00\' or 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -l order -d 'The order that the note is about' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -l to -d 'The agent, `me`, or the team' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from assign" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -l note -d 'Text of a note, or @FILE to read it from a file' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -l note-order -d 'The order it is about; beside references --order says the same' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -l courier -d 'The courier' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -l tracking -d 'The courier\'s tracking number' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -l tried -d 'What was tried already' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -l promised-by -d 'The time the customer was promised, such as \'tomorrow 18:00\' or 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -l order -d 'The order that the note is about' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -l status -d 'How far it is' -r -f -a "open\t''
in_progress\t''
waiting\t''
resolved\t''
closed\t''"
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -l priority -d 'Its urgency' -r -f -a "low\t''
normal\t''
high\t''
urgent\t''"
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -l due -d 'When it must be done, such as 4h; `none` for no time' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -l category -d 'What it is about; `none` for nothing' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from set" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -l note -d 'Text of a note, or @FILE to read it from a file' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -l note-order -d 'The order it is about; beside references --order says the same' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -l courier -d 'The courier' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -l tracking -d 'The courier\'s tracking number' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -l tried -d 'What was tried already' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -l promised-by -d 'The time the customer was promised, such as \'tomorrow 18:00\' or 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -l order -d 'The order that the note is about' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand ticket; and __fish_seen_subcommand_from note" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and not __fish_seen_subcommand_from rotate who put off roster revoke add list edit disable enable" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and not __fish_seen_subcommand_from rotate who put off roster revoke add list edit disable enable" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand shift; and not __fish_seen_subcommand_from rotate who put off roster revoke add list edit disable enable" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and not __fish_seen_subcommand_from rotate who put off roster revoke add list edit disable enable" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and not __fish_seen_subcommand_from rotate who put off roster revoke add list edit disable enable" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and not __fish_seen_subcommand_from rotate who put off roster revoke add list edit disable enable" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and not __fish_seen_subcommand_from rotate who put off roster revoke add list edit disable enable" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and not __fish_seen_subcommand_from rotate who put off roster revoke add list edit disable enable" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and not __fish_seen_subcommand_from rotate who put off roster revoke add list edit disable enable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and not __fish_seen_subcommand_from rotate who put off roster revoke add list edit disable enable" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and not __fish_seen_subcommand_from rotate who put off roster revoke add list edit disable enable" -f -a "rotate" -d 'Spread what people own over those who take over: members of the conversation\'s team first, then the least loaded'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and not __fish_seen_subcommand_from rotate who put off roster revoke add list edit disable enable" -f -a "who" -d 'Show who is on shift, now or at another time'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and not __fish_seen_subcommand_from rotate who put off roster revoke add list edit disable enable" -f -a "put" -d 'Put agents on a shift: they work it on these days'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and not __fish_seen_subcommand_from rotate who put off roster revoke add list edit disable enable" -f -a "off" -d 'Give agents days off, whatever the roster said before'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and not __fish_seen_subcommand_from rotate who put off roster revoke add list edit disable enable" -f -a "roster" -d 'List what the rosters say, newest last: of several entries for a day the last counts'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and not __fish_seen_subcommand_from rotate who put off roster revoke add list edit disable enable" -f -a "revoke" -d 'Take roster entries back that were made by mistake: what stood there before counts again, for the past too'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and not __fish_seen_subcommand_from rotate who put off roster revoke add list edit disable enable" -f -a "add" -d 'Add a shift'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and not __fish_seen_subcommand_from rotate who put off roster revoke add list edit disable enable" -f -a "list" -d 'List shifts with who works them today'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and not __fish_seen_subcommand_from rotate who put off roster revoke add list edit disable enable" -f -a "edit" -d 'Change a shift; other hours hold for what begins from now on, and the past stays as it was'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and not __fish_seen_subcommand_from rotate who put off roster revoke add list edit disable enable" -f -a "disable" -d 'Take shifts out of use; their history stays'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and not __fish_seen_subcommand_from rotate who put off roster revoke add list edit disable enable" -f -a "enable" -d 'Use shifts again'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l note -d 'Text of a note, or @FILE to read it from a file' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l note-order -d 'The order it is about; beside references --order says the same' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l courier -d 'The courier' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l tracking -d 'The courier\'s tracking number' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l tried -d 'What was tried already' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l promised-by -d 'The time the customer was promised, such as \'tomorrow 18:00\' or 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l owner -d 'Owned by this agent, `me` or `nobody`' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l team -d 'In this team' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l store -d 'Of this store' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l channel -d 'On this WhatsApp number' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l status -d 'In this status [default: live, which is all but resolved]' -r -f -a "open\t''
pending\t''
snoozed\t''
resolved\t''
live\t''
any\t''"
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l label -d 'Carrying this label' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l priority -d 'Of this priority' -r -f -a "low\t''
normal\t''
high\t''
urgent\t''"
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l order -d 'With this order id in a message or note, however it was typed' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l contact -d 'With this customer: a phone number or WhatsApp user id' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l waiting-over -d 'Whose customer has waited longer than this, such as 10m' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l window-under -d 'Whose 24-hour reply window closes in less than this, such as 2h' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l search -d 'With these words in a message or note' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l offered -d 'Offered by a handoff and not yet accepted; with =me to you or your teams' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l since -d 'From this time on: 2026-11-01, \'2026-11-01 14:05\', 2h, \'yesterday 18:00\', monday' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l until -d 'Before this time' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l period -d 'Whole days, the last included: yesterday, last-week, 2026-11, 2026-W47, mon..wed' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l from -d 'Who goes home; several with commas' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l to -d 'Who takes over; several with commas' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l unassigned -d 'Owned by nobody (--owner nobody)'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l due-now -l snooze-due -d 'Snoozed until a time that has come'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l has-ticket -d 'With a ticket that is not closed'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from rotate" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from who" -l at -d 'At this time: 2h (ago), \'2026-12-01 14:05\', \'tomorrow 09:00\'; without a date the latest such time: 09:00 has been, be it yesterday' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from who" -l shift -d 'On these shifts alone' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from who" -l team -d 'Members of these teams alone' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from who" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from who" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from who" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from who" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from who" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from who" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from who" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from who" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from who" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from who" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from who" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from who" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from who" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from who" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from who" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from who" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from who" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from who" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from put" -l since -d 'From this day on, until further notice: 2026-12-01, today, tomorrow, monday (the next one)' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from put" -l period -d 'These days, the last included: 2026-12-24, 2026-12-24..2026-12-26, next-week, 2026-12, mon..wed (the next ones, today included)' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from put" -l days -d 'On these days of the week: mon..fri, or mon,wed,sat [default: every day]' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from put" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from put" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from put" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from put" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from put" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from put" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from put" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from put" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from put" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from put" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from put" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from put" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from put" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from put" -l terminate -d 'End the sessions that hold what this change needs, where the login may'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from put" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from put" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from put" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from put" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from put" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from put" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from put" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from put" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from put" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from put" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from off" -l shift -d 'From this shift alone' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from off" -l since -d 'From this day on, until further notice: 2026-12-01, today, tomorrow, monday (the next one)' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from off" -l period -d 'These days, the last included: 2026-12-24, 2026-12-24..2026-12-26, next-week, 2026-12, mon..wed (the next ones, today included)' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from off" -l days -d 'On these days of the week: mon..fri, or mon,wed,sat [default: every day]' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from off" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from off" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from off" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from off" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from off" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from off" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from off" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from off" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from off" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from off" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from off" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from off" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from off" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from off" -l terminate -d 'End the sessions that hold what this change needs, where the login may'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from off" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from off" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from off" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from off" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from off" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from off" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from off" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from off" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from off" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from off" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from roster" -l agent -d 'Of these agents alone, or me' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from roster" -l shift -d 'For these shifts alone' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from roster" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from roster" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from roster" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from roster" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from roster" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from roster" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from roster" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from roster" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from roster" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from roster" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from roster" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from roster" -l all -d 'What is over or revoked too'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from roster" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from roster" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from roster" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from roster" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from roster" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from roster" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from roster" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from revoke" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from revoke" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from revoke" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from revoke" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from revoke" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from revoke" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from revoke" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from revoke" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from revoke" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from revoke" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from revoke" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from revoke" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from revoke" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from revoke" -l terminate -d 'End the sessions that hold what this change needs, where the login may'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from revoke" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from revoke" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from revoke" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from revoke" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from revoke" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from revoke" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from revoke" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from revoke" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from revoke" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from revoke" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from add" -l hours -d 'From when to when, in the workspace\'s zone: 08:00-16:00, or 22:00-06:00 over midnight' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from add" -l name -d 'What it is called [default: the handle]' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from add" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from add" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from add" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from add" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from add" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from add" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from add" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from add" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from add" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from add" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from add" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from add" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from add" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from add" -l terminate -d 'End the sessions that hold what this change needs, where the login may'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from add" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from add" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from add" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from add" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from add" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from add" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from add" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from list" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from list" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from list" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from list" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from list" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from list" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from list" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from list" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from list" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from list" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from list" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from list" -l all -d 'Those that are disabled too'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from list" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from list" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from list" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from edit" -l hours -d 'From when to when' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from edit" -l name -d 'What it is called' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from edit" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from edit" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from edit" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from edit" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from edit" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from edit" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from edit" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from edit" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from edit" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from edit" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from edit" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from edit" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from edit" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from edit" -l terminate -d 'End the sessions that hold what this change needs, where the login may'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from edit" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from edit" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from edit" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from edit" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from edit" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from edit" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from edit" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from edit" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from edit" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from disable" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from disable" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from disable" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from disable" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from disable" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from disable" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from disable" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from disable" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from disable" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from disable" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from disable" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from disable" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from disable" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from disable" -l terminate -d 'End the sessions that hold what this change needs, where the login may'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from disable" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from disable" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from disable" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from disable" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from disable" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from disable" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from disable" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from disable" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from disable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from disable" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from enable" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from enable" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from enable" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from enable" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from enable" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from enable" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from enable" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from enable" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from enable" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from enable" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from enable" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from enable" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from enable" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from enable" -l terminate -d 'End the sessions that hold what this change needs, where the login may'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from enable" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from enable" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from enable" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from enable" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from enable" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from enable" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from enable" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from enable" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from enable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand shift; and __fish_seen_subcommand_from enable" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and not __fish_seen_subcommand_from add list edit disable enable import grant-acting revoke-acting grants" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and not __fish_seen_subcommand_from add list edit disable enable import grant-acting revoke-acting grants" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand agent; and not __fish_seen_subcommand_from add list edit disable enable import grant-acting revoke-acting grants" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and not __fish_seen_subcommand_from add list edit disable enable import grant-acting revoke-acting grants" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and not __fish_seen_subcommand_from add list edit disable enable import grant-acting revoke-acting grants" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and not __fish_seen_subcommand_from add list edit disable enable import grant-acting revoke-acting grants" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and not __fish_seen_subcommand_from add list edit disable enable import grant-acting revoke-acting grants" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and not __fish_seen_subcommand_from add list edit disable enable import grant-acting revoke-acting grants" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and not __fish_seen_subcommand_from add list edit disable enable import grant-acting revoke-acting grants" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and not __fish_seen_subcommand_from add list edit disable enable import grant-acting revoke-acting grants" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and not __fish_seen_subcommand_from add list edit disable enable import grant-acting revoke-acting grants" -f -a "add" -d 'Add an agent'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and not __fish_seen_subcommand_from add list edit disable enable import grant-acting revoke-acting grants" -f -a "list" -d 'List agents: what each owns, his teams, when he was last active'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and not __fish_seen_subcommand_from add list edit disable enable import grant-acting revoke-acting grants" -f -a "edit" -d 'Change an agent; what is not named stays'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and not __fish_seen_subcommand_from add list edit disable enable import grant-acting revoke-acting grants" -f -a "disable" -d 'Disable agents: what they own is given away, their history stays'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and not __fish_seen_subcommand_from add list edit disable enable import grant-acting revoke-acting grants" -f -a "enable" -d 'Let agents work again'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and not __fish_seen_subcommand_from add list edit disable enable import grant-acting revoke-acting grants" -f -a "import" -d 'Add and update agents from a CSV file: all lines or none'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and not __fish_seen_subcommand_from add list edit disable enable import grant-acting revoke-acting grants" -f -a "grant-acting" -d 'Let a shared login, such as cron\'s, act as an agent with --as; the history names both'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and not __fish_seen_subcommand_from add list edit disable enable import grant-acting revoke-acting grants" -f -a "revoke-acting" -d 'Take back that a login may act as an agent'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and not __fish_seen_subcommand_from add list edit disable enable import grant-acting revoke-acting grants" -f -a "grants" -d 'List which logins may act as whom'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -l name -d 'The name [default: the handle]' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -l role -d 'What the agent may do [default: agent]' -r -f -a "viewer\t''
agent\t''
supervisor\t''
admin\t''
bot\t''
system\t''"
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -l team -d 'A team to be in; several: repeated or with commas' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -l capacity -d 'How many conversations to own at most, for spreading work' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -l login -d 'The Postgres login that is this agent' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -l create-login -d 'Make the Postgres login too, without a password (for that: \\password LOGIN in psql); where you may not, its SQL is printed'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -l terminate -d 'End the sessions that hold what this change needs, where the login may'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from add" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from list" -l role -d 'Of this role' -r -f -a "viewer\t''
agent\t''
supervisor\t''
admin\t''
bot\t''
system\t''"
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from list" -l team -d 'In this team' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from list" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from list" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from list" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from list" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from list" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from list" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from list" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from list" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from list" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from list" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from list" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from list" -l all -d 'Those that are disabled too'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from list" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from list" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from list" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -l name -d 'The name' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -l role -d 'What the agent may do' -r -f -a "viewer\t''
agent\t''
supervisor\t''
admin\t''
bot\t''
system\t''"
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -l team -d 'The teams to be in, in place of those until now; several: repeated or with commas' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -l add-team -d 'A team to join' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -l remove-team -d 'A team to leave' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -l capacity -d 'How many conversations to own at most; `none` for any number' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -l login -d 'The Postgres login that is this agent; `none` for no login' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -l create-login -d 'Make the Postgres login too, without a password'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -l terminate -d 'End the sessions that hold what this change needs, where the login may'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from edit" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from disable" -l give-to -d 'Give what they own to this agent, or to this team\'s queue' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from disable" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from disable" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from disable" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from disable" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from disable" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from disable" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from disable" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from disable" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from disable" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from disable" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from disable" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from disable" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from disable" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from disable" -l release -d 'Put what they own back into the queues it is in'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from disable" -l terminate -d 'End the sessions that hold what this change needs, where the login may'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from disable" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from disable" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from disable" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from disable" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from disable" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from disable" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from disable" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from disable" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from disable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from disable" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from enable" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from enable" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from enable" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from enable" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from enable" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from enable" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from enable" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from enable" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from enable" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from enable" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from enable" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from enable" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from enable" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from enable" -l terminate -d 'End the sessions that hold what this change needs, where the login may'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from enable" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from enable" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from enable" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from enable" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from enable" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from enable" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from enable" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from enable" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from enable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from enable" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from import" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from import" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from import" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from import" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from import" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from import" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from import" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from import" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from import" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from import" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from import" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from import" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from import" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from import" -l terminate -d 'End the sessions that hold what this change needs, where the login may'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from import" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from import" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from import" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from import" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from import" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from import" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from import" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from import" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from import" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from import" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grant-acting" -l login -d 'The Postgres login' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grant-acting" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grant-acting" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grant-acting" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grant-acting" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grant-acting" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grant-acting" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grant-acting" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grant-acting" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grant-acting" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grant-acting" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grant-acting" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grant-acting" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grant-acting" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grant-acting" -l any -d 'As anyone'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grant-acting" -l create-login -d 'Make the Postgres login too, without a password'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grant-acting" -l terminate -d 'End the sessions that hold what this change needs, where the login may'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grant-acting" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grant-acting" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grant-acting" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grant-acting" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grant-acting" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grant-acting" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grant-acting" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grant-acting" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grant-acting" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grant-acting" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from revoke-acting" -l login -d 'The Postgres login' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from revoke-acting" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from revoke-acting" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from revoke-acting" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from revoke-acting" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from revoke-acting" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from revoke-acting" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from revoke-acting" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from revoke-acting" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from revoke-acting" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from revoke-acting" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from revoke-acting" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from revoke-acting" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from revoke-acting" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from revoke-acting" -l any -d 'As anyone'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from revoke-acting" -l terminate -d 'End the sessions that hold what this change needs, where the login may'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from revoke-acting" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from revoke-acting" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from revoke-acting" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from revoke-acting" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from revoke-acting" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from revoke-acting" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from revoke-acting" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from revoke-acting" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from revoke-acting" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from revoke-acting" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grants" -l login -d 'Of this login' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grants" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grants" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grants" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grants" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grants" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grants" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grants" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grants" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grants" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grants" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grants" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grants" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grants" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grants" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grants" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grants" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grants" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand agent; and __fish_seen_subcommand_from grants" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand team; and not __fish_seen_subcommand_from add list edit disable enable" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and not __fish_seen_subcommand_from add list edit disable enable" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand team; and not __fish_seen_subcommand_from add list edit disable enable" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and not __fish_seen_subcommand_from add list edit disable enable" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and not __fish_seen_subcommand_from add list edit disable enable" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and not __fish_seen_subcommand_from add list edit disable enable" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and not __fish_seen_subcommand_from add list edit disable enable" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and not __fish_seen_subcommand_from add list edit disable enable" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand team; and not __fish_seen_subcommand_from add list edit disable enable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand team; and not __fish_seen_subcommand_from add list edit disable enable" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand team; and not __fish_seen_subcommand_from add list edit disable enable" -f -a "add" -d 'Add a team'
complete -c inbox -n "__fish_inbox_using_subcommand team; and not __fish_seen_subcommand_from add list edit disable enable" -f -a "list" -d 'List teams with what is going on in them'
complete -c inbox -n "__fish_inbox_using_subcommand team; and not __fish_seen_subcommand_from add list edit disable enable" -f -a "edit" -d 'Change what a team is called'
complete -c inbox -n "__fish_inbox_using_subcommand team; and not __fish_seen_subcommand_from add list edit disable enable" -f -a "disable" -d 'Take a team out of use; its history stays'
complete -c inbox -n "__fish_inbox_using_subcommand team; and not __fish_seen_subcommand_from add list edit disable enable" -f -a "enable" -d 'Use a team again'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from add" -l name -d 'What it is called [default: the handle]' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from add" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from add" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from add" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from add" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from add" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from add" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from add" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from add" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from add" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from add" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from add" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from add" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from add" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from add" -l terminate -d 'End the sessions that hold what this change needs, where the login may'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from add" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from add" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from add" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from add" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from add" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from add" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from add" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from list" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from list" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from list" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from list" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from list" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from list" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from list" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from list" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from list" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from list" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from list" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from list" -l all -d 'Those that are disabled too'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from list" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from list" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from list" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from edit" -l name -d 'What it is called' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from edit" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from edit" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from edit" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from edit" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from edit" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from edit" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from edit" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from edit" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from edit" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from edit" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from edit" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from edit" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from edit" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from edit" -l terminate -d 'End the sessions that hold what this change needs, where the login may'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from edit" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from edit" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from edit" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from edit" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from edit" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from edit" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from edit" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from edit" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from edit" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from disable" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from disable" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from disable" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from disable" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from disable" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from disable" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from disable" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from disable" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from disable" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from disable" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from disable" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from disable" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from disable" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from disable" -l terminate -d 'End the sessions that hold what this change needs, where the login may'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from disable" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from disable" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from disable" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from disable" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from disable" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from disable" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from disable" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from disable" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from disable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from disable" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from enable" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from enable" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from enable" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from enable" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from enable" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from enable" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from enable" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from enable" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from enable" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from enable" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from enable" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from enable" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from enable" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from enable" -l terminate -d 'End the sessions that hold what this change needs, where the login may'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from enable" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from enable" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from enable" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from enable" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from enable" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from enable" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from enable" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from enable" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from enable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand team; and __fish_seen_subcommand_from enable" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand store; and not __fish_seen_subcommand_from add list edit disable enable" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and not __fish_seen_subcommand_from add list edit disable enable" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand store; and not __fish_seen_subcommand_from add list edit disable enable" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and not __fish_seen_subcommand_from add list edit disable enable" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and not __fish_seen_subcommand_from add list edit disable enable" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and not __fish_seen_subcommand_from add list edit disable enable" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and not __fish_seen_subcommand_from add list edit disable enable" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and not __fish_seen_subcommand_from add list edit disable enable" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand store; and not __fish_seen_subcommand_from add list edit disable enable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand store; and not __fish_seen_subcommand_from add list edit disable enable" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand store; and not __fish_seen_subcommand_from add list edit disable enable" -f -a "add" -d 'Add a store'
complete -c inbox -n "__fish_inbox_using_subcommand store; and not __fish_seen_subcommand_from add list edit disable enable" -f -a "list" -d 'List stores with what is going on in them'
complete -c inbox -n "__fish_inbox_using_subcommand store; and not __fish_seen_subcommand_from add list edit disable enable" -f -a "edit" -d 'Change what a store is called'
complete -c inbox -n "__fish_inbox_using_subcommand store; and not __fish_seen_subcommand_from add list edit disable enable" -f -a "disable" -d 'Take a store out of use; its history stays'
complete -c inbox -n "__fish_inbox_using_subcommand store; and not __fish_seen_subcommand_from add list edit disable enable" -f -a "enable" -d 'Use a store again'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from add" -l name -d 'What it is called [default: the handle]' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from add" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from add" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from add" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from add" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from add" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from add" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from add" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from add" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from add" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from add" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from add" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from add" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from add" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from add" -l terminate -d 'End the sessions that hold what this change needs, where the login may'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from add" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from add" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from add" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from add" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from add" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from add" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from add" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from list" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from list" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from list" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from list" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from list" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from list" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from list" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from list" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from list" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from list" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from list" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from list" -l all -d 'Those that are disabled too'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from list" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from list" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from list" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from edit" -l name -d 'What it is called' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from edit" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from edit" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from edit" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from edit" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from edit" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from edit" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from edit" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from edit" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from edit" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from edit" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from edit" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from edit" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from edit" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from edit" -l terminate -d 'End the sessions that hold what this change needs, where the login may'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from edit" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from edit" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from edit" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from edit" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from edit" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from edit" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from edit" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from edit" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from edit" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from disable" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from disable" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from disable" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from disable" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from disable" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from disable" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from disable" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from disable" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from disable" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from disable" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from disable" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from disable" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from disable" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from disable" -l terminate -d 'End the sessions that hold what this change needs, where the login may'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from disable" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from disable" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from disable" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from disable" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from disable" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from disable" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from disable" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from disable" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from disable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from disable" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from enable" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from enable" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from enable" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from enable" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from enable" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from enable" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from enable" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from enable" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from enable" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from enable" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from enable" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from enable" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from enable" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from enable" -l terminate -d 'End the sessions that hold what this change needs, where the login may'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from enable" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from enable" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from enable" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from enable" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from enable" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from enable" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from enable" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from enable" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from enable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand store; and __fish_seen_subcommand_from enable" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and not __fish_seen_subcommand_from add list edit disable enable" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and not __fish_seen_subcommand_from add list edit disable enable" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand channel; and not __fish_seen_subcommand_from add list edit disable enable" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and not __fish_seen_subcommand_from add list edit disable enable" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and not __fish_seen_subcommand_from add list edit disable enable" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and not __fish_seen_subcommand_from add list edit disable enable" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and not __fish_seen_subcommand_from add list edit disable enable" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and not __fish_seen_subcommand_from add list edit disable enable" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and not __fish_seen_subcommand_from add list edit disable enable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and not __fish_seen_subcommand_from add list edit disable enable" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and not __fish_seen_subcommand_from add list edit disable enable" -f -a "add" -d 'Add a channel'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and not __fish_seen_subcommand_from add list edit disable enable" -f -a "list" -d 'List channels with their live conversations'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and not __fish_seen_subcommand_from add list edit disable enable" -f -a "edit" -d 'Change a channel; conversations that it has already stay where they are'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and not __fish_seen_subcommand_from add list edit disable enable" -f -a "disable" -d 'Take channels out of use; their history stays'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and not __fish_seen_subcommand_from add list edit disable enable" -f -a "enable" -d 'Use channels again'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from add" -l phone-number-id -d 'WhatsApp\'s id of the number (digits; Meta shows it beside the number)' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from add" -l store -d 'The store it belongs to' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from add" -l team -d 'The team that gets its new conversations' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from add" -l display-phone -d 'The number as people write it' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from add" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from add" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from add" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from add" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from add" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from add" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from add" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from add" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from add" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from add" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from add" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from add" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from add" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from add" -l terminate -d 'End the sessions that hold what this change needs, where the login may'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from add" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from add" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from add" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from add" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from add" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from add" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from add" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from add" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from add" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from add" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from list" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from list" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from list" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from list" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from list" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from list" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from list" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from list" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from list" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from list" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from list" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from list" -l all -d 'Those that are disabled too'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from list" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from list" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from list" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from edit" -l phone-number-id -d 'WhatsApp\'s id of the number' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from edit" -l store -d 'The store it belongs to' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from edit" -l team -d 'The team that gets its new conversations' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from edit" -l display-phone -d 'The number as people write it' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from edit" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from edit" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from edit" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from edit" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from edit" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from edit" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from edit" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from edit" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from edit" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from edit" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from edit" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from edit" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from edit" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from edit" -l terminate -d 'End the sessions that hold what this change needs, where the login may'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from edit" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from edit" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from edit" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from edit" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from edit" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from edit" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from edit" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from edit" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from edit" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from edit" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from disable" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from disable" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from disable" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from disable" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from disable" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from disable" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from disable" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from disable" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from disable" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from disable" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from disable" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from disable" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from disable" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from disable" -l terminate -d 'End the sessions that hold what this change needs, where the login may'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from disable" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from disable" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from disable" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from disable" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from disable" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from disable" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from disable" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from disable" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from disable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from disable" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from enable" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from enable" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from enable" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from enable" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from enable" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from enable" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from enable" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from enable" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from enable" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from enable" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from enable" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from enable" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from enable" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from enable" -l terminate -d 'End the sessions that hold what this change needs, where the login may'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from enable" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from enable" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from enable" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from enable" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from enable" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from enable" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from enable" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from enable" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from enable" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand channel; and __fish_seen_subcommand_from enable" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and not __fish_seen_subcommand_from list show forget" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and not __fish_seen_subcommand_from list show forget" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand contact; and not __fish_seen_subcommand_from list show forget" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and not __fish_seen_subcommand_from list show forget" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and not __fish_seen_subcommand_from list show forget" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and not __fish_seen_subcommand_from list show forget" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and not __fish_seen_subcommand_from list show forget" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and not __fish_seen_subcommand_from list show forget" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and not __fish_seen_subcommand_from list show forget" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and not __fish_seen_subcommand_from list show forget" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and not __fish_seen_subcommand_from list show forget" -f -a "list" -d 'List customers, in the order they came'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and not __fish_seen_subcommand_from list show forget" -f -a "show" -d 'Show what is known of customers'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and not __fish_seen_subcommand_from list show forget" -f -a "forget" -d 'Erase a customer\'s texts, names, numbers and ids; the history and its figures stay'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from list" -s n -l limit -d 'At most so many, the newest' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from list" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from list" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from list" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from list" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from list" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from list" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from list" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from list" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from list" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from list" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from list" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from list" -l conflicts -d 'Only those of whom one id stands for another contact, too'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from list" -l all -d 'Those that are forgotten as well'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from list" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from list" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from list" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from show" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from show" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from show" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from show" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from show" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from show" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from show" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from show" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from show" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from show" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from show" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from show" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from show" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from show" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from forget" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from forget" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from forget" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from forget" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from forget" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from forget" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from forget" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from forget" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from forget" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from forget" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from forget" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from forget" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from forget" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from forget" -l terminate -d 'End the sessions that hold what this change needs, where the login may'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from forget" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from forget" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from forget" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from forget" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from forget" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from forget" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from forget" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from forget" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from forget" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand contact; and __fish_seen_subcommand_from forget" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand init" -l handle -d 'Your handle [default: your name on this machine]' -r
complete -c inbox -n "__fish_inbox_using_subcommand init" -l name -d 'Your name [default: the handle]' -r
complete -c inbox -n "__fish_inbox_using_subcommand init" -l time-zone -d 'The zone that times are read and shown in, such as Asia/Karachi [default: UTC]' -r
complete -c inbox -n "__fish_inbox_using_subcommand init" -l phone-prefix -d 'The country prefix of phone numbers that begin with 0, such as 92' -r
complete -c inbox -n "__fish_inbox_using_subcommand init" -l reopen-window -d 'How long after it was resolved a message reopens a conversation [default: 72h]' -r
complete -c inbox -n "__fish_inbox_using_subcommand init" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand init" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand init" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand init" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand init" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand init" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand init" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand init" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand init" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand init" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand init" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand init" -l local -d 'On a private Postgres of this machine, started when it is needed'
complete -c inbox -n "__fish_inbox_using_subcommand init" -l shared-login -d 'Several people use this login: it may act as anyone with --as'
complete -c inbox -n "__fish_inbox_using_subcommand init" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand init" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand init" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand init" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand init" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand init" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand init" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand doctor" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand doctor" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand doctor" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand doctor" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand doctor" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand doctor" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand doctor" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand doctor" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand doctor" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand doctor" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand doctor" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand doctor" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand doctor" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand doctor" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand doctor" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand doctor" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand doctor" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand doctor" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand db; and not __fish_seen_subcommand_from migrate status roles" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and not __fish_seen_subcommand_from migrate status roles" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand db; and not __fish_seen_subcommand_from migrate status roles" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and not __fish_seen_subcommand_from migrate status roles" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and not __fish_seen_subcommand_from migrate status roles" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and not __fish_seen_subcommand_from migrate status roles" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and not __fish_seen_subcommand_from migrate status roles" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and not __fish_seen_subcommand_from migrate status roles" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand db; and not __fish_seen_subcommand_from migrate status roles" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand db; and not __fish_seen_subcommand_from migrate status roles" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand db; and not __fish_seen_subcommand_from migrate status roles" -f -a "migrate" -d 'Bring the workspace up to this version of the program; the only command that does'
complete -c inbox -n "__fish_inbox_using_subcommand db; and not __fish_seen_subcommand_from migrate status roles" -f -a "status" -d 'List the migrations that this program knows and those that the workspace has'
complete -c inbox -n "__fish_inbox_using_subcommand db; and not __fish_seen_subcommand_from migrate status roles" -f -a "roles" -d 'Print the SQL that gives logins their rights, for an administrator of Postgres to run'
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from migrate" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from migrate" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from migrate" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from migrate" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from migrate" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from migrate" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from migrate" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from migrate" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from migrate" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from migrate" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from migrate" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from migrate" -l dry-run -d 'Show what would be applied'
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from migrate" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from migrate" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from migrate" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from migrate" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from migrate" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from migrate" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from migrate" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from status" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from status" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from status" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from status" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from status" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from status" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from status" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from status" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from status" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from status" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from status" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from status" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from status" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from status" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from status" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from status" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from roles" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from roles" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from roles" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from roles" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from roles" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from roles" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from roles" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from roles" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from roles" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from roles" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from roles" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from roles" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from roles" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from roles" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from roles" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from roles" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from roles" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand db; and __fish_seen_subcommand_from roles" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand local; and not __fish_seen_subcommand_from start stop status" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and not __fish_seen_subcommand_from start stop status" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand local; and not __fish_seen_subcommand_from start stop status" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and not __fish_seen_subcommand_from start stop status" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and not __fish_seen_subcommand_from start stop status" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and not __fish_seen_subcommand_from start stop status" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and not __fish_seen_subcommand_from start stop status" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and not __fish_seen_subcommand_from start stop status" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand local; and not __fish_seen_subcommand_from start stop status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand local; and not __fish_seen_subcommand_from start stop status" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand local; and not __fish_seen_subcommand_from start stop status" -f -a "start" -d 'Start it'
complete -c inbox -n "__fish_inbox_using_subcommand local; and not __fish_seen_subcommand_from start stop status" -f -a "stop" -d 'Stop it; the next command that needs it starts it again'
complete -c inbox -n "__fish_inbox_using_subcommand local; and not __fish_seen_subcommand_from start stop status" -f -a "status" -d 'Show what it does and how to connect to it'
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from start" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from start" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from start" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from start" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from start" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from start" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from start" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from start" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from start" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from start" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from start" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from start" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from start" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from start" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from start" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from start" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from start" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from start" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from stop" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from stop" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from stop" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from stop" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from stop" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from stop" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from stop" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from stop" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from stop" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from stop" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from stop" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from stop" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from stop" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from stop" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from stop" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from stop" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from stop" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from stop" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from status" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from status" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from status" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from status" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from status" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from status" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from status" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from status" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from status" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from status" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from status" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from status" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from status" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from status" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from status" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from status" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from status" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand local; and __fish_seen_subcommand_from status" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand whoami" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand whoami" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand whoami" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand whoami" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand whoami" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand whoami" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand whoami" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand whoami" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand whoami" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand whoami" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand whoami" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand whoami" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand whoami" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand whoami" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand whoami" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand whoami" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand whoami" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand whoami" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand config; and not __fish_seen_subcommand_from workspace" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand config; and not __fish_seen_subcommand_from workspace" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand config; and not __fish_seen_subcommand_from workspace" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand config; and not __fish_seen_subcommand_from workspace" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand config; and not __fish_seen_subcommand_from workspace" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand config; and not __fish_seen_subcommand_from workspace" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand config; and not __fish_seen_subcommand_from workspace" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand config; and not __fish_seen_subcommand_from workspace" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand config; and not __fish_seen_subcommand_from workspace" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand config; and not __fish_seen_subcommand_from workspace" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand config; and not __fish_seen_subcommand_from workspace" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand config; and not __fish_seen_subcommand_from workspace" -l path -d 'Print the path of the configuration file'
complete -c inbox -n "__fish_inbox_using_subcommand config; and not __fish_seen_subcommand_from workspace" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand config; and not __fish_seen_subcommand_from workspace" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand config; and not __fish_seen_subcommand_from workspace" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand config; and not __fish_seen_subcommand_from workspace" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand config; and not __fish_seen_subcommand_from workspace" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand config; and not __fish_seen_subcommand_from workspace" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand config; and not __fish_seen_subcommand_from workspace" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand config; and not __fish_seen_subcommand_from workspace" -f -a "workspace" -d 'Show the workspace\'s settings, or set one'
complete -c inbox -n "__fish_inbox_using_subcommand config; and __fish_seen_subcommand_from workspace" -l idempotency-key -d 'Run once for this key of yours: a repetition by the same agent gives the stored result and exit code again' -r
complete -c inbox -n "__fish_inbox_using_subcommand config; and __fish_seen_subcommand_from workspace" -l reason -d 'Why, for the history' -r
complete -c inbox -n "__fish_inbox_using_subcommand config; and __fish_seen_subcommand_from workspace" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand config; and __fish_seen_subcommand_from workspace" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand config; and __fish_seen_subcommand_from workspace" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand config; and __fish_seen_subcommand_from workspace" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand config; and __fish_seen_subcommand_from workspace" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand config; and __fish_seen_subcommand_from workspace" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand config; and __fish_seen_subcommand_from workspace" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand config; and __fish_seen_subcommand_from workspace" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand config; and __fish_seen_subcommand_from workspace" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand config; and __fish_seen_subcommand_from workspace" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand config; and __fish_seen_subcommand_from workspace" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand config; and __fish_seen_subcommand_from workspace" -l dry-run -d 'Do everything, show what would change, and roll it back'
complete -c inbox -n "__fish_inbox_using_subcommand config; and __fish_seen_subcommand_from workspace" -l keep-going -d 'Change what can be changed, report the rest, exit 6 (else it is all or nothing)'
complete -c inbox -n "__fish_inbox_using_subcommand config; and __fish_seen_subcommand_from workspace" -s y -l yes -d 'Do not ask before changing many'
complete -c inbox -n "__fish_inbox_using_subcommand config; and __fish_seen_subcommand_from workspace" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand config; and __fish_seen_subcommand_from workspace" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand config; and __fish_seen_subcommand_from workspace" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand config; and __fish_seen_subcommand_from workspace" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand config; and __fish_seen_subcommand_from workspace" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand config; and __fish_seen_subcommand_from workspace" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand config; and __fish_seen_subcommand_from workspace" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -l actor -d 'By this agent, `me` or `system`' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -l action -d 'Of this kind, such as taken or handed_off' -r -f -a "opened\t''
reopened\t''
woken\t''
snooze_ended\t''
taken\t''
assigned\t''
released\t''
handed_off\t''
handoff_offered\t''
handoff_accepted\t''
handoff_declined\t''
handoff_expired\t''
rotated\t''
swept\t''
resolved\t''
pended\t''
snoozed\t''
labelled\t''
noted\t''
escalated\t''
undone\t''
ticket_opened\t''
ticket_assigned\t''
ticket_set\t''
ticket_noted\t''
added\t''
changed\t''
disabled\t''
enabled\t''
granted\t''
revoked\t''
forgotten\t''
conflicted\t''"
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -l operation -d 'Of this operation: everything that one invocation did' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -l contact -d 'Of this customer: a phone number or WhatsApp user id' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -l subject -d 'About this kind of thing' -r -f -a "conversation\t''
ticket\t''
contact\t''
setting\t''
store\t''
team\t''
agent\t''
acting\t''
channel\t''
shift\t''
roster\t''"
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -l search -d 'With these words in the reason or the note' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -l since -d 'From this time on: 2026-11-01, \'2026-11-01 14:05\', 2h, \'yesterday 18:00\', monday' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -l until -d 'Before this time' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -l period -d 'Whole days, the last included: yesterday, last-week, 2026-11, 2026-W47, mon..wed' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -l as-of -d 'As it was at this time: 2026-11-20, \'2026-11-20 14:05\', 2h, \'yesterday 18:00\', monday' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -s n -l limit -d 'Only the newest so many; they stand in the order they happened, like the others' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -l replies -d 'With what these agents replied to customers, at its time: a person\'s whole day. Replies are no events and have no operation'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -s f -l follow -d 'Go on with what happens from now on, until interrupted'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -a "owner" -d 'Show who was accountable for a conversation, from when to when, how and why'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -a "verify" -d 'Check every chain of events against its hashes, its row, its legs and phases; exit 7 names the first bad event of each'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and not __fish_seen_subcommand_from owner verify seal" -a "seal" -d 'Write down what all chains are, in a few lines to be kept elsewhere'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from owner" -l as-of -d 'As it was at this time: 2026-11-20, \'2026-11-20 14:05\', 2h, \'yesterday 18:00\', monday' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from owner" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from owner" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from owner" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from owner" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from owner" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from owner" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from owner" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from owner" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from owner" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from owner" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from owner" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from owner" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from owner" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from owner" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from owner" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from owner" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from owner" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from owner" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from verify" -l since -d 'Only what has an event since this time' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from verify" -l against -d 'Compare with a seal made earlier: finds a chain that was rewritten or cut since' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from verify" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from verify" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from verify" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from verify" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from verify" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from verify" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from verify" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from verify" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from verify" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from verify" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from verify" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from verify" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from verify" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from verify" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from verify" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from verify" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from verify" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from verify" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from seal" -l file -d 'Write to this file, replacing it as a whole, rather than to standard output' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from seal" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from seal" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from seal" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from seal" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from seal" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from seal" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from seal" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from seal" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from seal" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from seal" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from seal" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from seal" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from seal" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from seal" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from seal" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from seal" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from seal" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand audit; and __fish_seen_subcommand_from seal" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand why" -l since -d 'From this time on: 2026-11-01, \'2026-11-01 14:05\', 2h, \'yesterday 18:00\', monday' -r
complete -c inbox -n "__fish_inbox_using_subcommand why" -l until -d 'Before this time' -r
complete -c inbox -n "__fish_inbox_using_subcommand why" -l period -d 'Whole days, the last included: yesterday, last-week, 2026-11, 2026-W47, mon..wed' -r
complete -c inbox -n "__fish_inbox_using_subcommand why" -l as-of -d 'As it was at this time: 2026-11-20, \'2026-11-20 14:05\', 2h, \'yesterday 18:00\', monday' -r
complete -c inbox -n "__fish_inbox_using_subcommand why" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand why" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand why" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand why" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand why" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand why" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand why" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand why" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand why" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand why" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand why" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand why" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand why" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand why" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand why" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand why" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand why" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand why" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and not __fish_seen_subcommand_from export rows" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and not __fish_seen_subcommand_from export rows" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and not __fish_seen_subcommand_from export rows" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and not __fish_seen_subcommand_from export rows" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and not __fish_seen_subcommand_from export rows" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and not __fish_seen_subcommand_from export rows" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and not __fish_seen_subcommand_from export rows" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and not __fish_seen_subcommand_from export rows" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and not __fish_seen_subcommand_from export rows" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and not __fish_seen_subcommand_from export rows" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and not __fish_seen_subcommand_from export rows" -f -a "export" -d 'Figures of a period, one row for each combination of --by in which anything happened; durations in seconds'
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and not __fish_seen_subcommand_from export rows" -f -a "rows" -d 'The rows behind a metric: their count and sum are the figure\'s'
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from export" -l since -d 'From this time on: 2026-11-01, \'2026-11-01 14:05\', 2h, \'yesterday 18:00\', monday' -r
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from export" -l until -d 'Before this time' -r
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from export" -l period -d 'Whole days, the last included: yesterday, last-week, 2026-11, 2026-W47, mon..wed' -r
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from export" -l by -d 'Split by these, several at once' -r -f -a "agent\t''
team\t''
store\t''
channel\t''
hour\t''
day\t''
week\t''
month\t''
none\t''"
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from export" -l file -d 'Write into this file, whole or not at all; its ending gives the format (.csv .tsv .json .jsonl .txt)' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from export" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from export" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from export" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from export" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from export" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from export" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from export" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from export" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from export" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from export" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from export" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from export" -l if-missing -d 'Leave a file that exists as it is, and succeed'
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from export" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from export" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from export" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from export" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from export" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from export" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from export" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from rows" -l since -d 'From this time on: 2026-11-01, \'2026-11-01 14:05\', 2h, \'yesterday 18:00\', monday' -r
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from rows" -l until -d 'Before this time' -r
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from rows" -l period -d 'Whole days, the last included: yesterday, last-week, 2026-11, 2026-W47, mon..wed' -r
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from rows" -l file -d 'Write into this file, whole or not at all; its ending gives the format (.csv .tsv .json .jsonl .txt)' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from rows" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from rows" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from rows" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from rows" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from rows" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from rows" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from rows" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from rows" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from rows" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from rows" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from rows" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from rows" -l if-missing -d 'Leave a file that exists as it is, and succeed'
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from rows" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from rows" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from rows" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from rows" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from rows" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from rows" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand kpi; and __fish_seen_subcommand_from rows" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand serve" -l listen -d 'Where to listen; port 0 takes a free one [default: 127.0.0.1:8080]' -r
complete -c inbox -n "__fish_inbox_using_subcommand serve" -l app-secret-file -d 'File with an app secret (one a line); may be given several times, any of them may have signed' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand serve" -l verify-token-file -d 'File with the token of the handshake' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand serve" -l max-body -d 'Longest body in bytes; longer ones are answered with 413' -r
complete -c inbox -n "__fish_inbox_using_subcommand serve" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand serve" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand serve" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand serve" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand serve" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand serve" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand serve" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand serve" -l insecure-no-signature -d 'Take deliveries without a signature: anybody who reaches the port can then write to the inbox'
complete -c inbox -n "__fish_inbox_using_subcommand serve" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand serve" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand serve" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand tick" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand tick" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand tick" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand tick" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand tick" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand tick" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand tick" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand tick" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand tick" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand tick" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand tick" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand tick" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand tick" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand tick" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand tick" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand tick" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand tick" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand tick" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and not __fish_seen_subcommand_from list show replay" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and not __fish_seen_subcommand_from list show replay" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and not __fish_seen_subcommand_from list show replay" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and not __fish_seen_subcommand_from list show replay" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and not __fish_seen_subcommand_from list show replay" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and not __fish_seen_subcommand_from list show replay" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and not __fish_seen_subcommand_from list show replay" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and not __fish_seen_subcommand_from list show replay" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and not __fish_seen_subcommand_from list show replay" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and not __fish_seen_subcommand_from list show replay" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and not __fish_seen_subcommand_from list show replay" -f -a "list" -d 'Deliveries, the newest last; or the dead letters, or notices about the account'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and not __fish_seen_subcommand_from list show replay" -f -a "show" -d 'One delivery: each event in it and what became of it, and the body'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and not __fish_seen_subcommand_from list show replay" -f -a "replay" -d 'Try dead letters again'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from list" -l state -d 'Only deliveries in this state' -r -f -a "new\t'Not yet applied'
applied\t'Applied, all of it'
dead\t'With an event that waits as a dead letter'"
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from list" -l cause -d 'Only with a dead letter of this cause: unknown_channel, no_identity, malformed, failed' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from list" -l since -d 'From this time on: 2026-11-01, \'2026-11-01 14:05\', 2h, \'yesterday 18:00\', monday' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from list" -l until -d 'Before this time' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from list" -l period -d 'Whole days, the last included: yesterday, last-week, 2026-11, 2026-W47, mon..wed' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from list" -s n -l limit -d 'At most so many, the newest' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from list" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from list" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from list" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from list" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from list" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from list" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from list" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from list" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from list" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from list" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from list" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from list" -l dead -d 'The dead letters that wait, one row each'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from list" -l notices -d 'What WhatsApp told about account, numbers and templates'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from list" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from list" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from list" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from list" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from list" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from list" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from list" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from show" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from show" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from show" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from show" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from show" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from show" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from show" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from show" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from show" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from show" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from show" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from show" -l body -d 'Only the body'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from show" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from show" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from show" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from show" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from show" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from show" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from show" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from replay" -l cause -d 'Only of this cause: unknown_channel, no_identity, malformed, failed' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from replay" -s o -l output -d 'Format of the rows [default: table]' -r -f -a "table\t'Aligned columns for people'
wide\t'The table with every column'
json\t'One array of objects'
jsonl\t'One object per line'
csv\t'Comma-separated, formulas in customer text defused'
tsv\t'Tab-separated, one line per row'"
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from replay" -l columns -d 'Only these columns, in this order, in every format' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from replay" -l color -d 'When to use colour [default: auto]' -r -f -a "auto\t'On a terminal, unless `NO_COLOR` is set; anywhere with `CLICOLOR_FORCE`'
always\t'Everywhere'
never\t'Nowhere'"
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from replay" -l tz -d 'Read and show times in this zone, such as Europe/Berlin [default: the workspace\'s]' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from replay" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from replay" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from replay" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from replay" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from replay" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from replay" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from replay" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from replay" -l all -d 'All that wait'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from replay" -l no-header -d 'No column names'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from replay" -l ids -d 'References alone, one per line'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from replay" -s q -l quiet -d 'Nothing on success'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from replay" -l no-pager -d 'Do not page on a terminal'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from replay" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from replay" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand webhook; and __fish_seen_subcommand_from replay" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand demo" -l seed -d 'Makes up the customers: the same seed, the same ones' -r
complete -c inbox -n "__fish_inbox_using_subcommand demo" -l customers -d 'How many customers write' -r
complete -c inbox -n "__fish_inbox_using_subcommand demo" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand demo" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand demo" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand demo" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand demo" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand demo" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand demo" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand demo" -l here -d 'On the configured database, in place of the private one'
complete -c inbox -n "__fish_inbox_using_subcommand demo" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand demo" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand demo" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand completions" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand completions" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand completions" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand completions" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand completions" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand completions" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand completions" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand completions" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand completions" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand completions" -s V -l version -d 'Print version'
complete -c inbox -n "__fish_inbox_using_subcommand man" -l dir -d 'Write all pages into this folder' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand man" -l profile -d 'Profile of the configuration file' -r
complete -c inbox -n "__fish_inbox_using_subcommand man" -l config -d 'Configuration file' -r -F
complete -c inbox -n "__fish_inbox_using_subcommand man" -l database -d 'Postgres URL without a password (for the password: ~/.pgpass, PGPASSWORD or DATABASE_URL)' -r
complete -c inbox -n "__fish_inbox_using_subcommand man" -l read-from -d 'Postgres URL of a replica for reports, without a password' -r
complete -c inbox -n "__fish_inbox_using_subcommand man" -l workspace -d 'Workspace, a schema of the database' -r
complete -c inbox -n "__fish_inbox_using_subcommand man" -l as -d 'Act as this agent, where the login was granted it' -r
complete -c inbox -n "__fish_inbox_using_subcommand man" -l timeout -d 'Give up after this long, such as 30s [default: 10s for connecting]' -r
complete -c inbox -n "__fish_inbox_using_subcommand man" -l no-input -d 'Never ask'
complete -c inbox -n "__fish_inbox_using_subcommand man" -s h -l help -d 'Print help (see more with \'--help\')'
complete -c inbox -n "__fish_inbox_using_subcommand man" -s V -l version -d 'Print version'
>>>>>>> code
