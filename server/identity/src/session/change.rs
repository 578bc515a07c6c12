//! Changing what a session says about its person.

use tower_sessions::Session;

use super::{SessionError, Sessions, record::SessionRecord, store::SESSION};
use crate::claims::Principal;

/// Losing against a note of use is likely, losing often is not.
const ATTEMPTS: usize = 4;

impl Sessions {
    /// Changes the person of this request's session, by compare-and-set: the change is made again on top of what somebody
    /// else has written meanwhile. False if there is no such session, or none any more.
    ///
    /// The id stays: what is shown of somebody is no privilege.
    pub(crate) async fn change(
        &self,
        session: &Session,
        change: impl Fn(&mut Principal),
    ) -> Result<bool, SessionError> {
        let mut failure = SessionError::LayerMissing;
        for _ in 0..ATTEMPTS {
            let read = session.get::<SessionRecord>(SESSION).await?;
            let Some(mut record) = read else { return Ok(false) };
            change(&mut record.principal);
            session.insert(SESSION, &record).await?;
            match session.save().await {
                Ok(()) => return Ok(true),
                Err(error) => failure = error.into(),
            }
            session.load().await?;
        }
        Err(failure)
    }
}
