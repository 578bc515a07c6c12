//! Tokens that are nobody's sign-in: the application's own, and those on behalf of a caller.

use http::StatusCode;
use identity::{AcquireError, TokenRequest, TokenSource};
use secrecy::{ExposeSecret, SecretString};
use uuid::Uuid;

use super::{ask, claims, entra, signed_in};
use crate::support::{AMARA, Browser, CONTOSO, Customers, LOCAL, Site, TOVE};

fn contoso() -> Uuid {
    CONTOSO.parse().unwrap()
}

#[tokio::test]
async fn an_application_gets_its_own_tokens_in_each_tenant() {
    let (entra, config) = entra().await;
    let site = Site::start(config).await;
    let ask = async |scope: &str| site.identity.acquire_token_for_client(contoso(), scope.parse().unwrap()).await;
    let first = ask("https://graph.microsoft.com/.default").await.unwrap();
    assert_eq!(first.source(), TokenSource::Authority);
    let token = claims(first.secret().expose_secret());
    assert_eq!((&token["tid"], &token["idtyp"], token.get("scp")), (&CONTOSO.into(), &"app".into(), None));
    assert_eq!(ask("https://graph.microsoft.com/.default").await.unwrap().source(), TokenSource::Memory);
    assert_eq!(entra.control().token_requests_of("client_credentials"), 1);
    for odd in ["User.Read", "https://graph.microsoft.com/.default User.Read"] {
        assert_eq!(ask(odd).await.err(), Some(AcquireError::NotDefaultScope), "{odd}");
    }
}

#[tokio::test]
async fn a_caller_is_acted_for_with_their_token_and_no_other() {
    let (entra, config) = entra().await;
    let own = format!("/token?scope=api://{}/Incidents.Read", config.client_id);
    let site = Site::start(config).await;
    let browser = Browser::new(&site);
    signed_in(&entra, &browser, AMARA).await;
    let assertion = SecretString::from(ask(&browser, &own).await.1);
    let request = TokenRequest::new("User.Read".parse().unwrap());
    let act =
        async |assertion: &SecretString| site.identity.acquire_token_on_behalf_of(assertion, contoso(), &request).await;
    let first = act(&assertion).await.unwrap();
    let token = claims(first.secret().expose_secret());
    assert_eq!(token["preferred_username"], AMARA);
    assert_eq!(act(&assertion).await.unwrap().source(), TokenSource::Store);
    let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer";
    assert_eq!(entra.control().token_requests_of(grant), 1);
    let made_up = act(&SecretString::from("made-up")).await;
    assert!(
        matches!(made_up, Err(AcquireError::InteractionRequired(_) | AcquireError::Misconfigured(_))),
        "{made_up:?}"
    );
    let forced = request.clone().force_refresh();
    let fresh = site.identity.acquire_token_on_behalf_of(&assertion, contoso(), &forced).await.unwrap();
    assert_ne!(fresh.secret().expose_secret(), first.secret().expose_secret());
}

/// A refresh token of Azure AD B2C is good at the policy that gave it out, and nowhere else (AADB2C90088).
#[tokio::test]
async fn a_policys_tokens_are_renewed_at_that_policy() {
    let customers = Customers::start().await;
    customers.control().reset();
    let mut config = customers.b2c();
    config.public_url = LOCAL.parse().unwrap();
    config.scopes = ["openid", "offline_access", config.client_id.as_str()].map(str::to_owned).to_vec();
    let own = format!("/token?scope={}", config.client_id);
    let site = Site::start(config).await;
    let browser = Browser::new(&site);
    customers.control().answer_next(entra_local::Answer::SignInAs(TOVE.to_owned()));
    assert_eq!(browser.sign_in("/auth/sign-in").await.status, StatusCode::SEE_OTHER);
    assert_eq!(ask(&browser, &own).await.0, "store");
    let (word, rest) = ask(&browser, &format!("{own}&force=1")).await;
    assert_eq!(word, "authority", "{rest}");
}
