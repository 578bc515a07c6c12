-- What is written once stays: nothing but a new migration can change or remove it.
create function only_grows() returns trigger language plpgsql as $$
begin
    raise exception '% only grows', tg_table_name using errcode = 'restrict_violation';
end $$;
create trigger audit_log_only_grows before update or delete on audit_log
    for each row execute function only_grows();
create trigger audit_log_no_truncate before truncate on audit_log
    for each statement execute function only_grows();
create trigger timeline_entry_only_grows before update or delete on timeline_entry
    for each row execute function only_grows();
create trigger timeline_entry_no_truncate before truncate on timeline_entry
    for each statement execute function only_grows();

-- The second fence between tenants, under the condition that every query carries: a row is there only for the tenant
-- that the transaction named. Forced, so that the owner of the tables is bound too.
alter table tenant enable row level security;
alter table tenant force row level security;
create policy own_tenant on tenant
    using (id = nullif(current_setting('muster.tenant', true), '')::uuid);
do $$
declare
    name text;
begin
    foreach name in array array['tenant_head', 'app_user', 'severity', 'service', 'incident', 'incident_person',
        'incident_service', 'timeline_entry', 'change', 'audit_log', 'idempotency_key']
    loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('create policy own_tenant on %I
            using (tenant = nullif(current_setting(''muster.tenant'', true), '''')::uuid)', name);
    end loop;
end $$;
