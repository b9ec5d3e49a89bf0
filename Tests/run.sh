#!/usr/bin/env bash
# Installs what the tests need, builds everything, checks the style and runs all tests.
#
#   Tests/run.sh                    everything
#   Tests/run.sh --filter Scenarios only what the name matches (passed on to `swift test`); no cluster, no fuzzing then
#
# The capture test needs root (or the right to capture) and tshark; fuzzing is short here, Tests/Fuzz/run.sh --help
# tells how to run it longer.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. deploy/packages.sh

require_swift
install_packages libsqlite3-dev libpq-dev pkg-config postgresql tshark shellcheck openssl curl chromium chromium-driver fonts-liberation w3m

echo "== Style"
swift format lint --strict --recursive --parallel --configuration .swift-format Sources Tests Benchmarks Package.swift
shellcheck -x .ci/run deploy/*.sh deploy/*/*.sh Tests/*.sh Tests/Fuzz/*.sh Benchmarks/*.sh Benchmarks/steps/*.sh

echo "== Build, imports checked"
swift build --build-tests --explicit-target-dependency-import-check error

echo "== Tests"
ulimit -n "$(ulimit -Hn)"
[ "$(id -u)" -eq 0 ] && export MONARCH_REQUIRE_TSHARK=1
export MONARCH_REQUIRE_BROWSER=1
cluster="run-$$"
trap 'Tests/postgresql.sh stop "$cluster" immediate' EXIT
MONARCH_TEST_DATABASE="$(Tests/postgresql.sh start "$cluster")"
export MONARCH_TEST_DATABASE
if [ "$#" -gt 0 ]; then
  swift test --skip-build "$@"
else
  # One after the other: what is timed beside all the others would be timed wrong, and each cluster is half a dozen
  # processes.
  timed='PostgreSQLRestartTests|PostgreSQLClusterTests'
  # These run servers in the tests' own process, whose few threads others would keep busy.
  within='WebServicesTests'
  swift test --skip-build --skip "ClusterPlays|BrowserTests|$timed|$within"
  echo "== Web servers within the tests"
  swift test --skip-build --filter "$within"
  echo "== Databases and nodes that come and go"
  swift test --skip-build --no-parallel --filter "$timed"
  echo "== Pages in real browsers"
  swift test --skip-build --filter BrowserTests
  echo "== Clusters of processes"
  swift test --skip-build --filter ClusterPlays
  echo "== deploy/cluster.sh"
  Tests/cluster.sh
  echo "== Instructions of fixed work"
  Benchmarks/count.sh
  echo "== Fuzzing, ${MONARCH_FUZZ_SECONDS:-30} s a target"
  Tests/Fuzz/run.sh --seconds "${MONARCH_FUZZ_SECONDS:-30}"
fi
