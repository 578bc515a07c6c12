//! What callers are told, to the letter.

use axum::{Router, response::IntoResponse, routing::get};
use http::{StatusCode, header};
use identity::{BearerRefusal, Requirement};
use serde_json::json;
use tower::ServiceExt;

use super::{
    api::{Api, reply},
    issuer::{Kind, OTHER_TENANT},
};

#[tokio::test]
async fn nothing_sent_is_asked_for_without_an_error() {
    let api = Api::start(Kind::Entra).await;
    for authorization in [&[][..], &[&b"Basic YTpi"[..]], &[&b"DPoP eyJ"[..]]] {
        let reply = api.ask_with("/who", authorization).await;
        assert_eq!((reply.verdict(), reply.challenge.as_deref()), ((401, "unauthorized"), Some("Bearer")));
    }
    assert_eq!(api.issuer.fetches(), 0, "the authority is not troubled for it");
}

#[tokio::test]
async fn a_refusal_is_a_problem_that_repeats_nothing() {
    let api = Api::start(Kind::Entra).await;
    let reply = api.ask("/who", &api.token(json!({ "aud": "<someone else>" }))).await;
    assert_eq!(
        reply.body,
        json!({
            "type": "about:blank", "title": "Unauthorized", "status": 401,
            "detail": "The access token is not one for this API.", "code": "invalid_claims",
        })
    );
    let headers = reply.response.headers();
    assert_eq!(headers[header::CONTENT_TYPE], "application/problem+json");
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    assert_eq!(
        reply.challenge.as_deref(),
        Some("Bearer error=\"invalid_token\", error_description=\"The access token is not one for this API.\"")
    );
}

#[tokio::test]
async fn the_header_is_one_and_well_formed() {
    let api = Api::start(Kind::Entra).await;
    let token = api.token(json!({}));
    let bearer = format!("Bearer {token}");
    let twice = api.ask_with("/who", &[bearer.as_bytes(), bearer.as_bytes()]).await;
    assert_eq!(twice.verdict(), (400, "invalid_request"));
    assert!(twice.challenge.unwrap().starts_with("Bearer error=\"invalid_request\""));
    for good in [format!("bearer {token}"), format!("BEARER  {token}")] {
        assert_eq!(api.ask_with("/who", &[good.as_bytes()]).await.status, StatusCode::OK);
    }
    for odd in ["", " ", " =", " a=b", &format!(" {token} x"), &format!(" {token},{token}"), &format!(" \"{token}\"")] {
        let odd = format!("Bearer{odd}");
        assert_eq!(api.ask_with("/who", &[odd.as_bytes()]).await.verdict(), (401, "invalid_token"), "{odd}");
    }
}

#[tokio::test]
async fn a_token_that_has_expired_is_said_to_have() {
    let api = Api::start(Kind::Entra).await;
    let now = api.site.clock_now().unix_timestamp();
    assert_eq!(api.verdict(&api.token(json!({ "exp": now - 59 }))).await, (200, String::new()));
    assert_eq!(api.verdict(&api.token(json!({ "exp": now - 60 }))).await, (401, "token_expired".to_owned()));
}

#[tokio::test]
async fn a_tenant_is_missing_or_not_admitted() {
    let api = Api::start(Kind::Entra).await;
    assert_eq!(api.verdict(&api.token(json!({ "tid": null }))).await, (401, "tenant_id_missing".to_owned()));
    let issuer = api.issuer.name(&OTHER_TENANT.to_string());
    let foreign = api.ask("/who", &api.token(json!({ "tid": OTHER_TENANT, "iss": issuer }))).await;
    assert_eq!(foreign.verdict(), (403, "tenant_not_authorized"));
    let told = format!("{} {:?}", foreign.body, foreign.challenge);
    assert!(!told.contains("1a1a") && !told.contains("9b9b"), "no tenant is named: {told}");
}

#[tokio::test]
async fn the_application_draws_refusals_of_every_layer_and_cannot_change_what_they_are() {
    let api = Api::start(Kind::Entra).await;
    let draw = |refusal: &BearerRefusal| {
        let wrong = [(header::WWW_AUTHENTICATE, "Basic"), (header::CONTENT_TYPE, "text/x-own")];
        (StatusCode::OK, wrong, format!("ours: {}", refusal.code().as_str())).into_response()
    };
    let demanding = get(async || "").layer(Requirement::any_role(&["Admin"]).layer());
    let own = Router::new().route("/", demanding).layer(api.bearer.clone().with_answers(draw).layer());
    let bearer = format!("Bearer {}", api.token(json!({})));
    for (authorization, status, body) in
        [("Basic YTpi", 401, "ours: unauthorized"), (bearer.as_str(), 403, "ours: insufficient_role")]
    {
        let request = http::Request::get("/").header(header::AUTHORIZATION, authorization);
        let response = own.clone().oneshot(request.body(axum::body::Body::empty()).unwrap()).await.unwrap();
        let reply = reply(response).await;
        assert_eq!((reply.status.as_u16(), reply.body), (status, json!(body)));
        assert!(reply.challenge.unwrap().starts_with("Bearer"));
        assert_eq!(reply.response.headers()[header::CONTENT_TYPE], "text/x-own");
        assert_eq!(reply.response.headers()[header::CACHE_CONTROL], "no-store");
    }
}
