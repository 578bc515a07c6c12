//! Writing down somebody who has not signed in yet, so that an incident can name them.

use domain::DomainError;
use domain::view::PersonView;

use super::{Colleagues, NAME, PeopleService};
use crate::audit::{AuditRecord, Caller};
use crate::directory::shown;
use crate::ports::{Person, StoreError};
use crate::{ServiceError, user_id};

impl PeopleService {
    /// The person whom the organisation's directory knows by `subject`, written down unless they are already. Their id
    /// follows from the subject, so that it is theirs when they sign in. The name is the directory's and not the caller's.
    ///
    /// # Errors
    /// Forbidden for those who may not restrict an incident; not found if there is nobody; unavailable if the directory
    /// does not answer; unavailable or internal if the store fails.
    pub async fn name(
        &self,
        caller: &Caller,
        colleagues: &dyn Colleagues,
        subject: &str,
    ) -> Result<PersonView, ServiceError> {
        self.allow(caller, NAME).await?;
        let tenant = caller.actor.tenant;
        let id = user_id(tenant, subject);
        if let Some(known) = self.directory.person(tenant, id).await? {
            return Ok(PersonView { id, name: known.name });
        }
        let found = colleagues.find(subject).await;
        let found = found.map_err(|_| StoreError::Unavailable("the organisation's directory".to_owned()))?;
        let found = found.filter(|found| found.subject == subject).ok_or(DomainError::NotFound)?;
        let name = shown(&found.name);
        let person = Person { id, tenant, subject: found.subject, name: name.clone(), home_account: None };
        let now = self.clock.now();
        let audit = AuditRecord::of(self.ids.next(), now, caller, NAME, format!("user:{id}"));
        self.directory.signed_in(&person, now, &audit).await?;
        Ok(PersonView { id, name })
    }
}
