# shellcheck shell=bash disable=SC2154
# The cluster's nodes as processes of this machine. Sourced by cluster.sh, which sets $data, $executable, $port,
# $web_port, $web_tls_port, $notification, $switchboard and $web.
#
# Of each node run/ holds NODE.pid, NODE.begin (how long its log was when it started) and, once it was ready,
# NODE.ready with its admin address.

# Seconds a node may take to be ready, and over which it spreads its goodbyes when it stops.
readonly ready_within=30
readonly drain_seconds=3
# Milliseconds after which `down` kills what still runs.
readonly killed_after=8000

milliseconds() { local now="${EPOCHREALTIME/[.,]/}"; echo "$((now / 1000))"; }

# process_has PID WORD WORD: whether that process exists and its command line has these two words, one after the other.
process_has() {
  local words=() index
  [ -n "$1" ] && mapfile -d '' -t words 2>/dev/null <"/proc/$1/cmdline" || return 1
  for ((index = 1; index < ${#words[@]}; index++)); do
    if [ "${words[index - 1]}" = "$2" ] && [ "${words[index]}" = "$3" ]; then return 0; fi
  done
  return 1
}

role_of() {
  case "$1" in
    ds-*) echo dispatch ;;
    ns-*) echo notification ;;
    sb-*) echo switchboard ;;
    web-*) echo web ;;
  esac
}

address_of() {
  local number="${1#*-}"
  case "$1" in
    ds-*) echo "127.0.0.$number:$port" ;;
    ns-*) echo "127.0.0.$((10 + number)):$port" ;;
    sb-*) echo "127.0.0.$((20 + number)):$port" ;;
    web-*) echo "127.0.0.$((40 + number)):$web_port" ;;
  esac
}

# more_flags NODE: what a role needs beside what every one does, a word a line.
more_flags() {
  case "$1" in
    web-*)
      printf '%s\n' --listen-tls "127.0.0.$((40 + ${1#*-})):$web_tls_port" \
        --certificate "$data/certificates/server.pem" --certificate-key "$data/certificates/server.key" \
        --root-certificate "$data/certificates/ca.cer" ;;
  esac
}

# nodes_wanted PREFIX: the nodes of that role that `up` has to see to.
nodes_wanted() {
  local number wanted=1
  case "$1" in
    ns) wanted="$notification" ;;
    sb) wanted="$switchboard" ;;
    web) wanted="$web" ;;
  esac
  for ((number = 1; number <= wanted; number++)); do echo "$1-$number"; done
}

# The nodes that were started since the last `down`.
nodes_known() {
  local file
  for file in "$data"/run/*.pid; do
    if [ -e "$file" ]; then basename "$file" .pid; fi
  done
}

# highest_known PREFIX LEAST: the highest number of a node that was started since the last `down`, at least that one.
highest_known() {
  local node highest="$2"
  for node in $(nodes_known); do
    if [ "${node%-*}" = "$1" ] && [ "${node#*-}" -gt "$highest" ]; then highest="${node#*-}"; fi
  done
  echo "$highest"
}

nodes_running() {
  local node
  for node in $(nodes_known); do
    if node_runs "$node"; then echo "$node"; fi
  done
}

# addresses_of PREFIX
addresses_of() {
  local node line=
  for node in $(nodes_running); do
    if [[ "$node" = "$1"-* ]]; then line+="$(address_of "$node")  "; fi
  done
  echo "${line%  }"
}

node_pid() { cat "$data/run/$1.pid" 2>/dev/null || true; }

# Whether the process under the node's number is that node of this cluster: numbers are given again.
node_runs() {
  local pid
  pid="$(node_pid "$1")"
  process_has "$pid" --node "$1" && process_has "$pid" --keys "$data/keys/$(role_of "$1").keys"
}

# Those first that others name to clients: a node learns of a newer one within a second, of an older one at once.
start_nodes() {
  local role node
  for role in sb ns web ds; do
    for node in $(nodes_wanted "$role"); do
      if node_runs "$node"; then continue; fi
      echo "Starting $node ..."
      start_node "$node"
    done
    for node in $(nodes_wanted "$role"); do await_node "$node"; done
  done
}

# Starts a node in a session of its own: neither Ctrl-C nor the end of this shell is for it.
start_node() {
  local node="$1" role address more log="$data/log/$1.log"
  role="$(role_of "$node")"
  address="$(address_of "$node")"
  mapfile -t more < <(more_flags "$node")
  touch "$log"
  rm -f "$data/run/$node".*
  stat -c %s "$log" >"$data/run/$node.begin"
  (
    close_descriptors
    ulimit -n "$(ulimit -Hn)"
    MONARCH_DATABASE="$(database_url "monarch_$role")"
    export MONARCH_DATABASE
    exec setsid "$executable" "$role" --node "$node" --listen "$address" --advertise "$address" \
      --keys "$data/keys/$role.keys" --drain-seconds "$drain_seconds" "${more[@]}" \
      </dev/null >>"$log" 2>&1
  ) &
  echo "$!" >"$data/run/$node.pid"
}

# What a node has said since it was started.
node_says() { tail -c "+$(($(cat "$data/run/$1.begin") + 1))" "$data/log/$1.log"; }

await_node() {
  local node="$1" deadline
  deadline=$(($(milliseconds) + ready_within * 1000))
  until [ -e "$data/run/$node.ready" ]; do
    if grep -qx 'Monarch is ready\.' < <(node_says "$node"); then
      node_says "$node" | sed -n 's|.*; admin on http://||p' | tail -n 1 >"$data/run/$node.ready"
    elif ! process_exists "$node"; then
      lament "$node" "$node ended before it was ready"
    elif [ "$(milliseconds)" -gt "$deadline" ]; then
      lament "$node" "$node is not ready after $ready_within s"
    else
      sleep 0.1
    fi
  done
}

# The shell that becomes the node has not the node's command line yet: any process under the number will do.
process_exists() { [ -s "/proc/$(node_pid "$1")/cmdline" ] || [ -e "/proc/$(node_pid "$1")/exe" ]; }

lament() {
  echo "--- the end of $data/log/$1.log" >&2
  node_says "$1" | tail -n 15 >&2
  echo "---" >&2
  fail "$2: above is what it said. When the cause is mended, '$(command_line up)' goes on; '$(command_line down)' stops the rest"
}

# node_line NODE ROLE ADDRESS PROCESS STATE
node_line() { printf '%-12s %-13s %-20s %8s  %s\n' "$@"; }

nodes_status() {
  local node code=0 state
  port="$(cat "$data/run/port" 2>/dev/null || echo '?')"
  web_port="$(cat "$data/run/web_port" 2>/dev/null || echo '?')"
  for node in $(nodes_known); do
    if ! node_runs "$node" && grep -q ' monarch: stopped' < <(node_says "$node"); then
      state="was drained"
    elif ! node_runs "$node"; then
      state="does not run; see $data/log/$node.log"
      code=1
    else
      state="$(readiness "$(cat "$data/run/$node.ready" 2>/dev/null || true)")"
      [ "$state" = ready ] || code=1
    fi
    node_line "$node" "$(role_of "$node")" "$(address_of "$node")" "$(node_pid "$node")" "$state"
  done
  [ -n "$(nodes_known)" ] || { echo "No node was started in $data."; code=1; }
  return "$code"
}

# readiness ADMIN: what the node says of itself there.
readiness() {
  local answer
  [ -n "$1" ] || { echo "not ready yet"; return 0; }
  # shellcheck disable=SC2016  # The inner shell expands these.
  answer="$(timeout 3 bash -c '
    exec 8<>"/dev/tcp/${0%:*}/${0##*:}"
    printf "GET /ready HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n" "$0" >&8
    cat <&8' "$1" 2>/dev/null || true)"
  case "$answer" in
    "HTTP/1."?" 200 "*) echo ready ;;
    "HTTP/"*) echo "not ready: $(tail -n 1 <<<"$answer" | tr -d '\r')" ;;
    *) echo "does not answer at http://$1" ;;
  esac
}

# stop_nodes BEGIN: asks all at once, and kills what still runs when its time is over.
stop_nodes() {
  local node
  for node in $(nodes_running); do signal_node TERM "$node"; done
  while [ -n "$(nodes_running)" ] && [ "$(($(milliseconds) - $1))" -lt "$killed_after" ]; do sleep 0.05; done
  for node in $(nodes_running); do
    echo "$node did not stop in time and is killed; see $data/log/$node.log" >&2
    signal_node KILL "$node"
  done
  while [ -n "$(nodes_running)" ]; do sleep 0.02; done
}

# A process that has gone meanwhile needs no signal.
signal_node() {
  if node_runs "$2"; then kill "-$1" "$(node_pid "$2")" 2>/dev/null || true; fi
}
