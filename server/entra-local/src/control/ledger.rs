//! Every request to the token endpoint, and how many there were at once.

use std::collections::VecDeque;

use serde::Serialize;

use super::Control;
use crate::{params::Params, scenario::Account, shared::Shared};

/// More than any test asks for, and little enough to bound memory.
const CAPACITY: usize = 10_000;

/// One request to the token endpoint, a failed one included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TokenRequest {
    /// `grant_type`
    pub grant_type: Option<String>,
    /// `client_id`, where it was in the form.
    pub client_id: Option<String>,
    /// Whose code, refresh token or assertion it was: the home account, `{object id}.{tenant id}`.
    pub account: Option<String>,
    /// The same person's username.
    pub username: Option<String>,
    /// `scope`, split.
    pub scopes: Vec<String>,
    /// `claims`
    pub claims: Option<String>,
    /// `client-request-id`, from the header or the form.
    pub client_request_id: Option<String>,
    /// What was answered; nothing while the request is in flight, or if its sender did not wait.
    pub status: Option<u16>,
}

#[derive(Debug, Default)]
pub(super) struct Ledger(Shared<Entries>);

#[derive(Debug, Default)]
struct Entries {
    kept: VecDeque<TokenRequest>,
    /// How many entries came before the first that is kept.
    gone: usize,
    in_flight: usize,
    highest: usize,
}

impl TokenRequest {
    pub(super) fn read(form: &Params, header: Option<&str>, person: Option<&Account>) -> Self {
        let text = |name: &str| form.get(name).map(str::to_owned);
        let home = person.map(Account::home);
        Self {
            grant_type: text("grant_type"),
            client_id: text("client_id"),
            account: home.map(|home| format!("{}.{}", home.oid, home.tenant)),
            username: person.map(|person| person.username.clone()),
            scopes: form.get("scope").unwrap_or_default().split_ascii_whitespace().map(str::to_owned).collect(),
            claims: text("claims"),
            client_request_id: header.map(str::to_owned).or_else(|| text("client-request-id")),
            status: None,
        }
    }
}

/// A request that is being answered. Dropping it ends the flight.
pub(super) struct InFlight<'a> {
    ledger: &'a Ledger,
    number: usize,
}

impl InFlight<'_> {
    pub(super) fn answered(&self, status: u16) {
        self.ledger.0.with(|entries| {
            let index = self.number.checked_sub(entries.gone);
            if let Some(entry) = index.and_then(|index| entries.kept.get_mut(index)) {
                entry.status = Some(status);
            }
        });
    }
}

impl Drop for InFlight<'_> {
    fn drop(&mut self) {
        self.ledger.0.with(|entries| entries.in_flight -= 1);
    }
}

impl Ledger {
    pub(super) fn begin(&self, request: TokenRequest) -> InFlight<'_> {
        let number = self.0.with(|entries| {
            if entries.kept.len() >= CAPACITY {
                entries.kept.pop_front();
                entries.gone += 1;
            }
            entries.kept.push_back(request);
            entries.in_flight += 1;
            entries.highest = entries.highest.max(entries.in_flight);
            entries.gone + entries.kept.len() - 1
        });
        InFlight { ledger: self, number }
    }
}

impl Control {
    /// The requests to the token endpoint, oldest first. The last 10,000 are kept.
    pub fn token_requests(&self) -> Vec<TokenRequest> {
        self.ledger.0.with(|entries| entries.kept.iter().cloned().collect())
    }

    /// How many requests of a grant type the token endpoint got among those.
    pub fn token_requests_of(&self, grant_type: &str) -> usize {
        let is_one = |request: &&TokenRequest| request.grant_type.as_deref() == Some(grant_type);
        self.ledger.0.with(|entries| entries.kept.iter().filter(is_one).count())
    }

    /// The highest number of token requests that were being answered at the same time.
    pub fn highest_in_flight(&self) -> usize {
        self.ledger.0.with(|entries| entries.highest)
    }

    /// Forgets the token requests and counts what is in flight from now on.
    pub fn forget_token_requests(&self) {
        self.ledger.0.with(|entries| {
            entries.gone += entries.kept.len();
            entries.kept.clear();
            entries.highest = entries.in_flight;
        });
    }
}
