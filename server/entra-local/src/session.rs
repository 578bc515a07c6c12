//! The browser's single-sign-on session at the stand-in: who is signed in, and to which applications.

use std::collections::BTreeSet;
use std::{convert::Infallible, sync::Arc};

use axum::extract::FromRequestParts;
use http::{HeaderMap, HeaderValue, request::Parts};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{cookies, idp::Idp, random, scenario::HomeAccount};

/// One person signed in at one browser.
#[derive(Debug, Clone)]
pub(crate) struct SignedIn {
    pub(crate) account: HomeAccount,
    /// The `sid` claim: names this person's session at this browser.
    pub(crate) sid: Uuid,
    /// When the person last proved who they are.
    pub(crate) at: OffsetDateTime,
    /// Whether that took more than one factor.
    pub(crate) strong: bool,
    /// Applications that got a code in this session, each with the issuer of its tokens; sign-out tells them.
    pub(crate) apps: BTreeSet<(Uuid, String)>,
}

/// How a person proved who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Proof {
    /// By the session of an earlier sign-in.
    Session,
    /// On a page.
    Page,
    /// On a page and with a second factor.
    SecondFactor,
}

/// What tokens and policies need to know of a session.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SessionFacts {
    pub(crate) sid: Uuid,
    pub(crate) at: OffsetDateTime,
    pub(crate) strong: bool,
}

impl SignedIn {
    pub(crate) fn facts(&self) -> SessionFacts {
        SessionFacts { sid: self.sid, at: self.at, strong: self.strong }
    }
}

/// Everybody signed in at one browser.
#[derive(Debug, Clone, Default)]
pub(crate) struct Session {
    pub(crate) accounts: Vec<SignedIn>,
}

/// What the cookies of a request say.
#[derive(Debug, Clone)]
pub(crate) struct Visitor {
    /// The cookie that holds the session id.
    cookie: String,
    session_id: Option<String>,
    pub(crate) session: Session,
    /// The browser's id, made now if it has none yet.
    pub(crate) browser: String,
}

impl FromRequestParts<Arc<Idp>> for Visitor {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, idp: &Arc<Idp>) -> Result<Self, Self::Rejection> {
        Ok(Self::read(&parts.headers, idp, cookies::SESSION.to_owned()))
    }
}

impl Visitor {
    /// Who is signed in by the session that `cookie` names.
    pub(crate) fn read(headers: &HeaderMap, idp: &Idp, cookie: String) -> Self {
        let session_id = cookies::read(headers, &cookie);
        let session = session_id.as_deref().and_then(|id| idp.session(id)).unwrap_or_default();
        let browser = cookies::read(headers, cookies::BROWSER).unwrap_or_else(random::opaque);
        Self { cookie, session_id, session, browser }
    }

    /// The cookie that ties forms to this browser.
    pub(crate) fn browser_cookie(&self, idp: &Idp) -> Option<HeaderValue> {
        cookies::set(cookies::BROWSER, &self.browser, idp.tls)
    }

    /// Notes that the person signed in, and for which application at which issuer if that got a code. Returns the person's entry and the
    /// cookie, whose value is new each time somebody was at a page to sign in.
    pub(crate) fn sign_in(
        &self,
        idp: &Idp,
        account: HomeAccount,
        app: Option<(Uuid, String)>,
        proof: Proof,
    ) -> (SignedIn, Option<HeaderValue>) {
        let mut session = self.session.clone();
        let known = session.accounts.iter().position(|signed_in| signed_in.account == account);
        let mut signed_in = known.map_or_else(
            || SignedIn { account, sid: random::guid(), at: idp.now(), strong: false, apps: BTreeSet::new() },
            |index| session.accounts.remove(index),
        );
        if proof != Proof::Session {
            signed_in.at = idp.now();
        }
        signed_in.strong |= proof == Proof::SecondFactor;
        signed_in.apps.extend(app);
        session.accounts.push(signed_in.clone());
        let id = match &self.session_id {
            Some(id) if proof == Proof::Session && known.is_some() => id.clone(),
            _ => random::opaque(),
        };
        idp.replace_session(self.session_id.as_deref(), &id, session);
        (signed_in, cookies::set(&self.cookie, &id, idp.tls))
    }

    /// Whether the person used a second factor in this session.
    pub(crate) fn is_strong(&self, account: HomeAccount) -> bool {
        self.session.accounts.iter().any(|entry| entry.account == account && entry.strong)
    }

    /// Ends the sessions of `accounts` at this browser and returns them as they were.
    pub(crate) fn sign_out(&self, idp: &Idp, accounts: &[HomeAccount]) -> Vec<SignedIn> {
        let (gone, kept): (Vec<_>, Vec<_>) =
            self.session.accounts.iter().cloned().partition(|signed_in| accounts.contains(&signed_in.account));
        if let Some(id) = &self.session_id {
            idp.replace_session(Some(id), id, Session { accounts: kept });
        }
        gone
    }
}
