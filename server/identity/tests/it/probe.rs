//! Asking an authority before people do, at every kind of authority.

use axum::{
    Json, Router,
    routing::{get, post},
};
use entra_local::{Endpoint, Failure};
use http::StatusCode;
use identity::{
    Authority, AuthorityReport, ClientCredential, CredentialStanding, IdentityConfig, OidcAuthority,
    RegistrationStanding, SystemClock, UpstreamError, http_client, probe_authority,
};
use secrecy::SecretString;
use serde_json::json;
use tokio::net::TcpListener;
use uuid::Uuid;

use crate::support::{Customers, Entra, LOCAL};

async fn probe(config: &IdentityConfig) -> AuthorityReport {
    probe_authority(config, &http_client().unwrap(), &SystemClock).await
}

fn is_fine(report: &AuthorityReport, sets: usize) {
    assert_eq!(report.metadata.len(), sets, "{report:?}");
    assert!(report.metadata.iter().all(|reading| reading.issuer.is_ok()), "{report:?}");
    assert!(report.clock.is_some_and(|clock| clock.ahead_at_least().is_zero()), "{report:?}");
    assert!(matches!(&report.keys, Some(Ok(keys)) if keys.usable > 0), "{report:?}");
    assert_eq!(report.registration, Some(RegistrationStanding::Registered));
    assert_eq!(report.credential, Some(CredentialStanding::Taken));
}

#[tokio::test]
async fn a_configuration_that_fits_is_found_to_fit_at_every_kind_of_authority() {
    let entra = Entra::start().await;
    is_fine(&probe(&entra.config(LOCAL)).await, 1);
    let customers = Customers::start().await;
    is_fine(&probe(&customers.external()).await, 1);
    is_fine(&probe(&customers.consumers()).await, 1);
    is_fine(&probe(&customers.b2c()).await, 3);
}

#[tokio::test]
async fn the_policy_that_is_misspelt_is_found_among_three() {
    let customers = Customers::start().await;
    let mut config = customers.b2c();
    let Authority::B2c(b2c) = &mut config.authority else { panic!("B2C") };
    b2c.edit_profile_policy = Some("B2C_1_edit".to_owned());
    let report = probe(&config).await;
    let fine: Vec<_> = report.metadata.iter().map(|reading| reading.issuer.is_ok()).collect();
    assert_eq!(fine, [true, false, true], "{report:?}");
    assert!(report.metadata[1].url.to_ascii_lowercase().contains("b2c_1_edit"), "{report:?}");
}

#[tokio::test]
async fn nothing_more_is_asked_of_somebody_elses_authority() {
    let entra = Entra::start().await;
    let mut config = entra.config(LOCAL);
    let Authority::Entra(authority) = &mut config.authority else { panic!("Entra") };
    authority.base.set_host(Some("localhost")).unwrap();
    let (token, authorize) = (entra.control().requests(Endpoint::Token), entra.control().requests(Endpoint::Authorize));
    let report = probe(&config).await;
    assert!(matches!(report.metadata[0].issuer, Err(UpstreamError::Metadata { .. })), "{report:?}");
    assert!(report.clock.is_some(), "the time is anybody's");
    assert!(report.keys.is_none() && report.registration.is_none() && report.credential.is_none(), "{report:?}");
    assert_eq!(entra.control().requests(Endpoint::Token), token, "the secret stays here");
    assert_eq!(entra.control().requests(Endpoint::Authorize), authorize);
}

#[tokio::test]
async fn a_refusal_is_told_with_its_numbers_and_nothing_else() {
    let entra = Entra::start().await;
    let elsewhere = entra.config("https://unregistered.example");
    let report = probe(&elsewhere).await;
    assert_eq!(report.registration, Some(RegistrationStanding::Refused { codes: vec![50_011] }));
    assert_eq!(report.credential, Some(CredentialStanding::Taken), "they are two questions");
    let mut wrong = entra.config(LOCAL);
    wrong.credential = ClientCredential::Secret(SecretString::from("hunter2"));
    let report = probe(&wrong).await;
    let Some(CredentialStanding::Refused(error)) = &report.credential else { panic!("{report:?}") };
    assert_eq!((error.error, &error.codes[..]), ("invalid_client", &[7_000_215][..]));
    assert!(!format!("{report:?}").contains("hunter2"));
}

#[tokio::test]
async fn an_authority_that_stumbles_half_way_is_not_taken_for_a_refusal() {
    let entra = Entra::start().await;
    let config = entra.config(LOCAL);
    let down = || Failure::raw(StatusCode::SERVICE_UNAVAILABLE, "text/plain", "down");
    for endpoint in [Endpoint::Keys, Endpoint::Authorize, Endpoint::Token] {
        entra.control().fail_next(endpoint, down());
    }
    let report = probe(&config).await;
    assert!(matches!(report.keys, Some(Err(UpstreamError::Status { status: 503, .. }))), "{report:?}");
    assert_eq!(report.registration, Some(RegistrationStanding::Unclear));
    assert!(matches!(report.credential, Some(CredentialStanding::NotAsked(_))), "{report:?}");
}

#[tokio::test]
async fn whatever_gives_a_token_for_no_code_is_no_token_endpoint() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let metadata = json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/keys"),
    });
    let routes = Router::new()
        .route("/.well-known/openid-configuration", get(async || Json(metadata)))
        .route("/token", post(async || Json(json!({ "access_token": "a", "token_type": "Bearer", "id_token": "i" }))));
    tokio::spawn(async move { axum::serve(listener, routes).await });
    let entra = Entra::start().await;
    let authority = Authority::Oidc(OidcAuthority {
        issuer: issuer.parse().unwrap(),
        tenant_id: Uuid::nil(),
        tenant_name: "Example".to_owned(),
        role_claim: "roles".to_owned(),
    });
    let report = probe(&IdentityConfig { authority, ..entra.config(LOCAL) }).await;
    assert!(matches!(report.credential, Some(CredentialStanding::NotAsked(_))), "{report:?}");
}
