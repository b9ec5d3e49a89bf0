#!/usr/bin/env bash
# Measures Monarch beside a bare server that sends the same bytes, and writes Benchmarks/RESULTS.md.
#
#   Benchmarks/run.sh           builds in release mode, runs everything three times on loopback
#   Benchmarks/run.sh --quick   once, with fewer people and shorter: whether it works, not how fast; writes nothing
#   Benchmarks/run.sh --runs 5  so many times
#   Benchmarks/run.sh --only relay   the steps whose names begin so, as often as asked; prints and writes nothing
#
# Steps that begin with cluster- bring up deploy/cluster.sh, which installs PostgreSQL where it is missing, and take it down
# with all that it had.
#
# The load is a process of its own. Figures are for a second of the server's processor time, so it does not matter that
# both share the machine; `server-busy` in the raw lines tells how much of a processor the server had to do, `load-busy` how
# much of one the load.
# MONARCH_BENCH_PORT is the first of three ports that are used (18630). Monarch's web server has the third, in steps that
# need its tickets. Three more, 20 higher, are the cluster's.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. deploy/packages.sh
. Benchmarks/cluster-ground.sh

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
floor_port=$((port + 1)) web_port=$((port + 2))
ulimit -n "$(ulimit -Hn)"
server='' floor=''
down() {
  for pid in $server $floor; do kill "$pid" 2>/dev/null || true; done
  wait $server $floor 2>/dev/null || true
  server='' floor=''
}
trap 'down; cluster_delete; rm -rf "$data"' EXIT
trap 'exit 130' INT TERM

until_says() { # until_says FILE WORDS PID
  until grep -q "$2" "$1"; do kill -0 "$3" || fail "$(cat "$1") $(cat "$1.errors")"; read -rt 0.05 <> <(:) || true; done
}

# people NAME OPTIONS...: a data folder with users, made once. Those of a second call come to those who are there.
people() {
  local name=$1
  shift
  ! grep -qsxF -- "$*" "$data/$name.made" || return 0
  "$load" users "$@" >"$data/$name.users"
  MONARCH_TEST_PASSWORD_COST=lowest "$bin/monarch" user import "$data/$name.users" --data "$data/$name" \
    >"$data/import" 2>&1 || fail "$(cat "$data/import")"
  echo "$*" >>"$data/$name.made"
}

# For steps to set, and to set back: how people sign in, what else `monarch-load record` is told, and how many contacts are
# online when somebody signs in.
dialect=7 recording=() told=0

# wants PREFIX...: whether steps are to be run whose names begin with one of these.
wants() {
  local prefix
  for prefix; do
    case "$prefix" in "$only"*) return 0 ;; esac
    case "$only" in "$prefix"*) return 0 ;; esac
  done
  return 1
}

# up NAME LOOPS: both servers, Monarch on that folder, the floor with the score of a sign-in there.
up() {
  local said=(--dialect "$dialect") web=0
  [ "$dialect" = 7 ] || said+=(--web "127.0.0.1:$web_port") web=$web_port
  # What an earlier one said there is not to be taken for this one's.
  : >"$data/out"
  : >"$data/floor"
  "$bin/monarch" dev --data "$data/$1" --port "$port" --web-port "$web" --web-tls-port 0 \
    --no-sample-users >"$data/out" 2>"$data/out.errors" &
  server=$!
  until_says "$data/out" "Monarch is ready" "$server"
  "$load" record "$data/score" --server "127.0.0.2:$port" "${said[@]}" "${recording[@]}"
  "$bin/monarch-floor" --port "$floor_port" --loops "$2" --score "$data/score" --told "$told" \
    >"$data/floor" 2>"$data/floor.errors" &
  floor=$!
  until_says "$data/floor" "The floor is ready" "$floor"
}

# measure NAME SERVER COMMAND OPTIONS...: the load's line, under a name. What is lost on the way is not waited for for ever.
measure() {
  local line
  line=$(timeout 300 "$load" "${@:3}") || fail "$1 at $2 came to nothing: monarch-load ${*:3}"
  echo "$1 $2 $line" | tee -a "$data/lines"
}

# step NAME FOLDER LOOPS DIRECT COMMAND OPTIONS...: one step at both servers, each freshly started. DIRECT is the address
# at Monarch.
step() {
  local name=$1 folder=$2 loops=$3 direct=$4 command=$5
  shift 5
  case "$name" in "$only"*) ;; *) return 0 ;; esac
  local at_floor=() said=() tickets=()
  # Commands that know of no dialects speak the default one.
  [ "$dialect" = 7 ] || said=(--dialect "$dialect") tickets=(--web "127.0.0.1:$web_port")
  [ "$command" != messages ] || at_floor=(--floor)
  up "$folder" "$loops"
  measure "$name" monarch "$command" --server "$direct" --pid "$server" "${said[@]}" "${tickets[@]}" "$@"
  case "$command" in
    # The floor has nothing to compare with.
    idle | among) ;;
    *) measure "$name" floor "$command" --server "127.0.0.1:$floor_port" --pid "$floor" "${at_floor[@]}" "${said[@]}" "$@" ;;
  esac
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
  growth_steps
  cluster_steps
  calm_steps
done
[ -z "$quick$only" ] || exit 0
"$load" report "$data/lines" --plots Benchmarks --machine "$(nproc) processors \
($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)), $(date +%Y-%m-%d), $runs runs: \`Benchmarks/run.sh\`." \
  >"$data/results"
cp "$data/results" Benchmarks/RESULTS.md
cp "$data/lines" Benchmarks/results.txt
echo "Benchmarks/RESULTS.md is written."
