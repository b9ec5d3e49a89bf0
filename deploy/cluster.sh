#!/usr/bin/env bash
# A Monarch cluster on this machine: a process for each node, with a PostgreSQL of its own between them.
#
#   deploy/cluster.sh up                      a dispatch server, 2 notification servers, 2 switchboards, a web server, and
#                                             sample users
#   deploy/cluster.sh up --notification 3     adds ns-3; what runs already is left alone
#   deploy/cluster.sh status                  a line a process, then the nodes as the cluster sees them
#   deploy/cluster.sh down                    stops everything within ten seconds; accounts stay for the next `up`
#   deploy/cluster.sh down --delete           and removes accounts, keys and logs too
#
#   --data DIR          everything of this cluster; monarch-cluster in this checkout if not given
#   --notification N    `up`: see to it that ns-1 to ns-N run, on 127.0.0.11, 127.0.0.12 ..., at most 9. Without it
#                       as many as were started since the last `down`, at least 2
#   --switchboard N     `up`: the same with sb-1 to sb-N, on 127.0.0.21, 127.0.0.22 ...
#   --web N             `up`: the same with web-1 to web-N, on 127.0.0.41, 127.0.0.42 ...; at least 1 if not given, and
#                       0 begins none
#   --port N            `up`: the TCP port of all of them; 1863 if not given
#   --web-port N        `up`: the port of web servers for HTTP instead; 8080 if not given
#   --web-tls-port N    `up`: and for HTTPS; 8443 if not given
#
# `up` comes back when every node is ready. It installs what is missing, builds Monarch, brings the database's tables
# and roles up to date and starts the nodes that do not run: so after a crash, or with a newer Monarch, it is `up` too.
# Each node signs in to the database as a role that may do what the node has to and no more (deploy/roles.sql), and has
# a file with the keys it needs. Look into DIR:
#
#   log/NODE.log    keys/ROLE.keys    passwords/    run/NODE.pid    operator.env, for `monarch nodes` and the like
#   certificates/ca.cer, which clients import to trust the web servers (`monarch certificates --help`)
#
# As root PostgreSQL runs as the user postgres, with its data in that user's home; DIR/postgresql then is a link to it.
#
# MONARCH_BUILD=debug builds faster and runs slower; MONARCH_EXECUTABLE=PATH takes that program and builds nothing.
set -euo pipefail
checkout="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
. "$checkout/deploy/packages.sh"
. "$checkout/deploy/postgresql.sh"
. "$checkout/deploy/prepare.sh"
. "$checkout/deploy/cluster/database.sh"
. "$checkout/deploy/cluster/nodes.sh"

fail() { echo "deploy/cluster.sh: $*" >&2; exit 1; }

help() { sed -n '2,/^set -/s/^# \{0,1\}//p' "$checkout/deploy/cluster.sh"; }

# What the whole script goes by: the folder, and what `up` shall bring about.
data="$checkout/monarch-cluster"
notification=
switchboard=
web=
port=
web_port=
web_tls_port=
deletes=no

read_arguments() {
  while [ "$#" -gt 0 ]; do
    case "$1" in
      --data | --notification | --switchboard | --web | --port | --web-port | --web-tls-port) [ "$#" -ge 2 ] || fail "$1 needs a value; see --help" ;;&
      --data) data="$(realpath -m "$2")"; shift ;;
      --notification) notification="$(number "$1" "$2" 9)"; shift ;;
      --switchboard) switchboard="$(number "$1" "$2" 9)"; shift ;;
      --web) web="$(number "$1" "$2" 9 0)"; shift ;;
      --web-port) web_port="$(number "$1" "$2" 65535)"; shift ;;
      --web-tls-port) web_tls_port="$(number "$1" "$2" 65535)"; shift ;;
      --port) port="$(number "$1" "$2" 65535)"; shift ;;
      --delete) deletes=yes ;;
      --help | -h) help; exit 0 ;;
      *) fail "'$1' is not known here; see --help" ;;
    esac
    shift
  done
}

# number FLAG VALUE LARGEST [LEAST]
number() {
  local least="${4:-1}"
  if ! [[ "$2" =~ ^(0|[1-9][0-9]{0,4})$ ]] || [ "$2" -gt "$3" ] || [ "$2" -lt "$least" ]; then
    fail "$1 $2: give a number from $least to $3"
  fi
  echo "$2"
}

# Whatever the caller's shell has set for other databases and other services.
clean_environment() {
  local name
  for name in "${!PG@}" "${!MONARCH_@}" NOTIFY_SOCKET; do
    case "$name" in MONARCH_TEST_*) ;; *) unset "$name" ;; esac
  done
}

# Finds the program, building it if no other is named; sets `executable`.
find_executable() {
  executable="${MONARCH_EXECUTABLE:-}"
  if [ -n "$executable" ]; then
    executable="$(realpath -m "$executable")"
    [ -x "$executable" ] || fail "MONARCH_EXECUTABLE=$executable is no program"
    return 0
  fi
  local build="${MONARCH_BUILD:-release}"
  require_swift
  install_packages libsqlite3-dev libpq-dev pkg-config
  echo "Building Monarch ($build); the first time takes some minutes ..."
  choose_build "$build"
  (cd "$checkout" && swift build "${build_options[@]}" --product monarch)
  executable="$(cd "$checkout" && swift build "${build_options[@]}" --show-bin-path)/monarch"
}

# Two of these at work on one folder would undo each other's doing. Descriptor 9 holds the lock and is given to nobody.
lock_folder() {
  exec 9>"$data/run/lock"
  flock --wait 2 9 || fail "another deploy/cluster.sh is at work on $data; wait until it is done"
}

check_owner() {
  [ "$(stat -c %u "$data")" -eq "$(id -u)" ] ||
    fail "$data belongs to $(stat -c %U "$data"): run this as that user, or give another folder with --data"
}

# Fills in what the arguments left open, so that `up` after a crash makes what was there before. Nodes that run stay
# where they are.
settle() {
  settle_port port 1863
  settle_port web_port 8080
  settle_port web_tls_port 8443
  [ "$web_port" != "$web_tls_port" ] || fail "HTTP and HTTPS cannot share port $web_port: give another with --web-tls-port"
  notification="${notification:-$(highest_known ns 2)}"
  switchboard="${switchboard:-$(highest_known sb 2)}"
  web="${web:-$(highest_known web 1)}"
}

# settle_port NAME DEFAULT: the variable of that name, and its file in run/.
settle_port() {
  local -n wanted="$1"
  local flag="--${1//_/-}" before
  before="$(cat "$data/run/$1" 2>/dev/null || echo "$2")"
  wanted="${wanted:-$before}"
  [ "$wanted" = "$before" ] || [ -z "$(nodes_running)" ] ||
    fail "this cluster runs with $flag $before; to change it, stop it first: $(command_line down)"
  echo "$wanted" >"$data/run/$1"
}

up() {
  find_executable
  { command -v psql && postgresql_programs newest; } >/dev/null 2>&1 || install_packages postgresql
  clean_environment
  umask 077
  mkdir -p "$data"
  check_owner
  mkdir -p "$data"/{log,passwords,run}
  lock_folder
  settle
  echo "$executable" >"$data/run/executable"
  database_runs || start_database
  prepare_database "$executable" "$checkout/deploy/roles.sql"
  [ -e "$data/keys/operator.keys" ] || "$executable" keys new "$data/keys" >/dev/null
  # Those of an earlier release lack what came since.
  "$executable" keys complete "$data/keys" >/dev/null
  [ -e "$data/certificates/ca.pem" ] || "$executable" certificates new "$data/certificates" >/dev/null
  write_operator_settings
  [ -n "$(nodes_running)" ] || as_operator user sample >/dev/null
  start_nodes
  banner
}

# For `monarch nodes`, `monarch user` and the like in the operator's shell.
write_operator_settings() {
  printf 'export MONARCH_DATABASE=%q MONARCH_KEYS=%q\n' \
    "$(database_url monarch_operator)" "$data/keys/operator.keys" >"$data/operator.env"
}

# as_operator WORD...: an operator's command on this cluster.
as_operator() {
  (
    # shellcheck source=/dev/null
    . "$data/operator.env"
    exec "$(cat "$data/run/executable")" "$@"
  )
}

# This command, as it is to be typed for this cluster.
command_line() {
  local line="deploy/cluster.sh $*"
  [ "$data" = "$checkout/monarch-cluster" ] || line+=" --data $(printf %q "$data")"
  echo "$line"
}

banner() {
  local server="127.0.0.1:$port" value="127.0.0.1;127.0.0.1"
  [ "$port" = 1863 ] || value+=":$port"
  cat <<TEXT

Monarch: an MSN Messenger service, as a cluster

  Dispatch server       $(addresses_of ds)   (clients begin here)
  Notification servers  $(addresses_of ns)
  Switchboards          $(addresses_of sb)
  Web servers           $(addresses_of web)   (sign-up at /signup; HTTPS on port $web_tls_port; root $data/certificates/ca.cer)

  Sample users, on each other's lists:
    aquaboxs34@hotmail.com  password password123  (AquaBoxs)
    testuser@hotmail.com  password test123  (Test User)
    friend1@hotmail.com  password friend123  (Friend One)

  Point a client here:
    MSN Messenger 1.0-4.7  registry HKCU\\SOFTWARE\\Microsoft\\MessengerService, text value Server = $value
    or any client          a hosts line on the client's machine: 127.0.0.1 messenger.hotmail.com
    MSN Messenger 5.0-7.5  hosts lines for nexus.passport.com and others, and the root certificate: see the README
    Without any client     $executable chat testuser@hotmail.com --server $server

  Who is there             $(command_line status)
  One more of a kind       $(command_line up --notification $((notification + 1)))
  The operator's commands  . $(printf %q "$data/operator.env"); $executable nodes
  The end                  $(command_line down)

  Logs  $data/log
Monarch is ready.
TEXT
}

# Exits with 1 when something is not as it should be.
status() {
  local code=0
  [ -d "$data/run" ] || fail "there is no cluster in $data; begin one with: $(command_line up)"
  check_owner
  clean_environment
  node_line node role address process state
  database_status || code=1
  nodes_status || code=1
  if database_runs && [ -e "$data/operator.env" ]; then
    echo
    as_operator nodes || code=1
  fi
  return "$code"
}

down() {
  [ -d "$data/run" ] || fail "there is no cluster in $data"
  check_owner
  clean_environment
  lock_folder
  local begin
  begin="$(milliseconds)"
  stop_nodes "$begin"
  stop_database "$begin"
  find "$data/run" -mindepth 1 ! -name lock -delete
  if [ "$deletes" = yes ]; then
    delete_database
    rm -rf "$data"/{certificates,keys,log,passwords,run,operator.env}
    rmdir "$data" 2>/dev/null || echo "$data has files that are not the cluster's: they are left."
    echo "Stopped and deleted."
  else
    echo "Stopped. Accounts, keys, certificates and logs stay in $data; '$(command_line up)' starts it again."
  fi
}

action="${1:-}"
case "$action" in
  up | status | down) shift; read_arguments "$@"; "$action" ;;
  --help | -h | help) help ;;
  *) help >&2; exit 64 ;;
esac
