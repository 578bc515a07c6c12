//! The record of token requests.

use std::time::Duration;

use entra_local::{Endpoint, Failure, Scenario, Times};
use reqwest::StatusCode;
use serde_json::json;

use crate::support::{AMARA, CONTOSO, claims, demo, serve};

#[tokio::test]
async fn each_request_is_written_down_with_what_it_asked_for() {
    let (running, app) = demo().await;
    let control = running.entra().control();
    let body = app.tokens(AMARA, "openid offline_access").await;
    let token = body["refresh_token"].as_str().unwrap();
    control.fail_next(Endpoint::Token, Failure::aadsts(90_055));
    let asked = r#"{"access_token":{}}"#;
    let fields = [("scope", "User.Read openid"), ("claims", asked), ("client-request-id", "an id")];
    app.refresh("organizations", token, &fields).await;
    app.for_itself(CONTOSO, "https://graph.microsoft.com/.default").await;
    let requests = control.token_requests();
    let [redeemed, refreshed, own] = requests.as_slice() else { panic!("{requests:?}") };
    let home = format!("{}.{CONTOSO}", claims(body["access_token"].as_str().unwrap())["oid"].as_str().unwrap());
    assert_eq!((redeemed.grant_type.as_deref(), redeemed.status), (Some("authorization_code"), Some(200)));
    assert_eq!(redeemed.account.as_deref(), Some(home.as_str()));
    assert_eq!((refreshed.username.as_deref(), refreshed.status), (Some(AMARA), Some(429)));
    assert_eq!(refreshed.scopes, ["User.Read", "openid"]);
    assert_eq!((refreshed.claims.as_deref(), refreshed.client_request_id.as_deref()), (Some(asked), Some("an id")));
    assert_eq!(own.client_id, Some(app.client_id()));
    assert_eq!((own.account.as_deref(), own.status), (None, Some(200)));
    assert_eq!(control.token_requests_of("refresh_token"), 1);
    assert!(!format!("{requests:?}").contains(token));
    control.forget_token_requests();
    assert!(control.token_requests().is_empty());
}

#[tokio::test]
async fn requests_at_the_same_time_are_counted() {
    let (running, app) = demo().await;
    let control = running.entra().control();
    let body = app.tokens(AMARA, "openid offline_access").await;
    let token = body["refresh_token"].as_str().unwrap();
    assert_eq!(control.highest_in_flight(), 1);
    control.fail_grant("refresh_token", Failure::hang(), Times::Next(3));
    let next = || app.refresh("organizations", token, &[]);
    let letting_go = async {
        while control.highest_in_flight() < 3 {
            tokio::task::yield_now().await;
        }
        loop {
            control.stop_failing(Endpoint::Token);
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        answers = async { tokio::join!(next(), next(), next()) } => assert_eq!(answers.0.0, StatusCode::OK),
        () = letting_go => {}
    }
    control.forget_token_requests();
    control.fail_next(Endpoint::Token, Failure::hang());
    let lost = app.client.post(app.at("/organizations/oauth2/v2.0/token")).timeout(Duration::from_millis(50));
    assert!(lost.send().await.is_err());
    while control.token_requests().is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(control.token_requests()[0].status, None);
}

#[tokio::test]
async fn the_state_over_http_has_it_too() {
    let (_running, app) = serve(Scenario { control_endpoint: true, ..Scenario::demo() }).await;
    app.id_token(AMARA).await;
    let (_, state) = app.json("/entra-local/control/state").await;
    assert_eq!(state["token_requests"][0]["username"], AMARA);
    assert_eq!(state["highest_in_flight"], json!(1));
    let forget = json!({ "do": "forget_token_requests" });
    app.client.post(app.at("/entra-local/control/orders")).json(&forget).send().await.unwrap();
    assert_eq!(app.json("/entra-local/control/state").await.1["token_requests"], json!([]));
}
