#!/usr/bin/env bash
# `make size`: what a browser downloads for the first page, and how that differs from the number on record.
source "$(dirname "$0")/lib.sh"
source .ci/site.sh

bash .ci/setup.sh toolchain
need_toolchain
use_tools
site_settings
build_site

record=frontend/size.txt
report=$(node .ci/size.mjs "$site/$site_pkg_dir")
printf '%s\n' "$report"
if [[ $report == "$(cat "$record" 2>/dev/null)" ]]; then
    say "$record is up to date"
else
    printf '%s\n' "$report" >"$record"
    say "$record is rewritten: commit it with the change that caused it"
fi
