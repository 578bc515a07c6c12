//! What a test may ask of the stand-in. Everything takes effect from the next request on.

mod answer;
mod endpoint;
mod failure;
mod fault;
mod http;
mod known;
mod ledger;
mod order;
mod record;
mod tokens;

use std::{
    collections::{HashMap, HashSet, VecDeque},
    sync::Arc,
};

use axum::response::Response;
use time::{Duration, OffsetDateTime};
use tokio::sync::Notify;
use uuid::Uuid;

use self::{fault::Fault, ledger::Ledger, tokens::TokenLevers};

use crate::{
    clock::Clock,
    keys::{KeyError, KeyRing},
    params::Params,
    quota::{Quota, QuotaUsed, THIS_MACHINE},
    scenario::{Access, Account},
    shared::Shared,
    tamper::Tamper,
    trace::Trace,
};

pub use answer::{Answer, Names, SignUp};
pub use endpoint::Endpoint;
pub(crate) use endpoint::observe;
pub use failure::Failure;
pub use fault::Times;
pub(crate) use http::routes;
pub use ledger::TokenRequest;
pub use record::Recorded;
pub(crate) use tokens::Ended;

/// The levers of one stand-in: keys, clock, tampering, failures; and its memory of what was asked.
pub struct Control {
    keys: Arc<KeyRing>,
    clock: Arc<Clock>,
    tampers: Shared<VecDeque<Tamper>>,
    failures: Shared<Vec<Fault>>,
    /// Requests that were told to hang wait for this.
    hanging: Notify,
    tokens: TokenLevers,
    ledger: Ledger,
    answers: Shared<VecDeque<Answer>>,
    /// By username in lower case.
    access: Shared<HashMap<String, Access>>,
    expired_secrets: Shared<HashSet<Uuid>>,
    quota: Quota,
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
            hanging: Notify::new(),
            tokens: TokenLevers::default(),
            ledger: Ledger::default(),
            answers: Shared::default(),
            access: Shared::default(),
            expired_secrets: Shared::default(),
            quota: Quota::default(),
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

    /// A key that nobody has seen signs from now on, and no other is published any more. Returns the new key id.
    ///
    /// # Errors
    /// If the key cannot be generated.
    pub fn replace_keys(&self) -> Result<String, KeyError> {
        self.keys.replace()
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

    /// Answers the next page that would be shown to a person, so that a test needs no HTML. Answers wait in order; one
    /// that does not fit the page (a consent answer to an account picker) waits for a page that it fits.
    pub fn answer_next(&self, answer: Answer) {
        self.answers.with(|answers| answers.push_back(answer));
    }

    /// Changes what conditional access asks of a person from now on, at sign-in and at each refresh.
    pub fn set_access(&self, username: &str, access: Access) {
        self.access.with(|known| known.insert(username.to_lowercase(), access));
    }

    /// Lets an application's secret expire, or be good again: AADSTS7000222.
    pub fn expire_secret(&self, client_id: Uuid, expired: bool) {
        self.expired_secrets.with(|known| if expired { known.insert(client_id) } else { known.remove(&client_id) });
    }

    /// Whether requests above B2C's quota are refused with 429. They are counted in any case.
    pub fn enforce_quota(&self, enforced: bool) {
        self.quota.enforce(enforced);
    }

    /// Counts this many requests to a B2C tenant, as if others of this address had made them.
    pub fn spend_quota(&self, tenant: Uuid, requests: u32) {
        self.quota.spend(tenant, THIS_MACHINE, requests, self.now());
    }

    /// How much of a B2C tenant's quota is used.
    pub fn quota_used(&self, tenant: Uuid) -> QuotaUsed {
        self.quota.used(tenant, THIS_MACHINE, self.now())
    }

    /// Forgets every failure, answer and tampering that still waits, and puts clock, policies, secrets, quota and
    /// the levers on tokens back. Keys, counts and consents stay.
    pub fn reset(&self) {
        self.failures.with(Vec::clear);
        self.release();
        self.tokens.reset();
        self.answers.with(VecDeque::clear);
        self.tampers.with(VecDeque::clear);
        self.access.with(HashMap::clear);
        self.expired_secrets.with(HashSet::clear);
        self.quota.reset();
        self.set_clock_offset(Duration::ZERO);
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

    pub(crate) fn secret_has_expired(&self, client_id: Uuid) -> bool {
        self.expired_secrets.with(|known| known.contains(&client_id))
    }

    pub(crate) fn take_quota(&self, tenant: Uuid, cost: u32) -> Result<(), i64> {
        self.quota.take(tenant, THIS_MACHINE, cost, self.now())
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

    /// What was planned for this request. A failure that goes back to the application is left for [`Self::take_reply`].
    fn take_failure(&self, endpoint: Endpoint, grant_type: Option<&str>, trace: &Trace, base: &str) -> Intervention {
        self.failures.with(|failures| {
            let Some(index) = failures.iter().position(|fault| fault.fits(endpoint, grant_type)) else {
                return Intervention { delay: None, hangs: false, answer: None };
            };
            let fault = &mut failures[index];
            let delay = Some(fault.failure.delay()).filter(|delay| !delay.is_zero());
            if endpoint == Endpoint::Authorize && fault.failure.fields(trace, base).is_some() {
                return Intervention { delay, hangs: false, answer: None };
            }
            let taken =
                Intervention { delay, hangs: fault.failure.hangs(), answer: fault.failure.respond(trace, base) };
            if fault.use_up() {
                failures.remove(index);
            }
            taken
        })
    }

    /// The members of a failure that an application gets in answer to its authorization request.
    pub(crate) fn take_reply(&self, trace: &Trace, base: &str) -> Option<Vec<(&'static str, String)>> {
        self.failures.with(|failures| {
            let index = failures.iter().position(|fault| fault.fits(Endpoint::Authorize, None))?;
            let fields = failures[index].failure.fields(trace, base)?;
            if failures[index].use_up() {
                failures.remove(index);
            }
            Some(fields)
        })
    }
}

/// What happens to a request before it is handled.
struct Intervention {
    delay: Option<std::time::Duration>,
    /// Waits until a test lets go.
    hangs: bool,
    answer: Option<Response>,
}
