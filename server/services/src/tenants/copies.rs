//! What a process remembers of the list of tenants, so that a request does not ask the records. One entry for each tenant
//! that has had a session here.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::{TenantId, Timestamp};

use crate::ports::Admission;

/// How long a copy is as good as the record, in seconds. This long a tenant that was taken off the list can still be served
/// by another replica, if its sessions could not be ended.
const FRESH_FOR: i64 = 2;

type Line = Option<Admission>;

/// Lines of the list with the moment each was read.
#[derive(Default)]
pub(super) struct Copies(Mutex<HashMap<TenantId, (Timestamp, Line)>>);

impl Copies {
    /// The copy, if it is fresh. A clock that was set back makes no copy last.
    pub(super) fn fresh(&self, tenant: TenantId, now: Timestamp) -> Option<Line> {
        let all = self.all();
        let (read_at, line) = all.get(&tenant)?;
        (*read_at <= now && now < read_at.plus_seconds(FRESH_FOR)).then(|| line.clone())
    }

    /// Takes what was read.
    pub(super) fn keep(&self, tenant: TenantId, now: Timestamp, line: Line) -> Line {
        self.all().insert(tenant, (now, line.clone()));
        line
    }

    /// The copy whatever its age, which counts as fresh again: the records cannot be asked.
    pub(super) fn renew(&self, tenant: TenantId, now: Timestamp) -> Option<Line> {
        let mut all = self.all();
        let (read_at, line) = all.get_mut(&tenant)?;
        *read_at = now;
        Some(line.clone())
    }

    /// Makes the next question ask the records.
    pub(super) fn forget(&self, tenant: TenantId) {
        self.all().remove(&tenant);
    }

    fn all(&self) -> MutexGuard<'_, HashMap<TenantId, (Timestamp, Line)>> {
        // A map is whole after any panic between two of its methods.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
