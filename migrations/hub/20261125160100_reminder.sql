-- Reminders: what a company is told of its own deadlines, each once. The newest row of a duty says
-- when its next reminder goes; a duty is known by what it is and when it is due.

create table hub.reminder (
    incident_id uuid not null references hub.incident on delete cascade,
    company     text not null references hub.company,
    duty        text not null,
    due_at      timestamptz not null,
    number      int not null constraint reminder_number check (number > 0),
    at          timestamptz not null,
    next_at     timestamptz not null,
    primary key (incident_id, company, duty, due_at, number),
    constraint reminder_next_later check (next_at > at)
);

alter table hub.reminder enable row level security;
alter table hub.reminder force row level security;
create policy own_company on hub.reminder
    using (company = hub.company()) with check (company = hub.company());

grant select, insert on hub.reminder to skadehub_hub;
