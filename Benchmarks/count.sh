#!/usr/bin/env bash
# Counts the instructions of fixed pieces of a server's work and compares them with those recorded in counts.tsv.
#
#   Benchmarks/count.sh            fails when a piece costs over a tenth more than recorded
#   Benchmarks/count.sh --record   records what it counts now
#
# Nothing is timed: valgrind's callgrind counts, and the same binary comes to the same figure whatever else the machine
# does. A piece that became a tenth cheaper is named too: record it, so that the gain is not lost again unseen.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. deploy/packages.sh

fail() { echo "Benchmarks/count.sh: $*" >&2; exit 1; }

record=
case "${1:-}" in
  '') ;;
  --record) record=1 ;;
  --help | -h) sed -n '2,/^set -/s/^# \{0,1\}//p' "$0" | sed '$d'; exit 0 ;;
  *) fail "'$1' is not known here; see --help" ;;
esac

require_swift
install_packages libsqlite3-dev libpq-dev pkg-config binutils valgrind
export MONARCH_COUNT=1
swift build --scratch-path .build-count -c release --product monarch-count
counts=Benchmarks/counts.tsv
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
# Debian's valgrind gives up at the debugging information of this compiler.
program="$work/monarch-count"
strip --strip-debug -o "$program" .build-count/release/monarch-count

# Hashes of Swift begin with a random number unless told not to, and tables then differ from run to run.
export SWIFT_DETERMINISTIC_HASHING=1 SWIFT_BACKTRACE=enable=no

instructions() { # instructions WORKLOAD ROUNDS
  valgrind --tool=callgrind --callgrind-out-file=/dev/null "$program" "$1" --rounds "$2" 2>"$work/log" ||
    { cat "$work/log" >&2; fail "$1 did not come through"; }
  sed -n 's/^==[0-9]*== Collected : \([0-9]*\).*/\1/p' "$work/log"
}

verdict=0
: >"$work/counts"
for workload in decoder reading sign-in-7 sign-in-12 fan-out relay-2 relay-20; do
  one="$(instructions "$workload" 1)"
  three="$(instructions "$workload" 3)"
  now=$(((three - one) / 2))
  printf '%s\t%s\n' "$workload" "$now" >>"$work/counts"
  before="$(awk -v name="$workload" '$1 == name { print $2 }' "$counts" 2>/dev/null || true)"
  if [ -z "$before" ]; then
    echo "$workload: $now instructions, none recorded"
    [ -n "$record" ] || verdict=1
    continue
  fi
  change=$(((now - before) * 1000 / before))
  printf '%s: %s instructions, %s recorded, %+d.%d %%\n' "$workload" "$now" "$before" $((change / 10)) $((change < 0 ? -change % 10 : change % 10))
  if [ "$change" -gt 100 ]; then
    echo "$workload: costs over a tenth more than recorded. Find out why, or record it: Benchmarks/count.sh --record" >&2
    verdict=1
  elif [ "$change" -lt -100 ]; then
    echo "$workload: over a tenth cheaper than recorded: record it with Benchmarks/count.sh --record"
  fi
done
if [ -n "$record" ]; then
  cp "$work/counts" "$counts"
  echo "recorded in $counts"
  exit 0
fi
exit "$verdict"
