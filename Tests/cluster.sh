#!/usr/bin/env bash
# deploy/cluster.sh with the real program: up, sign in through the dispatch server, talk across nodes, ask the web server,
# add a notification server, lose one, down, and up again.
#
#   Tests/cluster.sh        on a folder and a port of its own; takes half a minute
#
# It tests the debug build, or the program that MONARCH_EXECUTABLE names.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

MONARCH_EXECUTABLE="${MONARCH_EXECUTABLE:-$(swift build --show-bin-path)/monarch}"
export MONARCH_EXECUTABLE MONARCH_TEST_PASSWORD_COST=lowest
patience=15

folder="$(mktemp -d "${TMPDIR:-/tmp}/monarch-cluster-test.XXXXXX")"
data="$folder/data"
bystander=
trap 'tidy $?' EXIT

tidy() {
  set +e
  exec 2>/dev/null
  [ "$1" -eq 0 ] || tail -n 8 "$data"/log/*.log "$folder"/*.said
  [ -z "$bystander" ] || kill "$bystander"
  deploy/cluster.sh down --delete --data "$data" >/dev/null
  rm -rf "$folder"
  exit "$1"
}

fail() { echo "Tests/cluster.sh: $*" >&2; exit 1; }

cluster() { deploy/cluster.sh "$1" --data "$data" "${@:2}"; }

# A port that is free on every address of the cluster, below those the kernel takes for clients.
free_port() {
  local port number
  while true; do
    port=$((10000 + RANDOM % 20000))
    for number in 1 11 12 13 21 22 41; do
      if (exec 3<>"/dev/tcp/127.0.0.$number/$port") 2>/dev/null; then continue 2; fi
    done
    echo "$port"
    return
  done
}

# until_said NAME TEXT: waits for a line that a client shows.
until_said() {
  local deadline=$((SECONDS + patience))
  until grep -qF -- "$2" "$folder/$1.said"; do
    [ "$SECONDS" -lt "$deadline" ] || { cat "$folder/$1.said"; fail "$1 never saw '$2'"; }
    sleep 0.05
  done
}

# chat NAME EMAIL PASSWORD SERVER: a client whose keyboard is the descriptor ${keyboard[NAME]}.
declare -A keyboard
chat() {
  local descriptor
  mkfifo "$folder/$1.typed"
  touch "$folder/$1.said"
  "$MONARCH_EXECUTABLE" chat "$2" --password "$3" --server "$4:$port" <"$folder/$1.typed" >"$folder/$1.said" 2>&1 &
  exec {descriptor}>"$folder/$1.typed"
  keyboard[$1]="$descriptor"
  until_said "$1" "Signed in as"
}

types() { echo "$2" >&"${keyboard[$1]}"; }

says() { printf '   %s\n' "$*"; }

# expect_status CODE LINE...: what `status` exits with, and lines it has to show.
expect_status() {
  local line code=0
  cluster status >"$folder/status" 2>&1 || code=$?
  [ "$code" -eq "$1" ] || { cat "$folder/status"; fail "status exits with $code instead of $1"; }
  for line in "${@:2}"; do
    grep -qE "^$line" "$folder/status" || { cat "$folder/status"; fail "status shows no '$line'"; }
  done
}

pid() { cat "$data/run/$1.pid"; }

# Processes that have the folder on their command line, except this one's own doings.
left_running() {
  local process
  for process in /proc/[0-9]*; do
    if tr '\0' ' ' 2>/dev/null <"$process/cmdline" | grep -qF -- "$folder"; then echo "${process#/proc/}"; fi
  done
}

port="$(free_port)"
web_port="$(free_port)"
web_tls_port="$(free_port)"
ports=(--port "$port" --web-port "$web_port" --web-tls-port "$web_tls_port")

# fetch URL WORD...: what curl shows of a page of the service, by a name of the service.
fetch() {
  curl --silent --show-error --max-time "$patience" --output /dev/null --write-out '%{http_code}' \
    --resolve "nexus.passport.com:$web_port:127.0.0.41" --resolve "nexus.passport.com:$web_tls_port:127.0.0.41" "$@"
}

says "Two notification servers, two switchboards and a web server come up"
cluster up "${ports[@]}" --notification 2 --switchboard 2 >"$folder/up"
grep -qx 'Monarch is ready\.' "$folder/up" || fail "up never said that Monarch is ready"
expect_status 0 "ds-1 .* ready$" "ns-1 .* ready$" "ns-2 .* ready$" "sb-1 .* ready$" "sb-2 .* ready$" "web-1 .* ready$"

says "Nobody else can read passwords and keys, and no list of processes shows them"
# A certificate is for everybody, in a folder that only its owner enters.
readable="$(find "$data" -type f -perm /077 ! -path "$data/certificates/*.pem" ! -name ca.cer)"
[ -z "$readable" ] || fail "others may read $readable"
cat /proc/[0-9]*/cmdline >"$folder/commands" 2>/dev/null || true
for password in "$data"/passwords/*; do
  if grep -qaFf "$password" "$folder/commands"; then
    fail "the password of $(basename "$password") is on a command line"
  fi
done

says "Sample users sign in through the dispatch server, and talk across nodes"
chat friend friend1@hotmail.com friend123 127.0.0.1
chat test testuser@hotmail.com test123 127.0.0.11
chat aqua aquaboxs34@hotmail.com password123 127.0.0.12
until_said test "AquaBoxs is online"
types test "/chat aquaboxs34@hotmail.com"
types test "Hello from the other node"
until_said aqua "Test User: Hello from the other node"
types aqua "Hello back"
until_said test "AquaBoxs: Hello back"

says "The web server answers over HTTP, and over HTTPS to who trusts the root"
[ "$(fetch "http://nexus.passport.com:$web_port/rdr/pprdr.asp")" = 200 ] || fail "no nexus over HTTP"
[ "$(fetch --cacert "$data/certificates/ca.pem" "https://nexus.passport.com:$web_tls_port/rdr/pprdr.asp")" = 200 ] ||
  fail "no nexus over HTTPS"
if fetch "https://nexus.passport.com:$web_tls_port/" >/dev/null 2>&1; then fail "curl trusts an unknown root"; fi

says "One more notification server joins, and nobody else notices"
before="$(pid ns-1) $(pid ns-2) $(pid sb-1) $(pid sb-2) $(pid ds-1) $(pid web-1)"
cluster up --notification 3 >/dev/null
[ "$(pid ns-1) $(pid ns-2) $(pid sb-1) $(pid sb-2) $(pid ds-1) $(pid web-1)" = "$before" ] || fail "up touched nodes that ran"
expect_status 0 "ns-3 .* ready$"
types test "Still there?"
until_said aqua "Test User: Still there?"

says "A node that was killed shows in the status, and comes back with up"
kill -KILL "$(pid ns-3)"
expect_status 1 "ns-3 .* does not run"
cluster up >/dev/null
expect_status 0 "ns-3 .* ready$"

says "All of it stops within ten seconds with clients signed in, and nothing else is hurt"
sleep 600 &
bystander=$!
echo "$bystander" >"$data/run/sb-9.pid"
begin="$EPOCHREALTIME"
cluster down >"$folder/down" 2>&1
took=$(((${EPOCHREALTIME/[.,]/} - ${begin/[.,]/}) / 1000))
[ "$took" -lt 10000 ] || fail "down took $took ms"
kill -0 "$bystander" || fail "down killed a process that is not the cluster's"
[ -z "$(left_running)" ] || fail "still running: $(left_running)"
if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then fail "somebody still listens on port $port"; fi
if grep "did not stop in time" "$folder/down"; then fail "a node had to be killed"; fi

says "Accounts are there again after the next up, and keys of an earlier release gain what they lack"
rm "$data/keys/web.keys"
cluster up "${ports[@]}" >/dev/null
expect_status 0 "web-1 .* ready$"
# shellcheck source=/dev/null
(. "$data/operator.env" && "$MONARCH_EXECUTABLE" user list >"$folder/users")
grep -qF friend1@hotmail.com "$folder/users" || fail "friend1 is gone"
database="$(realpath "$data/postgresql")"
cluster down --delete >/dev/null
for gone in "$data" "$database"; do [ ! -e "$gone" ] || fail "down --delete left $gone"; done
[ -z "$(left_running)" ] || fail "still running: $(left_running)"
says "All well."
