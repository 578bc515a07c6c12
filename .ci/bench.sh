#!/usr/bin/env bash
# `make bench`: what tokens and pages cost, beside the least that they could, as a table.
# usage: bench.sh [tokens] [pages]   both without arguments
# MOST accounts in a store at most (1000000), RUNS of everything (5), LOAD_SECONDS each page is loaded (10),
# LIVE_SECONDS changes are made (20) while STREAMS pages listen (500), SLOWER how slow the processor is made for a page (4).
source "$(dirname "$0")/lib.sh"
source .ci/site.sh

parts=("$@")
((${#parts[@]})) || parts=(tokens pages)
bench=$target/bench

bash .ci/setup.sh toolchain browsers servers
need_toolchain
site_settings
rm -rf "$bench"
mkdir -p "$bench"

tokens() { CRITERION_HOME=$bench/criterion cargo bench "${locked[@]}" --package identity --bench costs; }

pages() {
    bash .ci/build.sh
    cargo build "${locked[@]}" --quiet --release --package entra-local --example serve
    node end2end/load/run.mjs "$target/release/$bin_exe_name" "$site" "$target/release/examples/serve" "$bench/load.json"
    node end2end/load/live.mjs "$target/release/$bin_exe_name" "$site" "$target/release/examples/serve" "$bench/live.json"
    node end2end/load/hydration.mjs "$target/release/$bin_exe_name" "$site" "$target/release/examples/serve" "$bench/hydration.json"
}

for part in "${parts[@]}"; do
    case $part in
        tokens | pages) step "$part" "$part" ;;
        *) die "bench.sh knows tokens and pages, not '$part'" ;;
    esac
done
node .ci/bench.mjs "$bench" | tee "$bench/table.txt"
say "the table is in $bench/table.txt"
