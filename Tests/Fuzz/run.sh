#!/bin/bash
# Builds the fuzz targets and runs each for a while, from the committed seeds.
#
#   Tests/Fuzz/run.sh [--seconds N | --runs N] [TARGET...]
#
# Default: 60 seconds each. Prints one line per target; exits with 1 if any crashed, hung or grew past its memory, and
# leaves the input that did it in .build-fuzz/findings/TARGET/. To see it again:
#
#   .build-fuzz/release/TARGET .build-fuzz/findings/TARGET/crash-...
set -u
cd "$(dirname "$0")/../.." || exit 2

limit=(-max_total_time=60)
targets=()
while [ $# -gt 0 ]; do
  case "$1" in
  --seconds) limit=(-max_total_time="${2:?--seconds needs a number}"); shift 2 ;;
  --runs) limit=(-runs="${2:?--runs needs a number}"); shift 2 ;;
  -*) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 2 ;;
  *) targets+=("$1"); shift ;;
  esac
done
if [ ${#targets[@]} -eq 0 ]; then
  for folder in Tests/Fuzz/Seeds/*/; do targets+=("$(basename "$folder")"); done
fi

mkdir -p .build-fuzz
log=.build-fuzz/build.log
build=(swift build --scratch-path .build-fuzz --configuration release)
for target in "${targets[@]}"; do
  if ! MONARCH_FUZZ=1 "${build[@]}" --product "$target" >"$log" 2>&1; then
    grep -E 'error|warning' "$log" | sort -u >&2
    echo "$target: does not build" >&2
    exit 1
  fi
done

failed=0
for target in "${targets[@]}"; do
  findings=.build-fuzz/findings/$target
  corpus=.build-fuzz/corpus/$target
  mkdir -p "$findings" "$corpus"
  # Swift's own crash handler would win over libFuzzer's, and no input would be kept.
  SWIFT_BACKTRACE=enable=no ".build-fuzz/release/$target" "${limit[@]}" \
    -seed=1 -timeout=10 -rss_limit_mb=2048 -max_len=4096 -dict=Tests/Fuzz/msnp.dict -print_final_stats=1 \
    -artifact_prefix="$findings/" "$corpus" "Tests/Fuzz/Seeds/$target" >"$findings/log" 2>&1
  code=$?
  runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$findings/log")
  if [ $code -eq 0 ]; then
    echo "$target: ok, ${runs:-0} inputs"
  else
    failed=1
    echo "$target: FAILED (exit $code), input in $findings:"
    grep -aE 'does not hold|Fatal error|ERROR: |Test unit written' "$findings/log" | head -5
  fi
done
exit $failed
