//! Failures that were ordered: their class, how they reach the application, and what they leave alone.

use std::time::Duration;

use entra_local::{Endpoint, Failure};
use reqwest::StatusCode;
use serde_json::json;

use crate::support::{AMARA, Browser, SUSI, customers, demo};

#[tokio::test]
async fn a_number_brings_its_class() {
    let (running, app) = demo().await;
    let control = running.entra().control();
    let classes = [
        (50_076, StatusCode::BAD_REQUEST, "interaction_required", Some("basic_action")),
        (700_082, StatusCode::BAD_REQUEST, "invalid_grant", None),
        (53_003, StatusCode::BAD_REQUEST, "invalid_grant", Some("message_only")),
        (7_000_215, StatusCode::UNAUTHORIZED, "invalid_client", None),
        (90_055, StatusCode::TOO_MANY_REQUESTS, "temporarily_unavailable", None),
    ];
    for (code, status, error, suberror) in classes {
        control.fail_next(Endpoint::Token, Failure::aadsts(code));
        let (got, body) = app.redeem("any", &[]).await;
        assert_eq!((got, &body["error"], &body["error_codes"]), (status, &json!(error), &json!([code])));
        assert_eq!(body.get("suberror").and_then(|suberror| suberror.as_str()), suberror);
    }
}

#[tokio::test]
async fn a_refusal_at_the_authorization_endpoint_goes_back_to_the_application() {
    let (running, app) = demo().await;
    let control = running.entra().control();
    control.fail_next(Endpoint::Authorize, Failure::aadsts(50_079).with_claims("{\"a\":1}"));
    // One that must not be trusted does not use it up.
    Browser::new().get(&app.authorize(&[("redirect_uri", "http://elsewhere.example/")])).await.assert_refused(50_011);
    let page = Browser::new().get(&app.authorize(&[])).await;
    page.assert_sent_error("interaction_required", 50_079);
    assert_eq!(page.sent("claims").as_deref(), Some("{\"a\":1}"));
    assert_eq!(page.sent("suberror").as_deref(), Some("basic_action"));
    control.fail_next(Endpoint::Authorize, Failure::aadsts(90_055).with_retry_after(9));
    let page = Browser::new().get(&app.authorize(&[])).await;
    assert_eq!((page.status, page.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "9"));
    assert!(!app.code(&Browser::new(), AMARA).await.is_empty());
}

#[tokio::test]
async fn user_flows_fail_in_their_own_shape() {
    let (running, app) = customers().await;
    let control = running.entra().control();
    control.fail_next(Endpoint::Authorize, Failure::b2c("server_error", 90_035));
    Browser::new().get(&app.authorize_at(SUSI, &[])).await.assert_sent_b2c_error("server_error", 90_035);
    control.fail_next(Endpoint::Token, Failure::b2c("invalid_grant", 90_129));
    let (status, body) = app.redeem_at(SUSI, "any", &[]).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert!(body["error_description"].as_str().unwrap().starts_with("AADB2C90129: "), "{body}");
}

#[tokio::test]
async fn a_late_answer_is_the_honest_one() {
    let (running, app) = demo().await;
    let control = running.entra().control();
    control.fail_next(Endpoint::Keys, Failure::late(Duration::from_millis(1)));
    control.fail_next(Endpoint::Keys, Failure::raw(StatusCode::BAD_GATEWAY, "text/html", "<p>").after(Duration::ZERO));
    assert_eq!(app.json("/organizations/discovery/v2.0/keys").await.0, StatusCode::OK);
    let second = app.client.get(app.at("/organizations/discovery/v2.0/keys")).send().await.unwrap();
    assert_eq!(second.status(), StatusCode::BAD_GATEWAY);
}
