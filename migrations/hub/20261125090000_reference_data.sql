-- The hub's schema, and what belongs to no company: the directory, the API
-- clients and the code lists. These tables have no row-level security; a test
-- keeps the list of such tables.
--
-- Roles (made by whoever owns the database): skadehub_owner owns the schema,
-- skadehub_hub is the application, skadehub_search owns the one search function.

create schema if not exists hub;
create extension if not exists pg_trgm with schema public;
grant usage on schema hub to skadehub_hub, skadehub_search;

-- The company of the transaction; null when none is set, and then no row matches.
create function hub.company() returns text
    language sql stable parallel safe
    return nullif(current_setting('app.company', true), '');

create table hub.company (
    code                 text primary key
                         constraint company_code_shape check (code ~ '^[A-Z0-9]{2,8}$'),
    name                 text not null,
    organisation_number  text not null,
    kind                 text not null,
    active               boolean not null,
    claim_account_number text
);

create table hub.api_client (
    client_id text primary key,
    company   text references hub.company,
    scopes    text[] not null,
    active    boolean not null default true
);

create table hub.code_list (
    name       text not null,
    version    text not null,
    valid_from date not null,
    valid_to   date,
    items      jsonb not null,
    primary key (name, version)
);

grant select on hub.company, hub.api_client, hub.code_list to skadehub_hub;
