-- When an incident was deleted. Its row stays: the number is never given again, and the timeline hangs on it.
alter table incident add column deleted_at {int};
