//! An error that the authority sent back: what is kept of it, and where it leads on to.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::{
    config::FlowKind,
    error::{CANCELLED, ClaimsChallenge, Described, FORGOTTEN_PASSWORD, ProviderError, timestamp},
    flow::{Prompt, Wanted},
    notice::Notice,
    transaction::Transaction,
};

/// The error of an answer whose state has been checked. Entra puts its number into `error_uri`, as `code=`; Azure AD B2C into
/// the description.
pub(super) fn provider_error(error: &str, parameters: &BTreeMap<String, String>) -> ProviderError {
    let text = |name: &str| parameters.get(name).map(String::as_str);
    let number = text("error_uri")
        .and_then(|uri| url::Url::parse(uri).ok())
        .and_then(|uri| uri.query_pairs().find(|(name, _)| name == "code").and_then(|(_, number)| number.parse().ok()));
    let id = |name: &str| text(name).and_then(|text| Uuid::try_parse(text).ok());
    let described = text("error_description").map(Described::read).unwrap_or_default();
    ProviderError {
        error: ProviderError::known_error(error),
        suberror: text("suberror").and_then(ProviderError::known_suberror),
        codes: number.into_iter().collect(),
        b2c_code: described.b2c,
        claims: text("claims").and_then(ClaimsChallenge::read),
        correlation_id: id("correlation_id").or(described.correlation_id),
        trace_id: id("trace_id"),
        timestamp: text("timestamp").and_then(timestamp).or(described.timestamp),
    }
}

/// Where an error leads on to by itself.
pub(super) enum WayOn {
    /// To the authority once more.
    To(Box<Wanted>),
    /// Back to where the person was, with a quiet word.
    Back(Notice),
}

/// The way on from `error`, if there is one; else it is a failure. `session` is the handle of the browser's session.
pub(super) fn way_on(
    error: &ProviderError,
    transaction: &Transaction,
    resets_passwords: bool,
    session: Option<String>,
) -> Option<WayOn> {
    let denied = error.error == "access_denied";
    let again = |kind| Wanted { session, ..Wanted::new(kind, transaction.return_to.clone()) };
    match error.b2c_code {
        // From a sign-in only: a reset flow that says so would be sent to itself without end.
        Some(FORGOTTEN_PASSWORD) if denied && resets_passwords && transaction.kind == FlowKind::SignIn => {
            Some(WayOn::To(Box::new(again(FlowKind::ResetPassword))))
        }
        Some(CANCELLED) if denied => Some(WayOn::Back(match transaction.kind {
            FlowKind::SignIn => Notice::SignInCancelled,
            FlowKind::EditProfile => Notice::ProfileUnchanged,
            FlowKind::ResetPassword => Notice::PasswordUnchanged,
        })),
        // What is missing is brought along once; of an authority that is still not content people have to hear.
        _ if error.requires_interaction() && transaction.claims.is_none() => {
            let claims = Some(error.claims.clone()?);
            Some(WayOn::To(Box::new(Wanted {
                tenant: transaction.tenant,
                // The same account again. A password has been typed and a consent given by now, but which account was chosen
                // only the person knows.
                prompt: transaction.prompt.filter(|prompt| *prompt == Prompt::SelectAccount),
                hints: transaction.hints.clone(),
                claims,
                scopes: transaction.scopes.clone(),
                // No round has ended, so this one is still it.
                rounds: transaction.rounds,
                consented: transaction.consented,
                ..again(transaction.kind)
            })))
        }
        _ => None,
    }
}
