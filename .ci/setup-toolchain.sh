# shellcheck shell=bash
# Sourced: a Rust compiler with a standard library for wasm. rustup has both; where its servers cannot be reached, Debian
# has the compiler and the library's sources, and the library is built here once per compiler.

setup_rust() {
    if use_toolchain; then return; fi
    have cargo || is_debian || die "Rust is missing: install rustup (https://rustup.rs), then start again"
    if have rustup && step "Rust $(pinned_rust) with wasm32-unknown-unknown, from rustup" rustup_install; then
        use_toolchain || die "rustup installed Rust $(pinned_rust), but it cannot compile for wasm32-unknown-unknown"
        return
    fi
    is_debian || die "rustup cannot install Rust $(pinned_rust) and this is not Debian, whose Rust would do: install it by hand"
    say "falling back to Debian's Rust"
    apt_install gcc libc6-dev rustc-web cargo-web rust-web-src
    apt_install "lld-$(debian_llvm)"
    debian_wasm_ready || step "standard library for wasm32-unknown-unknown" build_wasm_std
    if have rustup; then rustup toolchain link debian /usr; fi
    use_toolchain || die "Debian's Rust cannot compile for wasm32-unknown-unknown: see the messages above"
}

rustup_install() {
    RUST_BACKTRACE=0 timeout 600 rustup toolchain install "$(pinned_rust)" --profile minimal --no-self-update \
        --component clippy --component rustfmt --target wasm32-unknown-unknown
}

debian_llvm() { /usr/bin/rustc -vV | sed -n 's/^LLVM version: \([0-9]*\).*/\1/p'; }

# The checks of lib.sh, on Debian's own compiler whatever rustup says.
debian_wasm_ready() (
    # shellcheck disable=SC2317  # called by wasm_ready
    rustc() { /usr/bin/rustc "$@"; }
    RUSTUP_TOOLCHAIN=debian
    wasm_ready
)

# Builds std as rustup would ship it, from any empty crate, and lays it where Debian's compiler looks for it.
build_wasm_std() {
    local sysroot host lib
    # Not local: the trap runs when the function is over.
    scratch=$(mktemp -d)
    trap 'rm -rf "$scratch"' EXIT
    sysroot=$(/usr/bin/rustc --print sysroot)
    host=$(/usr/bin/rustc -vV | sed -n 's/^host: //p')
    lib=$sysroot/lib/rustlib/wasm32-unknown-unknown

    mkdir "$scratch/src"
    printf '[package]\nname = "empty"\nversion = "0.0.0"\nedition = "2021"\n' >"$scratch/Cargo.toml"
    printf '#![no_std]\n' >"$scratch/src/lib.rs"
    # -Zbuild-std is a nightly option that this compiler takes with RUSTC_BOOTSTRAP.
    (cd "$scratch" && env -u RUSTFLAGS -u CARGO_TARGET_DIR RUSTC=/usr/bin/rustc RUSTC_BOOTSTRAP=1 /usr/bin/cargo build \
        --quiet --release -Zbuild-std=std,panic_abort,proc_macro --target wasm32-unknown-unknown)

    as_root rm -rf "$lib"
    as_root mkdir -p "$lib/lib" "$sysroot/lib/rustlib/$host/bin"
    # Empty until all is there.
    as_root touch "$lib/built-for"
    find "$scratch/target/wasm32-unknown-unknown/release/deps" -name '*.rlib' ! -name 'libempty*' -print0 |
        as_root xargs -0 cp -t "$lib/lib"
    as_root ln -sf "$(command -v "lld-$(debian_llvm)")" "$sysroot/lib/rustlib/$host/bin/rust-lld"
    /usr/bin/rustc -vV | sed -n 's/^commit-hash: //p' | as_root tee "$lib/built-for" >/dev/null
}
