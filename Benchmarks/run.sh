#!/usr/bin/env bash
# Measures Monarch beside a bare server that sends the same bytes, and writes Benchmarks/RESULTS.md.
#
#   Benchmarks/run.sh           builds in release mode, runs everything three times on loopback
#   Benchmarks/run.sh --quick   once, with fewer people and shorter: whether it works, not how fast; writes nothing
#   Benchmarks/run.sh --runs 5  so many times
#   Benchmarks/run.sh --only relay   the steps whose names begin so, as often as asked; prints and writes nothing
#
# The load is a process of its own. Figures are for a second of the server's processor time, so it does not matter that
# both share the machine; `server-busy` in the raw lines tells how much of a processor the server had to do.
# MONARCH_BENCH_PORT is the first of three ports that are used (18630).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. deploy/packages.sh

fail() { echo "Benchmarks/run.sh: $*" >&2; exit 1; }

runs=3 quick='' only=''
sessions=1500 seconds=5 changes=100 conversations=100
while [ "$#" -gt 0 ]; do
  case "$1" in
    --quick) quick=1 runs=1 sessions=200 seconds=1 changes=20 conversations=20 ;;
    --runs | --only) [ "$#" -ge 2 ] || fail "$1 needs a value"; declare "${1#--}=$2"; shift ;;
    --help | -h) sed -n '2,/^set -/s/^# \{0,1\}//p' "$0" | sed '$d'; exit 0 ;;
    *) fail "'$1' is not known here; see --help" ;;
  esac
  shift
done

require_swift
install_packages libsqlite3-dev libpq-dev pkg-config
choose_build release
for product in monarch monarch-load monarch-floor; do swift build "${build_options[@]}" --product "$product"; done
bin=$(swift build "${build_options[@]}" --show-bin-path)
load=$bin/monarch-load
data=$(mktemp -d)
port=${MONARCH_BENCH_PORT:-18630}
floor_port=$((port + 1))
ulimit -n "$(ulimit -Hn)"
server='' floor=''
down() {
  for pid in $server $floor; do kill "$pid" 2>/dev/null || true; done
  wait $server $floor 2>/dev/null || true
  server='' floor=''
}
trap 'down; rm -rf "$data"' EXIT
trap 'exit 130' INT TERM

until_says() { # until_says FILE WORDS PID
  until grep -q "$2" "$1"; do kill -0 "$3" || fail "$(cat "$1") $(cat "$1.errors")"; read -rt 0.05 <> <(:) || true; done
}

# people NAME OPTIONS...: a data folder with users, made once.
people() {
  local name=$1
  shift
  [ -d "$data/$name" ] && return
  "$load" users "$@" >"$data/$name.users"
  MONARCH_TEST_PASSWORD_COST=lowest "$bin/monarch" user import "$data/$name.users" --data "$data/$name" \
    >"$data/import" 2>&1 || fail "$(cat "$data/import")"
}

# up NAME LOOPS: both servers, Monarch on that folder, the floor with the score of a sign-in there.
up() {
  # What an earlier one said there is not to be taken for this one's.
  : >"$data/out"
  : >"$data/floor"
  "$bin/monarch" dev --data "$data/$1" --port "$port" --web-port 0 --web-tls-port 0 --no-sample-users \
    >"$data/out" 2>"$data/out.errors" &
  server=$!
  until_says "$data/out" "Monarch is ready" "$server"
  "$load" record "$data/score" --server "127.0.0.2:$port"
  "$bin/monarch-floor" --port "$floor_port" --loops "$2" --score "$data/score" >"$data/floor" 2>"$data/floor.errors" &
  floor=$!
  until_says "$data/floor" "The floor is ready" "$floor"
}

# step NAME FOLDER LOOPS DIRECT COMMAND OPTIONS...: one step at both servers, each freshly started. DIRECT is the address
# at Monarch.
step() {
  local name=$1 folder=$2 loops=$3 direct=$4 command=$5
  shift 5
  case "$name" in "$only"*) ;; *) return 0 ;; esac
  local at_floor=()
  [ "$command" != messages ] || at_floor=(--floor)
  up "$folder" "$loops"
  echo "$name monarch $("$load" "$command" --server "$direct" --pid "$server" "$@")" | tee -a "$data/lines"
  [ "$command" = idle ] ||
    echo "$name floor $("$load" "$command" --server "127.0.0.1:$floor_port" --pid "$floor" "${at_floor[@]}" "$@")" |
    tee -a "$data/lines"
  down
}

dispatch=127.0.0.1:$port notification=127.0.0.2:$port
# What the steps in Benchmarks/steps go by.
export dispatch notification sessions seconds changes conversations
: >"$data/lines"
for file in Benchmarks/steps/*.sh; do
  # shellcheck source=/dev/null
  . "$file"
done
for run in $(seq "$runs"); do
  echo "Run $run of $runs, load average $(cut -d ' ' -f 1 /proc/loadavg)" >&2
  floor_steps
done
[ -z "$quick$only" ] || exit 0
"$load" report "$data/lines" --plots Benchmarks --machine "$(nproc) processors \
($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)), $(date +%Y-%m-%d), $runs runs: \`Benchmarks/run.sh\`." \
  >"$data/results"
cp "$data/results" Benchmarks/RESULTS.md
cp "$data/lines" Benchmarks/results.txt
echo "Benchmarks/RESULTS.md is written."
