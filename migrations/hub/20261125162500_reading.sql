-- What the pages read must not grow with what is stored.

-- Counts from the indexes alone: the policy looks at `other`, too.
drop index hub.incident_party_due;
drop index hub.incident_party_status;
create index incident_party_due on hub.incident_party (company, awaiting, due_at, incident_id)
    include (other) where awaiting <> 'nobody';
create index incident_party_status on hub.incident_party (company, status, opened_at desc, incident_id desc)
    include (other);

-- The worklist by due time: `awaiting in ('us', 'both')` cannot be read in order from an index
-- that begins with `awaiting`, but half of what waits is ours, so the order alone serves.
create index incident_party_due_order on hub.incident_party (company, due_at, incident_id)
    where awaiting <> 'nobody';

-- The job that notes overdue duties looks every half minute for those not noted yet.
create index incident_party_unnoted on hub.incident_party (company, due_at)
    where awaiting in ('us', 'both') and not overdue_noted;

-- Sums of what is outstanding, from the index alone; it serves the order by due date as before.
drop index hub.claim_sent_due;
drop index hub.claim_received_due;
create index claim_sent_due on hub.claim (claimant, due_date, claim_id)
    include (receiver, total_ore, paid_ore, credited_ore)
    where status in ('sent', 'registered', 'accepted', 'disputed');
create index claim_received_due on hub.claim (receiver, due_date, claim_id)
    include (claimant, total_ore, paid_ore, credited_ore)
    where status in ('sent', 'registered', 'accepted', 'disputed');

-- Words anywhere: the incidents that hold them all, unless they are many; one null stands for too
-- many. Where the newest thousand fill a page, the words are cheaper to look for in the incidents in
-- the order they are shown, and nothing is looked up. (The planner cannot tell: of a table with
-- row-level security it uses no statistics for `like`.) The function runs as a role of its own, as
-- before; the patterns are written into the statement, quoted, for each to be looked up.
drop function hub.incidents_with(text);
create function hub.incidents_with(patterns text[], most int) returns setof uuid
    language plpgsql stable security definer rows 100
    set search_path = hub, public, pg_temp
    as $$
declare
    statement text := 'select incident_id from hub.incident_party where company = hub.company()';
    pattern   text;
begin
    if 50 < (select count(*)
             from (select from (select search_text from hub.incident_party
                                where company = hub.company() order by opened_at desc limit 1000) newest
                   where search_text like all (patterns) limit 51) page) then
        return next null;
        return;
    end if;
    foreach pattern in array patterns loop
        statement := statement || format(' and search_text like %L', pattern);
    end loop;
    return query execute statement || format(' limit %s', most + 1);
end $$;
revoke all on function hub.incidents_with from public;
grant create on schema hub to skadehub_search;
alter function hub.incidents_with owner to skadehub_search;
revoke create on schema hub from skadehub_search;
grant execute on function hub.incidents_with to skadehub_hub;
grant select (opened_at) on hub.incident_party to skadehub_search;
