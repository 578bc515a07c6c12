//! Finding colleagues and naming them, whether they have ever used Muster or not.
//!
//! An organisation's directory is asked in the name of whoever asks, so it says what they may know. Whom it finds is of
//! their own organisation; only those who are chosen are written down.

mod colleagues;
mod name;
mod search;

use std::sync::Arc;

use domain::view::ProfileView;
use domain::{DomainError, Operation, may};

pub use colleagues::{Colleague, Colleagues, Nobody, Unanswered};

use crate::audit::{AuditRecord, Caller};
use crate::ports::{AuditStore, DirectoryStore};
use crate::{Clock, IdSource, ServiceError};

/// The word of the audit log for looking for somebody; written only where it was refused.
const SEARCH: &str = "person.search";
/// The word of the audit log for writing somebody down who has not signed in.
const NAME: &str = "person.name";

/// What people do with their colleagues. Cheap to clone.
#[derive(Clone)]
pub struct PeopleService {
    directory: Arc<dyn DirectoryStore>,
    audit: Arc<dyn AuditStore>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
}

impl PeopleService {
    /// Over these ports.
    pub fn new(
        directory: Arc<dyn DirectoryStore>,
        audit: Arc<dyn AuditStore>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
    ) -> Self {
        Self { directory, audit, clock, ids }
    }

    /// What the organisation's directory says about whoever asks. It is shown and decides nothing, so whatever goes wrong
    /// it is empty.
    pub async fn profile(&self, colleagues: &dyn Colleagues) -> ProfileView {
        match colleagues.me().await {
            Ok(me) => ProfileView { job_title: me.job_title, department: me.department },
            Err(_) => ProfileView::default(),
        }
    }

    /// Only those who may restrict an incident to some people may look who there is. A refusal is audited.
    async fn allow(&self, caller: &Caller, action: &str) -> Result<(), ServiceError> {
        if may(&caller.actor, Operation::Restrict) {
            return Ok(());
        }
        let target = format!("tenant:{}", caller.actor.tenant);
        let line = AuditRecord::of(self.ids.next(), self.clock.now(), caller, action, target);
        self.audit.append(&line.denied()).await?;
        Err(DomainError::Forbidden.into())
    }
}
