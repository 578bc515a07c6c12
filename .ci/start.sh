#!/usr/bin/env bash
# `make run`: set-up, build, start. Every setting in the environment reaches the server.
source "$(dirname "$0")/lib.sh"
source .ci/site.sh

bash .ci/setup.sh toolchain
bash .ci/build.sh
need_toolchain
site_settings
export MUSTER_DATA_DIR=${MUSTER_DATA_DIR:-$root/.muster} MUSTER_SITE_ROOT=${MUSTER_SITE_ROOT:-$site}
say "ready to start after $SECONDS s"
exec "$target/release/$bin_exe_name" serve "$@"
