#!/usr/bin/env bash
# Builds the release site and the server that `make run`, `make test` and `make dist` use.
# usage: build.sh [PROFILE [CARGO-OPTION...]]   the server's profile (release) and options
source "$(dirname "$0")/lib.sh"
source .ci/site.sh
need_toolchain
use_tools

profile=${1:-release}
shift $(($# > 0 ? 1 : 0))
site_settings
mkdir -p "$target"

# The end of the site build (linking the wasm, shrinking it) keeps one core busy: the server is compiled beside it, and
# the site's messages follow when the server is done.
log=$target/site.log
say "site and server, side by side"
# A process group of its own, to be stopped as a whole when somebody presses Ctrl-C.
set -m
build_site </dev/null >"$log" 2>&1 &
site_build=$!
set +m
trap 'kill -- "-$site_build" 2>/dev/null; exit 130' INT TERM

status=0
step "server: compile ($profile)" cargo build "${locked[@]}" --profile "$profile" --package "$bin_package" \
    --bin "$bin_exe_name" "$@" || status=$?
wait "$site_build" || status=$?
cat "$log"
((status == 0)) || exit "$status"

# Leptos looks for the hashes beside the program.
cp "$target/site.hashes" "$target/$profile/hash.txt"
