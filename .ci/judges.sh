#!/usr/bin/env bash
# Other people's clients sign in to entra-local, which is served by an example of its crate.
source "$(dirname "$0")/lib.sh"
need_toolchain

cargo build "${locked[@]}" --quiet --package entra-local --example serve
exec node end2end/judges/run.mjs "$target/debug/examples/serve" "$(judges_python_dir)/bin/python"
