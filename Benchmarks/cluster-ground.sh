# shellcheck shell=bash disable=SC2154
# A cluster of real processes for measuring it. Sourced by cluster.sh and run.sh, which set $data, $load,
# $cluster_program (the monarch to run) and $cluster_port, and have fail.

# cluster_up OPTIONS...: begins the cluster, or adds nodes to it. Sets cluster_options, by which monarch-load finds the
# first two notification servers and knows all processes, and what the operator's commands go by.
cluster_up() {
  local file node
  MONARCH_EXECUTABLE=$cluster_program MONARCH_TEST_PASSWORD_COST=lowest "$(cluster_script)" up --data "$data/cluster" \
    --port "$cluster_port" --web-port "$((cluster_port + 1))" --web-tls-port "$((cluster_port + 2))" "$@" \
    >"$data/up" 2>&1 || { cat "$data/up" >&2; exit 1; }
  # shellcheck source=/dev/null
  . "$data/cluster/operator.env"
  cluster_options=(--subjects "127.0.0.11:$cluster_port" --watchers "127.0.0.12:$cluster_port")
  cluster_options+=(--postgresql "$(head -n 1 "$data/cluster/postgresql/data/postmaster.pid")")
  for file in "$data"/cluster/run/*.ready; do
    node=$(basename "$file" .ready)
    cluster_options+=(--node "$node=$(cat "$data/cluster/run/$node.pid")@$(cat "$file")")
  done
}

# cluster_down: ends all processes; accounts stay for the next cluster_up.
cluster_down() {
  "$(cluster_script)" down --data "$data/cluster" >"$data/up" 2>&1 || fail "$(cat "$data/up")"
  unset MONARCH_DATABASE MONARCH_KEYS
}

# cluster_delete: ends it with all that it has, if there is one.
cluster_delete() {
  [ ! -e "$data/cluster" ] || "$(cluster_script)" down --delete --data "$data/cluster" >/dev/null 2>&1 || true
}

cluster_script() { echo "$(dirname "${BASH_SOURCE[0]}")/../deploy/cluster.sh"; }

# cluster_import COST: users from standard input; COST is `lowest`, or `full` for passwords as dear to check as they are.
cluster_import() {
  MONARCH_TEST_PASSWORD_COST=$1 "$cluster_program" user import - >/dev/null 2>"$data/import" ||
    fail "$(cat "$data/import")"
}

# cluster_settle: what PostgreSQL does by itself some minutes after an import. Until then whoever reads a row first has to
# find out that it was committed, and to write that down.
cluster_settle() {
  PGPASSWORD=$(cat "$data/cluster/passwords/monarch") psql -X -q -h "$(cat "$data/cluster/run/socket")" -U monarch \
    -d monarch -c 'VACUUM (ANALYZE)' 2>"$data/import" || fail "$(cat "$data/import")"
}

# cluster_away: until nobody is signed in any more, so that a step begins with an empty cluster.
cluster_away() {
  local left=100
  until [ -z "$("$cluster_program" sessions --limit 1 | grep @ || true)" ]; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || fail "people stay signed in"
    sleep 0.2
  done
}
