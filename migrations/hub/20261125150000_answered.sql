-- When an incident reached the counterpart, and when it said whether it is the right party: what
-- shows how fast a company answers. Null on the sender's row.

alter table hub.incident_party
    add received_at timestamptz,
    add answered_at timestamptz;

alter table hub.incident_party no force row level security;
alter table hub.event no force row level security;
update hub.incident_party p
set received_at = (select max(e.at) from hub.event e
                   where e.incident_id = p.incident_id and e.counterpart = p.company
                     and e.kind in ('incident_sent', 'incident_redirected')),
    answered_at = (select max(e.at) from hub.event e
                   where e.incident_id = p.incident_id and e.by_company = p.company
                     and e.kind in ('incident_accepted', 'incident_rejected'))
where p.role = 'counterpart';
alter table hub.event force row level security;
alter table hub.incident_party force row level security;

alter table hub.incident_party
    add constraint party_received_by_counterpart check ((role = 'counterpart') = (received_at is not null)),
    add constraint party_answered_after_received check (answered_at >= received_at);

-- `other` and the two times are what policy and average need: no visit to the rows.
create index incident_party_received on hub.incident_party (company, received_at) include (other)
    where received_at is not null;
create index incident_party_answered on hub.incident_party (company, answered_at) include (other, received_at)
    where answered_at is not null;
