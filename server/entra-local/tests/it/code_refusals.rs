//! Redemptions that are refused.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use entra_local::Scenario;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use time::Duration;
use uuid::Uuid;

use crate::support::{AMARA, App, Browser, FABRIKAM, VERIFIER, demo, serve};

const MEMBERS: [&str; 7] =
    ["correlation_id", "error", "error_codes", "error_description", "error_uri", "timestamp", "trace_id"];

fn assert_error(answer: &(StatusCode, Value), status: u16, error: &str, code: u32) {
    let (actual, body) = answer;
    assert_eq!(actual.as_u16(), status, "{body}");
    assert_eq!(body["error"], error, "{body}");
    assert_eq!(body["error_codes"], json!([code]), "{body}");
}

#[tokio::test]
async fn an_error_has_entras_shape() {
    let (running, app) = demo().await;
    let id = "3f1c5a7e-0d42-4b8c-9e61-7a2b0c4d5e6f";
    let (_, body) = app.redeem("unknown", &[("client-request-id", id)]).await;
    let names: Vec<&str> = body.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(names, MEMBERS);
    assert_eq!(body["correlation_id"], id);
    assert_eq!(body["error_uri"], format!("{}error?code=70000", running.base_url));
    let timestamp = body["timestamp"].as_str().unwrap();
    let shape: String = timestamp.chars().map(|c| if c.is_ascii_digit() { '9' } else { c }).collect();
    assert_eq!(shape, "9999-99-99 99:99:99Z");
    let description = body["error_description"].as_str().unwrap();
    assert!(description.starts_with("AADSTS70000: "), "{description}");
    let trace = body["trace_id"].as_str().unwrap();
    let tail = format!(" Trace ID: {trace} Correlation ID: {id} Timestamp: {timestamp}");
    assert!(description.ends_with(&tail), "{description}");
}

#[tokio::test]
async fn a_code_is_good_once() {
    let (_running, app) = demo().await;
    let code = app.code(&Browser::new(), AMARA).await;
    assert_eq!(app.redeem(&code, &[]).await.0, StatusCode::OK);
    assert_error(&app.redeem(&code, &[]).await, 400, "invalid_grant", 54_005);
}

#[tokio::test]
async fn of_two_simultaneous_redemptions_one_wins() {
    let (_running, app) = demo().await;
    let code = app.code(&Browser::new(), AMARA).await;
    let (one, other) = tokio::join!(app.redeem(&code, &[]), app.redeem(&code, &[]));
    let successes = [one.0, other.0].iter().filter(|status| status.is_success()).count();
    assert_eq!(successes, 1);
}

#[tokio::test]
async fn a_code_is_good_for_ten_minutes() {
    let (running, app) = demo().await;
    let control = running.entra().control();
    let in_time = app.code(&Browser::new(), AMARA).await;
    control.advance_clock(Duration::minutes(9));
    assert_eq!(app.redeem(&in_time, &[]).await.0, StatusCode::OK);
    let late = app.code(&Browser::new(), AMARA).await;
    control.advance_clock(Duration::minutes(10));
    assert_error(&app.redeem(&late, &[]).await, 400, "invalid_grant", 70_008);
}

#[tokio::test]
async fn a_refused_redemption_leaves_the_code_good() {
    let (_running, app) = demo().await;
    let code = app.code(&Browser::new(), AMARA).await;
    let other_verifier = VERIFIER.replace('k', "l");
    let cases = [
        (("code_verifier", other_verifier.as_str()), 400, "invalid_grant", 501_481),
        (("redirect_uri", "http://localhost:3000/"), 400, "invalid_client", 500_112),
        (("client_secret", "wrong"), 401, "invalid_client", 7_000_215),
        (("client_secret", ""), 401, "invalid_client", 7_000_218),
        (("client_id", "00000000-0000-0000-0000-000000000001"), 400, "unauthorized_client", 700_016),
        (("client_id", ""), 400, "invalid_request", 900_144),
        (("code", ""), 400, "invalid_request", 900_144),
        (("code_verifier", ""), 400, "invalid_grant", 50_148),
        (("redirect_uri", ""), 400, "invalid_request", 900_144),
        (("grant_type", ""), 400, "invalid_request", 900_144),
        (("grant_type", "password"), 400, "unsupported_grant_type", 70_003),
        (("scope", "openid User.Read"), 400, "invalid_scope", 70_011),
    ];
    for (change, status, error, number) in cases {
        let answer = app.redeem(&code, &[change]).await;
        assert_error(&answer, status, error, number);
    }
    assert_eq!(app.redeem(&code, &[]).await.0, StatusCode::OK);
}

#[tokio::test]
async fn a_code_belongs_to_its_client() {
    let mut scenario = Scenario::demo();
    let mut other = scenario.apps[0].clone();
    other.client_id = Uuid::from_u128(77);
    scenario.apps.push(other.clone());
    let (running, app) = serve(scenario).await;
    let code = app.code(&Browser::new(), AMARA).await;
    let other = App::new(running.base_url.clone(), other);
    assert_error(&other.redeem(&code, &[]).await, 400, "invalid_grant", 70_000);
}

#[tokio::test]
async fn a_code_belongs_to_the_tenant_of_the_account() {
    let (_running, app) = demo().await;
    let code = app.code(&Browser::new(), AMARA).await;
    assert_error(&app.redeem_at(FABRIKAM, &code, &[]).await, 400, "invalid_grant", 700_005);
}

#[tokio::test]
async fn scopes_of_two_resources_do_not_fit_into_one_token() {
    let (_running, app) = demo().await;
    let own = format!("openid User.Read api://{}/Incidents.Read", app.client_id());
    let code = app.code_with(&Browser::new(), AMARA, &[("scope", &own)]).await;
    assert_error(&app.redeem(&code, &[]).await, 400, "invalid_request", 28_000);
}

#[tokio::test]
async fn credentials_come_in_the_header_or_in_the_body_but_not_in_both() {
    let (running, app) = demo().await;
    let code = app.code(&Browser::new(), AMARA).await;
    let secret = app.registration.client_secret.expose();
    let basic = format!("Basic {}", STANDARD.encode(format!("{}:{secret}", app.client_id())));
    let redirect_uri = app.redirect_uri();
    let send = async |authorization: &str, extra: &[(&str, &str)]| {
        let mut fields = vec![
            ("grant_type", "authorization_code"),
            ("redirect_uri", redirect_uri.as_str()),
            ("code", code.as_str()),
            ("code_verifier", VERIFIER),
        ];
        fields.extend_from_slice(extra);
        let url = app.at("/organizations/oauth2/v2.0/token");
        let request = app.client.post(url).header("authorization", authorization).form(&fields);
        let response = request.send().await.unwrap();
        (response.status(), response.json::<Value>().await.unwrap())
    };
    let both = send(&basic, &[("client_secret", secret)]).await;
    assert_error(&both, 400, "invalid_request", 9_002_313);
    let contradicting = send(&basic, &[("client_id", "another")]).await;
    assert_error(&contradicting, 400, "invalid_request", 9_002_313);
    let bearer = send("Bearer something", &[]).await;
    assert_error(&bearer, 400, "invalid_request", 9_002_313);
    let wrong = format!("Basic {}", STANDARD.encode(format!("{}:wrong", app.client_id())));
    assert_error(&send(&wrong, &[]).await, 401, "invalid_client", 7_000_215);
    assert_eq!(send(&basic, &[]).await.0, StatusCode::OK);
    assert!(running.entra().control().last_token_request().unwrap().basic_credentials());
}

#[tokio::test]
async fn the_token_endpoint_reads_forms_without_repetitions_only() {
    let (_running, app) = demo().await;
    let url = app.at("/organizations/oauth2/v2.0/token");
    let response = app.client.post(url.clone()).json(&json!({ "code": 1 })).send().await.unwrap();
    let answer = (response.status(), response.json().await.unwrap());
    assert_error(&answer, 400, "invalid_request", 9_002_313);
    let twice = [("code", "one"), ("code", "two")];
    assert_error(&app.token("organizations", &twice).await, 400, "invalid_request", 9_000_411);
    let answer = app.token("nowhere.example", &[]).await;
    assert_error(&answer, 400, "invalid_request", 90_002);
}

#[tokio::test]
async fn what_cannot_be_read_is_refused_in_entras_shape() {
    let (_running, app) = demo().await;
    let url = app.at("/organizations/oauth2/v2.0/token");
    let send = async |method: Method, body: Vec<u8>| {
        let form = ("content-type", "application/x-www-form-urlencoded");
        let request = app.client.request(method, url.clone()).header(form.0, form.1).body(body);
        let response = request.send().await.unwrap();
        let allow = response.headers().get("allow").cloned();
        ((response.status(), response.json::<Value>().await.unwrap()), allow)
    };
    let (answer, _) = send(Method::POST, b"code=\xff".to_vec()).await;
    assert_error(&answer, 400, "invalid_request", 9_002_313);
    for method in [Method::GET, Method::PUT, Method::DELETE] {
        let (answer, allow) = send(method, Vec::new()).await;
        assert_error(&answer, 405, "invalid_request", 900_561);
        assert_eq!(allow.unwrap(), "POST");
    }
    // The longest body that is read, and one byte more.
    let limit = 64 * 1024;
    let padded = |size: usize| format!("code={}", "x".repeat(size - "code=".len())).into_bytes();
    let (answer, _) = send(Method::POST, padded(limit)).await;
    assert_error(&answer, 400, "invalid_request", 900_144);
    let (answer, _) = send(Method::POST, padded(limit + 1)).await;
    assert_error(&answer, 413, "invalid_request", 9_002_313);
    let mut names: Vec<&str> = answer.1.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    assert_eq!(names, MEMBERS);
}

#[tokio::test]
async fn answers_with_tokens_are_not_stored() {
    let (_running, app) = demo().await;
    let url = app.at("/organizations/oauth2/v2.0/token");
    let response = app.client.post(url).form(&[("a", "b")]).send().await.unwrap();
    assert_eq!(response.headers()["cache-control"], "no-store, no-cache");
}
