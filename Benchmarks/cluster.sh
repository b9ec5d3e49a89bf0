#!/usr/bin/env bash
# What crosses nodes costs: presence on one node and across two, rings, sign-ins, on a cluster of real processes.
#
#   Benchmarks/cluster.sh                  builds in release mode, runs everything three times, prints medians
#   Benchmarks/cluster.sh --quick          once, with fewer people and lower rates: whether it works, not how fast
#   Benchmarks/cluster.sh --notification 4 with four notification servers: two of them only listen
#   Benchmarks/cluster.sh --runs 5         so many times
#   Benchmarks/cluster.sh --raw FILE       keeps each run's lines
#
# MONARCH_BENCH_PORT is the first of the cluster's three ports (18650). MONARCH_EXECUTABLE and MONARCH_LOAD name programs
# to take instead of building them. Everything is on loopback and is taken down at the end.
#
# The load runs on the same processors as the cluster: latencies and rates are of both together. Processor time is each
# process's own, so costs and their ratios hold, and times are an upper bound.
set -euo pipefail
checkout="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
. "$checkout/deploy/packages.sh"
. "$checkout/Benchmarks/cluster-ground.sh"

fail() { echo "Benchmarks/cluster.sh: $*" >&2; exit 1; }

runs=3
notification=2
raw=
pairs=1000 single=300 rates=200,1000,3000,5000,7000,10000,14000,20000 seconds=5 rings=300 sessions=1500
while [ "$#" -gt 0 ]; do
  case "$1" in
    --quick) runs=1 pairs=50 single=30 rates=100,300 seconds=2 rings=20 sessions=200 ;;
    --runs | --notification | --raw) [ "$#" -ge 2 ] || fail "$1 needs a value"; declare "${1#--}=$2"; shift ;;
    --help | -h) sed -n '2,/^set -/s/^# \{0,1\}//p' "$0"; exit 0 ;;
    *) fail "'$1' is not known here; see --help" ;;
  esac
  shift
done

cluster_port="${MONARCH_BENCH_PORT:-18650}"
data="$(mktemp -d)"
trap 'cluster_delete; rm -rf "$data"' EXIT
trap 'exit 130' INT TERM

if [ -z "${MONARCH_EXECUTABLE:-}" ] || [ -z "${MONARCH_LOAD:-}" ]; then
  require_swift
  install_packages libsqlite3-dev libpq-dev pkg-config postgresql
  choose_build release
  for product in monarch monarch-load; do (cd "$checkout" && swift build "${build_options[@]}" --product "$product"); done
  bin="$(cd "$checkout" && swift build "${build_options[@]}" --show-bin-path)"
fi
cluster_program="${MONARCH_EXECUTABLE:-${bin:-}/monarch}"
load="${MONARCH_LOAD:-${bin:-}/monarch-load}"
ulimit -n "$(ulimit -Hn)"

cluster_up --notification "$notification"

# First those with 50 contacts, for signing in; then pairs: four people for each pair of the two groups.
people=$((sessions + 100))
"$load" users --count "$people" --contacts 50 >"$data/users"
"$load" users --count $((4 * pairs)) --contacts 1 --first "$people" >>"$data/users"
cluster_import lowest <"$data/users"
cluster_settle

for run in $(seq "$runs"); do
  echo "Run $run of $runs, load average $(cut -d ' ' -f 1 /proc/loadavg)" >&2
  "$load" sign-ins "${cluster_options[@]}" --server "127.0.0.1:$cluster_port" --sessions "$sessions"
  cluster_away
  "$load" ring "${cluster_options[@]}" --first "$people" --pairs 50 --count "$rings"
  cluster_away
  "$load" presence "${cluster_options[@]}" --first "$people" --pairs "$pairs" --rates "$rates" --seconds "$seconds" \
    --single "$single"
  cluster_away
done | tee "$data/lines" >&2
[ -z "$raw" ] || cp "$data/lines" "$raw"

echo
echo "$(nproc) processors ($(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)), $(date +%Y-%m-%d), $runs runs, \
$notification notification servers: median (lowest to highest)"
# What comes before the first KEY=VALUE names the step.
awk '
  {
    step = ""
    for (i = 1; i <= NF; i++) {
      if (split($i, part, "=") < 2) { step = step (step == "" ? "" : " ") $i; continue }
      key = step SUBSEP part[1]
      if (!(key in count)) order[++keys] = key
      values[key, ++count[key]] = part[2]
    }
  }
  END {
    for (k = 1; k <= keys; k++) {
      key = order[k]
      n = count[key]
      for (i = 1; i <= n; i++) sorted[i] = values[key, i] + 0
      for (i = 2; i <= n; i++)
        for (j = i; j > 1 && sorted[j] < sorted[j - 1]; j--) { t = sorted[j]; sorted[j] = sorted[j - 1]; sorted[j - 1] = t }
      split(key, part, SUBSEP)
      median = n % 2 ? sorted[(n + 1) / 2] : (sorted[n / 2] + sorted[n / 2 + 1]) / 2
      printf "%-22s %-30s %10s  (%s to %s)%s\n", part[1], part[2], median, sorted[1], sorted[n], \
        n < '"$runs"' ? "  in " n " of the runs" : ""
    }
  }' "$data/lines"
