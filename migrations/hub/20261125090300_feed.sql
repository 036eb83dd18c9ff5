-- Answers kept under their idempotency keys, and the feed of events.
--
-- Committed events are moved from the outbox into the feed by one sequencer at
-- a time, so that a position never appears behind one already read. The outbox
-- holds ids only and has no row-level security; the feed is each company's own.

create table hub.idempotency (
    company     text not null references hub.company,
    key         text not null,
    fingerprint bytea not null,
    status      smallint not null,
    version     bigint,
    -- Encrypted: an answer holds personal data.
    answer      bytea not null,
    at          timestamptz not null,
    primary key (company, key)
);
create index idempotency_age on hub.idempotency (at);
alter table hub.idempotency enable row level security;
alter table hub.idempotency force row level security;
create policy own_company on hub.idempotency
    using (company = hub.company()) with check (company = hub.company());

create table hub.outbox (
    outbox_id   bigint generated always as identity primary key,
    incident_id uuid not null,
    seq         bigint not null,
    sender      text not null,
    counterpart text not null
);

create table hub.feed (
    company     text not null references hub.company,
    position    bigint not null,
    incident_id uuid not null,
    seq         bigint not null,
    primary key (company, position),
    constraint feed_event_once unique (company, incident_id, seq)
);
alter table hub.feed enable row level security;
alter table hub.feed force row level security;
create policy own_company on hub.feed
    using (company = hub.company()) with check (company = hub.company());

create function hub.announce() returns trigger language plpgsql as $$
begin
    notify hub_outbox;
    return null;
end $$;
create trigger outbox_announced after insert on hub.outbox
    for each statement execute function hub.announce();

grant select, insert, delete on hub.idempotency to skadehub_hub;
grant select, insert, delete on hub.outbox to skadehub_hub;
grant select, insert on hub.feed to skadehub_hub;
