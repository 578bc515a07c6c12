//! Entra External ID, and personal accounts.

use entra_local::Answer;
use http::StatusCode;
use identity::{Authority, EntraTenant, IdentityConfig};
use uuid::Uuid;

use crate::support::{Browser, Customers, INES, PAT, Site};

#[tokio::test]
async fn a_customer_of_an_external_tenant_signs_in_and_out() {
    let customers = Customers::start().await;
    let site = Site::start(customers.external()).await;
    let browser = Browser::new(&site);
    customers.control().answer_next(Answer::SignInAs(INES.to_owned()));
    let reply = browser.sign_in("/auth/sign-in").await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
    assert!(browser.who_am_i().await.starts_with("Ines Carvalho d5e3f0b1-"));
    let principal = site.events.signed_in.lock().unwrap()[0].clone();
    assert_eq!(principal.account.home, "a3c5d7e9-2f40-4168-8cbd-3e5f7091b246.d5e3f0b1-8c26-4a74-9b2f-3eadf1c80469");
    let out = browser.post("/auth/sign-out").await;
    assert!(out.location().contains("/oauth2/v2.0/logout?"), "{}", out.location());
    assert_eq!(browser.who_am_i().await, "nobody");
}

#[tokio::test]
async fn metadata_of_another_external_tenant_is_refused() {
    let customers = Customers::start().await;
    let mut config = customers.external();
    let Authority::ExternalId(external) = &mut config.authority else { panic!("an external tenant") };
    external.tenant_id = Uuid::from_u128(1);
    let site = Site::start(config).await;
    let reply = Browser::new(&site).get("/auth/sign-in").await;
    assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(reply.body.contains("Sign-in is not set up correctly"));
}

#[tokio::test]
async fn personal_accounts_sign_in_where_they_are_admitted() {
    let customers = Customers::start().await;
    for (tenant, status) in
        [(EntraTenant::Consumers, StatusCode::SEE_OTHER), (EntraTenant::Common, StatusCode::SEE_OTHER)]
    {
        let mut config: IdentityConfig = customers.consumers();
        let Authority::Entra(authority) = &mut config.authority else { panic!("an Entra authority") };
        authority.tenant = tenant;
        let site = Site::start(config).await;
        let browser = Browser::new(&site);
        customers.control().answer_next(Answer::SignInAs(PAT.to_owned()));
        let reply = browser.sign_in("/auth/sign-in").await;
        assert_eq!(reply.status, status, "{tenant:?} {}", reply.body);
        assert!(browser.who_am_i().await.starts_with("Pat Winterbourne 9188040d-"));
        let out = browser.post("/auth/sign-out").await;
        assert!(out.location().contains("/9188040d-6c67-4c5b-b112-36a304b66dad/oauth2"), "{}", out.location());
    }
}
