-- Whoever has been using it may go on.
insert into admission (tenant, name, sort_name, standing, since, decided_by, reason)
    select id, name, lower(name), 'allowed', created_at, 'signed in before there was a list', '' from tenant;
