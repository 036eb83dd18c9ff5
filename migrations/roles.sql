-- The roles of the application, once per PostgreSQL cluster, by a superuser.
-- `skadehub_owner` owns the schemas and migrates them; the two others are what the hub and
-- the portal connect as. `skadehub_search` nobody connects as: it owns the one function that
-- searches past row-level security. None of them may pass row-level security by themselves.
-- Give them passwords with `alter role … password …` where they don't come over a private socket.
do $$
declare
    name text;
begin
    foreach name in array array['skadehub_owner', 'skadehub_hub', 'skadehub_portal'] loop
        if not exists (select from pg_roles where rolname = name) then
            execute format('create role %I login nosuperuser nocreatedb nocreaterole nobypassrls', name);
        end if;
    end loop;
    if not exists (select from pg_roles where rolname = 'skadehub_search') then
        create role skadehub_search nologin nosuperuser nocreatedb nocreaterole nobypassrls;
    end if;
    -- So that a migration may hand the function over.
    grant skadehub_search to skadehub_owner;
end
$$;
