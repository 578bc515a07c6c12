#!/usr/bin/env bash
# `make test`: set-up, then every check and suite, whatever became of the one before, and one line over all of them.
# usage: test.sh [all | check | e2e]
source "$(dirname "$0")/lib.sh"
source .ci/suites.sh

scope=${1:-all}
case $scope in
    all) parts=(toolchain rules browsers servers judges) ;;
    check) parts=(toolchain rules) ;;
    e2e) parts=(toolchain browsers) ;;
    *) die "test.sh knows all, check and e2e, not '$scope'" ;;
esac

bash .ci/setup.sh "${parts[@]}"
need_toolchain
start_suites

if [[ $scope != e2e ]]; then
    check formatting lint_cargo fmt --all --check
    check "lints (ssr, tests included)" lint_cargo clippy "${locked[@]}" "${native[@]}" --all-targets -- -D warnings
    check "lints (without entra-local, with otel)" lint_cargo clippy "${locked[@]}" --package server --no-default-features --features otel -- -D warnings
    check "lints (hydrate)" lint_cargo clippy "${locked[@]}" --package frontend --all-targets -- -D warnings
    check documentation document
    check "dependency rules" "$(cargo_deny_dir)/cargo-deny" check bans licenses sources
    check "types of the browser tests" npm --prefix end2end exec -- tsc --noEmit --project end2end
fi
if [[ $scope == all ]]; then
    suite cargo "unit, integration and contract tests" cargo test "${locked[@]}" "${native[@]}" --no-fail-fast
    suite judges "MSAL and openid-client against entra-local" bash .ci/judges.sh
fi
if [[ $scope != check ]]; then
    check build bash .ci/build.sh
    if [[ $outcome == passed ]]; then
        suite playwright "browser tests" bash .ci/e2e.sh
    fi
fi

close_suites
