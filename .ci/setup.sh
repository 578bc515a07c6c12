#!/usr/bin/env bash
# Installs what is missing, and only that.
# usage: setup.sh [toolchain] [rules] [browsers] [servers] [judges] [watch]
source "$(dirname "$0")/lib.sh"
source .ci/apt.sh
source .ci/setup-toolchain.sh
source .ci/setup-tools.sh
source .ci/setup-tests.sh

for part in "$@"; do
    case $part in
        toolchain) setup_rust; setup_npm; setup_wasm_bindgen ;;
        rules) setup_cargo_deny ;;
        browsers) setup_npm; setup_browsers ;;
        servers) setup_servers ;;
        judges) setup_npm; setup_judges ;;
        watch) setup_cargo_leptos ;;
        *) die "setup.sh knows toolchain, rules, browsers, servers, judges and watch, not '$part'" ;;
    esac
done
