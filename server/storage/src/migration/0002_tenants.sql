-- Which organisations may use this Muster. A line can be there before the tenant itself: an operator may allow one that
-- has never signed in.
create table admission (
    tenant {uuid} primary key,
    name {text} check (length(name) between 1 and 120),
    sort_name {sorted} not null,
    standing {text} not null check (standing in ('allowed', 'waiting', 'blocked')),
    since {int} not null,
    decided_by {text} not null,
    reason {text} not null,
    sessions_from {int}
){table};

-- The account in its home tenant: the same in every tenant that has invited the person as a guest.
alter table app_user add column home_account {text} check (length(home_account) > 0);
create index app_user_by_home_account on app_user (home_account) where home_account is not null;
