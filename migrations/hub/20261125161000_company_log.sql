-- The company log: what concerns one company only, and who looked at what. Hub and portal
-- both write it, each in the transaction of the act, so it has a schema of its own.
--
-- An entry is written without its place in the chain, so that two who act at once do not wait
-- for each other. One sequencer at a time gives it number and hash, once; from then on
-- nothing of it changes but that person, reference and data are erased, with their salt.

create schema log;
grant usage on schema log to skadehub_hub, skadehub_portal;

create table log.entry (
    company       text not null,
    entry_id      uuid not null,
    kind          text not null,
    channel       text not null constraint entry_channel check (channel in ('portal', 'api', 'system')),
    at            timestamptz not null,
    person        text,
    incident_id   uuid,
    reference     text,
    -- JSON.
    data          bytea,
    salt          bytea,
    payload_hash  bytea not null,
    seq           bigint,
    previous_hash bytea,
    hash          bytea,
    primary key (company, entry_id),
    constraint entry_company_form check (company ~ '^[A-Z0-9]{2,8}$'),
    constraint entry_place_once unique (company, seq),
    constraint entry_chained_whole check (
        (seq is null) = (hash is null) and (seq is null) = (previous_hash is null)),
    constraint entry_erased_whole check (salt is not null
        or (person is null and incident_id is null and reference is null and data is null))
);
create index entry_newest on log.entry (company, at desc, entry_id desc);
create index entry_by_person on log.entry (company, person, at desc);
create index entry_by_incident on log.entry (company, incident_id) where incident_id is not null;

create table log.head (
    company text primary key,
    seq     bigint not null,
    hash    bytea not null
);

-- Entries that wait for their place: ids only.
create table log.waiting (
    waiting_id bigint generated always as identity primary key,
    company    text not null,
    entry_id   uuid not null
);

create function log.refuse_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'UPDATE' and old.hash is null then
        return new;
    end if;
    raise exception 'the log is append-only';
end $$;
create trigger entry_append_only before update or delete on log.entry
    for each row execute function log.refuse_change();
create trigger entry_no_truncate before truncate on log.entry
    for each statement execute function log.refuse_change();

do $$
declare t text;
begin
    foreach t in array array['entry', 'head'] loop
        execute format('alter table log.%I enable row level security', t);
        execute format('alter table log.%I force row level security', t);
        execute format('create policy own_company on log.%I
            using (company = nullif(current_setting(''app.company'', true), ''''))
            with check (company = nullif(current_setting(''app.company'', true), ''''))', t);
    end loop;
end $$;

grant insert on log.entry, log.waiting to skadehub_portal;
grant select, insert on log.entry to skadehub_hub;
grant update (seq, previous_hash, hash) on log.entry to skadehub_hub;
grant select, insert, update on log.head to skadehub_hub;
grant select, insert, delete on log.waiting to skadehub_hub;
