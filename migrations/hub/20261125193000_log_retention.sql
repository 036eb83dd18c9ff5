-- Who looked at what is kept for three months, unless a hold says otherwise: then person,
-- incident, reference and data are erased with their salt, and the chain still verifies. The
-- database holds the application to it: nothing younger is erased, nothing held, no other kind.

-- The kinds, as `company_log::Kind::is_access` has them.
create function log.is_access(kind text) returns boolean language sql immutable as $$
    select kind in ('incident_viewed', 'claim_viewed', 'history_viewed', 'history_exported',
        'log_viewed', 'log_exported', 'chains_verified', 'access_refused', 'signed_in')
$$;

-- The oldest access that is kept, as `company_log::access_kept_from` has it.
create function log.access_kept_from(now timestamptz) returns timestamptz language sql immutable as $$
    select (now at time zone 'UTC' - interval '3 months') at time zone 'UTC'
$$;

create index entry_access on log.entry (company, at) where salt is not null and log.is_access(kind);

-- Legal holds, as they are now; how each came about stands in the company's log.
create table log.hold (
    company     text not null,
    -- None: the whole log of the company.
    incident_id uuid,
    reason      text not null,
    set_by      text not null,
    set_at      timestamptz not null,
    until       timestamptz not null,
    constraint hold_once unique nulls not distinct (company, incident_id)
);
alter table log.hold enable row level security;
alter table log.hold force row level security;
create policy own_company on log.hold
    using (company = nullif(current_setting('app.company', true), ''))
    with check (company = nullif(current_setting('app.company', true), ''));
grant select, insert, update on log.hold to skadehub_hub;

create function log.is_held(holder text, incident uuid) returns boolean language sql stable as $$
    select exists (select from log.hold h where h.company = holder and h.until > now()
        and (h.incident_id is null or h.incident_id = incident))
$$;

create or replace function log.refuse_change() returns trigger language plpgsql as $$
declare
    erased log.entry;
begin
    if tg_op = 'UPDATE' then
        if old.hash is null then
            return new;
        end if;
        erased := old;
        erased.person := null;
        erased.incident_id := null;
        erased.reference := null;
        erased.data := null;
        erased.salt := null;
        if new is not distinct from erased and log.is_access(old.kind)
            and old.at < log.access_kept_from(now()) and not log.is_held(old.company, old.incident_id) then
            return new;
        end if;
    end if;
    raise exception 'the log is append-only';
end $$;

grant update (person, incident_id, reference, data, salt) on log.entry to skadehub_hub;
