#!/usr/bin/env bash
# Installs what is missing, builds Monarch and runs the whole service on this machine.
#
#   deploy/dev.sh                                    for this machine, with sample users
#   deploy/dev.sh --public-host 192.168.1.20         for others on your network
#
# Arguments go to `monarch dev`; `deploy/dev.sh --help` lists them. MONARCH_BUILD=debug builds faster and runs slower.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
. deploy/packages.sh

require_swift
install_packages libsqlite3-dev libpq-dev pkg-config
build=${MONARCH_BUILD:-release}
echo "Building Monarch ($build); the first time takes some minutes ..."
choose_build "$build"
swift build "${build_options[@]}" --product monarch
exec "$(swift build "${build_options[@]}" --show-bin-path)/monarch" dev "$@"
