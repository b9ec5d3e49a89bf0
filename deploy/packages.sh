# shellcheck shell=bash
# The Debian packages that Monarch needs beside a Swift toolchain, and how it is built; sourced by scripts here, in Tests
# and in Benchmarks.

# install_packages NAME...: installs those that are missing, as root or through sudo.
install_packages() {
  local missing=() package
  for package in "$@"; do
    dpkg -s "$package" >/dev/null 2>&1 || missing+=("$package")
  done
  [ "${#missing[@]}" -eq 0 ] && return 0
  if ! command -v apt-get >/dev/null; then
    echo "Please install these with your system's package tool, then run this again: ${missing[*]}" >&2
    return 1
  fi
  local root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "Please run as root: apt-get install ${missing[*]}" >&2; return 1; }
    root=(sudo)
  fi
  echo "Installing ${missing[*]} ..."
  "${root[@]}" apt-get update -qq
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

require_swift() {
  command -v swift >/dev/null && return 0
  echo "Monarch needs Swift 6.2 or later: see https://www.swift.org/install/linux/" >&2
  return 1
}

# choose_build BUILD: sets `build_options`, with which `swift build` makes programs to run; BUILD is release or debug.
choose_build() {
  # Used by whoever sources this.
  # shellcheck disable=SC2034
  build_options=(-c "$1")
  # A program with Swift's libraries in it starts sooner, holds less and runs where there is no toolchain.
  [ "$1" != release ] || build_options+=(--static-swift-stdlib)
}
