-- Who could see an incident until a change: null for nobody, `*` for all of the tenant, else ids separated by spaces. They
-- hear of that change, and of no later one.
alter table change add column lost {text};
