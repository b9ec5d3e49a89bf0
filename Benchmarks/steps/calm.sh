#!/usr/bin/env bash
# Part of Benchmarks/run.sh: latencies, stalls, start, connections that are dropped, and a big crowd.
#
# shellcheck disable=SC2034,SC2154  # run.sh sets what is not set here, and goes by what is not used here.

# at_monarch NAME FOLDER ADDRESS COMMAND OPTIONS...: one step at Monarch alone.
at_monarch() {
  local name=$1 folder=$2 address=$3 command=$4
  shift 4
  up "$folder" 2
  measure "$name" monarch "$command" --server "$address" --pid "$server" "$@"
  down
}

# calm_people: the folder 'calm', made once.
calm_people() {
  [ -d "$data/calm" ] && return
  "$load" calm-users >"$data/calm.users"
  MONARCH_TEST_PASSWORD_COST=lowest "$bin/monarch" user import "$data/calm.users" --data "$data/calm" \
    >"$data/import" 2>&1 || fail "$(cat "$data/import")"
}

# half_loaded_chat: first Monarch, which says at which rate it is half busy, then the floor at the same.
half_loaded_chat() {
  local rate
  up calm 1
  measure chat-half monarch chat --server "$notification" --pid "$server" --seconds "$seconds"
  rate=$(sed -n 's/^chat-half monarch .* rate=\([0-9]*\) .*/\1/p' "$data/lines" | tail -n 1)
  measure chat-half floor chat --floor --rate "$rate" --server "127.0.0.1:$floor_port" --pid "$floor" --seconds "$seconds"
  down
}

calm_steps() {
  local during contacts starts=10 drops=1000000 warm=20000 crowd=10000 idle=10
  [ -z "$quick" ] || starts=3 drops=10000 warm=10000 crowd=400 idle=1
  local small=(start --executable "$bin/monarch" --data "$data/small" --port "$port" --runs "$starts")
  if wants chat-half; then
    calm_people
    half_loaded_chat
  fi
  for during in rest storm exodus renames changes; do
    wants "stalls-$during" || continue
    calm_people
    # Half of the fifty contacts are online on average.
    case "$during" in storm | exodus) told=25 ;; esac
    step "stalls-$during" calm 2 "$notification" stalls --during "$during" --seconds $((seconds < 3 ? seconds : 3))
    told=0
  done
  if wants start-web; then
    people small --count 20 --contacts 2
    measure start-web monarch "${small[@]}" --web-port $((port + 1)) --web-tls-port $((port + 2))
  fi
  if wants start-bare; then
    people small --count 20 --contacts 2
    measure start-bare monarch "${small[@]}" --web-port 0 --web-tls-port 0
  fi
  # These take long, and their figures hardly vary.
  [ "$run" -eq 1 ] || return 0
  if wants drops; then
    people small --count 20 --contacts 2
    at_monarch drops small "$dispatch" drops --notification "$notification" --count "$drops" --warm "$warm"
  fi
  for contacts in 1 50; do
    wants "crowd-$contacts" || continue
    people "crowd-$contacts" --count $((crowd + 200)) --contacts "$contacts"
    at_monarch "crowd-$contacts" "crowd-$contacts" "$notification" crowd --sessions "$crowd" --seconds "$idle"
  done
}
