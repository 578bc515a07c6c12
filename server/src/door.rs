//! What is said to people whose organisation is not let in.

use identity::{ErrorClass, SignInRefused};
use services::{Door, Onboarding};
use uuid::Uuid;

/// The code of the only refusal that an administrator of the organisation can do something about.
pub const UNLISTED: &str = "tenant_unlisted";

/// The refusal for a door that is not open; none for one that is.
pub fn refusal(door: Door, onboarding: Onboarding, tenant: Uuid) -> Option<SignInRefused> {
    let (code, title, sentence) = match door {
        Door::Open => return None,
        Door::Unlisted => (
            UNLISTED,
            "Your organisation is not set up here",
            match onboarding {
                Onboarding::Off => {
                    "This account belongs to an organisation that does not use this Muster, so you are not signed in. \
                     Start again with an account of an organisation that does, or ask the people who run this Muster to \
                     let yours in."
                }
                Onboarding::Consent | Onboarding::Approval => {
                    "This account belongs to an organisation that does not use this Muster, so you are not signed in. \
                     Start again with an account of an organisation that does. An administrator of yours can set it up."
                }
            },
        ),
        Door::Waiting => (
            "tenant_waiting",
            "Your organisation is waiting to be let in",
            "It has been set up, and the people who run this Muster have yet to let it in. Until then nobody of it can \
             sign in. If you have an account of another organisation that uses this Muster, start again with that.",
        ),
        Door::Blocked => (
            "tenant_blocked",
            "Your organisation cannot use this Muster",
            "The people who run this Muster have closed it to your organisation; they can tell you why. If you have an \
             account of another organisation that uses it, start again with that.",
        ),
    };
    Some(SignInRefused {
        code,
        title: title.to_owned(),
        sentence: sentence.to_owned(),
        class: ErrorClass::TenantNotAllowed,
        tenant: Some(tenant),
    })
}
