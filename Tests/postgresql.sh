#!/usr/bin/env bash
# A private PostgreSQL cluster for tests: a temporary folder, a unix socket only, SCRAM passwords, fsync on.
#
#   Tests/postgresql.sh start [NAME]            starts it, returns when it accepts, prints its URL
#   Tests/postgresql.sh url [NAME]              prints the URL: export MONARCH_TEST_DATABASE="$(Tests/postgresql.sh url)"
#   Tests/postgresql.sh restart [NAME] [MODE]   restarts it; MODE is fast (default) or immediate, which is a crash
#   Tests/postgresql.sh stop [NAME] [MODE]      stops it and deletes everything
#   Tests/postgresql.sh pause|continue [NAME]   stops and starts the server, keeping the data
#
# NAME tells clusters of one checkout apart. As root the server runs as the user `postgres`, else as the caller.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. deploy/postgresql.sh

action="${1:-}"
name="${2:-default}"
mode="${3:-fast}"
record=".build/test-clusters/$name"

fail() { echo "Tests/postgresql.sh: $*" >&2; exit 1; }

folder() {
  [ -r "$record" ] || fail "no cluster named $name is running; start one with: Tests/postgresql.sh start $name"
  cat "$record"
}

control() {
  local root
  root="$(folder)"
  as_postgresql "$bin/pg_ctl" "$1" --pgdata="$root/data" --log="$root/log" --wait --timeout=60 "${@:2}" >/dev/null ||
    { tail -n 20 "$root/log" >&2; fail "pg_ctl $1 failed"; }
}

start() {
  if [ -r "$record" ] && as_postgresql "$bin/pg_ctl" status --pgdata="$(cat "$record")/data" >/dev/null 2>&1; then
    return 0
  fi
  local root secret admin
  root="$(mktemp -d "${TMPDIR:-/tmp}/monarch-pg.XXXXXX")"
  secret="$(new_password)"
  admin="$(new_password)"
  (umask 077 && echo "$admin" >"$root/admin" && echo "postgresql://monarch:$secret@/monarch?host=$root" >"$root/url")
  [ "$(id -u)" -ne 0 ] || chown postgres "$root" "$root/admin"
  as_postgresql "$bin/initdb" --pgdata="$root/data" --username=postgres --pwfile="$root/admin" --auth=scram-sha-256 \
    --encoding=UTF8 --locale=C.UTF-8 --no-sync >/dev/null
  as_postgresql tee -a "$root/data/postgresql.conf" >/dev/null <<CONF
listen_addresses = ''
unix_socket_directories = '$root'
max_connections = 800
shared_buffers = 64MB
fsync = on
synchronous_commit = on
log_min_messages = warning
CONF
  mkdir -p "$(dirname "$record")"
  echo "$root" >"$record"
  control start
  PGPASSWORD="$admin" "$bin/psql" -X -q -v ON_ERROR_STOP=1 -h "$root" -U postgres -d postgres <<SQL
CREATE ROLE monarch LOGIN CREATEDB CREATEROLE PASSWORD '$secret';
CREATE DATABASE monarch OWNER monarch;
SQL
}

stop() {
  local root
  root="$(folder)"
  if [ -e "$root/data/postmaster.pid" ]; then control stop --mode="$mode"; fi
  rm -rf "$root" "$record"
}

bin="$(postgresql_programs newest)"
case "$action" in
  start) start && cat "$(folder)/url" ;;
  url) cat "$(folder)/url" ;;
  restart) control restart --mode="$mode" ;;
  pause) control stop --mode="$mode" ;;
  continue) control start ;;
  stop) stop ;;
  *) sed -n '2,10s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
esac
