-- The exchange. Every shared row stores the two companies it was exchanged
-- between, and its policy compares only those two columns.
--
-- `incident` is the aggregate's state, `incident_party` one row per company
-- with that side's facts and what lists need, `event` how it came about. All
-- are written in one transaction; the incident's row is locked first.

create table hub.incident (
    incident_id      uuid primary key,
    version          bigint not null,
    status           text not null
                     constraint incident_status check (status in ('sent', 'accepted', 'rejected', 'withdrawn', 'closed')),
    sender           text not null references hub.company,
    counterpart      text not null references hub.company,
    opened_at        timestamptz not null,
    received_at      timestamptz not null,
    changed_at       timestamptz not null,
    closed_at        timestamptz,
    loss_date        date not null,
    loss_time        time,
    place            text,
    description      text,
    personal_injury  boolean not null,
    -- Liability: the proposal that stands or was agreed, and since when nothing stands.
    liability        text not null
                     constraint incident_liability check (liability in ('none', 'proposed', 'agreed')),
    liability_since  timestamptz not null,
    proposal_number  int not null,
    last_proposal    int not null,
    rejected_reason  text,
    rejected_text    text,
    suggested        text,
    rejected_at      timestamptz,
    closing_by       text,
    closing_at       timestamptz,
    closing_reason   text,
    reopening_by     text,
    reopening_at     timestamptz,
    reopening_reason text,
    -- Head of the event chain.
    event_seq        bigint not null,
    event_hash       bytea not null,

    constraint incident_parties_differ check (sender <> counterpart),
    constraint incident_proposal_stands check ((liability = 'none') = (proposal_number = 0)),
    constraint incident_rejection_whole check ((status = 'rejected') <= (rejected_at is not null))
);

create table hub.incident_party (
    incident_id           uuid not null references hub.incident,
    company               text not null references hub.company,
    other                 text not null references hub.company,
    role                  text not null constraint party_role check (role in ('sender', 'counterpart')),
    -- This side's facts.
    reference             text,
    registration_number   text collate "C",
    country               text not null,
    vehicle_description   text,
    coverage              text,
    vat_liable            boolean not null,
    business_interruption boolean not null,
    insurer_outcome       text,
    insurer_registry      text,
    insurer_since         date,
    insurer_checked_at    timestamptz,
    insurer_by_hand       boolean not null,
    insurer_reason        text,
    -- What this company's lists need, written with every act.
    status                text not null,
    opened_at             timestamptz not null,
    changed_at            timestamptz not null,
    loss_date             date not null,
    awaiting              text not null constraint party_awaiting check (awaiting in ('us', 'them', 'both', 'nobody')),
    duty                  text not null,
    due_at                timestamptz,
    overdue_noted         boolean not null default false,
    foreign_events        int not null,
    claims_sent           bigint not null default 0,
    claims_received       bigint not null default 0,
    claims_open           int not null default 0,
    -- Normalised for search: capitals without blanks.
    reference_key         text collate "C",
    other_reference_key   text collate "C",
    other_registration    text collate "C",
    search_text           text not null,
    -- What a former counterpart keeps after a redirect: the incident as it last saw it.
    frozen                jsonb,

    primary key (incident_id, company),
    constraint party_vehicle_known check (registration_number is not null or vehicle_description is not null),
    constraint party_due_with_duty check ((awaiting = 'nobody') = (due_at is null))
);

-- The same reference serves several incidents of a pile-up, but not twice for the same loss date and other vehicle.
create unique index incident_party_reference_once
    on hub.incident_party (company, reference_key, loss_date, other_registration)
    where role = 'sender' and status in ('sent', 'accepted', 'closed');
create index incident_party_opened on hub.incident_party (company, opened_at desc, incident_id desc);
create index incident_party_due on hub.incident_party (company, awaiting, due_at, incident_id) where awaiting <> 'nobody';
create index incident_party_status on hub.incident_party (company, status, opened_at desc, incident_id desc);
create index incident_party_loss on hub.incident_party (company, loss_date, opened_at desc, incident_id desc);
create index incident_party_other on hub.incident_party (company, other, opened_at desc, incident_id desc);
create index incident_party_changed on hub.incident_party (company, changed_at);
create index incident_party_reference on hub.incident_party (company, reference_key text_pattern_ops);
create index incident_party_other_reference on hub.incident_party (company, other_reference_key text_pattern_ops);
create index incident_party_registration on hub.incident_party (company, registration_number text_pattern_ops);
create index incident_party_other_registration on hub.incident_party (company, other_registration text_pattern_ops);
create index incident_party_words on hub.incident_party using gin (search_text public.gin_trgm_ops);

-- What is a company's own: who handles it, what has been seen. Not part of the shared version.
create table hub.incident_desk (
    incident_id uuid not null references hub.incident,
    company     text not null references hub.company,
    handler     text,
    seen_events int not null default 0,
    primary key (incident_id, company)
);
create index incident_desk_handler on hub.incident_desk (company, handler, incident_id);

create table hub.proposal (
    incident_id  uuid not null references hub.incident,
    number       int not null,
    sender       text not null,
    counterpart  text not null,
    by_company   text not null,
    code         text not null,
    code_version text not null,
    own_part     text not null constraint proposal_part check (own_part in ('a', 'b')),
    share_num    int not null,
    share_den    int not null,
    reason       text,
    at           timestamptz not null,
    due_at       timestamptz not null,
    primary key (incident_id, number),
    constraint proposal_share check (share_num between 0 and share_den and share_den > 0),
    constraint proposal_by_party check (by_company in (sender, counterpart))
);

create table hub.message (
    message_id  uuid primary key,
    incident_id uuid not null references hub.incident,
    sender      text not null,
    counterpart text not null,
    by_company  text not null,
    by_user     text,
    at          timestamptz not null,
    text        text not null,
    read_at     timestamptz,
    constraint message_by_party check (by_company in (sender, counterpart))
);
create index message_of_incident on hub.message (incident_id, at, message_id);

create table hub.event (
    incident_id   uuid not null references hub.incident,
    seq           bigint not null,
    event_id      uuid not null constraint event_id_once unique,
    sender        text not null,
    counterpart   text not null,
    kind          text not null,
    by_company    text,
    channel       text not null constraint event_channel check (channel in ('portal', 'api', 'system')),
    at            timestamptz not null,
    -- JSON {data, user}; erased with its salt when the incident is deleted, and the chain still verifies.
    payload       bytea,
    salt          bytea,
    payload_hash  bytea not null,
    previous_hash bytea not null,
    hash          bytea not null,
    primary key (incident_id, seq)
);

create function hub.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'history is append-only';
end $$;
create trigger event_append_only before update or delete on hub.event
    for each row execute function hub.refuse_change();
create trigger event_no_truncate before truncate on hub.event
    for each statement execute function hub.refuse_change();
create trigger proposal_immutable before update or delete on hub.proposal
    for each row execute function hub.refuse_change();

do $$
declare t text;
begin
    foreach t in array array['incident', 'proposal', 'message', 'event'] loop
        execute format('alter table hub.%I enable row level security', t);
        execute format('alter table hub.%I force row level security', t);
        execute format('create policy both_parties on hub.%I using (hub.company() in (sender, counterpart)) with check (hub.company() in (sender, counterpart))', t);
    end loop;
end $$;

alter table hub.incident_party enable row level security;
alter table hub.incident_party force row level security;
create policy both_parties on hub.incident_party
    using (hub.company() in (company, other)) with check (hub.company() in (company, other));
alter table hub.incident_desk enable row level security;
alter table hub.incident_desk force row level security;
create policy own_company on hub.incident_desk
    using (company = hub.company()) with check (company = hub.company());

grant select, insert, update on hub.incident, hub.incident_party, hub.incident_desk, hub.message to skadehub_hub;
grant select, insert on hub.proposal, hub.event to skadehub_hub;

-- Words anywhere in the caller's own incidents. Operators that are not leak-proof never become
-- index conditions under row-level security, so this runs as a role of its own and filters by itself.
create policy search_all on hub.incident_party for select to skadehub_search using (true);
grant select (incident_id, company, search_text) on hub.incident_party to skadehub_search;
create function hub.incidents_with(pattern text) returns setof uuid
    language sql stable security definer
    set search_path = hub, public, pg_temp
    as $$ select incident_id from hub.incident_party where company = hub.company() and search_text like pattern $$;
revoke all on function hub.incidents_with from public;
grant create on schema hub to skadehub_search;
alter function hub.incidents_with owner to skadehub_search;
revoke create on schema hub from skadehub_search;
grant execute on function hub.incidents_with to skadehub_hub;
