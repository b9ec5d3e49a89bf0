#!/usr/bin/env bash
# First figures: memory of an idle session, sign-ins and relayed messages for a second of the server's processor time.
#
#   Benchmarks/run.sh             builds in release mode and runs everything on this machine, on loopback
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. deploy/packages.sh

require_swift
install_packages libsqlite3-dev libpq-dev pkg-config
swift build -c release --product monarch
swift build -c release --product monarch-load
bin=$(swift build -c release --show-bin-path)
data=$(mktemp -d)
port=${MONARCH_BENCH_PORT:-18630}
ulimit -n "$(ulimit -Hn)"
pid=
trap '[ -n "$pid" ] && kill "$pid" 2>/dev/null; rm -rf "$data"' EXIT

measure() { # measure CONTACTS SESSIONS
  local folder=$data/$1
  "$bin/monarch-load" users --count $(($2 + 100)) --contacts "$1" > "$data/users"
  MONARCH_TEST_PASSWORD_COST=lowest "$bin/monarch" user import "$data/users" --data "$folder" 2>/dev/null >/dev/null
  "$bin/monarch" dev --data "$folder" --port "$port" --web-port 0 --web-tls-port 0 --no-sample-users > "$data/out" &
  pid=$!
  until grep -q "Monarch is ready" "$data/out"; do kill -0 "$pid" || exit 1; read -rt 0.05 <> <(:) || true; done
  echo "contacts $1 $("$bin/monarch-load" idle --server 127.0.0.1:"$port" --pid "$pid" --sessions "$2")"
  if [ "$1" -eq 2 ]; then
    for size in 64 200 1500; do
      "$bin/monarch-load" relay --server 127.0.0.1:"$port" --pid "$pid" --pairs 100 --size "$size"
    done
  fi
  kill "$pid"
  wait "$pid" || true
  pid=
}

measure 2 2000
measure 50 2000
measure 200 1000
