//! A plain OpenID Provider: a literal issuer, accounts by (issuer, subject), tenant and roles from the configuration. One
//! tenant's own endpoints of the stand-in look exactly like that.

use std::sync::{
    Arc,
    atomic::{AtomicU32, Ordering},
};

use axum::{
    Json, Router,
    response::Redirect,
    routing::{get, post},
};
use http::StatusCode;
use identity::{AcquireError, Authority, OidcAuthority};
use serde_json::json;
use tokio::net::TcpListener;
use url::Url;
use uuid::Uuid;

use crate::support::{AMARA, Browser, CONTOSO, DARIO, Entra, LOCAL, Site};

#[tokio::test]
async fn the_account_is_issuer_and_subject_and_the_tenant_is_configured() {
    let entra = Entra::start().await;
    let mut config = entra.config(LOCAL);
    let issuer = config.authority.base().join(&format!("{CONTOSO}/v2.0")).unwrap();
    let tenant_id = Uuid::from_u128(7);
    config.authority = Authority::Oidc(OidcAuthority {
        issuer: issuer.clone(),
        tenant_id,
        tenant_name: "Example".to_owned(),
        role_claim: "roles".to_owned(),
    });
    let site = Site::start(config).await;
    let browser = Browser::new(&site);
    entra.next_person(AMARA);
    let reply = browser.sign_in("/auth/sign-in?return_to=/x").await;
    assert_eq!((reply.status, reply.location().as_str()), (StatusCode::SEE_OTHER, "/x"), "{}", reply.body);

    let principal = site.events.signed_in.lock().unwrap()[0].clone();
    assert_eq!(principal.account.home, format!("{issuer}#{}", principal.subject));
    assert_ne!(principal.subject, "0a6d2b91-4c1e-4f87-b3a5-91e7c05d4821", "the sub, not Entra's oid");
    assert_eq!((principal.tenant_id, principal.home_account), (tenant_id, None));
    assert_eq!(principal.roles, ["Admin"]);
    assert!(!entra.control().last_authorize().unwrap().has("client_info"));

    let out = browser.post("/auth/sign-out").await;
    assert!(out.location().contains(&format!("/{CONTOSO}/oauth2/v2.0/logout?")));

    // Not `select_account`: nobody announced a picker, and a provider may refuse what it does not know.
    let again = browser.get("/auth/sign-in").await;
    assert!(again.location().contains("prompt=login"), "{}", again.location());
}

/// `/.default` is Microsoft's; another provider is asked for what it calls its scopes.
#[tokio::test]
async fn an_application_may_ask_for_any_scope() {
    let entra = Entra::start().await;
    let mut config = entra.config(LOCAL);
    config.authority = Authority::Oidc(OidcAuthority {
        issuer: config.authority.base().join(&format!("{CONTOSO}/v2.0")).unwrap(),
        tenant_id: Uuid::nil(),
        tenant_name: "Example".to_owned(),
        role_claim: "roles".to_owned(),
    });
    let site = Site::start(config).await;
    let answer = site.identity.acquire_token_for_client(Uuid::nil(), "api://x/Read".parse().unwrap()).await;
    assert_ne!(answer.err(), Some(AcquireError::NotDefaultScope));
}

#[tokio::test]
async fn people_of_another_issuer_do_not_get_in() {
    let entra = Entra::start().await;
    let mut config = entra.config(LOCAL);
    // The metadata of `organizations` has a template for an issuer, which is nobody's literal one.
    let issuer = config.authority.base().join("organizations/v2.0").unwrap();
    config.authority = Authority::Oidc(OidcAuthority {
        issuer,
        tenant_id: Uuid::nil(),
        tenant_name: "Example".to_owned(),
        role_claim: "roles".to_owned(),
    });
    let site = Site::start(config).await;
    let browser = Browser::new(&site);
    entra.next_person(DARIO);
    let reply = browser.get("/auth/sign-in").await;
    assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(reply.body.contains("Sign-in is not set up correctly"));
}

const METADATA: &str = "/.well-known/openid-configuration";

/// A provider on a port of its own that answers as `routes` for its issuer do.
async fn provider(routes: impl FnOnce(&str) -> Router) -> Authority {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let routes = routes(&issuer);
    tokio::spawn(async move { axum::serve(listener, routes).await });
    Authority::Oidc(OidcAuthority {
        issuer: issuer.parse().unwrap(),
        tenant_id: Uuid::nil(),
        tenant_name: "Example".to_owned(),
        role_claim: "roles".to_owned(),
    })
}

#[tokio::test]
async fn metadata_that_redirects_or_never_ends_is_refused() {
    let entra = Entra::start().await;
    let elsewhere = entra.config(LOCAL).authority.metadata_url();
    let redirects = Router::new().route(METADATA, get(async move || Redirect::temporary(&elsewhere)));
    let enormous = Router::new().route(METADATA, get(async || format!("{{\"x\":\"{}\"}}", "x".repeat(600 * 1024))));
    for (metadata, cause) in [(redirects, "a redirect"), (enormous, "too large")] {
        let mut config = entra.config(LOCAL);
        config.authority = provider(|_| metadata).await;
        let site = Site::start(config).await;
        let error = site.identity.ready().await.unwrap_err();
        assert!(error.to_string().contains(cause), "{error}");
        let reply = Browser::new(&site).get("/auth/sign-in").await;
        assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    }
}

#[tokio::test]
async fn an_authority_without_metadata_is_set_up_wrongly_and_waiting_does_not_help() {
    let entra = Entra::start().await;
    for (status, shown, retry_after) in [
        (StatusCode::NOT_FOUND, StatusCode::INTERNAL_SERVER_ERROR, None),
        (StatusCode::FORBIDDEN, StatusCode::INTERNAL_SERVER_ERROR, None),
        (StatusCode::REQUEST_TIMEOUT, StatusCode::SERVICE_UNAVAILABLE, Some("30")),
        (StatusCode::BAD_GATEWAY, StatusCode::SERVICE_UNAVAILABLE, Some("30")),
    ] {
        let mut config = entra.config(LOCAL);
        config.authority = provider(|_| Router::new().fallback(async move || status)).await;
        let site = Site::start(config).await;
        let reply = Browser::new(&site).get("/auth/sign-in").await;
        assert_eq!(reply.status, shown, "{status}");
        assert_eq!(reply.headers.get("retry-after").map(|value| value.to_str().unwrap()), retry_after, "{status}");
    }
}

#[tokio::test]
async fn a_provider_that_announces_its_name_in_the_answer_has_to_give_it() {
    let entra = Entra::start().await;
    let redeemed = Arc::new(AtomicU32::new(0));
    let count = Arc::clone(&redeemed);
    let mut config = entra.config(LOCAL);
    config.authority = provider(|issuer| {
        let metadata = json!({
            "issuer": issuer,
            "authorization_endpoint": format!("{issuer}/authorize"),
            "token_endpoint": format!("{issuer}/token"),
            "jwks_uri": format!("{issuer}/keys"),
            "authorization_response_iss_parameter_supported": true,
        });
        let token = async move || {
            count.fetch_add(1, Ordering::SeqCst);
            (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" })))
        };
        Router::new().route(METADATA, get(async || Json(metadata))).route("/token", post(token))
    })
    .await;
    let issuer = config.authority.base().as_str().trim_end_matches('/').to_owned();
    let site = Site::start(config).await;
    let browser = Browser::new(&site);
    let come_back = async |answer: &str, iss: &str| {
        let begun = browser.get("/auth/sign-in").await;
        let url = Url::parse(&begun.location()).unwrap();
        let state = url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
        let reply = browser.get(&format!("/auth/callback?{answer}&state={state}{iss}")).await;
        (reply.status, site.events.codes().pop().unwrap())
    };
    let foreign = (StatusCode::BAD_REQUEST, "Issuer".to_owned());
    for iss in ["", "&iss=", "&iss=https://evil.example"] {
        assert_eq!(come_back("code=c", iss).await, foreign, "{iss}");
        assert_eq!(come_back("error=access_denied", iss).await, foreign, "{iss}");
    }
    assert_eq!(redeemed.load(Ordering::SeqCst), 0, "the code goes nowhere");
    let own = format!("&iss={issuer}");
    assert_eq!(come_back("error=access_denied", &own).await, (StatusCode::OK, "access_denied".to_owned()));
    assert_eq!(come_back("code=c", &own).await, (StatusCode::BAD_REQUEST, "invalid_grant".to_owned()));
    assert_eq!(redeemed.load(Ordering::SeqCst), 1);
}
