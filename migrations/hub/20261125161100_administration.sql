-- What administrators keep: agreements of companies, the use of API clients, versions of code
-- lists. A version that is old when it comes back is refused, so that two who edit the same
-- do not undo each other.

alter table hub.company
    add column version bigint not null default 1,
    -- The company whose branch it is.
    add column branch_of text references hub.company,
    -- Days on which databehandleravtale and tilknytningsavtale were signed.
    add column processor_agreement_on date,
    add column affiliation_agreement_on date,
    -- Where notices to the company go.
    add column notice_address text;

alter table hub.api_client
    add column version bigint not null default 1,
    add column name text,
    add column last_used_at timestamptz;

grant insert on hub.company, hub.api_client, hub.code_list to skadehub_hub;
grant update (version, name, organisation_number, kind, active, claim_account_number, branch_of,
    processor_agreement_on, affiliation_agreement_on, notice_address) on hub.company to skadehub_hub;
grant update (version, name, scopes, active, last_used_at) on hub.api_client to skadehub_hub;
grant update (valid_to) on hub.code_list to skadehub_hub;
