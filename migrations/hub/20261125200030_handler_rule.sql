-- Which new incident goes to whom: one company's rules, in their order, kept as a whole, so that
-- two who change them at once do not mix two lists into one.

create table hub.handler_rule_list (
    company    text primary key references hub.company,
    version    bigint not null,
    rules      jsonb not null,
    -- Who changed them last, and when: what the slower of two is told.
    changed_by text,
    changed_at timestamptz not null,
    constraint handler_rule_list_is_one check (jsonb_typeof(rules) = 'array')
);

alter table hub.handler_rule_list enable row level security;
alter table hub.handler_rule_list force row level security;
create policy own_company on hub.handler_rule_list
    using (company = hub.company()) with check (company = hub.company());

grant select, insert, update on hub.handler_rule_list to skadehub_hub;
