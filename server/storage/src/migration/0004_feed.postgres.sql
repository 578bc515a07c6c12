-- Old changes are removed beside new ones, as expired keys are: whoever may remove those may remove these.
do $$
declare
    held record;
begin
    for held in
        select acl.is_grantable,
               case when acl.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(acl.grantee)) end as grantee
        from pg_class, aclexplode(relacl) as acl
        where pg_class.oid = 'idempotency_key'::regclass and acl.privilege_type = 'DELETE' and acl.grantee <> relowner
    loop
        execute format('grant delete on change to %s%s', held.grantee,
            case when held.is_grantable then ' with grant option' else '' end);
    end loop;
end $$;
