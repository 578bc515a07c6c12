#!/usr/bin/env bash
# `make watch`: cargo-leptos rebuilds and restarts on every change. It shares its settings (Cargo.toml) and the data folder
# with `make run`, so that a rebuild signs nobody out.
source "$(dirname "$0")/lib.sh"

bash .ci/setup.sh toolchain watch
need_toolchain
use_tools
PATH=$(cargo_leptos_dir):$PATH
export MUSTER_DATA_DIR=${MUSTER_DATA_DIR:-$root/.muster}
exec cargo leptos watch -- serve
