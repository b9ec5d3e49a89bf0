#!/usr/bin/env bash
# What containers do beside running a node: `monarch-container WORD` in the images of deploy/Dockerfile. The services of
# deploy/compose.yaml call it; people call only `operator`.
#
#   secrets         makes keys, passwords and certificates that are not there yet, and gives each service its own, and
#                   only those; MONARCH_HOST is a name in the certificates
#   prepare         makes the database and brings its tables and roles up to date
#   ready           tells by its exit whether the node of this container is ready
#   operator WORD.. runs `monarch WORD...` on the cluster's database
#
# /vault has all secrets, /give/SERVICE what a service sees as /etc/monarch: `settings` and `keys` of a node.
set -euo pipefail
umask 077

# The users of the images: monarch in ours, postgres in the official one of PostgreSQL.
readonly monarch_user=1863 postgres_user=999
readonly certificates=/vault/certificates

password() { cat "/vault/passwords/$1"; }
database_url() { echo "postgresql://$1:$(password "$1")@postgres/monarch"; }
as_superuser() {
  PGPASSWORD="$(password postgres)" psql -X -q -v ON_ERROR_STOP=1 --host=postgres --username=postgres "$@"
}

# shellcheck source=deploy/prepare.sh
. /usr/local/lib/monarch/prepare.sh

secrets() {
  local role service
  mkdir -p /vault/passwords
  for role in postgres $database_roles; do
    [ -s "/vault/passwords/$role" ] || od -An -N16 -tx1 /dev/urandom | tr -d ' \n' >"/vault/passwords/$role"
  done
  [ -e /vault/keys/operator.keys ] || monarch keys new /vault/keys
  # Those of an earlier release lack what came since.
  monarch keys complete /vault/keys
  certificates
  give postgres "$postgres_user" password <"/vault/passwords/postgres"
  for service in dispatch notification switchboard web; do
    echo "database: $(database_url "monarch_$service")" | give "$service" "$monarch_user" settings
    give "$service" "$monarch_user" keys <"/vault/keys/$service.keys"
  done
  give web "$monarch_user" certificate <"$certificates/server.pem"
  give web "$monarch_user" certificate-key <"$certificates/server.key"
  give web "$monarch_user" old-certificate <"$certificates/server-old.pem"
  give web "$monarch_user" old-certificate-key <"$certificates/server-old.key"
  give web "$monarch_user" root-certificate <"$certificates/ca.cer"
  give operator "$monarch_user" ca.pem <"$certificates/ca.pem"
  database_url monarch_operator | give operator "$monarch_user" url
  give operator "$monarch_user" keys <"/vault/keys/operator.keys"
}

# The root stays; server certificates are made anew when they expire soon, and for another host.
certificates() {
  local host="${MONARCH_HOST:-127.0.0.1}" shown
  [ -e "$certificates/ca.pem" ] || monarch certificates new "$certificates" --host "$host"
  if ! shown="$(monarch certificates show "$certificates")" || ! grep -qwF -- "$host" <<<"$shown"; then
    monarch certificates renew "$certificates" --host "$host"
  fi
}

# give SERVICE USER FILE: puts standard input where only that user reads it.
give() {
  chmod 700 "/give/$1"
  cat >"/give/$1/$3.new"
  chmod 400 "/give/$1/$3.new"
  chown "$2" "/give/$1" "/give/$1/$3.new"
  mv "/give/$1/$3.new" "/give/$1/$3"
}

ready() {
  local answer
  exec 3<>"/dev/tcp/127.0.0.1/9863"
  printf 'GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' >&3
  read -r answer <&3
  [[ "$answer" = "HTTP/1."?" 200 "* ]]
}

operator() {
  MONARCH_DATABASE="$(cat /etc/monarch/url)"
  export MONARCH_DATABASE MONARCH_KEYS=/etc/monarch/keys
  exec monarch "$@"
}

word="${1:-}"
case "$word" in
  secrets | ready | operator) shift; "$word" "$@" ;;
  prepare) prepare_database monarch /usr/local/lib/monarch/roles.sql ;;
  *) sed -n '2,/^set -/s/^# \{0,1\}//p' "$0" >&2; exit 64 ;;
esac
