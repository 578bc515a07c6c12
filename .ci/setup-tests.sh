# shellcheck shell=bash
# Sourced: what only the tests need.

# CHROMIUM_PATH, else chromium, else Playwright's own: the order in which the browser tests look, too.
setup_browsers() {
    if is_debian; then
        apt_install chromium firefox-esr fonts-liberation
    elif [[ -z ${CHROMIUM_PATH:-} ]] && ! have chromium; then
        playwright_has_chromium || step "Chromium, from Playwright" env -u PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD \
            npm --prefix end2end exec -- playwright install --with-deps chromium
    fi
}

playwright_has_chromium() {
    (cd end2end && node -e 'import("@playwright/test").then(({ chromium }) => process.exit(require("fs").existsSync(chromium.executablePath()) ? 0 : 1))')
}

# Other people's clients, which sign in to entra-local: npm packages, and MSAL for Python in an environment of its own. In that
# is schemathesis, too, which judges the JSON API in one of the server's tests.
setup_judges() {
    local lock stamp=end2end/judges/node_modules/.muster-lock
    lock=$(sha256sum <end2end/judges/package-lock.json)
    if [[ $(cat "$stamp" 2>/dev/null) != "$lock" ]]; then
        step "npm packages (MSAL, openid-client)" npm --prefix end2end/judges ci --ignore-scripts --no-audit --no-fund --loglevel=error
        printf '%s\n' "$lock" >"$stamp"
    fi
    [[ -e $(judges_python_dir)/ready ]] || step "MSAL for Python, schemathesis" install_python_judges
}

install_python_judges() {
    local dir
    dir=$(judges_python_dir)
    rm -rf "$dir"
    mkdir -p "$(dirname "$dir")"
    if ! python3 -m venv "$dir" 2>/dev/null; then
        have_apt || die "Python 3 with venv is missing: install it, then start again"
        apt_install python3 python3-venv
        rm -rf "$dir"
        python3 -m venv "$dir"
    fi
    "$dir/bin/python" -m pip install --quiet --disable-pip-version-check --requirement end2end/judges/requirements.txt
    touch "$dir/ready"
}

# The tests start servers of their own; only the programs must be there.
setup_servers() {
    setup_postgres
    setup_redis
}

setup_postgres() {
    if have initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then return; fi
    have_apt || die "PostgreSQL's initdb is missing: install PostgreSQL 15 or later and put its programs on PATH"
    apt_install postgresql
}

setup_redis() {
    if have redis-cli && redis_is_7; then return; fi
    have_apt || die "redis-server and redis-cli $(redis_found): install Redis 7 or later and put its programs on PATH"
    apt_install redis-server
    redis_is_7 || die "redis-server and redis-cli $(redis_found), and this system's package is no newer: install Redis 7 or later from elsewhere and put its programs first on PATH"
    # The package starts a server of its own, at every boot; nobody asked for that.
    if [[ -d /run/systemd/system ]]; then as_root systemctl disable --now --quiet redis-server; fi
}

# Says "Redis server v=7.4.2 sha=…"; nothing if it is not there.
redis_version() {
    have redis-server && redis-server --version | sed -n 's/.* v=\([0-9][0-9.]*\).*/\1/p'
}

redis_is_7() {
    local version
    version=$(redis_version) && [[ ${version%%.*} -ge 7 ]]
}

redis_found() {
    local version
    if version=$(redis_version) && [[ -n $version ]]; then echo "are too old ($version)"; else echo "are missing"; fi
}
