# shellcheck shell=bash
# What a PostgreSQL server needs before nodes come. Sourced by cluster.sh and container.sh, which bring
#
#   password ROLE           prints that database role's password
#   database_url ROLE       prints the URL with it
#   as_superuser OPTION...  runs psql on the server

# Every database role with a password: `monarch` owns the tables, the others are those of roles.sql.
readonly database_roles="monarch monarch_dispatch monarch_notification monarch_switchboard monarch_web monarch_operator"

# prepare_database PROGRAM ROLES: makes the database, brings its tables up to date with that program, and its roles with
# that file. Harmless to run again, while nodes run too. Passwords go in by standard input and the environment: no list of
# processes shows them.
prepare_database() {
  local role
  as_superuser --dbname=postgres <<SQL
SELECT 'CREATE ROLE monarch' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'monarch') \gexec
ALTER ROLE monarch LOGIN PASSWORD '$(password monarch)';
SELECT 'CREATE DATABASE monarch OWNER monarch'
WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = 'monarch') \gexec
REVOKE ALL ON DATABASE monarch FROM PUBLIC;
SQL
  MONARCH_DATABASE="$(database_url monarch)" "$1" database migrate
  as_superuser --dbname=monarch --file="$2"
  for role in $database_roles; do
    echo "ALTER ROLE $role LOGIN PASSWORD '$(password "$role")';"
  done | as_superuser --dbname=monarch
}
