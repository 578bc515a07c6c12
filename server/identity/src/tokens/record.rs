//! What is kept for one owner of tokens: one refresh token, a few access tokens, and how long the authority wants to be left
//! alone. Pure: it knows no store and no clock.

use std::fmt;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::{error::InteractionRequired, scopes::Scopes, secret, step::InteractionStep};
use crate::{claims::Principal, error::ClaimsChallenge, groups::KnownGroups};

/// A token counts as expired this long before it is, so that a request that takes it along still arrives in time
/// (`tokenRenewalOffsetSeconds` of MSAL).
pub(crate) const SKEW: Duration = Duration::seconds(300);
/// How far the clocks of two replicas may be apart before a token counts as one from the future.
pub(crate) const CLOCKS_APART: Duration = Duration::seconds(60);
/// So many resources of one person at a time. The one that ends first makes room.
const MOST_ACCESS_TOKENS: usize = 16;

/// The tokens of one owner. New fields must have a default, or an update would cost everybody their tokens.
#[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct TokenRecord {
    /// The fence of the latest lease under which somebody set out to refresh.
    #[serde(default)]
    pub(crate) fence: u64,
    #[serde(default)]
    pub(crate) refresh: Option<RefreshToken>,
    #[serde(default)]
    pub(crate) access: Vec<CachedAccess>,
    #[serde(default)]
    waits: Vec<Wait>,
    #[serde(default)]
    refusals: Vec<Refusal>,
    /// Whose it is, as of the latest answer that said so.
    #[serde(default)]
    pub(crate) account: Option<Principal>,
    /// Which groups give them roles, where groups do.
    #[serde(default)]
    pub(crate) groups: Option<KnownGroups>,
    /// What other MSAL libraries keep and we do not use; it goes back to them unchanged.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub(crate) foreign: Map<String, Value>,
}

impl fmt::Debug for TokenRecord {
    /// What is kept for others may hold secrets, and the account is somebody's own.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenRecord")
            .field("fence", &self.fence)
            .field("refresh", &self.refresh)
            .field("access", &self.access)
            .finish_non_exhaustive()
    }
}

/// A refresh token (RFC 6749 section 1.5), good for every resource the person has consented to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct RefreshToken {
    #[serde(with = "secret")]
    pub(crate) secret: SecretString,
    /// Only where the authority says so.
    #[serde(default, with = "time::serde::timestamp::option")]
    pub(crate) expires_at: Option<OffsetDateTime>,
}

/// An access token with what is known about it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct CachedAccess {
    #[serde(with = "secret")]
    pub(crate) secret: SecretString,
    /// The tenant it was asked for, if not that of its owner.
    #[serde(default)]
    pub(crate) tenant: Option<Uuid>,
    pub(crate) asked: Scopes,
    pub(crate) granted: Scopes,
    #[serde(with = "time::serde::timestamp::milliseconds")]
    pub(crate) cached_at: OffsetDateTime,
    #[serde(with = "time::serde::timestamp")]
    pub(crate) expires_at: OffsetDateTime,
    #[serde(default, with = "time::serde::timestamp::option")]
    pub(crate) refresh_on: Option<OffsetDateTime>,
    /// The hash of the claims challenge that it answers.
    #[serde(default)]
    pub(crate) claims: Option<String>,
}

/// Equal if it is the same token.
impl PartialEq for RefreshToken {
    fn eq(&self, other: &Self) -> bool {
        super::same_secret(&self.secret, &other.secret)
    }
}

/// Equal if it is the same token.
impl PartialEq for CachedAccess {
    fn eq(&self, other: &Self) -> bool {
        super::same_secret(&self.secret, &other.secret) && self.tenant == other.tenant
    }
}

/// The authority does not want to be asked for this again before then.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Wait {
    request: String,
    #[serde(with = "time::serde::timestamp::milliseconds")]
    until: OffsetDateTime,
}

/// The authority gives nothing more for these scopes until the person has done something there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Refusal {
    request: String,
    pub(super) scopes: Scopes,
    pub(super) step: InteractionStep,
    /// What it wants to see proven.
    #[serde(default)]
    pub(super) claims: Option<ClaimsChallenge>,
}

/// How good an access token still is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Age {
    /// Use it.
    Fresh,
    /// Use it, and get another one meanwhile (`refresh_in`).
    DueForRefresh,
    /// Get another one; use it only if there is none to be had.
    Expiring,
    /// It is over.
    Expired,
}

impl CachedAccess {
    pub(crate) fn age(&self, now: OffsetDateTime) -> Age {
        if now >= self.expires_at {
            Age::Expired
        } else if now + SKEW > self.expires_at {
            Age::Expiring
        } else if self.refresh_on.is_some_and(|due| now >= due) {
            Age::DueForRefresh
        } else {
            Age::Fresh
        }
    }

    fn is_for(&self, tenant: Option<Uuid>, scopes: &Scopes) -> bool {
        self.tenant == tenant && (scopes.are_within(&self.granted) || scopes.are_within(&self.asked))
    }

    /// Whether `token` takes its place: it is for the same scopes.
    fn gives_way_to(&self, token: &Self) -> bool {
        (self.tenant == token.tenant && self.granted.overlap(&token.granted)) || self.is_for(token.tenant, &token.asked)
    }
}

impl RefreshToken {
    /// Whether it may still be used.
    pub(crate) fn is_alive(&self, now: OffsetDateTime) -> bool {
        self.expires_at.is_none_or(|expiry| now + SKEW < expiry)
    }
}

impl TokenRecord {
    /// The access token for `scopes` at `tenant` that lasts longest. One that was stored in the future is passed over: the
    /// clock has moved, and nothing is known about its age.
    pub(crate) fn find(&self, tenant: Option<Uuid>, scopes: &Scopes, now: OffsetDateTime) -> Option<&CachedAccess> {
        let fitting = self.access.iter().filter(|token| token.is_for(tenant, scopes));
        fitting.filter(|token| token.cached_at <= now + CLOCKS_APART).max_by_key(|token| token.expires_at)
    }

    /// Adds an access token, and drops those that it replaces: the ones for the same scopes, and what is over.
    pub(crate) fn save(&mut self, token: CachedAccess) {
        let now = token.cached_at;
        self.access.retain(|other| !other.gives_way_to(&token) && other.age(now) != Age::Expired);
        if self.access.len() >= MOST_ACCESS_TOKENS
            && let Some(first) = (0..self.access.len()).min_by_key(|place| self.access[*place].expires_at)
        {
            self.access.swap_remove(first);
        }
        self.access.push(token);
    }

    /// Adds an access token from elsewhere, unless what is here is as new or lasts longer than it where there is no more room.
    pub(crate) fn save_unless_newer(&mut self, token: CachedAccess) -> bool {
        let newer = self.access.iter().any(|other| other.gives_way_to(&token) && other.cached_at >= token.cached_at);
        let full = self.access.len() >= MOST_ACCESS_TOKENS
            && self.access.iter().all(|other| other.expires_at >= token.expires_at);
        if newer || full {
            return false;
        }
        self.save(token);
        true
    }

    /// Until when the authority wants to be left alone with this request.
    pub(crate) fn wait(&self, request: &str, now: OffsetDateTime) -> Option<OffsetDateTime> {
        self.waits.iter().find(|wait| wait.request == request && wait.until > now).map(|wait| wait.until)
    }

    pub(crate) fn note_wait(&mut self, request: &str, until: OffsetDateTime, now: OffsetDateTime) {
        self.waits.retain(|wait| wait.request != request && wait.until > now);
        if self.waits.len() < MOST_ACCESS_TOKENS {
            self.waits.push(Wait { request: request.to_owned(), until });
        }
    }

    /// Why there is no other token for nothing but `scopes` until the person has done something: the latest refusal.
    pub(super) fn refused_for(&self, scopes: &Scopes) -> Option<&Refusal> {
        self.refusals.iter().rev().find(|refusal| refusal.scopes.are_within(scopes))
    }

    pub(super) fn refuse(&mut self, request: String, required: &InteractionRequired) {
        self.refusals.retain(|refusal| refusal.request != request);
        if self.refusals.len() >= MOST_ACCESS_TOKENS {
            self.refusals.remove(0);
        }
        let (scopes, step, claims) = (required.scopes.clone(), required.step(), required.claims.clone());
        self.refusals.push(Refusal { request, scopes, step, claims });
    }

    /// A success takes back what the authority asked for before.
    pub(crate) fn settle(&mut self, request: &str) {
        self.waits.retain(|wait| wait.request != request);
        self.refusals.retain(|refusal| refusal.request != request);
    }

    /// A sign-in settles whatever was the matter.
    pub(crate) fn settle_all(&mut self) {
        self.waits.clear();
        self.refusals.clear();
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::error::ErrorClass;

    const NOW: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

    fn token(secret: &str, scopes: &str, life: Duration) -> CachedAccess {
        let scopes: Scopes = scopes.parse().unwrap();
        CachedAccess {
            secret: secret.to_owned().into(),
            tenant: None,
            asked: scopes.clone(),
            granted: scopes,
            cached_at: NOW,
            expires_at: NOW + life,
            refresh_on: None,
            claims: None,
        }
    }

    fn secrets(record: &TokenRecord) -> Vec<&str> {
        use secrecy::ExposeSecret;
        record.access.iter().map(|token| token.secret.expose_secret()).collect()
    }

    #[test]
    fn a_token_ages_five_minutes_before_its_end() {
        let mut token = token("a", "User.Read", Duration::hours(1));
        assert_eq!(token.age(NOW + Duration::minutes(55)), Age::Fresh);
        assert_eq!(token.age(NOW + Duration::minutes(55) + Duration::SECOND), Age::Expiring);
        assert_eq!(token.age(NOW + Duration::hours(1)), Age::Expired);
        token.refresh_on = Some(NOW + Duration::minutes(30));
        assert_eq!(token.age(NOW + Duration::minutes(29)), Age::Fresh);
        assert_eq!(token.age(NOW + Duration::minutes(30)), Age::DueForRefresh);
        assert_eq!(token.age(NOW + Duration::minutes(56)), Age::Expiring, "which is more pressing");
    }

    #[test]
    fn a_token_for_more_is_found_and_one_of_another_tenant_is_not() {
        let mut record = TokenRecord::default();
        record.save(token("a", "User.Read Mail.Read", Duration::hours(1)));
        let asked: Scopes = "mail.read".parse().unwrap();
        assert!(record.find(None, &asked, NOW).is_some());
        assert!(record.find(Some(Uuid::nil()), &asked, NOW).is_none());
        assert!(record.find(None, &"Mail.Send".parse().unwrap(), NOW).is_none());
    }

    #[test]
    fn the_scopes_that_were_asked_for_find_what_they_were_answered_with() {
        let mut record = TokenRecord::default();
        let mut answer = token("a", "api://x/.default", Duration::hours(1));
        answer.granted = "api://x/Read api://x/Write".parse().unwrap();
        record.save(answer);
        assert!(record.find(None, &"api://x/.default".parse().unwrap(), NOW).is_some());
        assert!(record.find(None, &"api://x/Write".parse().unwrap(), NOW).is_some());
    }

    #[test]
    fn a_token_from_the_future_is_passed_over() {
        let mut record = TokenRecord::default();
        record.save(token("a", "User.Read", Duration::hours(1)));
        let asked: Scopes = "User.Read".parse().unwrap();
        assert!(record.find(None, &asked, NOW - CLOCKS_APART).is_some());
        assert!(record.find(None, &asked, NOW - CLOCKS_APART - Duration::SECOND).is_none());
    }

    #[test]
    fn a_new_token_replaces_those_for_the_same_scopes() {
        let mut record = TokenRecord::default();
        record.save(token("a", "User.Read", Duration::hours(1)));
        record.save(token("b", "api://x/Read", Duration::hours(1)));
        record.save(CachedAccess { tenant: Some(Uuid::nil()), ..token("c", "User.Read", Duration::hours(1)) });
        record.save(token("d", "User.Read Mail.Read", Duration::hours(1)));
        assert_eq!(secrets(&record), ["b", "c", "d"]);
    }

    #[test]
    fn the_number_of_tokens_is_bounded_and_what_is_over_goes_first() {
        let mut record = TokenRecord::default();
        for n in 0..MOST_ACCESS_TOKENS {
            let life = Duration::hours(10 + i64::try_from(n).unwrap());
            record.save(token(&format!("t{n}"), &format!("api://{n}/Read"), life));
        }
        record.save(token("one more", "User.Read", Duration::hours(5)));
        assert_eq!(record.access.len(), MOST_ACCESS_TOKENS);
        assert!(!secrets(&record).contains(&"t0") && secrets(&record).contains(&"one more"));
        let late =
            CachedAccess { cached_at: NOW + Duration::hours(15), ..token("late", "Mail.Read", Duration::hours(30)) };
        record.save(late);
        assert!(!secrets(&record).contains(&"one more"), "it is over");
    }

    #[test]
    fn a_wait_is_for_one_request_and_ends() {
        let mut record = TokenRecord::default();
        record.note_wait("a", NOW + Duration::SECOND, NOW);
        assert_eq!(record.wait("a", NOW), Some(NOW + Duration::SECOND));
        assert_eq!((record.wait("b", NOW), record.wait("a", NOW + Duration::SECOND)), (None, None));
        record.settle("a");
        assert_eq!(record.wait("a", NOW), None);
    }

    #[test]
    fn waits_are_bounded_and_the_last_one_counts() {
        let mut record = TokenRecord::default();
        record.note_wait("a", NOW + Duration::SECOND, NOW);
        record.note_wait("a", NOW + Duration::MINUTE, NOW);
        assert_eq!(record.wait("a", NOW), Some(NOW + Duration::MINUTE));
        for n in 0..2 * MOST_ACCESS_TOKENS {
            record.note_wait(&n.to_string(), NOW + Duration::MINUTE, NOW);
        }
        assert_eq!(record.waits.len(), MOST_ACCESS_TOKENS);
        record.note_wait("b", NOW + Duration::HOUR, NOW + Duration::MINUTE);
        assert_eq!(record.waits.len(), 1, "those that are over make room");
    }

    #[test]
    fn refusals_are_bounded_and_the_last_one_counts() {
        let mut record = TokenRecord::default();
        let mut refuse = |request: &str, class| {
            let scopes = "User.Read".parse().unwrap();
            let required = InteractionRequired { scopes, tenant: None, claims: None, class, error: None };
            record.refuse(request.to_owned(), &required);
            (record.refusals.len(), record.refused_for(&required.scopes).unwrap().step)
        };
        assert_eq!(refuse("a", ErrorClass::Consent), (1, InteractionStep::Consent));
        assert_eq!(refuse("a", ErrorClass::SessionExpired), (1, InteractionStep::SignIn));
        assert_eq!(refuse("b", ErrorClass::Consent), (2, InteractionStep::Consent));
        for n in 0..2 * MOST_ACCESS_TOKENS {
            refuse(&n.to_string(), ErrorClass::SessionExpired);
        }
        assert_eq!(refuse("c", ErrorClass::Consent), (MOST_ACCESS_TOKENS, InteractionStep::Consent));
    }

    #[test]
    fn what_is_over_or_answered_the_same_question_goes_and_the_longest_lasting_is_found() {
        let mut record = TokenRecord::default();
        record.save(token("a", "api://x/Read", Duration::hours(1)));
        let later = NOW + Duration::hours(2);
        record.save(CachedAccess { cached_at: later, ..token("b", "User.Read", Duration::hours(9)) });
        assert_eq!(secrets(&record), ["b"], "the other is over");
        let answer = |secret: &str, granted: &str| CachedAccess {
            granted: granted.parse().unwrap(),
            ..token(secret, "api://x/.default", Duration::hours(1))
        };
        record.save(answer("c", "api://x/Read"));
        record.save(answer("d", "api://x/Write"));
        assert_eq!(secrets(&record), ["b", "d"]);
        record.access = vec![token("e", "User.Read", Duration::hours(2)), token("f", "User.Read", Duration::hours(1))];
        let found = record.find(None, &"User.Read".parse().unwrap(), NOW).unwrap();
        assert_eq!(found.expires_at, NOW + Duration::hours(2));
    }

    #[test]
    fn neither_debug_nor_equality_gives_a_token_away() {
        let one = token("a-very-secret-token", "User.Read", Duration::hours(1));
        assert!(!format!("{one:?}").contains("very-secret"));
        assert_eq!(one, one.clone());
        assert_ne!(one, token("another", "User.Read", Duration::hours(1)));
    }

    #[test]
    fn a_refresh_token_ends_only_where_the_authority_says_so() {
        let mut refresh = RefreshToken { secret: "r".to_owned().into(), expires_at: None };
        assert!(refresh.is_alive(NOW + Duration::days(1000)));
        refresh.expires_at = Some(NOW + Duration::hours(1));
        assert!(refresh.is_alive(NOW + Duration::minutes(54)) && !refresh.is_alive(NOW + Duration::minutes(55)));
    }
}
