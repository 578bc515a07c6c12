#!/usr/bin/env bash
# `make fuzz`: every fuzz target of `identity`, FUZZ_SECONDS each (600), with what earlier runs found. Names of targets as
# arguments run those alone.
source "$(dirname "$0")/lib.sh"
source .ci/setup-tools.sh

seconds=${FUZZ_SECONDS:-600}
folder=server/identity/fuzz
# Found inputs are kept beside what is built; the seeds in the repository are read and never written to.
found=$target/fuzz
export RUSTUP_TOOLCHAIN=${FUZZ_TOOLCHAIN:-nightly}

cargo --version >/dev/null 2>&1 || die "fuzzing needs a nightly compiler: rustup toolchain install nightly, or set FUZZ_TOOLCHAIN"
have c++ || die "fuzzing needs a C++ compiler"
setup_cargo_fuzz

# The options come before the rest: what follows a `--` is libFuzzer's.
fuzz() {
    local command=$1
    shift
    env -u CARGO_TARGET_DIR PATH="$(cargo_fuzz_dir):$PATH" cargo fuzz "$command" --fuzz-dir "$folder" \
        --target-dir "$found/build" "$@"
}

# Runs one; what it says goes to a file, the figures of its end to the screen.
run_target() {
    local one=$1 seeds=$2 log=$found/$1.log status=0
    fuzz run "$one" "$found/corpus/$one" "$seeds" -- -max_total_time="$seconds" -max_len=4096 -timeout=10 \
        -print_final_stats=1 -artifact_prefix="$found/artifacts/$one/" >"$log" 2>&1 || status=$?
    grep -E '^stat::|DONE|^SUMMARY|panicked' "$log" || true
    return "$status"
}

targets=("$@")
((${#targets[@]})) || mapfile -t targets < <(sed -n 's/^name = "\(.*\)"/\1/p' "$folder/Cargo.toml" | tail -n +2)

step "fuzz targets" fuzz build
failed=()
for one in "${targets[@]}"; do
    # The journey starts from the same places as the short cut.
    seeds=$folder/corpus/${one%_journey}
    mkdir -p "$found/corpus/$one" "$found/artifacts/$one"
    step "$one, $seconds s" run_target "$one" "$seeds" || failed+=("$one")
done
((${#failed[@]} == 0)) || die "an input that breaks a promise, in $found/artifacts: ${failed[*]}"
