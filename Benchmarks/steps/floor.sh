#!/usr/bin/env bash
# Part of Benchmarks/run.sh: what is compared with the bare server, and what an idle session holds.
#
# shellcheck disable=SC2034,SC2154  # run.sh sets what is not set here, and goes by what is not used here.

floor_steps() {
  ! wants relay- || people pairs --count 3000 --contacts 2
  ! wants idle-1 || people ones --count $((3 * sessions + 200)) --contacts 1
  ! wants idle-50 || people fifty --count $((sessions + 200)) --contacts 50
  ! wants idle-200 || people many --count $((sessions + 200)) --contacts 200
  ! wants changes- || people star --count 1001 --star
  local relay=(messages --conversations "$conversations" --seconds "$seconds") watchers
  step relay-200 pairs 1 "$dispatch" "${relay[@]}"
  step relay-1400 pairs 1 "$dispatch" "${relay[@]}" --size 1400
  step relay-window pairs 1 "$dispatch" "${relay[@]}" --window 8
  step relay-ack pairs 1 "$dispatch" "${relay[@]}" --acknowledged
  step relay-5 pairs 1 "$dispatch" "${relay[@]}" --people 5
  step relay-20 pairs 1 "$dispatch" messages --conversations $((conversations / 5)) --seconds "$seconds" --people 20
  # Not the one whom everybody watches: the floor would send everybody a list of 1,000.
  recording=(--user 1)
  for watchers in 1 50 400 1000; do
    step "changes-$watchers" star 2 "$notification" changes --watchers "$watchers" --count "$changes"
  done
  recording=()
  # The smaller a session is, the more of them it takes to be seen beside what the process has to itself.
  step idle-1 ones 2 "$dispatch" idle --sessions $((3 * sessions))
  step idle-50 fifty 2 "$dispatch" idle --sessions "$sessions"
  step idle-200 many 2 "$dispatch" idle --sessions "$sessions"
}
