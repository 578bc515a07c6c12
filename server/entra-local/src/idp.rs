//! Everything the stand-in holds, in memory.

use std::sync::Arc;

use time::{Duration, OffsetDateTime};
use url::Url;
use uuid::Uuid;

use crate::{
    authorize::{Consents, Interaction},
    b2c,
    clock::Clock,
    control::Control,
    directory::Directory,
    expiring::Expiring,
    keys::KeyRing,
    logout::Choice,
    session::{Session, SessionFacts},
    shared::Shared,
    token::{CodeGrant, RefreshGrant},
};

/// More than any test or demonstration needs, and little enough to bound memory.
const CAPACITY: usize = 10_000;
/// Codes are remembered longer than they are good for, so that a late or second redemption gets the right number.
const CODE_MEMORY: Duration = Duration::hours(1);
const INTERACTION_LIFE: Duration = Duration::minutes(30);
/// As with codes.
const REFRESH_MEMORY: Duration = Duration::days(180);
const SESSION_LIFE: Duration = Duration::hours(24);

pub(crate) struct Idp {
    pub(crate) directory: Directory,
    /// Scheme and authority, without a trailing slash.
    pub(crate) base: String,
    pub(crate) tls: bool,
    pub(crate) keys: Arc<KeyRing>,
    pub(crate) clock: Arc<Clock>,
    pub(crate) control: Control,
    pub(crate) codes: Shared<Expiring<CodeGrant>>,
    pub(crate) refresh_tokens: Shared<Expiring<RefreshGrant>>,
    pub(crate) interactions: Shared<Expiring<Interaction>>,
    pub(crate) sign_outs: Shared<Expiring<Choice>>,
    pub(crate) consents: Consents,
    /// What the user flows of B2C tenants remember.
    pub(crate) b2c: b2c::Memory,
    sessions: Shared<Expiring<Session>>,
    /// Of sign-ins that led to tokens, by `sid`.
    facts: Shared<Expiring<SessionFacts>>,
}

impl Idp {
    pub(crate) fn new(directory: Directory, base_url: &Url, keys: KeyRing) -> Self {
        let keys = Arc::new(keys);
        let clock = Arc::new(Clock::default());
        Self {
            directory,
            base: base_url.origin().ascii_serialization(),
            tls: base_url.scheme() == "https",
            control: Control::new(Arc::clone(&keys), Arc::clone(&clock)),
            keys,
            clock,
            codes: Shared::new(Expiring::new(CODE_MEMORY, CAPACITY)),
            refresh_tokens: Shared::new(Expiring::new(REFRESH_MEMORY, CAPACITY)),
            interactions: Shared::new(Expiring::new(INTERACTION_LIFE, CAPACITY)),
            sign_outs: Shared::new(Expiring::new(INTERACTION_LIFE, CAPACITY)),
            consents: Consents::default(),
            b2c: b2c::Memory::default(),
            sessions: Shared::new(Expiring::new(SESSION_LIFE, CAPACITY)),
            facts: Shared::new(Expiring::new(REFRESH_MEMORY, CAPACITY)),
        }
    }

    pub(crate) fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    /// The issuer of tokens for accounts of `tenant`, a tenant id or the literal `{tenantid}`.
    pub(crate) fn issuer(&self, tenant: &str) -> String {
        format!("{}/{tenant}/v2.0", self.base)
    }

    /// The host that Entra would call the cloud instance.
    pub(crate) fn cloud(&self) -> &str {
        self.base.split_once("://").map_or(self.base.as_str(), |(_, host)| host)
    }

    /// Keeps what later requests with tokens of this sign-in need to know of it.
    pub(crate) fn note_facts(&self, facts: SessionFacts) {
        let (sid, now) = (facts.sid.to_string(), self.now());
        self.facts.with(|known| match known.get_mut(&sid, now) {
            Some(known) => *known = facts,
            None => known.insert(sid, facts, now),
        });
    }

    /// What is known of the sign-in behind a token.
    pub(crate) fn facts_of(&self, sid: Uuid) -> Option<SessionFacts> {
        let now = self.now();
        self.facts.with(|known| known.get_mut(&sid.to_string(), now).copied())
    }

    pub(crate) fn session(&self, id: &str) -> Option<Session> {
        let now = self.now();
        self.sessions.with(|sessions| sessions.get_mut(id, now).cloned())
    }

    /// Stores the session under `id`, and only there.
    pub(crate) fn replace_session(&self, old: Option<&str>, id: &str, session: Session) {
        let now = self.now();
        self.sessions.with(|sessions| {
            if let Some(old) = old {
                sessions.take(old, now);
            }
            if !session.accounts.is_empty() {
                sessions.insert(id.to_owned(), session, now);
            }
        });
    }
}
