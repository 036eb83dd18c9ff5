-- That a company asked Skadehub to look at its users: without one recorded in the same visit, an
-- administrator of Skadehub sees none of them. It stands in the company's own log as well; here
-- it says that it was recorded, by whom.

create table portal.users_request (
    users_request uuid primary key,
    company       text not null,
    -- The administrator of Skadehub who recorded it.
    member        uuid not null references portal.member on delete cascade,
    asked_by      text not null,
    asked_on      date not null,
    reason        text not null,
    recorded_at   timestamptz not null,

    constraint users_request_company_form check (company ~ '^[A-Z0-9]{2,8}$'),
    constraint users_request_said check (asked_by <> '' and reason <> '')
);

create index users_request_standing on portal.users_request (company, member, recorded_at);

alter table portal.users_request enable row level security;
alter table portal.users_request force row level security;

create policy own_company on portal.users_request
    using (company = nullif(current_setting('app.company', true), ''))
    with check (company = nullif(current_setting('app.company', true), ''));

grant select, insert on portal.users_request to skadehub_portal;
