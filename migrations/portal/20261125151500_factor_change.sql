-- A new authenticator app, while the old one still counts; and logout tokens, each good once.

-- Sealed as `totp_secret` is; takes its place when a first code of it has been given.
alter table portal.member add column totp_next bytea;

-- The ids (`jti`) of logout tokens that have been acted on, until they would have expired anyway.
-- Without row-level security: it says nothing of anyone.
create table portal.logout_token (
    jti        text primary key,
    keep_until timestamptz not null,

    constraint logout_token_jti_length check (length(jti) between 1 and 255)
);

create index logout_token_by_age on portal.logout_token (keep_until);

grant select, insert, delete on portal.logout_token to skadehub_portal;
