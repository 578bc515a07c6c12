# shellcheck shell=bash
# Sourced by every script here: where things are, how a step is announced and timed, which Rust is used.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
target=${CARGO_TARGET_DIR:-$root/target}
[[ $target == /* ]] || target=$root/$target
tools=${XDG_CACHE_HOME:-$HOME/.cache}/muster/tools
export RUSTUP_AUTO_INSTALL=0 PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1

# In the environment they replace those of .cargo/config.toml, without which nothing hydrates (app/adr/0004).
for flags in RUSTFLAGS RUSTDOCFLAGS; do
    [[ -z ${!flags:-} || ${!flags} == *erase_components* ]] || export "$flags=${!flags} --cfg erase_components"
done

# On CI the lock file is the law; at a desk cargo may add the dependency that was just written.
locked=()
[[ -z ${CI:-} ]] || locked=(--locked)

# bash 4.4 and GNU tools are used throughout, as every Linux has them.
if [[ $(uname -s) != Linux ]]; then
    printf 'muster: these scripts need Linux; on macOS or Windows use a virtual machine, a container or WSL\n' >&2
    exit 1
fi

say() { printf '==> %s\n' "$*"; }
die() { printf 'muster: %s\n' "$*" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

# step TITLE COMMAND...: say what is being done, do it, say how long it took.
step() {
    local title=$1 began=$SECONDS status=0
    shift
    say "$title"
    # A plain `"$@" || status=$?` would switch `set -e` off inside the command.
    set +e
    (set -e; "$@")
    status=$?
    set -e
    if ((status == 0)); then
        say "$title: done in $((SECONDS - began)) s"
    else
        say "$title: FAILED after $((SECONDS - began)) s"
    fi
    return "$status"
}

# The version that rust-toolchain.toml pins.
pinned_rust() { sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml; }

# The commit of the compiler in use: a standard library belongs to one compiler only.
rust_commit() { rustc -vV | sed -n 's/^commit-hash: //p'; }

# Where a standard library for wasm that Debian's compiler built says which compiler that was.
wasm_marker() { printf '%s/lib/rustlib/wasm32-unknown-unknown/built-for' "$(rustc --print sysroot)"; }

# Whether the compiler in use can build the site.
wasm_ready() {
    local lib
    lib=$(rustc --print sysroot 2>/dev/null)/lib/rustlib/wasm32-unknown-unknown/lib || return 1
    compgen -G "$lib/libstd-*.rlib" >/dev/null || return 1
    # rustup ships its own library; one that was built here must be this compiler's.
    [[ ! -e $(wasm_marker) || $(cat "$(wasm_marker)") == "$(rust_commit)" ]]
}

# Chooses the toolchain that everything is compiled with: the one already asked for, the pinned one, or Debian's.
use_toolchain() {
    local asked=${RUSTUP_TOOLCHAIN:-} candidate
    for candidate in $asked "$(pinned_rust)" debian; do
        export RUSTUP_TOOLCHAIN=$candidate
        if wasm_ready; then return 0; fi
    done
    if [[ -n $asked ]]; then RUSTUP_TOOLCHAIN=$asked; else unset RUSTUP_TOOLCHAIN; fi
    return 1
}

need_toolchain() { use_toolchain || die "no Rust toolchain can build the site yet: run 'bash .ci/setup.sh toolchain'"; }

# The toolchain that formats and lints: Debian's has neither rustfmt nor clippy, so another stable one lends them.
lint_toolchain() {
    local candidate
    for candidate in "${RUSTUP_TOOLCHAIN:-}" "$(pinned_rust)" stable; do
        if [[ -n $candidate ]] && RUSTUP_TOOLCHAIN=$candidate cargo clippy --version >/dev/null 2>&1 &&
            RUSTUP_TOOLCHAIN=$candidate cargo fmt --version >/dev/null 2>&1; then
            printf '%s' "$candidate"
            return 0
        fi
    done
    return 1
}

# The version of crate $1 in Cargo.lock.
locked_version() { awk -v name="\"$1\"" '$1 == "name" && $3 == name { getline; gsub(/"/, "", $3); print $3; exit }' Cargo.lock; }

wasm_bindgen_dir() { printf '%s/wasm-bindgen-%s/bin' "$tools" "$(locked_version wasm-bindgen)"; }

cargo_deny_version=0.20.2
cargo_deny_dir() { printf '%s/cargo-deny-%s/bin' "$tools" "$cargo_deny_version"; }

cargo_fuzz_version=0.13.2
cargo_fuzz_dir() { printf '%s/cargo-fuzz-%s/bin' "$tools" "$cargo_fuzz_version"; }

cargo_leptos_version=0.3.11
cargo_leptos_dir() { printf '%s/cargo-leptos-%s/bin' "$tools" "$cargo_leptos_version"; }

# One environment for each list of packages.
judges_python_dir() { printf '%s/judges-%.12s' "$tools" "$(sha256sum <end2end/judges/requirements.txt)"; }

# sass, wasm-opt and terser come with the browser tests' packages, wasm-bindgen from the tools folder.
use_tools() { PATH=$(wasm_bindgen_dir):$root/end2end/node_modules/.bin:$PATH; export PATH; }
