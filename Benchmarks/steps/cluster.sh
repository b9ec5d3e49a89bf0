#!/usr/bin/env bash
# Part of Benchmarks/run.sh: a cluster of real processes on PostgreSQL. Every step's name begins with cluster-.
#
# Everything is on the same processors, so figures are for the processor time of a role's processes, and times are an upper
# bound. One node of a role is measured before the second one is there.
#
# shellcheck disable=SC2154,SC2034  # run.sh sets what is not set here, and cluster-ground.sh reads what is set.

cluster_steps() {
  wants cluster- || return 0
  cluster_port=$((port + 20)) cluster_program=$bin/monarch cluster_web=127.0.0.41:$((port + 21))
  cluster_sizes
  cluster_up --notification 1 --switchboard 1 --web 1
  cluster_people
  cluster_arrivals
  cluster_tickets
  cluster_capacity one --place "127.0.0.11:$cluster_port"
  cluster_up --notification 2 --switchboard 2 --web 1
  cluster_capacity two --place "127.0.0.11:$cluster_port" --place "127.0.0.12:$cluster_port"
  cluster_step cluster-calls monarch calls --first "$cluster_pairs" "${cluster_calls[@]}"
  cluster_fans
  cluster_down
}

# How much of everything there is, and the numbers of the first users of each kind.
cluster_sizes() {
  cluster_half=$((sessions + 200))
  cluster_pairs=$((2 * cluster_half))
  cluster_dear=$((cluster_pairs + 400))
  cluster_stars=$((cluster_dear + 40))
  cluster_watchers=(50 400 5000) cluster_changes=(100 100 40)
  cluster_ticket_counts=(200 4000)
  cluster_presence=(--rate 100 --seconds 8) cluster_relay=(--rate 10000 --seconds 5)
  cluster_calls=(--pairs 100 --each 40)
  [ -n "$quick" ] || return 0
  cluster_watchers=(50 400) cluster_changes=(20 20)
  cluster_ticket_counts=(40 200)
  cluster_presence=(--rate 50 --seconds 2) cluster_relay=(--rate 2000 --seconds 1 --conversations 20)
  cluster_calls=(--pairs 20 --each 10 --single 20)
}

# Makes the accounts, once.
cluster_people() {
  [ ! -e "$data/cluster.users" ] || return 0
  local watchers first=$cluster_stars
  "$load" town --half "$cluster_half" >"$data/cluster.users"
  "$load" users --count 400 --contacts 1 --first "$cluster_pairs" >>"$data/cluster.users"
  for watchers in "${cluster_watchers[@]}"; do
    "$load" users --count "$((watchers + 1))" --star --first "$first" >>"$data/cluster.users"
    first=$((first + watchers + 1))
  done
  cluster_import lowest <"$data/cluster.users"
  "$load" users --count 40 --contacts 1 --first "$cluster_dear" | cluster_import full
  cluster_settle
}

# cluster_wants NAME: whether that step is asked for.
cluster_wants() { case "$1" in "$only"*) ;; *) return 1 ;; esac; }

# cluster_step NAME SERVER COMMAND OPTIONS...: one step, with nobody left afterwards.
cluster_step() {
  cluster_wants "$1" || return 0
  cluster_line "$1 $2" "$3" "${cluster_options[@]}" "${@:4}"
  cluster_away
}

# cluster_line NAME COMMAND OPTIONS...: prints and keeps what the load says; SERVER is in the name or in what it says.
cluster_line() {
  timeout --foreground 300 "$load" "${@:2}" | sed "s/^/$1 /" | tee -a "$data/lines" ||
    fail "$1 came to nothing: monarch-load ${*:2}"
}

# Whole sign-ins, then the floor, which plays what the last one was told; by MD5, and by ticket.
cluster_arrivals() {
  local step dialect
  for dialect in 7 12; do
    step=cluster-arrivals-$dialect
    cluster_wants "$step" || continue
    local people=(--half "$cluster_half" --sessions "$sessions" --dialect "$dialect")
    cluster_step "$step" monarch arrivals "${people[@]}" --web "$cluster_web" --score "$data/$step.score"
    cluster_floor_up "$data/$step.score" --told 10
    cluster_line "$step floor" arrivals --floor --subjects "127.0.0.1:$floor_port" --node "floor=$floor@127.0.0.1:1" \
      "${people[@]}"
    down
  done
}

# What a password check by scrypt costs the web role: dear ones, and ones that cost next to nothing.
cluster_tickets() {
  cluster_step cluster-tickets full tickets --web "$cluster_web" --first "$cluster_dear" --count "${cluster_ticket_counts[0]}"
  cluster_step cluster-tickets lowest tickets --web "$cluster_web" --first "$cluster_pairs" --count "${cluster_ticket_counts[1]}"
}

# cluster_capacity SERVER PLACES...: the work of as many nodes as there are.
cluster_capacity() {
  cluster_step cluster-presence "$1" presence-capacity --half "$cluster_half" "${cluster_presence[@]}" "${@:2}"
  cluster_step cluster-relay "$1" relay-capacity --first "$cluster_pairs" "${cluster_relay[@]}"
}

# Changes of status before many watchers, across nodes and on one, and at the floor.
cluster_fans() {
  local index watchers changes first=$cluster_stars
  wants cluster-fan- || return 0
  "$load" record "$data/fan.score" --server "127.0.0.11:$cluster_port" --user "$((first + 1))"
  for index in "${!cluster_watchers[@]}"; do
    watchers=${cluster_watchers[index]} changes=${cluster_changes[index]}
    if cluster_wants "cluster-fan-$watchers"; then
      cluster_line "cluster-fan-$watchers" fan-out "${cluster_options[@]}" --first "$first" --people "$watchers" \
        --count "$changes"
      cluster_away
      cluster_floor_up "$data/fan.score"
      cluster_line "cluster-fan-$watchers" fan-out --floor --watchers "127.0.0.1:$floor_port" \
        --node "floor=$floor@127.0.0.1:1" --people "$watchers" --count "$changes"
      down
    fi
    first=$((first + watchers + 1))
  done
}

# cluster_floor_up SCORE OPTIONS...: the floor alone; `down` ends it.
cluster_floor_up() {
  : >"$data/floor"
  "$bin/monarch-floor" --port "$floor_port" --loops 2 --score "$@" >"$data/floor" 2>"$data/floor.errors" &
  floor=$!
  until_says "$data/floor" "The floor is ready" "$floor"
}
