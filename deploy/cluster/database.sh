# shellcheck shell=bash disable=SC2154
# The cluster's own PostgreSQL, on a unix socket only, every role with a password. Sourced by cluster.sh, which sets
# $data, $checkout and $executable.

readonly oldest_postgresql=15
# The longest path of a unix socket on Linux, and what PostgreSQL adds to its folder's.
readonly longest_socket=107
readonly socket_name=/.s.PGSQL.5432

# The folder of the server's data, however DIR reaches it.
database_folder() { realpath -m "$data/postgresql"; }

# password ROLE: prints it; makes one the first time.
password() {
  local file="$data/passwords/$1"
  [ -s "$file" ] || new_password >"$file"
  cat "$file"
}

# database_url ROLE
database_url() { echo "postgresql://$1:$(password "$1")@/monarch?host=$(cat "$data/run/socket")&port=5432"; }

# Whether the process that the data folder names is this server: after a crash of the machine the number may be
# somebody else's.
database_runs() {
  local folder pid=
  folder="$(database_folder)"
  read -r pid 2>/dev/null <"$folder/data/postmaster.pid" || true
  process_has "$pid" -D "$folder/data"
}

# control COMMAND OPTION...: pg_ctl of the version that the data is of.
control() {
  local folder programs
  folder="$(database_folder)"
  programs="$(postgresql_programs "$(cat "$folder/data/PG_VERSION")")"
  as_postgresql "$programs/pg_ctl" "$1" --silent --pgdata="$folder/data" --wait "${@:2}" \
    >>"$data/log/postgresql.log" 2>&1
}

start_database() {
  local folder socket attempt
  [ -e "$data/postgresql/data" ] || make_database
  folder="$(database_folder)"
  remove_socket_folder
  socket="$(socket_folder "$folder")"
  echo "$socket" >"$data/run/socket"
  echo "Starting PostgreSQL ..."
  # A server that was killed leaves processes behind that take a moment to be gone.
  for attempt in 1 2 3 4 5; do
    # A node holds some ten connections.
    ! control start --timeout=60 --options="-c listen_addresses= -c unix_socket_directories=$socket -c port=5432 \
      -c max_connections=300" || return 0
    sleep "$attempt"
  done
  tail -n 20 "$data/log/postgresql.log" >&2
  fail "PostgreSQL does not start; above is the end of its log"
}

# Makes the server's data. As root it lies where the user postgres can reach it whatever DIR's rights are, and `home`
# tells whose it is.
make_database() {
  local folder="$data/postgresql" programs version
  programs="$(postgresql_programs newest)"
  version="$("$programs/postgres" --version | grep -oE '[0-9]+' | head -n 1)"
  [ "$version" -ge "$oldest_postgresql" ] || fail "PostgreSQL $version is too old: $oldest_postgresql or later is needed"
  echo "Making a database ..."
  if [ "$(id -u)" -eq 0 ] && [ ! -d "$folder" ]; then
    point_out_orphans
    rm -f "$folder"
    folder="$(mktemp -d "$(postgres_home)/monarch-cluster.XXXXXX")"
    echo "$data" >"$folder/home"
    chown postgres "$folder"
    ln -s "$folder" "$data/postgresql"
  fi
  folder="$(database_folder)"
  [ "$(id -u)" -eq 0 ] || mkdir -p "$folder"
  # What an interrupted attempt left.
  as_postgresql rm -rf "$folder/new" "$folder/superuser"
  password postgres | as_postgresql tee "$folder/superuser" >/dev/null
  as_postgresql "$programs/initdb" --pgdata="$folder/new" --username=postgres --pwfile="$folder/superuser" \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 >"$data/log/initdb.log" 2>&1 ||
    { cat "$data/log/initdb.log" >&2; fail "initdb failed; above is what it said"; }
  as_postgresql rm "$folder/superuser"
  as_postgresql mv "$folder/new" "$folder/data"
}

postgres_home() { getent passwd postgres | cut -d : -f 6; }

# A cluster whose folder was removed by hand leaves its database behind, and nothing to open it with.
point_out_orphans() {
  local folder
  for folder in "$(postgres_home)"/monarch-cluster.*; do
    [ "$(cat "$folder/home" 2>/dev/null || true)" = "$data" ] || continue
    echo "Note: $folder is the database of a former cluster in $data whose passwords are gone." >&2
    echo "      Nothing uses it any more; to remove it, once no server runs on it: rm -r $folder" >&2
  done
}

# The folder for the socket: the data's, if its path is short and plain enough for a socket and a URL.
socket_folder() {
  local folder="$1"
  if ! [[ "$1" =~ ^[A-Za-z0-9/._-]+$ ]] || [ $((${#1} + ${#socket_name})) -gt "$longest_socket" ]; then
    folder="$(mktemp -d /tmp/monarch-cluster.XXXXXX)"
    [ "$(id -u)" -ne 0 ] || chown postgres "$folder"
  fi
  echo "$folder"
}

# Removes one of those that were made in /tmp, once no socket is in it.
remove_socket_folder() {
  local folder
  folder="$(cat "$data/run/socket" 2>/dev/null || true)"
  if [[ "$folder" = /tmp/monarch-cluster.?????? ]] && [ -d "$folder" ]; then
    rm -f "$folder/${socket_name#/}"{,.lock}
    rmdir "$folder" || true
  fi
}

# as_superuser OPTION...: psql on this server.
as_superuser() {
  PGPASSWORD="$(password postgres)" psql -X -q -v ON_ERROR_STOP=1 --host="$(cat "$data/run/socket")" --port=5432 \
    --username=postgres "$@"
}

database_status() {
  if database_runs; then
    node_line postgresql - "a unix socket" "$(head -n 1 "$(database_folder)/data/postmaster.pid")" running
  else
    node_line postgresql - - - "does not run; $data/log/postgresql.log may tell why"
    return 1
  fi
}

# stop_database BEGIN: the nodes have had their time, BEGIN being when they were asked to stop; this ends within ten
# seconds of that. What a server that was stopped hard has committed is safe.
stop_database() {
  local left
  if database_runs; then
    left=$(((9000 - $(milliseconds) + $1) / 1000))
    control stop --mode=fast --timeout="$((left > 1 ? left : 1))" || control stop --mode=immediate --timeout=5 ||
      fail "PostgreSQL does not stop; see $data/log/postgresql.log"
  fi
  remove_socket_folder
}

# Removes the server's data; a link only if its target says that it is this cluster's.
delete_database() {
  local folder
  folder="$(database_folder)"
  if [ -L "$data/postgresql" ]; then
    [ "$(cat "$folder/home" 2>/dev/null || true)" = "$data" ] || [ ! -e "$folder" ] ||
      fail "$data/postgresql points to $folder, which is not this cluster's: look what that is"
  fi
  rm -rf "$folder" "$data/postgresql"
}
