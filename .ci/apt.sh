# shellcheck shell=bash
# Sourced: Debian packages, installed only when they are missing, as root or through sudo.

# Ubuntu has apt-get too, but neither Debian's browsers nor its Rust.
is_debian() { grep -qx 'ID=debian' /etc/os-release 2>/dev/null; }
have_apt() { have apt-get && have dpkg-query; }

as_root() {
    if ((EUID == 0)); then
        "$@"
    elif have sudo; then
        sudo "$@"
    else
        die "root is needed for '$*', and there is no sudo: run it as root, then start again"
    fi
}

missing_packages() {
    local package
    for package in "$@"; do
        if [[ $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) != 'install ok installed' ]]; then
            printf '%s\n' "$package"
        fi
    done
}

# apt_install PACKAGE...: nothing when all are there.
apt_install() {
    local missing
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]})) || return 0
    step "Debian packages: ${missing[*]}" apt_install_now "${missing[@]}"
}

apt_install_now() {
    as_root apt-get update -qq
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
}
