#!/usr/bin/env bash
# Part of Benchmarks/run.sh: what costs rise by with the contacts that people have, with the people who are online, and
# with those who watch.
#
# shellcheck disable=SC2034,SC2154  # run.sh sets what is not set here, and goes by what is not used here.

growth_steps() {
  # Contacts, and how many people have so many. A fifth of the contacts is online.
  local rosters=(10:1000 50:600 200:300 1000:100) crowds=(0 2000 5000 9000) watchers=5000 sessions=1000
  local roster contacts count others company
  [ -z "$quick" ] || rosters=(10:100 50:50) crowds=(0 200) watchers=200 sessions=100
  for roster in "${rosters[@]}"; do
    contacts=${roster%:*} count=${roster#*:}
    wants "sign-in-md5-$contacts" "sign-in-twn-$contacts" || continue
    # An import is not bound by the limits of lists: with 1,000 contacts the forward, the allow and the reverse list have
    # 1,000 entries each, the same people.
    people "roster-$contacts" --count $((count + 50)) --shared "$contacts"
    company=(--online $((contacts / 5)) --contacts-from $((count + 50)))
    recording=("${company[@]}") told=$((contacts / 5))
    step "sign-in-md5-$contacts" "roster-$contacts" 2 "$notification" entries --sessions "$count" "${company[@]}"
    dialect=12
    step "sign-in-twn-$contacts" "roster-$contacts" 2 "$notification" entries --sessions "$count" "${company[@]}"
    dialect=7 recording=() told=0
  done
  for others in "${crowds[@]}"; do
    wants "among-$others" || continue
    people crowd --count $((sessions + 50)) --contacts 50
    people crowd --first $((sessions + 50)) --count "${crowds[-1]}" --contacts 2
    step "among-$others" crowd 2 "$notification" among --others "$others" --sessions "$sessions"
  done
  if wants "changes-$watchers"; then
    people galaxy --count $((watchers + 1)) --star
    # Not the one whom everybody watches: the floor would send everybody a list of 5,000.
    recording=(--user 1)
    step "changes-$watchers" galaxy 2 "$notification" changes --watchers "$watchers" --count "$changes"
    recording=()
  fi
}
