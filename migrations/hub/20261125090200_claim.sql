-- Claims: money demanded by one party of the other. Amounts in whole øre.
-- Payments and credits are records of their own; amounts are never edited.

create table hub.claim (
    claim_id          uuid primary key,
    incident_id       uuid not null references hub.incident,
    number            int not null,
    version           bigint not null,
    claimant          text not null references hub.company,
    receiver          text not null references hub.company,
    reference         text not null,
    kid               text not null collate "C",
    account_number    text,
    due_date          date not null,
    message           text,
    share_num         int not null,
    share_den         int not null,
    gross_ore         bigint not null constraint claim_gross_positive check (gross_ore > 0),
    total_ore         bigint not null constraint claim_total_positive check (total_ore > 0),
    paid_ore          bigint not null default 0 constraint claim_paid check (paid_ore >= 0),
    credited_ore      bigint not null default 0 constraint claim_credited check (credited_ore >= 0),
    status            text not null
                      constraint claim_status check (status in ('sent', 'registered', 'accepted', 'disputed', 'paid', 'credited')),
    booking_reference text,
    dispute_reason    text,
    created_at        timestamptz not null,
    constraint claim_number_once unique (incident_id, number),
    constraint claim_parties_differ check (claimant <> receiver),
    constraint claim_outstanding check (paid_ore + credited_ore <= total_ore),
    constraint claim_settled check ((status in ('paid', 'credited')) = (paid_ore + credited_ore = total_ore))
);
create index claim_sent on hub.claim (claimant, created_at desc, claim_id desc);
create index claim_received on hub.claim (receiver, created_at desc, claim_id desc);
create index claim_sent_due on hub.claim (claimant, due_date, claim_id) where status in ('sent', 'registered', 'accepted', 'disputed');
create index claim_received_due on hub.claim (receiver, due_date, claim_id) where status in ('sent', 'registered', 'accepted', 'disputed');
create index claim_kid on hub.claim (kid);

create table hub.claim_line (
    claim_id     uuid not null references hub.claim,
    line_number  int not null,
    claimant     text not null,
    receiver     text not null,
    kind         text not null,
    gross_ore    bigint not null constraint claim_line_gross_positive check (gross_ore > 0),
    subtract     boolean not null,
    demanded_ore bigint not null,
    description  text,
    primary key (claim_id, line_number)
);

create table hub.payment (
    claim_id   uuid not null references hub.claim,
    number     int not null,
    claimant   text not null,
    receiver   text not null,
    by_company text not null,
    amount_ore bigint not null constraint payment_positive check (amount_ore > 0),
    paid_on    date not null,
    confirmed  boolean not null default false,
    at         timestamptz not null,
    primary key (claim_id, number)
);

create table hub.credit_note (
    claim_id   uuid not null references hub.claim,
    number     int not null,
    claimant   text not null,
    receiver   text not null,
    amount_ore bigint not null constraint credit_note_positive check (amount_ore > 0),
    reason     text not null,
    at         timestamptz not null,
    primary key (claim_id, number)
);

do $$
declare t text;
begin
    foreach t in array array['claim', 'claim_line', 'payment', 'credit_note'] loop
        execute format('alter table hub.%I enable row level security', t);
        execute format('alter table hub.%I force row level security', t);
        execute format('create policy both_parties on hub.%I using (hub.company() in (claimant, receiver)) with check (hub.company() in (claimant, receiver))', t);
    end loop;
end $$;

create trigger claim_line_immutable before update or delete on hub.claim_line
    for each row execute function hub.refuse_change();
create trigger credit_note_immutable before update or delete on hub.credit_note
    for each row execute function hub.refuse_change();

grant select, insert, update on hub.claim, hub.payment to skadehub_hub;
grant select, insert on hub.claim_line, hub.credit_note to skadehub_hub;
