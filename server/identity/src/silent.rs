//! Whether a person is still signed in at the authority, asked without them (`prompt=none`, OpenID Connect Core 1.0 section
//! 3.1.2.1): what comes out of it. The way there is in `web/silent.rs`.

use std::net::IpAddr;

use crate::{
    config::FlowKind,
    error::{B2C_NO_SESSION, ProviderError},
    flow::{Hints, Prompt, Wanted},
    identity::Identity,
    session::ActiveSession,
    state::{Expected, StateError},
};

/// The page of the frame tells its result under this name behind [`crate::IdentityConfig::cookie_name`].
const CHANNEL: &str = "silent";

/// No session at the authority (AADSTS50058), or not the one that is meant (160021).
const NO_SESSION: [u32; 2] = [50_058, 160_021];

/// What a silent check has found out. Nobody is signed in or out by it: that is for whoever asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SilentResult {
    /// The person of the session is signed in at the authority.
    Same,
    /// Nobody is, or not the person of the session; and somebody was recognised there in a frame of this session before.
    SignedOut,
    /// They are, and the authority has to ask them something.
    Interaction,
    /// Somebody else is.
    Other,
    /// There is no telling: the check did not come to its end, or the session has changed meanwhile.
    Unknown,
    /// There is no room in the authority's quota now; see [`Identity::budget_usage`].
    Later,
}

impl SilentResult {
    /// The word that the page of the frame sends.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::SignedOut => "signed_out",
            Self::Interaction => "interaction",
            Self::Other => "other",
            Self::Unknown => "unknown",
            Self::Later => "later",
        }
    }

    /// What the authority's refusal means. Azure AD B2C says that it needs interaction when there is no session.
    pub(crate) fn of_refusal(error: &ProviderError) -> Self {
        let no_session = error.b2c_code == Some(B2C_NO_SESSION)
            || error.codes.iter().any(|code| NO_SESSION.contains(code))
            || error.error == "login_required";
        match error.error {
            _ if no_session => Self::SignedOut,
            "interaction_required" | "consent_required" | "account_selection_required" => Self::Interaction,
            _ => Self::Unknown,
        }
    }
}

/// What an answer to a frame of this session is worth. To a browser that keeps third-party cookies out of frames everybody
/// looks signed out, so that counts only where the authority has recognised somebody in a frame of this session before.
pub(crate) async fn heard(
    identity: &Identity,
    session: &ActiveSession,
    found: SilentResult,
) -> Result<SilentResult, StateError> {
    let (state, recognised) = (identity.state(), format!("silent-recognised:{}", session.handle));
    match found {
        SilentResult::Same | SilentResult::Other | SilentResult::Interaction => {
            let _ = state.put(&recognised, b"", session.absolute_expires_at, Expected::Any).await?;
        }
        SilentResult::SignedOut if state.get(&recognised).await?.is_none() => return Ok(SilentResult::Unknown),
        SilentResult::SignedOut | SilentResult::Unknown | SilentResult::Later => {}
    }
    Ok(found)
}

impl Identity {
    /// Whether a browser at this address may load `/auth/silent` into a frame for this session now: it is switched on, the
    /// session was not checked in the last five minutes, and there is room in the authority's quota. No if shared state
    /// does not say. Takes nothing; there may be no room any more when it comes to it, and then the frame says "later".
    pub async fn offers_silent_check(&self, session: &ActiveSession, from: Option<IpAddr>) -> bool {
        match self.budget() {
            Some(budget) => budget.has_room(&session.handle, from).await,
            None => false,
        }
    }

    /// The name of the `BroadcastChannel` on which the page of the frame sends `{result: "…"}`, with the words of
    /// [`SilentResult::as_str`].
    #[must_use]
    pub fn silent_channel(&self) -> String {
        format!("{}-{CHANNEL}", self.flow().config().cookie_name)
    }

    /// The origins that a frame of this site is led to, for `frame-src` of the Content Security Policy: none unless silent
    /// checks are on. Complete once the authority's metadata has been read, as [`Identity::form_action_sources`].
    #[must_use]
    pub fn frame_sources(&self) -> Vec<String> {
        if self.budget().is_some() { self.form_action_sources() } else { Vec::new() }
    }
}

/// What the authority is asked: about this person, where they signed in, and nothing that they would have to be asked for.
pub(crate) fn wanted(identity: &Identity, session: &ActiveSession) -> Wanted {
    let principal = &session.principal;
    let authority = &identity.flow().config().authority;
    let hint = principal.login_hint.as_ref().or(principal.username.as_ref());
    let login = Hints::choose(principal.login_hint.as_deref(), hint, None, None).login;
    // Microsoft's services know a session by its id as well, where they gave out no hint of their own.
    let sid = principal.sid.clone().filter(|_| principal.login_hint.is_none() && authority.is_microsoft());
    Wanted {
        tenant: identity.tenant_of(session),
        prompt: Some(Prompt::None),
        hints: Hints { login: login.filter(|_| sid.is_none()), domain: None, sid },
        session: Some(session.handle.clone()),
        silent: true,
        ..Wanted::new(FlowKind::SignIn, identity.default_return_to().clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(error: &'static str, codes: &[u32], b2c_code: Option<u32>) -> SilentResult {
        SilentResult::of_refusal(&ProviderError { error, codes: codes.to_vec(), b2c_code, ..ProviderError::default() })
    }

    #[test]
    fn each_refusal_has_its_meaning() {
        for (error, codes, b2c, result) in [
            ("login_required", &[][..], None, SilentResult::SignedOut),
            ("login_required", &[50_058], None, SilentResult::SignedOut),
            ("interaction_required", &[160_021], None, SilentResult::SignedOut),
            ("interaction_required", &[], Some(90_077), SilentResult::SignedOut),
            ("interaction_required", &[50_076], None, SilentResult::Interaction),
            ("interaction_required", &[16_000], None, SilentResult::Interaction),
            ("consent_required", &[65_001], None, SilentResult::Interaction),
            ("account_selection_required", &[], None, SilentResult::Interaction),
            ("access_denied", &[], None, SilentResult::Unknown),
            ("server_error", &[], None, SilentResult::Unknown),
            ("temporarily_unavailable", &[], None, SilentResult::Unknown),
            ("unrecognised", &[], None, SilentResult::Unknown),
        ] {
            assert_eq!(of(error, codes, b2c), result, "{error} {codes:?} {b2c:?}");
        }
    }
}
