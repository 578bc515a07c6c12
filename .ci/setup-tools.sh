# shellcheck shell=bash
# Sourced: the tools of the site build (npm packages, wasm-bindgen), of `make test` (cargo-deny), of `make fuzz`
# (cargo-fuzz) and of `make watch` (cargo-leptos).

setup_npm() {
    local lock stamp=end2end/node_modules/.muster-lock
    if ! have npm || ! node_is_current; then
        die "Node.js 20.19 or later with npm is needed, $(node --version 2>/dev/null || echo none) is here: install it, then start again"
    fi
    lock=$(sha256sum <end2end/package-lock.json)
    [[ $(cat "$stamp" 2>/dev/null) == "$lock" ]] && return
    step "npm packages (sass, wasm-opt, Playwright)" npm_install
    printf '%s\n' "$lock" >"$stamp"
}

node_is_current() { node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'; }

npm_install() { npm --prefix end2end ci --ignore-scripts --no-audit --no-fund --loglevel=error; }

# The command line must match the library to the last digit.
setup_wasm_bindgen() {
    local version
    version=$(locked_version wasm-bindgen)
    [[ -x $(wasm_bindgen_dir)/wasm-bindgen ]] && return
    need_toolchain
    step "wasm-bindgen $version" install_tool wasm-bindgen-cli "$version" "$(wasm_bindgen_dir)" \
        --no-default-features --bin wasm-bindgen
}

setup_cargo_deny() {
    [[ -x $(cargo_deny_dir)/cargo-deny ]] && return
    need_toolchain
    step "cargo-deny $cargo_deny_version" install_tool cargo-deny "$cargo_deny_version" "$(cargo_deny_dir)" --locked
}

setup_cargo_fuzz() {
    [[ -x $(cargo_fuzz_dir)/cargo-fuzz ]] && return
    step "cargo-fuzz $cargo_fuzz_version" install_tool cargo-fuzz "$cargo_fuzz_version" "$(cargo_fuzz_dir)" --locked
}

setup_cargo_leptos() {
    [[ -x $(cargo_leptos_dir)/cargo-leptos ]] && return
    need_toolchain
    step "cargo-leptos $cargo_leptos_version" install_tool cargo-leptos "$cargo_leptos_version" \
        "$(cargo_leptos_dir)" --locked
}

# install_tool CRATE VERSION BIN-FOLDER OPTION...: a tool that is used for seconds need not be optimised for minutes.
install_tool() {
    local crate=$1 version=$2 prefix=${3%/bin}
    shift 3
    env -u CARGO_TARGET_DIR CARGO_PROFILE_DEV_DEBUG=false \
        CARGO_PROFILE_DEV_BUILD_OVERRIDE_DEBUG=false \
        cargo install "$crate" --version "$version" --quiet --debug --root "$prefix" "$@"
}
