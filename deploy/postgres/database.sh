#!/usr/bin/env bash
# Passwords for the roles, and the database they use. Runs once, when the server is new.
set -euo pipefail
psql -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres \
    -v owner="$OWNER_PASSWORD" -v hub="$HUB_PASSWORD" -v portal="$PORTAL_PASSWORD" <<'SQL'
alter role skadehub_owner password :'owner';
alter role skadehub_hub password :'hub';
alter role skadehub_portal password :'portal';
create database skadehub owner skadehub_owner;
SQL
