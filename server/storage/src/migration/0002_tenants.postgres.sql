-- Whoever has been using it may go on. The fence binds the owner too, so it is opened for this one statement.
alter table tenant no force row level security;
insert into admission (tenant, name, sort_name, standing, since, decided_by, reason)
    select id, name, lower(name), 'allowed', created_at, 'signed in before there was a list', '' from tenant;
alter table tenant force row level security;

alter table admission enable row level security;
alter table admission force row level security;
create policy own_tenant on admission
    using (tenant = nullif(current_setting('muster.tenant', true), '')::uuid);
-- Two gates in the fence, for reading only. A transaction that says it reads the list of tenants sees that list, and one
-- that names a home account sees the users of that account; neither sees anything else of another tenant.
create policy whole_list on admission for select
    using (current_setting('muster.list', true) = 'tenants');
create policy own_accounts on app_user for select
    using (home_account = nullif(current_setting('muster.home_account', true), ''));

-- Whoever may use the table of tenants may use the list: a server whose role does not own the tables goes on without a
-- new grant. What the owner has it has by owning it.
do $$
declare
    held record;
begin
    for held in
        select acl.privilege_type, acl.is_grantable,
               case when acl.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(acl.grantee)) end as grantee
        from pg_class, aclexplode(relacl) as acl
        where pg_class.oid = 'tenant'::regclass and acl.grantee <> relowner
    loop
        execute format('grant %s on admission to %s%s', held.privilege_type, held.grantee,
            case when held.is_grantable then ' with grant option' else '' end);
    end loop;
end $$;
