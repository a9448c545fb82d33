# shellcheck shell=bash
# Functions for the scripts in this folder; they `source` it. Postgres refuses to run as root, so
# every server here runs as an ordinary account.

say() { printf '%s\n' "$*" >&2; }
die() { say "$@"; exit 1; }

# The account of a server, where root starts it.
server_user() {
  local name
  for name in postgres _postgres pgsql nobody; do
    if id -u "$name" >/dev/null 2>&1; then echo "$name"; return; fi
  done
  die "Postgres does not run as root, and there is neither a user postgres nor nobody"
}

# Runs a command as the server's account.
as_server() {
  if [ "$(id -u)" != 0 ]; then "$@"; return; fi
  local user
  user=$(server_user)
  if command -v setpriv >/dev/null; then
    setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups -- "$@"
  elif command -v runuser >/dev/null; then
    runuser -u "$user" -- "$@"
  else
    su -s /bin/sh "$user" -c "$(printf '%q ' "$@")"
  fi
}

# Prints a folder for what a server must reach: $1 if its account can enter it, else one in /var/tmp
# that belongs to this tree alone.
reachable() {
  mkdir -p "$1"
  if as_server test -x "$1" 2>/dev/null; then echo "$1"; return; fi
  local other
  # tests/support/server.rs chooses the same one.
  other=/var/tmp/inbox-test-$(printf %s "$1" | { sha256sum 2>/dev/null || shasum -a 256; } | cut -c1-12)
  [ -d "$other" ] || mkdir -m 755 "$other"
  [ -O "$other" ] || die "$other belongs to someone else"
  echo "$other"
}

# Makes a cluster for this script alone and starts it: temporary_server BIN DIR PORT [more -c
# settings of the server …]. DIR/hba.conf is used where it exists, DIR/password becomes the
# superuser's.
temporary_server() {
  local bin=$1 dir=$2 port=$3 auth=()
  shift 3
  [ "$(id -u)" != 0 ] || chown -R "$(server_user)" "$dir"
  [ ! -f "$dir/password" ] || auth=(--pwfile="$dir/password")
  as_server "$bin/initdb" -D "$dir/data" -U postgres -E UTF8 --locale=C -A trust --no-sync "${auth[@]}" \
    >"$dir/initdb.log" 2>&1 ||
    { cat "$dir/initdb.log" >&2; return 1; }
  [ ! -f "$dir/hba.conf" ] || cat "$dir/hba.conf" >"$dir/data/pg_hba.conf"
  as_server "$bin/pg_ctl" -D "$dir/data" -l "$dir/data/log" -w -t 60 start \
    -o "-p $port -k $dir -c unix_socket_permissions=0700 -c fsync=off -c full_page_writes=off \
    -c synchronous_commit=off -c max_connections=500 -c shared_buffers=256MB $*" >/dev/null ||
    { cat "$dir/data/log" >&2; return 1; }
}

# Stops what temporary_server has started, and removes it.
remove_server() {
  as_server "$1/pg_ctl" -D "$2/data" -m immediate -w stop >/dev/null 2>&1 || true
  rm -rf "$2"
}

# psql of the same installation, or the system's.
psql_of() { if [ -x "$1/psql" ]; then echo "$1/psql"; else command -v psql; fi; }
