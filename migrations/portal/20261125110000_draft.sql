-- Drafts of new incidents: a company's own, invisible to every other company and to the hub.
--
-- What was typed is kept as it was typed, right or wrong, and sealed, since it holds
-- personal data. Beside it stands what the list of drafts shows.
--
-- `version` counts the saves. `edit` names the page whose saves are the newest, and
-- `edit_base` the version that page was opened at: a page may save many times over,
-- but not over what another page has saved since it was opened.
--
-- A sent draft stays for some days as an empty marker, so that a second click, or a
-- page left open, finds the incident it became.

create table portal.draft (
    draft       uuid primary key,
    company     text not null,
    -- Who began it.
    owner       text not null,
    reference   text not null default '',
    own_plate   text not null default '',
    other_plate text not null default '',
    loss_date   date,
    -- Sealed for `portal.draft:<draft>`.
    body        bytea,
    -- What TFFAuto answered, sealed likewise; kept outside the version, since nobody typed it.
    lookups     bytea,
    version     bigint not null default 0,
    edit        uuid not null,
    edit_base   bigint not null default 0,
    created_at  timestamptz not null,
    updated_at  timestamptz not null,
    updated_by  text not null,
    -- The incident it became.
    sent_as     uuid,

    constraint draft_company_form check (company ~ '^[A-Z0-9]{2,8}$'),
    constraint draft_body_until_sent check ((body is null) = (sent_as is not null)),
    constraint draft_sent_is_empty check (
        sent_as is null
        or (lookups is null and loss_date is null and reference = '' and own_plate = '' and other_plate = '')
    )
);

create index draft_by_company on portal.draft (company, updated_at desc, draft) where sent_as is null;
create index draft_sent_by_age on portal.draft (company, updated_at) where sent_as is not null;

alter table portal.draft enable row level security;
alter table portal.draft force row level security;

create policy own_company on portal.draft
    using (company = nullif(current_setting('app.company', true), ''))
    with check (company = nullif(current_setting('app.company', true), ''));

grant select, insert, update, delete on portal.draft to skadehub_portal;
