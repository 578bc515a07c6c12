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

# The tests start clusters of their own; only the programs must be there.
setup_servers() {
    if have initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' >/dev/null; then return; fi
    have_apt || die "PostgreSQL's initdb is missing: install PostgreSQL 15 or later and put its programs on PATH"
    apt_install postgresql
}
