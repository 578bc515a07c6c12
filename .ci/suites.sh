# shellcheck shell=bash
# Sourced: runs checks and suites one after the other and keeps the count.

results=$target/results
passed=0 failed=0 skipped=0

# Every crate that compiles for the host. `frontend` turns `hydrate` on, which must not meet `ssr` in one build.
native=(--workspace --exclude frontend)

start_suites() {
    rm -rf "$results"
    mkdir -p "$results"
    lint_rust=$(lint_toolchain) || lint_rust=
    # One compiler can share its build scripts with the tests; a second one gets a folder of its own.
    lint_target=$target
    [[ $lint_rust == "$RUSTUP_TOOLCHAIN" ]] || lint_target=$target/clippy
}

lint_cargo() {
    [[ -n $lint_rust ]] || die "no toolchain with clippy and rustfmt: rustup component add clippy rustfmt"
    RUSTUP_TOOLCHAIN=$lint_rust CARGO_TARGET_DIR=$lint_target cargo "$@"
}

document() { RUSTDOCFLAGS='-D warnings' lint_cargo doc "${locked[@]}" --no-deps --package domain --package identity --package services --features identity/redis; }

# check TITLE COMMAND...: counts as one test; $outcome says how it went. Always returns 0: the next one runs all the same.
check() {
    if step "$@"; then
        outcome=passed passed=$((passed + 1))
    else
        outcome=failed failed=$((failed + 1))
    fi
}

# suite KIND TITLE COMMAND...: counts what the runner reports. A runner that breaks without a failed test is one failure.
suite() {
    local kind=$1 title=$2 broke=0 good bad left
    shift 2
    step "$title" logged "$results/$kind.log" "$@" || broke=1
    read -r good bad left < <(node .ci/count.mjs "$kind" "$results") || { good=0 bad=0 left=0 broke=1; }
    if ((broke && bad == 0)); then
        say "$title: broke off, see $results/$kind.log"
        bad=1
    fi
    say "$title: $good passed, $bad failed, $left skipped"
    passed=$((passed + good)) failed=$((failed + bad)) skipped=$((skipped + left))
}

logged() {
    local log=$1
    shift
    "$@" 2>&1 | tee "$log"
}

# The last line of all: what CI reads, and the exit code.
close_suites() {
    say "everything took $SECONDS s"
    if ((skipped)); then
        printf '%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
    else
        printf '%d passed, %d failed\n' "$passed" "$failed"
    fi
    ((failed == 0))
}
