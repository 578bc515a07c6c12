//! Whether the provider takes the client secret, the certificate or the federated token.

use identity::{ClientCredential, CredentialStanding, ProviderError};

use super::super::Finding;

const CHECK: &str = "credential";

pub(super) fn finding(standing: &CredentialStanding, credential: &ClientCredential) -> Finding {
    let what = kind(credential);
    match standing {
        CredentialStanding::Taken => Finding::ok(CHECK, format!("{what}, which the provider did not object to.")),
        CredentialStanding::Refused(error) => {
            let (finding, fix) = refused(error);
            Finding::problem(CHECK, finding.to_owned(), fix.to_owned())
        }
        CredentialStanding::Unclear(error) => Finding::warning(
            CHECK,
            format!("{what}; the provider did not say whether it takes it: {error}."),
            "The first sign-in will tell; until then, compare it with the portal.".to_owned(),
        ),
        CredentialStanding::NotAsked(error) => Finding::warning(
            CHECK,
            format!("{what}; whether the provider takes it could not be asked: {error}."),
            "Try again later, and see that this machine may connect to the provider.".to_owned(),
        ),
        CredentialStanding::Unusable(error) => Finding::problem(
            CHECK,
            format!("{what} that cannot be shown to the provider: {error}."),
            "See that the file is complete and that this account may read it.".to_owned(),
        ),
    }
}

fn kind(credential: &ClientCredential) -> &'static str {
    match credential {
        ClientCredential::Secret(_) => "A client secret",
        ClientCredential::Certificate(_) => "A client certificate",
        ClientCredential::FederatedTokenFile(_) => "A federated token",
        ClientCredential::Assertion(_) => "A client assertion",
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
    } else if has(700_027) {
        (
            "The certificate is not registered on the application (AADSTS700027).",
            "Upload it in the portal, under Certificates & secrets, or use the one that is there.",
        )
    } else if has(700_024) {
        (
            "The client assertion is not within its time (AADSTS700024).",
            "See that this machine's clock is right and, for a federated token, that its file is being renewed.",
        )
    } else if has(700_213) || has(70_021) {
        (
            "No federated credential of the application fits the token (AADSTS700213).",
            "Compare issuer, subject and audience in the portal, under Federated credentials, with those of the token.",
        )
    } else if has(700_016) {
        (
            "The application is not registered in this directory (AADSTS700016).",
            "Compare AZURE_CLIENT_ID and AZURE_TENANT_ID with the registration.",
        )
    } else {
        (
            "The provider refuses the application's credential.",
            "Compare the client id and the credential with the registration.",
        )
    }
}
