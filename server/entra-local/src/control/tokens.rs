//! Levers on tokens: how long they live, what ends refresh tokens, and what a token must prove.

use std::collections::HashMap;

use time::{Duration, OffsetDateTime};

use super::Control;
use crate::{claims::AuthenticationContext, scenario::Account, shared::Shared};

/// What a test has set. People go by their usernames in lower case.
#[derive(Debug, Default)]
pub(super) struct TokenLevers(Shared<Set>);

#[derive(Debug, Default)]
struct Set {
    access_token_life: Option<Duration>,
    refresh_in: Option<Duration>,
    revoked: HashMap<String, OffsetDateTime>,
    expired: HashMap<String, OffsetDateTime>,
    frequency: HashMap<String, Duration>,
    contexts: HashMap<String, AuthenticationContext>,
    critical: HashMap<String, i64>,
    rotates_strictly: bool,
    withholds: bool,
}

/// Why a refresh token is good no longer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// AADSTS50173
    Revoked,
    /// AADSTS700082
    Expired,
    /// AADSTS70043: the sign-in is longer ago than the policy allows.
    TooOld,
}

impl TokenLevers {
    pub(super) fn reset(&self) {
        self.0.with(|set| *set = Set::default());
    }
}

fn key(username: &str) -> String {
    username.to_lowercase()
}

impl Control {
    /// Lets access tokens live this long from now on, or as long as Entra's again.
    pub fn set_access_token_life(&self, life: Option<Duration>) {
        self.tokens.0.with(|set| set.access_token_life = life);
    }

    /// Sends `refresh_in` with every access token from now on, or only where Entra would.
    pub fn set_refresh_in(&self, after: Option<Duration>) {
        self.tokens.0.with(|set| set.refresh_in = after);
    }

    /// Revokes the refresh tokens that a person has now: AADSTS50173. Those of later sign-ins are good.
    pub fn revoke_refresh_tokens(&self, username: &str) {
        let now = self.now();
        self.tokens.0.with(|set| set.revoked.insert(key(username), now));
    }

    /// Lets the refresh tokens that a person has now expire: AADSTS700082.
    pub fn expire_refresh_tokens(&self, username: &str) {
        let now = self.now();
        self.tokens.0.with(|set| set.expired.insert(key(username), now));
    }

    /// Has a person sign in again each time this has passed since the last sign-in: AADSTS70043.
    pub fn set_sign_in_frequency(&self, username: &str, every: Option<Duration>) {
        self.tokens.0.with(|set| match every {
            Some(every) => set.frequency.insert(key(username), every),
            None => set.frequency.remove(&key(username)),
        });
    }

    /// Demands an authentication context of a person's tokens: AADSTS50076 with `claims` where there is no page to use a
    /// second factor on.
    pub fn demand_context(&self, username: &str, context: Option<AuthenticationContext>) {
        self.tokens.0.with(|set| match context {
            Some(context) => set.contexts.insert(key(username), context),
            None => set.contexts.remove(&key(username)),
        });
    }

    /// Something happened to a person's account (continuous access evaluation): Graph answers tokens that the person
    /// has now with a claims challenge, if their application said that it can answer one.
    pub fn critical_event(&self, username: &str) {
        // Tokens have whole seconds: those of this second count as issued before.
        let from = self.now().unix_timestamp() + 1;
        self.tokens.0.with(|set| set.critical.insert(key(username), from));
    }

    /// Whether a refresh token is good for one use only. At Entra it is not.
    pub fn rotate_strictly(&self, strictly: bool) {
        self.tokens.0.with(|set| set.rotates_strictly = strictly);
    }

    /// Whether answers come without a new refresh token.
    pub fn withhold_refresh_tokens(&self, withheld: bool) {
        self.tokens.0.with(|set| set.withholds = withheld);
    }

    pub(crate) fn access_token_life(&self) -> Option<Duration> {
        self.tokens.0.with(|set| set.access_token_life)
    }

    pub(crate) fn refresh_in(&self) -> Option<Duration> {
        self.tokens.0.with(|set| set.refresh_in)
    }

    /// What has ended a refresh token that was issued, after a sign-in, at these times.
    pub(crate) fn ended(&self, account: &Account, issued: OffsetDateTime, signed_in: OffsetDateTime) -> Option<Ended> {
        let (key, now) = (key(&account.username), self.now());
        self.tokens.0.with(|set| {
            let before = |known: &HashMap<String, OffsetDateTime>| known.get(&key).is_some_and(|at| issued <= *at);
            if before(&set.revoked) {
                Some(Ended::Revoked)
            } else if before(&set.expired) {
                Some(Ended::Expired)
            } else {
                set.frequency.get(&key).filter(|every| signed_in + **every <= now).map(|_| Ended::TooOld)
            }
        })
    }

    pub(crate) fn context(&self, account: &Account) -> Option<AuthenticationContext> {
        self.tokens.0.with(|set| set.contexts.get(&key(&account.username)).copied())
    }

    /// The second from which a person's tokens must be, after a critical event.
    pub(crate) fn tokens_must_be_from(&self, account: &Account) -> Option<i64> {
        self.tokens.0.with(|set| set.critical.get(&key(&account.username)).copied())
    }

    /// Whether a refresh token that is used is good no longer: only if its successor is handed out.
    pub(crate) fn spends_refresh_tokens(&self) -> bool {
        self.tokens.0.with(|set| set.rotates_strictly && !set.withholds)
    }

    pub(crate) fn withholds_refresh_tokens(&self) -> bool {
        self.tokens.0.with(|set| set.withholds)
    }
}
