//! Calling an API as the person who is signed in: Graph of the stand-in where it can play the part, a server of our own
//! where it has to misbehave.

mod api;

use entra_local::{Endpoint, Failure, Times};
use http::{Request, StatusCode};
use identity::{ActiveSession, Authorized, ClaimsChallenge, DownstreamError, Scopes, TokenRequest};
use secrecy::ExposeSecret;
use serde_json::Value;
use url::Url;

use crate::support::{AMARA, Browser, Entra, LOCAL, Site, watch};
use api::Api;

/// A site with Amara signed in to it.
struct Desk {
    entra: Entra,
    site: Site,
    session: ActiveSession,
    graph: Url,
}

impl Desk {
    async fn open() -> Self {
        let entra = Entra::start().await;
        entra.control().reset();
        let config = entra.config_with_graph(LOCAL);
        let graph = config.graph_base().unwrap();
        let site = Site::start(config).await;
        let browser = Browser::new(&site);
        entra.next_person(AMARA);
        browser.sign_in("/auth/sign-in").await;
        let session = site.session(&browser.cookies()).await;
        Self { entra, site, session, graph }
    }

    fn at(&self, api: &Url) -> Authorized {
        self.site.identity.authorized(&self.session, api, scopes())
    }

    /// The token that calls take along now.
    async fn token(&self) -> String {
        let token = self.site.identity.acquire_token_silent(&self.session, &TokenRequest::new(scopes())).await.unwrap();
        let token = token.secret().expose_secret().to_owned();
        watch::never(&token);
        token
    }

    fn me(&self) -> Url {
        format!("{}/me", self.graph).parse().unwrap()
    }
}

fn scopes() -> Scopes {
    "User.Read".parse().unwrap()
}

fn name(answer: &http::Response<Vec<u8>>) -> String {
    let me: Value = serde_json::from_slice(answer.body()).unwrap();
    me["displayName"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_challenge_is_answered_once_with_a_token_that_meets_it() {
    let desk = Desk::open().await;
    let before = desk.token().await;
    desk.entra.control().critical_event(AMARA);
    desk.entra.control().forget_token_requests();
    let asked = desk.entra.control().requests(Endpoint::Graph);
    let answer = desk.at(&desk.graph).get(&desk.me()).await.unwrap();
    assert_eq!(name(&answer), "Amara Lindqvist");
    assert_eq!(desk.entra.control().requests(Endpoint::Graph) - asked, 2);
    assert_eq!(desk.entra.control().token_requests_of("refresh_token"), 1);
    let request = desk.entra.control().last_token_request().unwrap();
    let claims: Value = serde_json::from_str(request.get("claims").unwrap()).unwrap();
    assert!(claims["access_token"]["nbf"].is_object(), "{claims}");
    assert_eq!(claims["access_token"]["xms_cc"]["values"][0], "cp1", "merged with what is said always: {claims}");
    assert_ne!(desk.token().await, before, "the one that was refused is used no longer");
    desk.entra.control().reset();
}

#[tokio::test]
async fn what_the_authority_asks_for_comes_back_with_its_claims() {
    const MISSING: &str = r#"{"access_token":{"acrs":{"essential":true,"value":"c3"}}}"#;
    let desk = Desk::open().await;
    desk.token().await;
    desk.entra.control().critical_event(AMARA);
    let refused = Failure::aadsts(50_076).with_claims(MISSING);
    desk.entra.control().fail_grant("refresh_token", refused, Times::Next(1));
    let Err(DownstreamError::InteractionRequired(required)) = desk.at(&desk.graph).get(&desk.me()).await else {
        panic!("nothing was asked of the person");
    };
    assert_eq!(required.claims.as_ref().map(ClaimsChallenge::as_str), Some(MISSING));
    assert_eq!(required.scopes, scopes());
    let way = desk.site.identity.interaction_url(&desk.session, &required, &"/incidents".parse().unwrap()).await;
    assert!(way.unwrap().starts_with("/auth/sign-in?"));
    desk.entra.control().reset();
}

#[tokio::test]
async fn where_the_authority_says_nothing_the_claims_of_the_api_come_back() {
    let desk = Desk::open().await;
    desk.token().await;
    desk.entra.control().critical_event(AMARA);
    desk.entra.control().revoke_refresh_tokens(AMARA);
    let Err(DownstreamError::InteractionRequired(required)) = desk.at(&desk.graph).get(&desk.me()).await else {
        panic!("nothing was asked of the person");
    };
    assert!(required.claims.as_ref().unwrap().as_str().contains("nbf"));
    desk.entra.control().reset();
}

#[tokio::test]
async fn a_token_goes_to_its_own_api_and_nowhere_else() {
    let desk = Desk::open().await;
    let (api, other) = (Api::start().await, Api::start().await);
    let client = desk.at(&api.url);
    for elsewhere in [&other.url.join("/x").unwrap(), &desk.me(), &"https://graph.example/v1.0/me".parse().unwrap()] {
        assert_eq!(client.get(elsewhere).await.err(), Some(DownstreamError::NotOfThisApi), "{elsewhere}");
    }
    let plain: Url = "http://graph.example/v1.0".parse().unwrap();
    assert_eq!(desk.at(&plain).get(&plain).await.err(), Some(DownstreamError::NotOfThisApi), "not over TLS");
    // Nor by way of a redirect.
    api.answer(StatusCode::FOUND, &[("location", other.url.as_str())], 1);
    assert!(matches!(client.get(&api.url).await, Err(DownstreamError::Answer(_))));
    assert_eq!((api.seen().len(), other.seen().len()), (1, 0));
}

#[tokio::test]
async fn a_refused_token_is_renewed_once() {
    let desk = Desk::open().await;
    let api = Api::start().await;
    api.answer(StatusCode::UNAUTHORIZED, &[("www-authenticate", "Bearer error=\"invalid_token\"")], 1);
    assert_eq!(desk.at(&api.url).get(&api.url).await.unwrap().status(), StatusCode::OK);
    let seen = api.seen();
    assert!(seen.len() == 2 && seen[0] != seen[1], "{}", seen.len());

    api.answer(StatusCode::UNAUTHORIZED, &[], 9);
    assert_eq!(desk.at(&api.url).get(&api.url).await.err(), Some(DownstreamError::TokenRefused));
    assert_eq!(api.seen().len(), 4, "one more, and no more");
}

#[tokio::test]
async fn an_api_that_goes_on_asking_is_left_to_the_person() {
    // {"access_token":{"nbf":{"essential":true,"value":"1604106651"}}}
    const CHALLENGE: &str = "Bearer error=\"insufficient_claims\", claims=\"eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZSwidmFsdWUiOiIxNjA0MTA2NjUxIn19fQ==\"";
    let desk = Desk::open().await;
    let api = Api::start().await;
    api.answer(StatusCode::UNAUTHORIZED, &[("www-authenticate", CHALLENGE)], 9);
    let Err(DownstreamError::InteractionRequired(required)) = desk.at(&api.url).get(&api.url).await else {
        panic!("nothing was asked of the person");
    };
    assert!(required.claims.as_ref().unwrap().as_str().contains("1604106651"));
    assert_eq!(api.seen().len(), 2);
}

#[tokio::test]
async fn each_failure_of_an_api_has_its_kind() {
    let desk = Desk::open().await;
    let api = Api::start().await;
    let call = async || desk.at(&api.url).get(&api.url).await.err();
    api.answer(StatusCode::TOO_MANY_REQUESTS, &[("retry-after", "7")], 1);
    assert_eq!(call().await, Some(DownstreamError::Unavailable { retry_after: 7 }));
    api.answer(StatusCode::SERVICE_UNAVAILABLE, &[("retry-after", "11")], 1);
    assert_eq!(call().await, Some(DownstreamError::Unavailable { retry_after: 11 }));
    api.answer(StatusCode::BAD_GATEWAY, &[], 1);
    assert_eq!(call().await, Some(DownstreamError::Unavailable { retry_after: 2 }));
    for status in [StatusCode::FORBIDDEN, StatusCode::NOT_FOUND, StatusCode::BAD_REQUEST] {
        api.answer(status, &[], 1);
        assert_eq!(call().await, Some(DownstreamError::Refused { status }));
    }
    api.answer(StatusCode::OK, &[("x-size", "600000")], 1);
    assert!(matches!(call().await, Some(DownstreamError::Answer(_))), "too large");
    let gone = Api::start().await.stop().await;
    assert!(matches!(desk.at(&gone).get(&gone).await, Err(DownstreamError::Unavailable { .. })));
}

#[tokio::test]
async fn a_request_is_repeated_whole() {
    let desk = Desk::open().await;
    let api = Api::start().await;
    api.answer(StatusCode::UNAUTHORIZED, &[], 1);
    let request = Request::post(api.url.as_str()).header("x-mine", "kept").body(b"the body".to_vec()).unwrap();
    let answer = desk.at(&api.url).send(request).await.unwrap();
    assert_eq!(answer.into_body(), b"POST kept the body");
}

#[tokio::test]
async fn without_a_token_nothing_is_sent() {
    let desk = Desk::open().await;
    let api = Api::start().await;
    desk.entra.control().fail(Endpoint::Token, Failure::aadsts(90_033).with_retry_after(5), Times::UntilTakenBack);
    let other = desk.site.identity.authorized(&desk.session, &api.url, "Mail.Read".parse().unwrap());
    assert!(matches!(other.get(&api.url).await, Err(DownstreamError::Unavailable { .. })));
    assert!(api.seen().is_empty());
    desk.entra.control().reset();
}
