-- What is written once stays: nothing but a new migration can change or remove it.
create trigger audit_log_no_update before update on audit_log
begin select raise(abort, 'audit_log only grows'); end;
create trigger audit_log_no_delete before delete on audit_log
begin select raise(abort, 'audit_log only grows'); end;
create trigger timeline_entry_no_update before update on timeline_entry
begin select raise(abort, 'timeline_entry only grows'); end;
create trigger timeline_entry_no_delete before delete on timeline_entry
begin select raise(abort, 'timeline_entry only grows'); end;
