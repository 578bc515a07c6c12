//! Whether the authority takes the application's credential.
//!
//! Asked with a code that was never given out: it cannot sign anybody in and gives no token, and works at every authority,
//! while a token for the application itself (`client_credentials`) would really be given out and needs one tenant. An
//! authority has to authenticate the client first (RFC 6749 section 3.2.1), so `invalid_grant` means that the credential was
//! taken, and `invalid_client` that it was not. An authority that looks at the code before anything else says nothing about
//! the credential; its answer, where it can be told, is unclear.

use openidconnect::{AuthorizationCode, PkceCodeVerifier, RequestTokenError};
use time::OffsetDateTime;

use crate::{
    config::IdentityConfig,
    credential::{ClientAuthentication, CredentialError},
    discovery::ProviderMetadata,
    error::{ProviderError, UpstreamError},
    flow::client,
    outgoing, random,
};

/// What the authority made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CredentialStanding {
    /// It objected to the code only.
    Taken,
    /// It objected to the application or its credential.
    Refused(ProviderError),
    /// It objected to something else.
    Unclear(ProviderError),
    /// There was no answer that could be read, or the machine has no randomness.
    NotAsked(UpstreamError),
    /// There is none to show: a file that cannot be read, a source that gives nothing.
    Unusable(CredentialError),
}

pub(super) async fn ask(
    config: &IdentityConfig,
    http: &reqwest::Client,
    metadata: &ProviderMetadata,
    now: OffsetDateTime,
) -> CredentialStanding {
    const ENDPOINT: &str = "token";
    let not_asked = |reason| CredentialStanding::NotAsked(UpstreamError::Unreadable { endpoint: ENDPOINT, reason });
    let authentication = ClientAuthentication::new(config.client_id.clone(), config.credential.clone());
    let proof = match authentication.prove(metadata.token_endpoint.as_str(), now).await {
        Ok(proof) => proof,
        Err(error) => return CredentialStanding::Unusable(error),
    };
    let client = match client::build(config, metadata, Some(&proof)) {
        Ok(client) => client,
        Err(error) => return CredentialStanding::NotAsked(error),
    };
    // Nobody's, and nobody can guess it.
    let (Ok(code), Ok(verifier)) = (random::token(), random::token()) else {
        return not_asked("no randomness for a request");
    };
    let mut request =
        client.exchange_code(AuthorizationCode::new(code)).set_pkce_verifier(PkceCodeVerifier::new(verifier));
    for (name, value) in proof.parameters() {
        request = request.add_extra_param(name, value);
    }
    let send = |request| {
        let http = http.clone();
        async move { outgoing::send(&http, ENDPOINT, request).await }
    };
    match request.request_async(&send).await {
        Err(RequestTokenError::ServerResponse(reply)) => standing(reply.into()),
        Err(RequestTokenError::Request(error)) => CredentialStanding::NotAsked(error),
        // Whatever gives a token for a code of our own making is no token endpoint.
        Ok(_) => not_asked("a token for a code that is none"),
        Err(RequestTokenError::Parse(..) | RequestTokenError::Other(_)) => not_asked("not a token response"),
    }
}

/// Entra could not even read the code, and may not have looked at the credential.
const MALFORMED: u32 = 9_002_313;

fn standing(error: ProviderError) -> CredentialStanding {
    match error.error {
        "invalid_client" | "unauthorized_client" => CredentialStanding::Refused(error),
        "invalid_grant" if !error.codes.contains(&MALFORMED) => CredentialStanding::Taken,
        _ => CredentialStanding::Unclear(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(error: &'static str, codes: &[u32]) -> CredentialStanding {
        standing(ProviderError { error, codes: codes.to_vec(), ..ProviderError::default() })
    }

    #[test]
    fn an_objection_to_the_code_is_none_to_the_credential() {
        assert_eq!(of("invalid_grant", &[70_008]), CredentialStanding::Taken);
        assert!(matches!(of("invalid_client", &[7_000_215]), CredentialStanding::Refused(_)));
        assert!(matches!(of("unauthorized_client", &[700_016]), CredentialStanding::Refused(_)));
        assert!(matches!(of("invalid_request", &[900_144]), CredentialStanding::Unclear(_)));
        assert!(matches!(of("invalid_grant", &[9_002_313]), CredentialStanding::Unclear(_)));
    }
}
