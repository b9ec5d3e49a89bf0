# shellcheck shell=bash
# A PostgreSQL server of one's own: its programs, and whom they run as. Sourced by cluster.sh and Tests/postgresql.sh.

# postgresql_programs MAJOR|newest: prints the folder of the server's programs of that version. Debian keeps them out of
# PATH.
postgresql_programs() {
  local found version="$1"
  [ "$version" != newest ] || version="$(find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -printf '%f\n' 2>/dev/null |
    sort -V | tail -n 1)"
  found="/usr/lib/postgresql/$version/bin"
  if ! [ -x "$found/pg_ctl" ] && [ "$1" = newest ]; then found="$(dirname "$(command -v pg_ctl || true)")"; fi
  if ! [ -x "$found/initdb" ]; then
    echo "PostgreSQL's server ($1) is not installed: apt-get install postgresql${version:+-$version}" >&2
    return 1
  fi
  echo "$found"
}

# as_postgresql COMMAND...: runs a command as the owner of a private server: PostgreSQL refuses to run as root, so that
# is then the user `postgres`, else the caller.
as_postgresql() {
  local prefix=()
  if [ "$(id -u)" -eq 0 ]; then prefix=(runuser -u postgres --); fi
  (
    cd /
    close_descriptors
    exec "${prefix[@]}" "$@"
  )
}

# close_descriptors: gives up what this shell has open beside its three streams. A server would keep the caller's
# descriptors open, and whoever waits for their end would wait for ever.
close_descriptors() {
  local descriptor
  for descriptor in /proc/self/fd/*; do
    descriptor="${descriptor##*/}"
    if [ "$descriptor" -gt 2 ]; then eval "exec $descriptor>&-"; fi
  done
}

# new_password: prints one of 128 bits, which needs no quoting in SQL and in URLs.
new_password() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }
