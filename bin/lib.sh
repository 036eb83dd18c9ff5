# shellcheck shell=bash
# What the commands in bin/ share: installing what is missing, and a database for checks.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '%s\n' "$*" >&2; }
fail() {
    say "$(basename "$0"): $*"
    exit 1
}
has() { command -v "$1" >/dev/null 2>&1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif has sudo; then
        sudo "$@"
    else
        return 1
    fi
}

apt_updated=
# install PACKAGE…: installs Debian or Ubuntu packages, or says what is needed.
install() {
    has apt-get || fail "needs $*; this machine has no apt-get, so install it by hand"
    say "Installing $* …"
    if [ -z "$apt_updated" ]; then
        as_root apt-get update -qq >&2 || say "The package lists could not be renewed; trying with those at hand."
        apt_updated=yes
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >&2 ||
        fail "needs $*; run as root or with sudo: apt-get install $*"
}

need_rust() {
    if ! has cargo && [ -r "$HOME/.cargo/env" ]; then
        # shellcheck disable=SC1091
        . "$HOME/.cargo/env"
    fi
    has cargo || fail "needs Rust (https://rustup.rs)"
    has cc || install build-essential
}

# postgres_bin: the folder of the newest PostgreSQL server programs.
postgres_bin() {
    local newest
    newest=$(find /usr/lib/postgresql -path '*/bin/initdb' 2>/dev/null | sort -V | tail -n 1)
    if [ -n "$newest" ]; then
        dirname "$newest"
    elif has initdb && has postgres; then
        dirname "$(command -v initdb)"
    else
        return 1
    fi
}

need_postgres() {
    postgres_bin >/dev/null || install postgresql
    has setpriv || install util-linux
}

# The browser that works, if any.
browser() {
    local name
    for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
        # Ubuntu's chromium-browser may be a stub that only asks for a snap.
        if [ -n "$name" ] && has "$name" && "$name" --version >/dev/null 2>&1; then
            command -v "$name"
            return
        fi
    done
    find "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}" -path '*chrome-linux*/chrome' 2>/dev/null | sort -V | tail -n 1 | grep .
}

need_browser() {
    if ! has node || ! has npm; then install nodejs npm; fi
    has fc-list || install fontconfig
    fc-list | grep -qiE 'noto ?sans|roboto|liberation ?sans|dejavu ?sans' || install fonts-liberation
    node_packages
    if ! browser >/dev/null && has apt-get; then (install chromium) || true; fi
    if ! browser >/dev/null; then
        say "Installing Playwright's Chromium …"
        as_root true || fail "needs Chromium; run as root or with sudo, or name one in CHROMIUM"
        (cd tests/browser && npx playwright-core install --with-deps chromium) >&2 ||
            fail "needs Chromium; install it by hand and name it in CHROMIUM"
    fi
}

# node_packages: exactly what the lock file says, again only when that has changed.
node_packages() {
    local stamp=tests/browser/node_modules/.lock-file
    if ! cmp -s tests/browser/package-lock.json "$stamp"; then
        (cd tests/browser && npm ci --no-audit --no-fund --loglevel=error) >&2
        cp tests/browser/package-lock.json "$stamp"
    fi
}

KEYCLOAK_VERSION=26.7.3
KEYCLOAK_SHA256=77657f30b7e90d70f727712ce1c967f430fd6a5e9f458d32d8c6df0635345f47

# need_keycloak: Keycloak's official distribution in KEYCLOAK_HOME, built for its file database, so
# that a start takes seconds. Kept outside the work tree.
need_keycloak() {
    KEYCLOAK_HOME=${XDG_CACHE_HOME:-$HOME/.cache}/skadehub/keycloak-$KEYCLOAK_VERSION
    java_17 || (install openjdk-21-jre-headless) 2>/dev/null || install openjdk-17-jre-headless
    [ ! -e "$KEYCLOAK_HOME/.ready" ] || return 0
    has mvn || install maven
    mkdir -p "$KEYCLOAK_HOME"
    (
        flock 9
        [ -e "$KEYCLOAK_HOME/.ready" ] || prepare_keycloak
    ) 9>"$KEYCLOAK_HOME.lock"
}

java_17() { has java && [ "$(java -version 2>&1 | sed -nE 's/.*version "([0-9]+).*/\1/p')" -ge 17 ]; }

prepare_keycloak() {
    local work file
    work=$(mktemp -d "$KEYCLOAK_HOME.XXXXXX")
    # shellcheck disable=SC2064
    trap "rm -rf $work" EXIT
    file=keycloak-quarkus-dist-$KEYCLOAK_VERSION.tar.gz
    say "Fetching Keycloak $KEYCLOAK_VERSION (once, 170 MB) …"
    mvn --batch-mode --quiet --strict-checksums "-Dmaven.repo.local=$work/repository" \
        org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy -DoutputDirectory="$work" \
        -Dartifact="org.keycloak:keycloak-quarkus-dist:$KEYCLOAK_VERSION:tar.gz" >&2 ||
        fail "Keycloak could not be fetched"
    sha256sum --check --quiet <<<"$KEYCLOAK_SHA256  $work/$file" >&2 || fail "$file is not the one expected"
    tar -xzf "$work/$file" --strip-components=1 -C "$KEYCLOAK_HOME"
    say "Preparing it (once) …"
    "$KEYCLOAK_HOME/bin/kc.sh" build --db=dev-file >&2
    touch "$KEYCLOAK_HOME/.ready"
}

# with_database COMMAND…: runs it with DATABASE_URL set to a fresh, migrated database.
with_database() {
    local folder bin account=() url status=0 file
    need_postgres
    bin=$(postgres_bin)
    folder=$(mktemp -d /tmp/skadehub-sql.XXXXXX)
    if [ "$(id -u)" = 0 ]; then
        account=(setpriv "--reuid=postgres" "--regid=postgres" --clear-groups)
        chown postgres: "$folder"
    fi
    (
        cd /
        # The settings of a throw-away database.
        "${account[@]}" "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync >/dev/null
        "${account[@]}" "$bin/pg_ctl" -D "$folder/data" -s -w -l "$folder/log" \
            -o "-k $folder -c listen_addresses= -c fsync=off" start
    )
    # shellcheck disable=SC2064
    trap "cd /; ${account[*]} $bin/pg_ctl -D $folder/data -s -m fast stop; rm -rf $folder" EXIT
    url="postgres://postgres@localhost/postgres?host=$folder"
    psql_in "$folder" <migrations/roles.sql
    psql_in "$folder" <<<'alter database postgres owner to skadehub_owner'
    for file in migrations/hub/*.sql migrations/portal/*.sql; do
        [ -e "$file" ] || continue
        { printf 'set role skadehub_owner;\n' && cat "$file"; } | psql_in "$folder"
    done
    DATABASE_URL=$url "$@" || status=$?
    return "$status"
}

psql_in() { "$(postgres_bin)/psql" -X -q -v ON_ERROR_STOP=1 -h "$1" -U postgres -d postgres -o /dev/null; }
