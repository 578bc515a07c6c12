#!/usr/bin/env bash
# The browser tests, against the release server that build.sh left.
source "$(dirname "$0")/lib.sh"
source .ci/site.sh
need_toolchain
site_settings

# What the tests start; they hand on only what the server knows.
export MUSTER_BIN=$target/release/$bin_exe_name LEPTOS_SITE_ROOT=$site
cargo build "${locked[@]}" --quiet --package entra-local --example serve
export ENTRA_LOCAL_BIN=$target/debug/examples/serve
if [[ -z ${CHROMIUM_PATH:-} ]] && have chromium; then
    CHROMIUM_PATH=$(command -v chromium)
    export CHROMIUM_PATH
fi
mkdir -p "$target/results"
cd end2end
PLAYWRIGHT_JSON_OUTPUT_NAME=$target/results/playwright.json npm exec -- playwright test --reporter=list,json
