//! What a test in the same process may ask of the stand-in. Everything takes effect from the next request on.

mod answer;
mod endpoint;
mod failure;
mod record;

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use time::{Duration, OffsetDateTime};

use crate::{
    clock::Clock,
    keys::{KeyError, KeyRing},
    params::Params,
    scenario::{Access, Account},
    shared::Shared,
    tamper::Tamper,
};

pub use answer::{Answer, Names, SignUp};
pub use endpoint::Endpoint;
pub(crate) use endpoint::observe;
pub use failure::Failure;
pub use record::Recorded;

/// The levers of one stand-in: keys, clock, tampering, failures; and its memory of what was asked.
pub struct Control {
    keys: Arc<KeyRing>,
    clock: Arc<Clock>,
    tampers: Shared<VecDeque<Tamper>>,
    failures: Shared<Vec<(Endpoint, Failure)>>,
    answers: Shared<VecDeque<Answer>>,
    /// By username in lower case.
    access: Shared<HashMap<String, Access>>,
    requests: Shared<HashMap<Endpoint, u64>>,
    last_authorize: Shared<Option<Recorded>>,
    last_token: Shared<Option<Recorded>>,
}

impl Control {
    pub(crate) fn new(keys: Arc<KeyRing>, clock: Arc<Clock>) -> Self {
        Self {
            keys,
            clock,
            tampers: Shared::default(),
            failures: Shared::default(),
            answers: Shared::default(),
            access: Shared::default(),
            requests: Shared::default(),
            last_authorize: Shared::default(),
            last_token: Shared::default(),
        }
    }

    /// A key that nobody has seen signs from now on; of the old ones only the latest stays published. Returns the new
    /// key id.
    ///
    /// # Errors
    /// If the key cannot be generated.
    pub fn rotate_keys(&self) -> Result<String, KeyError> {
        self.keys.rotate()
    }

    /// The stand-in's time.
    pub fn now(&self) -> OffsetDateTime {
        self.clock.now()
    }

    /// Sets how far the stand-in's clock is ahead of the system's, in whole seconds; negative means behind.
    pub fn set_clock_offset(&self, offset: Duration) {
        self.clock.set_offset(offset);
    }

    /// Moves the stand-in's clock on from where it is, in whole seconds.
    pub fn advance_clock(&self, by: Duration) {
        self.clock.advance(by);
    }

    /// Spoils the next ID token. Several calls spoil as many tokens, in order.
    pub fn tamper_next_id_token(&self, tamper: Tamper) {
        self.tampers.with(|tampers| tampers.push_back(tamper));
    }

    /// Fails the next request to `endpoint`, which then does nothing else. Several calls fail as many, in order.
    pub fn fail_next(&self, endpoint: Endpoint, failure: Failure) {
        self.failures.with(|failures| failures.push((endpoint, failure)));
    }

    /// Answers the next page that would be shown to a person, so that a test needs no HTML. Answers wait in order; one
    /// that does not fit the page (a consent answer to an account picker) waits for a page that it fits.
    pub fn answer_next(&self, answer: Answer) {
        self.answers.with(|answers| answers.push_back(answer));
    }

    /// Changes what conditional access asks of a person from now on, at sign-in and at each refresh.
    pub fn set_access(&self, username: &str, access: Access) {
        self.access.with(|known| known.insert(username.to_lowercase(), access));
    }

    /// How many requests `endpoint` got, failed ones included.
    pub fn requests(&self, endpoint: Endpoint) -> u64 {
        self.requests.with(|requests| requests.get(&endpoint).copied().unwrap_or_default())
    }

    /// The parameters of the last authorization request, whether or not it was accepted.
    pub fn last_authorize(&self) -> Option<Recorded> {
        self.last_authorize.with(|last| last.clone())
    }

    /// The form of the last token request, whether or not it was accepted. Values of secret fields are not kept.
    pub fn last_token_request(&self) -> Option<Recorded> {
        self.last_token.with(|last| last.clone())
    }

    pub(crate) fn access(&self, account: &Account) -> Access {
        self.access.with(|known| known.get(&account.username.to_lowercase()).copied()).unwrap_or(account.access)
    }

    pub(crate) fn take_tamper(&self) -> Option<Tamper> {
        self.tampers.with(VecDeque::pop_front)
    }

    /// What the first answer that waits means on a page, if the page takes it; it is then used up.
    pub(crate) fn answer_to<T>(&self, reads: impl Fn(&Answer) -> Option<T>) -> Option<T> {
        self.answers.with(|answers| {
            let meaning = answers.front().and_then(reads)?;
            answers.pop_front();
            Some(meaning)
        })
    }

    pub(crate) fn record_authorize(&self, params: &Params) {
        self.last_authorize.with(|last| *last = Some(Recorded::authorize(params)));
    }

    pub(crate) fn record_token(&self, params: &Params, basic: bool) {
        self.last_token.with(|last| *last = Some(Recorded::token(params, basic)));
    }

    fn count(&self, endpoint: Endpoint) {
        self.requests.with(|requests| *requests.entry(endpoint).or_default() += 1);
    }

    fn take_failure(&self, endpoint: Endpoint) -> Option<Failure> {
        self.failures.with(|failures| {
            let index = failures.iter().position(|(planned, _)| *planned == endpoint)?;
            Some(failures.remove(index).1)
        })
    }
}
