//! The levers over HTTP.

use entra_local::{Running, Scenario};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{AMARA, App, Browser, claims, demo, header, serve};

const ORDERS: &str = "/entra-local/control/orders";
const STATE: &str = "/entra-local/control/state";

async fn controlled() -> (Running, App) {
    serve(Scenario { control_endpoint: true, ..Scenario::demo() }).await
}

async fn order(app: &App, order: Value) -> StatusCode {
    app.client.post(app.at(ORDERS)).json(&order).send().await.unwrap().status()
}

#[tokio::test]
async fn it_is_there_only_if_the_scenario_says_so() {
    let (_running, app) = demo().await;
    assert_eq!(order(&app, json!({ "do": "reset" })).await, StatusCode::NOT_FOUND);
    assert_eq!(app.client.get(app.at(STATE)).send().await.unwrap().status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_page_of_another_site_cannot_send_orders() {
    let (_running, app) = controlled().await;
    let body = r#"{ "do": "reset" }"#;
    let form = app.client.post(app.at(ORDERS)).header("content-type", "text/plain").body(body);
    assert_eq!(form.send().await.unwrap().status(), StatusCode::UNSUPPORTED_MEDIA_TYPE);
}

#[tokio::test]
async fn pages_are_answered_and_endpoints_fail() {
    let (_running, app) = controlled().await;
    let answers = json!({ "do": "answer", "answers": [{ "sign_in_as": AMARA }, "cancel"] });
    assert_eq!(order(&app, answers).await, StatusCode::NO_CONTENT);
    assert!(Browser::new().get(&app.authorize(&[])).await.sent("code").is_some());
    Browser::new().get(&app.authorize(&[])).await.assert_sent_error("access_denied", 65_004);
    let orders = [
        json!({ "do": "fail", "endpoint": "token", "code": 700_082 }),
        json!({ "do": "fail", "endpoint": "token", "code": 50_076, "claims": "{}", "delay_ms": 1 }),
        json!({ "do": "fail", "endpoint": "token", "status": 429, "code": 90_055, "retry_after": 3 }),
        json!({ "do": "fail", "endpoint": "token", "status": 503, "body": "[]", "content_type": "application/json" }),
    ];
    for one in orders {
        assert_eq!(order(&app, one).await, StatusCode::NO_CONTENT);
    }
    let next = async || app.redeem("x", &[]).await;
    let (status, body) = next().await;
    assert_eq!((status, &body["error"]), (StatusCode::BAD_REQUEST, &json!("invalid_grant")));
    assert_eq!(next().await.1["claims"], "{}");
    assert_eq!(next().await.0, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(next().await, (StatusCode::SERVICE_UNAVAILABLE, json!([])));
    assert_eq!(next().await.1["error_codes"], json!([70_000]));
}

#[tokio::test]
async fn an_order_that_makes_no_sense_is_refused() {
    let (_running, app) = controlled().await;
    for nonsense in [
        json!({}),
        json!({ "do": "dance" }),
        json!({ "do": "fail", "endpoint": "token", "nothing": 1 }),
        json!({ "do": "fail", "endpoint": "token", "status": 7 }),
        json!({ "do": "fail", "endpoint": "token", "code": 50_076, "body": "x" }),
        json!({ "do": "rotate_keys", "atonce": true }),
        json!({ "do": "expire_secret", "client_id": app.client_id(), "expire": false }),
        json!({ "do": "reset", "all": true }),
    ] {
        assert_eq!(order(&app, nonsense.clone()).await, StatusCode::UNPROCESSABLE_ENTITY, "{nonsense}");
    }
}

#[tokio::test]
async fn keys_rotate_with_and_without_the_old_ones() {
    let (_running, app) = controlled().await;
    let kids = async || {
        let (_, body) = app.json("/organizations/discovery/v2.0/keys").await;
        body["keys"].as_array().unwrap().iter().map(|key| key["kid"].clone()).collect::<Vec<_>>()
    };
    let old = header(&app.id_token(AMARA).await)["kid"].clone();
    order(&app, json!({ "do": "rotate_keys" })).await;
    assert!(kids().await.contains(&old));
    order(&app, json!({ "do": "rotate_keys", "at_once": true })).await;
    assert_eq!(kids().await, [header(&app.id_token(AMARA).await)["kid"].clone()]);
}

#[tokio::test]
async fn clock_secret_policy_and_token_obey_until_reset() {
    let (_running, app) = controlled().await;
    let before = app.json(STATE).await.1["now"].as_i64().unwrap();
    order(&app, json!({ "do": "set_clock", "offset_seconds": 7200 })).await;
    assert!(app.json(STATE).await.1["now"].as_i64().unwrap() >= before + 7200);
    order(&app, json!({ "do": "expire_secret", "client_id": app.client_id() })).await;
    let (status, body) = app.redeem("any", &[]).await;
    assert_eq!((status, &body["error"]), (StatusCode::UNAUTHORIZED, &json!("invalid_client")));
    assert_eq!(body["error_codes"], json!([7_000_222]));
    order(&app, json!({ "do": "set_access", "username": AMARA, "access": "blocked" })).await;
    let browser = Browser::new();
    let picker = browser.get(&app.authorize(&[])).await;
    browser.pick(&picker, AMARA).await.assert_refused(53_003);
    order(&app, json!({ "do": "tamper", "tamper": "wrong_nonce" })).await;
    order(&app, json!({ "do": "reset" })).await;
    assert_eq!(claims(&app.id_token(AMARA).await)["nonce"], "a nonce");
    order(&app, json!({ "do": "tamper", "tamper": { "claims": { "set": { "ver": "9" }, "remove": ["nonce"] } } }))
        .await;
    let token = claims(&app.id_token(AMARA).await);
    assert_eq!((&token["ver"], token.get("nonce")), (&json!("9"), None));
}

#[tokio::test]
async fn the_state_tells_requests_and_keeps_no_secret() {
    let (_running, app) = controlled().await;
    app.id_token(AMARA).await;
    let (_, state) = app.json(STATE).await;
    assert_eq!((&state["requests"]["token"], &state["requests"]["logout"]), (&json!(1), &json!(0)));
    assert_eq!(state["last_authorize"]["fields"]["response_type"], "code");
    let sent = &state["last_token_request"];
    assert_eq!((&sent["fields"]["grant_type"], &sent["fields"]["code"]), (&json!("authorization_code"), &Value::Null));
    assert!(!state.to_string().contains(app.registration.client_secret.expose()));
}
