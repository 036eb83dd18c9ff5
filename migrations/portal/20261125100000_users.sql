-- Who may use the portal, how they prove it, and where they are signed in.
--
-- The identity provider says who a person is (issuer and subject); whether that
-- person is a member of a company, and in which roles, is ours to say. A member
-- is invited by username. The first sign-in under that username binds issuer and
-- subject for good; from then on the username is only a name.
--
-- `member`, `recovery_code`, `code_attempt` and `session` carry no row-level
-- security: they are read to find out which company a request belongs to, so no
-- company can be set before they are read. They hold no case data, and every
-- function that reads them takes the member, the session or the subject.
-- `parked_form` holds what a person typed, and is closed to all but that person.

create schema portal;

grant usage on schema portal to skadehub_portal;

create table portal.member (
    member          uuid primary key,
    username        text not null,
    display_name    text not null,
    company         text,
    company_name    text,
    roles           text[] not null,
    active          boolean not null default true,
    issuer          text,
    subject         text,
    -- Sealed for `portal.member:<member>`; pending until confirmed by a first code.
    totp_secret     bytea,
    totp_confirmed_at timestamptz,
    -- The newest 30-second step a code was accepted for: no code counts twice.
    totp_last_step  bigint not null default 0,
    created_at      timestamptz not null,
    last_sign_in_at timestamptz,

    constraint member_username unique (username),
    constraint member_username_form check (username = lower(username) and username <> ''),
    constraint member_subject unique (issuer, subject),
    constraint member_subject_whole check ((issuer is null) = (subject is null)),
    constraint member_company_named check ((company is null) = (company_name is null)),
    constraint member_roles_known check (
        cardinality(roles) > 0
        and roles <@ array['handler', 'injury_handler', 'company_admin', 'auditor', 'hub_admin']
    ),
    -- A hub administrator belongs to no company, and nobody else may lack one.
    constraint member_hub_admin_alone
        check (case when company is null then roles = array['hub_admin'] else not 'hub_admin' = any (roles) end),
    constraint member_confirmed_has_secret check (totp_confirmed_at is null or totp_secret is not null)
);

create index member_by_company on portal.member (company, username);

-- One row per recovery code; the codes of one set share their salt, so that a
-- try costs one argon2 hash and not ten.
create table portal.recovery_code (
    member  uuid not null references portal.member on delete cascade,
    hash    bytea not null,
    salt    bytea not null,
    used_at timestamptz,
    primary key (member, hash)
);

-- Wrong one-time and recovery codes, for slowing down; kept for a day.
create table portal.code_attempt (
    attempt bigint generated always as identity primary key,
    member  uuid not null references portal.member on delete cascade,
    at      timestamptz not null
);

create index code_attempt_by_member on portal.code_attempt (member, at);

-- A browser that is signed in, or halfway there. Only a hash of the cookie is
-- kept. An expired row stays for 12 hours, so that a form sent too late can be
-- parked for the person who typed it.
create table portal.session (
    id_hash        bytea primary key,
    member         uuid not null references portal.member on delete cascade,
    -- The provider's name for its own session (`sid`), for back-channel logout.
    provider_sid   text,
    data           jsonb not null,
    created_at     timestamptz not null,
    seen_at        timestamptz not null,
    expires_at     timestamptz not null,
    absolute_until timestamptz not null,

    constraint session_hash_length check (octet_length(id_hash) = 32),
    constraint session_expires_in_time check (expires_at <= absolute_until)
);

create index session_by_member on portal.session (member);
create index session_by_expiry on portal.session (expires_at);
create index session_by_provider on portal.session (provider_sid) where provider_sid is not null;

-- A form that arrived after the session had expired, sealed, for its sender only.
create table portal.parked_form (
    parked_form uuid primary key,
    member      uuid not null references portal.member on delete cascade,
    path        text not null,
    body        bytea not null,
    created_at  timestamptz not null,
    keep_until  timestamptz not null,

    constraint parked_form_path_local check (path like '/%' and path not like '//%'),
    constraint parked_form_size check (octet_length(body) <= 1100000)
);

create index parked_form_by_member on portal.parked_form (member);
create index parked_form_by_age on portal.parked_form (keep_until);

alter table portal.parked_form enable row level security;
alter table portal.parked_form force row level security;

-- The member is set for the transaction, as the company is elsewhere; unset means no rows.
create policy parked_form_read on portal.parked_form for select
    using (member = nullif(current_setting('app.member', true), '')::uuid);
create policy parked_form_write on portal.parked_form for insert
    with check (member = nullif(current_setting('app.member', true), '')::uuid);

-- What is past its time goes, whoever typed it. A `delete` without a condition
-- reads no row and so meets this policy alone.
create policy parked_form_expired on portal.parked_form for delete
    using (keep_until < now());

grant select, insert, update on portal.member to skadehub_portal;
grant select, insert, update, delete on portal.recovery_code to skadehub_portal;
grant select, insert, delete on portal.code_attempt to skadehub_portal;
grant select, insert, update, delete on portal.session to skadehub_portal;
grant select, insert, delete on portal.parked_form to skadehub_portal;
