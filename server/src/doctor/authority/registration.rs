//! Whether Muster is registered there under this id and with this redirect URI.

use identity::{IdentityConfig, RegistrationStanding};

use super::super::Finding;

const CHECK: &str = "registration";

pub(super) fn finding(standing: &RegistrationStanding, config: &IdentityConfig) -> Finding {
    let (uri, id) = (config.redirect_uri(), &config.client_id);
    match standing {
        RegistrationStanding::Registered => {
            Finding::ok(CHECK, format!("The provider knows the application {id} and its redirect URI {uri}."))
        }
        RegistrationStanding::Refused { codes } => {
            let (what, fix) = refused(codes, &uri, id);
            Finding::problem(CHECK, what, fix)
        }
        RegistrationStanding::Unclear => Finding::warning(
            CHECK,
            format!("The provider did not say whether the redirect URI {uri} is registered."),
            "Compare it with the web redirect URIs of the registration; `muster doctor --manifest` prints them."
                .to_owned(),
        ),
        RegistrationStanding::NotAsked(error) => Finding::warning(
            CHECK,
            format!("Whether the redirect URI {uri} is registered could not be asked: {error}."),
            "Try again later, and see that this machine may connect to the provider.".to_owned(),
        ),
    }
}

/// What the numbers mean ("Microsoft Entra authentication and authorization error codes").
fn refused(codes: &[u32], uri: &str, id: &str) -> (String, String) {
    let has = |some: &[u32]| codes.iter().any(|code| some.contains(code));
    if has(&[50_011, 90_006]) {
        return (
            format!("The redirect URI {uri} is not registered (AADSTS50011)."),
            "Add it under Authentication, platform Web, letter by letter, or set MUSTER_PUBLIC_URL to the registered host."
                .to_owned(),
        );
    }
    if has(&[700_016]) {
        return (
            format!("The application {id} is not registered in this directory (AADSTS700016)."),
            "Compare AZURE_CLIENT_ID with the application (client) id, and AZURE_TENANT_ID with the directory id."
                .to_owned(),
        );
    }
    if has(&[50_194]) {
        return (
            "The application is registered for one directory only (AADSTS50194).".to_owned(),
            "Set AZURE_TENANT_ID to the directory id, or make the registration multitenant.".to_owned(),
        );
    }
    if has(&[90_002]) {
        return (
            "There is no directory of this id (AADSTS90002).".to_owned(),
            "Set AZURE_TENANT_ID to the directory (tenant) id of the registration.".to_owned(),
        );
    }
    let numbers: Vec<_> = codes.iter().map(ToString::to_string).collect();
    let with = if numbers.is_empty() { String::new() } else { format!(" ({})", numbers.join(", ")) };
    (
        format!("The provider refuses the application {id} with the redirect URI {uri}{with}."),
        "Compare the client id and the web redirect URIs with the registration; https://login.microsoftonline.com/error \
         explains Entra's numbers."
            .to_owned(),
    )
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use identity::{Authority, ClientCredential, EntraAuthority, EntraTenant, UpstreamError};

    use super::*;
    use crate::doctor::Level;

    #[test]
    fn only_what_the_provider_has_said_is_healthy() {
        let authority = Authority::Entra(EntraAuthority {
            base: "https://login.example".parse().unwrap(),
            tenant: EntraTenant::Organizations,
            allowed_tenants: None,
        });
        let secret = ClientCredential::Secret(secrecy::SecretString::from("not used here"));
        let (url, home) = ("https://muster.example".parse().unwrap(), "/incidents".parse().unwrap());
        let config = IdentityConfig::new(url, authority, "app".to_owned(), secret, home);
        let lost = UpstreamError::Unreachable { endpoint: "authorize", reason: "timeout" };
        for (standing, level) in [
            (RegistrationStanding::Registered, Level::Ok),
            (RegistrationStanding::Unclear, Level::Warning),
            (RegistrationStanding::NotAsked(lost), Level::Warning),
            (RegistrationStanding::Refused { codes: Vec::new() }, Level::Problem),
        ] {
            let found = finding(&standing, &config);
            assert_eq!((found.level, found.fix.is_some()), (level, level != Level::Ok), "{found:?}");
        }
    }
}
