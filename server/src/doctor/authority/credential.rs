//! Whether the provider takes the client secret.

use identity::{CredentialStanding, ProviderError};

use super::super::Finding;

const CHECK: &str = "credential";

pub(super) fn finding(standing: &CredentialStanding) -> Finding {
    match standing {
        CredentialStanding::Taken => {
            Finding::ok(CHECK, "A client secret, which the provider did not object to.".to_owned())
        }
        CredentialStanding::Refused(error) => {
            let (what, fix) = refused(error);
            Finding::problem(CHECK, what.to_owned(), fix.to_owned())
        }
        CredentialStanding::Unclear(error) => Finding::warning(
            CHECK,
            format!("A client secret; the provider did not say whether it takes it: {error}."),
            "The first sign-in will tell; until then, compare it with the portal.".to_owned(),
        ),
        CredentialStanding::NotAsked(error) => Finding::warning(
            CHECK,
            format!("A client secret; whether the provider takes it could not be asked: {error}."),
            "Try again later, and see that this machine may connect to the provider.".to_owned(),
        ),
    }
}

/// What the numbers mean ("Microsoft Entra authentication and authorization error codes").
fn refused(error: &ProviderError) -> (&'static str, &'static str) {
    let has = |code| error.codes.contains(&code);
    if has(7_000_222) {
        (
            "The client secret has expired (AADSTS7000222).",
            "Add a new client secret in the portal, set AZURE_CLIENT_SECRET to its value and restart.",
        )
    } else if has(7_000_215) {
        (
            "The client secret is wrong (AADSTS7000215).",
            "Set AZURE_CLIENT_SECRET to the secret's value, not to its id; if it is lost, add a new one in the portal.",
        )
    } else if has(700_016) {
        (
            "The application is not registered in this directory (AADSTS700016).",
            "Compare AZURE_CLIENT_ID and AZURE_TENANT_ID with the registration.",
        )
    } else {
        (
            "The provider refuses the application's credential.",
            "Compare the client id and the client secret with the registration.",
        )
    }
}
