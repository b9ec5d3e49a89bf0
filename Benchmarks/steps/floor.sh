#!/usr/bin/env bash
# Part of Benchmarks/run.sh: what is compared with the bare server, and what an idle session holds.
#
# shellcheck disable=SC2154  # run.sh sets what is not set here.

floor_steps() {
  people pairs --count 3000 --contacts 2
  people fifty --count $((sessions + 200)) --contacts 50
  people many --count $((sessions + 200)) --contacts 200
  people star --count 1001 --star
  local relay=(messages --conversations "$conversations" --seconds "$seconds") watchers
  step relay-200 pairs 1 "$dispatch" "${relay[@]}"
  step relay-1400 pairs 1 "$dispatch" "${relay[@]}" --size 1400
  step relay-window pairs 1 "$dispatch" "${relay[@]}" --window 8
  step relay-ack pairs 1 "$dispatch" "${relay[@]}" --acknowledged
  step relay-5 pairs 1 "$dispatch" "${relay[@]}" --people 5
  step relay-20 pairs 1 "$dispatch" messages --conversations $((conversations / 5)) --seconds "$seconds" --people 20
  for watchers in 1 50 400 1000; do
    step "changes-$watchers" star 2 "$notification" changes --watchers "$watchers" --count "$changes"
  done
  # Half of a person's contacts are online when that one comes: those before it in the circle.
  told=1 step entries-2 pairs 2 "$notification" entries --sessions "$sessions"
  told=25 step entries-50 fifty 2 "$notification" entries --sessions "$sessions"
  told=100 step entries-200 many 2 "$notification" entries --sessions "$sessions"
  step idle-2 pairs 2 "$dispatch" idle --sessions "$sessions"
  step idle-50 fifty 2 "$dispatch" idle --sessions "$sessions"
  step idle-200 many 2 "$dispatch" idle --sessions "$sessions"
}
