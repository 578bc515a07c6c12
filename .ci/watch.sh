#!/usr/bin/env bash
# `make watch`: cargo-leptos rebuilds and restarts on every change. It shares its settings (Cargo.toml) and the data folder
# with `make run`, so that a rebuild signs nobody out.
source "$(dirname "$0")/lib.sh"

bash .ci/setup.sh toolchain watch
need_toolchain
use_tools
PATH=$(cargo_leptos_dir):$PATH
# cargo-leptos hashes names only in its first build, not when it rebuilds; and it empties the site's folder when it
# starts, which must not be the one that `make run` serves.
export LEPTOS_HASH_FILES=false LEPTOS_SITE_ROOT=$target/watch-site
export MUSTER_SITE_ROOT=$LEPTOS_SITE_ROOT MUSTER_DATA_DIR=${MUSTER_DATA_DIR:-$root/.muster}
exec cargo leptos watch -- serve
