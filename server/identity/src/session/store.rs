//! Our store behind tower-sessions: the key is a hash of the id, the record is sealed with a key that depends on the id,
//! writes compare versions, and a deleted session stays deleted.

#[cfg(test)]
mod tests;

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use serde_json::Value;
use time::OffsetDateTime;
use tower_sessions::{
    SessionStore,
    session::{Id, Record},
    session_store::{Error, Result as StoreResult},
};

use super::{SessionError, metadata::Metadata, record::SessionRecord};
use crate::{
    claims::Principal,
    clock::Clock,
    config::{Authority, SessionPolicy},
    digest::hashed,
    events::RequestFacts,
    key_ring::KeyRing,
    state::{Expected, PutOutcome, SharedState, StateError, Versioned},
};

const PURPOSE: &str = "session";
/// The one entry of a tower-sessions record that is kept.
pub(super) const SESSION: &str = "session";
/// Carries the version from `load` to `save`; tower-sessions has no place of its own for it.
pub(super) const VERSION: &str = "version";
/// Where a record for `create` says that it is stored already, and under which id.
const STORED_AS: &str = "stored as";
/// An id is 128 random bits: a second attempt is already beyond belief.
const ATTEMPTS: usize = 3;

/// Sessions in shared state.
#[derive(Clone)]
pub(crate) struct Store {
    pub(super) state: Arc<dyn SharedState>,
    pub(super) ring: KeyRing,
    clock: Arc<dyn Clock>,
    pub(super) policy: SessionPolicy,
    authority: Authority,
}

impl fmt::Debug for Store {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Store").field("policy", &self.policy).finish_non_exhaustive()
    }
}

/// The public name of a session.
pub(super) fn handle(id: &Id) -> String {
    hashed(&[&id.0.to_le_bytes()])
}

/// Where its record is.
pub(super) fn key(handle: &str) -> String {
    format!("sess:{handle}")
}

impl Store {
    pub(crate) fn new(
        state: Arc<dyn SharedState>,
        ring: KeyRing,
        clock: Arc<dyn Clock>,
        policy: SessionPolicy,
        authority: Authority,
    ) -> Self {
        Self { state, ring, clock, policy, authority }
    }

    pub(super) fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    /// The live record with its version. A record that does not open, or whose time is over, is absent, and so is one of
    /// somebody whom the configured authority would not let in: a restart with other settings keeps nobody in.
    async fn read(&self, id: &Id) -> Result<Option<(SessionRecord, u64)>, StateError> {
        let Some(found) = self.state.get(&key(&handle(id))).await? else {
            return Ok(None);
        };
        let record = self.unseal(id, &found.value);
        let live = record.filter(|record| self.clock.now() < record.end(self.policy) && self.admits(&record.principal));
        Ok(live.map(|record| (record, found.version)))
    }

    /// Whether the configured authority would still let such a person in.
    pub(super) fn admits(&self, principal: &Principal) -> bool {
        self.authority.vouches_for(principal)
    }

    fn unseal(&self, id: &Id, sealed: &[u8]) -> Option<SessionRecord> {
        serde_json::from_slice(&self.ring.open(PURPOSE, &id.0.to_le_bytes(), sealed)?).ok()
    }

    async fn write(&self, id: &Id, record: &SessionRecord, expected: Expected) -> Result<PutOutcome, SessionError> {
        let json = serde_json::to_vec(record)
            .map_err(|_| SessionError::Store("the record could not be written".to_owned()))?;
        let sealed = self.ring.seal(PURPOSE, &id.0.to_le_bytes(), &json)?;
        Ok(self.state.put(&key(&handle(id)), &sealed, record.end(self.policy), expected).await?)
    }

    /// Stores a new session under a new id. What comes back is what tower-sessions has to keep about it.
    pub(super) async fn begin(&self, session: &SessionRecord, facts: &RequestFacts) -> Result<Begun, SessionError> {
        let metadata = Metadata::of(session, facts, self.policy);
        for _ in 0..ATTEMPTS {
            let id = Id(i128::from_le_bytes(
                crate::random::bytes().map_err(|error| SessionError::Store(error.to_string()))?,
            ));
            let handle = handle(&id);
            // Before the record: an entry for a session that never came to be does no harm, a session that cannot be found
            // would.
            if self.put_metadata(&handle, &metadata, Expected::Absent).await? == PutOutcome::Conflict {
                continue;
            }
            match self.fill(&id, &handle, session).await {
                Ok((PutOutcome::Stored(version), true)) => return Ok(Begun { id, version }),
                Ok((PutOutcome::Conflict, _)) => {}
                // Somebody found it in an index and ended it before it was there. They did not mean the next one.
                Ok((PutOutcome::Stored(_), false)) => self.take_back(&handle, session).await?,
                Err(error) => {
                    // The record may be there all the same, and no browser will ever know of it. Should this fail as well, it
                    // ends like any session that nobody uses.
                    let _ = self.take_back(&handle, session).await;
                    return Err(error);
                }
            }
        }
        Err(SessionError::Store("no free session id".to_owned()))
    }

    /// What comes after the metadata: index entries, record, and the look whether the metadata is still there.
    async fn fill(&self, id: &Id, handle: &str, session: &SessionRecord) -> Result<(PutOutcome, bool), SessionError> {
        self.add_to_index(handle, session).await?;
        let outcome = self.write(id, session, Expected::Absent).await?;
        Ok((outcome, self.has_metadata(handle).await?))
    }

    async fn take_back(&self, handle: &str, session: &SessionRecord) -> Result<(), SessionError> {
        self.end(handle).await?;
        self.unlist(handle, &session.principal).await;
        Ok(())
    }

    /// Notes that the session is in use now, from where `facts` say, and seals it with the newest key. Losing against
    /// another request that notes the same, or against a sign-out, is no failure.
    pub(super) async fn touch(&self, id: &Id, facts: &RequestFacts) -> Result<(), SessionError> {
        let metadata = self.metadata(&handle(id)).await?;
        let Some((mut record, version)) = self.read(id).await? else {
            return Ok(());
        };
        // Of many requests at the same time the first may have noted it already.
        if !record.wants_touch(self.policy, self.now()) {
            return Ok(());
        }
        record.seen_at = self.clock.now();
        match self.rewrite(id, &record, version, metadata, facts).await? {
            PutOutcome::Stored(_) | PutOutcome::Conflict => Ok(()),
        }
    }

    /// Writes a changed record over `version`, its metadata first: that is never older than the record, nor sealed with an
    /// older key. `metadata` was read before the record was, so that whoever has changed both meanwhile is noticed by it.
    async fn rewrite(
        &self,
        id: &Id,
        record: &SessionRecord,
        version: u64,
        metadata: Option<Versioned>,
        facts: &RequestFacts,
    ) -> Result<PutOutcome, SessionError> {
        let handle = handle(id);
        let findable = if record.listed {
            self.renew_metadata(&handle, metadata, record, facts).await?
        } else {
            self.list(&handle, record, facts).await?
        };
        if findable {
            let not_after = Some(record.absolute_end(self.policy));
            let record = SessionRecord { listed: true, not_after, ..record.clone() };
            if let stored @ PutOutcome::Stored(_) = self.write(id, &record, Expected::Version(version)).await? {
                return Ok(stored);
            }
        }
        if !self.has_metadata(&handle).await? || self.state.get(&key(&handle)).await?.is_none() {
            // It was ended, and whoever did that may not have seen what is being written here.
            self.end(&handle).await?;
            self.unlist(&handle, &record.principal).await;
        }
        Ok(PutOutcome::Conflict)
    }
}

#[cfg(test)]
impl Store {
    /// A session without a browser; its handle.
    pub(crate) async fn begin_for_tests(&self, principal: &Principal) -> Result<String, SessionError> {
        let record = SessionRecord::new(principal.clone(), self.now(), self.policy);
        Ok(handle(&self.begin(&record, &RequestFacts::default()).await?.id))
    }

    pub(crate) async fn end_for_tests(&self, handle: &str) -> Result<(), StateError> {
        self.end(handle).await.map(drop)
    }
}

/// A session that is stored, and that no browser knows yet.
pub(super) struct Begun {
    pub(super) id: Id,
    version: u64,
}

impl Begun {
    /// What makes tower-sessions take it over, as entries of its record.
    pub(super) fn entries(&self) -> [(&'static str, Value); 2] {
        [(STORED_AS, self.id.to_string().into()), (VERSION, self.version.into())]
    }
}

fn backend(error: impl fmt::Display) -> Error {
    Error::Backend(error.to_string())
}

fn session_of(record: &Record) -> StoreResult<SessionRecord> {
    let value = record.data.get(SESSION).ok_or_else(|| Error::Encode("nobody is signed in to it".to_owned()))?;
    serde_json::from_value(value.clone()).map_err(|_| Error::Encode("not a session record".to_owned()))
}

#[async_trait]
impl SessionStore for Store {
    /// Always under a new id, whatever id the record came with: this is what a sign-in gets. It has stored the session
    /// already, see [`Store::begin`].
    async fn create(&self, record: &mut Record) -> StoreResult<()> {
        let session = session_of(record)?;
        let stored_as = record.data.remove(STORED_AS);
        record.id = if let Some(id) = stored_as.as_ref().and_then(Value::as_str) {
            id.parse().map_err(|_| Error::Encode("not the id of a session".to_owned()))?
        } else {
            let begun = self.begin(&session, &RequestFacts::default()).await.map_err(backend)?;
            record.data.insert(VERSION.to_owned(), begun.version.into());
            begun.id
        };
        Ok(())
    }

    /// Writes a changed session if nobody else has changed it since it was loaded; does nothing if it has been deleted.
    async fn save(&self, record: &Record) -> StoreResult<()> {
        let session = session_of(record)?;
        let metadata = self.metadata(&handle(&record.id)).await.map_err(backend)?;
        let Some((stored, version)) = self.read(&record.id).await.map_err(backend)? else {
            return Ok(());
        };
        if stored == session {
            return Ok(());
        }
        let loaded = record.data.get(VERSION).and_then(Value::as_u64);
        if loaded != Some(version) {
            return Err(backend("the session was changed meanwhile"));
        }
        match self.rewrite(&record.id, &session, version, metadata, &RequestFacts::default()).await.map_err(backend)? {
            PutOutcome::Stored(_) => Ok(()),
            PutOutcome::Conflict => Err(backend("the session was changed meanwhile")),
        }
    }

    async fn load(&self, id: &Id) -> StoreResult<Option<Record>> {
        let Some((session, version)) = self.read(id).await.map_err(backend)? else {
            return Ok(None);
        };
        let value = serde_json::to_value(&session).map_err(|_| Error::Decode("not a session record".to_owned()))?;
        let expiry_date = session.end(self.policy);
        let data = [(SESSION.to_owned(), value), (VERSION.to_owned(), version.into())].into_iter().collect();
        Ok(Some(Record { id: *id, data, expiry_date }))
    }

    async fn delete(&self, id: &Id) -> StoreResult<()> {
        self.end(&handle(id)).await.map(drop).map_err(backend)
    }
}
