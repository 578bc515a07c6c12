//! A plain OpenID Provider: a literal issuer, accounts by (issuer, subject), tenant and roles from the configuration. One
//! tenant's own endpoints of the stand-in look exactly like that.

use axum::{Router, response::Redirect, routing::get};
use http::StatusCode;
use identity::{Authority, OidcAuthority};
use uuid::Uuid;

use crate::support::{AMARA, Browser, DARIO, Entra, LOCAL, Site};

const CONTOSO: &str = "7c1f0e52-3b64-4d0a-9a57-2f0c8e61b9d4";

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

/// A provider on a port of its own whose metadata is whatever `metadata` answers.
async fn provider(metadata: Router) -> Authority {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, metadata).await });
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
    let path = "/.well-known/openid-configuration";
    let redirects = Router::new().route(path, get(async move || Redirect::temporary(&elsewhere)));
    let enormous = Router::new().route(path, get(async || format!("{{\"x\":\"{}\"}}", "x".repeat(600 * 1024))));
    for (metadata, cause) in [(redirects, "a redirect"), (enormous, "too large")] {
        let mut config = entra.config(LOCAL);
        config.authority = provider(metadata).await;
        let site = Site::start(config).await;
        let error = site.identity.ready().await.unwrap_err();
        assert!(error.to_string().contains(cause), "{error}");
        let reply = Browser::new(&site).get("/auth/sign-in").await;
        assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    }
}
