//! Whether the authority knows the application and its redirect URI, as far as can be told without signing in.
//!
//! A silent sign-in (`prompt=none`, OpenID Connect Core 1.0 section 3.1.2.1) of nobody has to fail, and how it fails tells:
//! to a registered redirect URI the failure is sent back, for any other the authority shows a page (RFC 6749 section
//! 4.1.2.1). Entra's page has the number in it ("Microsoft Entra authentication and authorization error codes").

use http::StatusCode;
use openidconnect::{PkceCodeChallenge, PkceCodeVerifier};
use url::Url;

use super::sent_back::{self, Answer};
use crate::{config::IdentityConfig, discovery::ProviderMetadata, error::UpstreamError, random};

/// What the authority made of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RegistrationStanding {
    /// The failure came back to the redirect URI: application and redirect URI are registered.
    Registered,
    /// The authority refused with a page, and with these numbers if it is Entra (`AADSTS…`) or Azure AD B2C.
    Refused {
        /// In the order of the page, each once.
        codes: Vec<u32>,
    },
    /// An answer that says neither, such as a page with a script that looks for somebody who is signed in.
    Unclear,
    /// There was no answer, or the machine has no randomness.
    NotAsked(UpstreamError),
}

pub(super) async fn ask(
    config: &IdentityConfig,
    http: &reqwest::Client,
    metadata: &ProviderMetadata,
) -> RegistrationStanding {
    const ENDPOINT: &str = "authorize";
    let Some(url) = silent_sign_in(config, metadata) else {
        let reason = "no randomness for a request";
        return RegistrationStanding::NotAsked(UpstreamError::Unreadable { endpoint: ENDPOINT, reason });
    };
    match sent_back::get(http, ENDPOINT, url).await {
        Ok(answer) => standing(&answer, &config.redirect_uri()),
        Err(error) => RegistrationStanding::NotAsked(error),
    }
}

/// Complete, so that nothing is missing but somebody who is signed in.
fn silent_sign_in(config: &IdentityConfig, metadata: &ProviderMetadata) -> Option<Url> {
    let (state, nonce, verifier) = (random::token().ok()?, random::token().ok()?, random::token().ok()?);
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(verifier));
    let mut url = metadata.authorization_endpoint.clone();
    url.query_pairs_mut()
        .append_pair("client_id", &config.client_id)
        .append_pair("response_type", "code")
        .append_pair("response_mode", "query")
        .append_pair("redirect_uri", &config.redirect_uri())
        .append_pair("scope", "openid")
        .append_pair("prompt", "none")
        .append_pair("state", &state)
        .append_pair("nonce", &nonce)
        .append_pair("code_challenge", challenge.as_str())
        .append_pair("code_challenge_method", "S256");
    Some(url)
}

fn standing(answer: &Answer, redirect_uri: &str) -> RegistrationStanding {
    if answer.status.is_redirection() {
        let target = answer.location.clone().map(|mut url| {
            url.set_query(None);
            url.set_fragment(None);
            url
        });
        let back = target.is_some_and(|target| Url::parse(redirect_uri).is_ok_and(|ours| ours == target));
        return if back { RegistrationStanding::Registered } else { RegistrationStanding::Unclear };
    }
    let codes = numbers(&answer.text);
    let no = answer.status.is_client_error() && answer.status != StatusCode::TOO_MANY_REQUESTS;
    if no || !codes.is_empty() { RegistrationStanding::Refused { codes } } else { RegistrationStanding::Unclear }
}

/// Every `AADSTS` or `AADB2C` number of a page. Nothing else of the page is kept: it may quote the request.
fn numbers(page: &str) -> Vec<u32> {
    let mut codes = Vec::new();
    for (at, word) in page.match_indices("AADSTS").chain(page.match_indices("AADB2C")) {
        let digits: String = page[at + word.len()..].chars().take_while(char::is_ascii_digit).take(9).collect();
        if let Ok(code) = digits.parse()
            && !codes.contains(&code)
        {
            codes.push(code);
        }
    }
    codes
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    const OURS: &str = "https://muster.example/auth/callback";

    fn of(status: u16, location: Option<&str>, text: &str) -> RegistrationStanding {
        let location = location.map(|location| location.parse().unwrap());
        standing(&Answer { status: StatusCode::from_u16(status).unwrap(), location, text: text.to_owned() }, OURS)
    }

    #[test]
    fn only_a_failure_that_comes_back_to_us_proves_the_registration() {
        let back = of(302, Some("https://muster.example/auth/callback?error=login_required&state=x"), "");
        assert_eq!(back, RegistrationStanding::Registered);
        for elsewhere in
            ["https://muster.example/", "https://login.example/error", "https://evil.example/auth/callback"]
        {
            assert_eq!(of(302, Some(elsewhere), ""), RegistrationStanding::Unclear, "{elsewhere}");
        }
        assert_eq!(of(302, None, ""), RegistrationStanding::Unclear);
    }

    #[test]
    fn a_page_refuses_by_its_number_or_its_status() {
        let page = "<p>AADSTS50011: The redirect URI … does not match. AADSTS50011 AADSTSx AADB2C90006";
        assert_eq!(of(200, None, page), RegistrationStanding::Refused { codes: vec![50_011, 90_006] });
        assert_eq!(of(400, None, "invalid redirect_uri"), RegistrationStanding::Refused { codes: Vec::new() });
        assert_eq!(of(200, None, "<script>looking for an account</script>"), RegistrationStanding::Unclear);
        assert_eq!(of(429, None, ""), RegistrationStanding::Unclear);
        assert_eq!(of(503, None, ""), RegistrationStanding::Unclear);
    }
}
