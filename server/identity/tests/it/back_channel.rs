//! The authority says directly that somebody has signed out (OpenID Connect Back-Channel Logout 1.0).

use std::{
    convert::Infallible,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use axum::body::{Body, Bytes, to_bytes};
use futures::stream;
use http::{HeaderMap, Method, Request, StatusCode};
use identity::{EndReason, EndedSession};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime};
use tower::ServiceExt;

use crate::support::{Browser, LOCAL, Provider, Site};

const FORM: &str = "application/x-www-form-urlencoded";

async fn signed_in(provider: &Provider, site: &Site, sub: &str, sid: Option<&str>) -> Browser {
    let browser = Browser::new(site);
    provider.next_person(sub, sid);
    assert_eq!(browser.sign_in("/auth/sign-in").await.status, StatusCode::SEE_OTHER);
    browser
}

/// As the provider sends it: no cookie, no `Origin`, no browser.
async fn post(site: &Site, kind: &str, body: String) -> (StatusCode, HeaderMap, String) {
    let request = Request::builder().method(Method::POST).uri("/auth/back-channel-logout").header("content-type", kind);
    let response = site.app.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
    let (parts, body) = response.into_parts();
    let body = to_bytes(body, 10_000).await.unwrap();
    assert_eq!(parts.headers["cache-control"], "no-store");
    (parts.status, parts.headers, String::from_utf8(body.to_vec()).unwrap())
}

async fn tell(site: &Site, token: &str) -> StatusCode {
    let (status, headers, body) = post(site, FORM, format!("logout_token={token}")).await;
    if status != StatusCode::OK {
        assert_eq!(headers["content-type"], "application/json");
        let answer: Value = serde_json::from_str(&body).unwrap();
        assert!(answer["error"].is_string() && !body.contains(token));
    }
    status
}

fn ended(site: &Site) -> Vec<EndedSession> {
    site.events.ended.lock().unwrap().clone()
}

#[tokio::test]
async fn a_session_at_the_provider_ends_what_began_in_it() {
    let provider = Provider::start().await;
    let site = Site::start(provider.config(LOCAL)).await;
    let one = signed_in(&provider, &site, "amara", Some("s1")).await;
    let two = signed_in(&provider, &site, "amara", Some("s1")).await;
    let three = signed_in(&provider, &site, "amara", Some("s2")).await;
    let nuri = signed_in(&provider, &site, "nuri", Some("s3")).await;

    let token = provider.logout_token(json!({ "sub": "amara", "sid": "s1" }));
    assert_eq!(tell(&site, &token).await, StatusCode::OK);
    assert_eq!((one.who_am_i().await, two.who_am_i().await), ("nobody".to_owned(), "nobody".to_owned()));
    assert!(three.who_am_i().await.starts_with("amara"), "another session of the same person");
    assert!(nuri.who_am_i().await.starts_with("nuri"));
    let told: Vec<_> = ended(&site).into_iter().map(|ended| (ended.principal.subject, ended.reason)).collect();
    assert_eq!(told, vec![("amara".to_owned(), EndReason::BackChannel); 2]);
    assert!(one.get("/auth/sign-in").await.location().contains("prompt=login"), "the next sign-in asks");
    assert!(!three.get("/auth/sign-in").await.location().contains("prompt="));
}

#[tokio::test]
async fn a_token_without_a_session_ends_all_of_the_person() {
    let provider = Provider::start().await;
    let site = Site::start(provider.config(LOCAL)).await;
    let one = signed_in(&provider, &site, "amara", Some("s1")).await;
    let two = signed_in(&provider, &site, "amara", None).await;
    let nuri = signed_in(&provider, &site, "nuri", None).await;
    assert_eq!(tell(&site, &provider.logout_token(json!({ "sub": "amara" }))).await, StatusCode::OK);
    assert_eq!((one.who_am_i().await, two.who_am_i().await), ("nobody".to_owned(), "nobody".to_owned()));
    assert!(nuri.who_am_i().await.starts_with("nuri"));
    // Somebody who has no sessions is as good as anybody.
    let nobody = provider.logout_token(json!({ "sub": "dario", "jti": "another" }));
    assert_eq!(tell(&site, &nobody).await, StatusCode::OK);
}

#[tokio::test]
async fn a_token_counts_once_and_not_after_its_time() {
    let provider = Provider::start().await;
    let site = Site::start(provider.config(LOCAL)).await;
    let token = provider.logout_token(json!({ "sub": "amara" }));
    assert_eq!(tell(&site, &token).await, StatusCode::OK);
    site.clock.advance(Duration::SECOND);
    let again = signed_in(&provider, &site, "amara", None).await;
    assert_eq!(tell(&site, &token).await, StatusCode::BAD_REQUEST);
    // On another replica, and up to the last second that it could be accepted in.
    let other = site.replica(provider.config(LOCAL));
    site.clock.advance(OffsetDateTime::now_utc() - site.clock_now() + Duration::seconds(120 + 58));
    assert_eq!(tell(&other, &token).await, StatusCode::BAD_REQUEST);
    site.clock.advance(Duration::seconds(5));
    assert_eq!(tell(&other, &token).await, StatusCode::BAD_REQUEST, "and then it has expired");
    assert!(again.who_am_i().await.starts_with("amara"));
}

#[tokio::test]
async fn what_is_no_logout_token_of_this_provider_for_us_ends_nothing() {
    let provider = Provider::start().await;
    let site = Site::start(provider.config(LOCAL)).await;
    let browser = signed_in(&provider, &site, "amara", Some("s1")).await;
    let event = "http://schemas.openid.net/event/backchannel-logout";
    let past = OffsetDateTime::now_utc().unix_timestamp() - 120;
    let future = past + 600;
    let changes = [
        json!({ "iss": "https://other.example" }),
        json!({ "iss": null }),
        json!({ "aud": "somebody else" }),
        json!({ "aud": null }),
        json!({ "exp": past }),
        json!({ "exp": null }),
        json!({ "iat": future }),
        json!({ "iat": null }),
        json!({ "events": null }),
        json!({ "events": {} }),
        json!({ "events": [event] }),
        json!({ "events": { event: true } }),
        json!({ "nonce": "n" }),
        json!({ "jti": null }),
        json!({ "jti": "" }),
        json!({ "sub": null, "sid": null }),
        json!({ "sub": "", "sid": " " }),
    ];
    for change in changes {
        let mut claims = json!({ "sub": "amara", "sid": "s1" });
        claims.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let token = provider.logout_token(claims);
        assert_eq!(tell(&site, &token).await, StatusCode::BAD_REQUEST, "{change}");
    }
    let good = json!({ "sub": "amara", "sid": "s1" });
    assert_eq!(tell(&site, &provider.forged_logout_token(good.clone())).await, StatusCode::BAD_REQUEST);
    assert_eq!(tell(&site, &provider.logout_token_of_type("at+jwt", good.clone())).await, StatusCode::BAD_REQUEST);
    assert!(browser.who_am_i().await.starts_with("amara"));
    assert_eq!(ended(&site), []);
    assert_eq!(tell(&site, &provider.logout_token_of_type("JWT", good)).await, StatusCode::OK, "and this one does");
    assert_eq!(browser.who_am_i().await, "nobody");
}

#[tokio::test]
async fn what_is_no_form_with_one_token_is_refused_before_anything_is_read() {
    let provider = Provider::start().await;
    let site = Site::start(provider.config(LOCAL)).await;
    let browser = signed_in(&provider, &site, "amara", Some("s1")).await;
    let token = provider.logout_token(json!({ "sid": "s1" }));
    let good = format!("logout_token={token}");
    for (kind, body) in [
        ("application/json", good.clone()),
        ("text/plain", good.clone()),
        (FORM, String::new()),
        (FORM, "logout_token=".to_owned()),
        (FORM, "logout_token=x".to_owned()),
        (FORM, format!("{good}&{good}")),
        (FORM, format!("{good}&x={}", "x".repeat(10_000))),
    ] {
        let (status, _, answer) = post(&site, kind, body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{answer}");
    }
    for method in [Method::GET, Method::HEAD] {
        let reply = browser.send(method, &format!("/auth/back-channel-logout?{good}"), &[]).await;
        assert_eq!(reply.status, StatusCode::METHOD_NOT_ALLOWED);
    }
    assert!(browser.who_am_i().await.starts_with("amara"));
    assert_eq!(post(&site, &format!("{FORM};charset=utf-8"), good).await.0, StatusCode::OK);
    assert_eq!(browser.who_am_i().await, "nobody");
}

#[tokio::test]
async fn while_the_store_fails_the_provider_is_asked_to_try_again_and_may() {
    let provider = Provider::start().await;
    let site = Site::start(provider.config(LOCAL)).await;
    let browser = signed_in(&provider, &site, "amara", Some("s1")).await;
    let token = provider.logout_token(json!({ "sid": "s1" }));
    site.rename_table("member", "elsewhere").await;
    let (status, headers, _) = post(&site, FORM, format!("logout_token={token}")).await;
    assert_eq!((status, &headers["retry-after"]), (StatusCode::SERVICE_UNAVAILABLE, &30.into()));
    site.rename_table("elsewhere", "member").await;
    assert_eq!(tell(&site, &token).await, StatusCode::OK);
    assert_eq!(browser.who_am_i().await, "nobody");
}

#[tokio::test]
async fn a_token_is_not_used_up_before_it_has_ended_anything() {
    let provider = Provider::start().await;
    let site = Site::start(provider.config(LOCAL)).await;
    let browser = signed_in(&provider, &site, "amara", Some("s1")).await;
    let token = provider.logout_token(json!({ "sid": "s1" }));
    // After the token has been noted nothing can be removed, the note no more than the session.
    site.run("CREATE TRIGGER stuck BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'stuck'); END").await;
    assert_eq!(tell(&site, &token).await, StatusCode::SERVICE_UNAVAILABLE);
    site.run("DROP TRIGGER stuck").await;
    assert!(browser.who_am_i().await.starts_with("amara"));
    assert_eq!(tell(&site, &token).await, StatusCode::OK);
    assert_eq!(browser.who_am_i().await, "nobody");
    assert_eq!(tell(&site, &token).await, StatusCode::BAD_REQUEST, "and now it is");
}

#[tokio::test]
async fn a_sign_in_that_is_on_its_way_back_from_a_session_that_has_ended_begins_none() {
    let provider = Provider::start().await;
    let site = Site::start(provider.config(LOCAL)).await;
    let browser = Browser::new(&site);
    provider.next_person("amara", Some("s1"));
    let callback = browser.until_callback("/auth/sign-in").await;
    assert_eq!(tell(&site, &provider.logout_token(json!({ "sid": "s1" }))).await, StatusCode::OK);
    let reply = browser.get(&callback).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST);
    assert!(reply.body.contains("Start again"), "{}", reply.body);
    assert_eq!(browser.who_am_i().await, "nobody");
    assert_eq!(site.events.codes(), ["AuthoritySessionEnded"]);
    assert!(site.events.signed_in.lock().unwrap().is_empty());
    // Another session of the same person is not over.
    provider.next_person("amara", Some("s2"));
    assert_eq!(browser.sign_in("/auth/sign-in").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_sign_in_that_is_on_its_way_back_when_the_person_is_signed_out_begins_none() {
    let provider = Provider::start().await;
    let site = Site::start(provider.config(LOCAL)).await;
    for sid in [None, Some("s1")] {
        let browser = Browser::new(&site);
        provider.next_person("amara", sid);
        let callback = browser.until_callback("/auth/sign-in").await;
        let token = provider.logout_token(json!({ "sub": "amara", "jti": format!("{sid:?}") }));
        assert_eq!(tell(&site, &token).await, StatusCode::OK);
        assert_eq!(browser.get(&callback).await.status, StatusCode::BAD_REQUEST);
        assert_eq!(browser.who_am_i().await, "nobody");
    }
    assert_eq!(site.events.codes(), ["AuthoritySessionEnded"; 2]);
    // Others are not meant, nor is the next sign-in.
    signed_in(&provider, &site, "nuri", None).await;
    site.clock.advance(Duration::SECOND);
    signed_in(&provider, &site, "amara", None).await;
}

#[tokio::test]
async fn a_provider_that_keeps_its_session_signs_people_in_again_at_once() {
    let provider = Provider::start().await;
    let site = Site::start(provider.config(LOCAL)).await;
    let one = signed_in(&provider, &site, "amara", Some("s1")).await;
    assert_eq!(tell(&site, &provider.logout_token(json!({ "sid": "s1" }))).await, StatusCode::OK);
    assert_eq!(one.who_am_i().await, "nobody");
    site.clock.advance(Duration::SECOND);
    let again = signed_in(&provider, &site, "amara", Some("s1")).await;
    assert!(again.who_am_i().await.starts_with("amara"));
}

#[tokio::test]
async fn a_logout_that_comes_while_the_session_is_being_made_ends_it() {
    let provider = Provider::start().await;
    let site = Site::start(provider.config(LOCAL)).await;
    // The logout's note, with a time after that, appears when the sign-in has looked for it already and the session can be found at last.
    let note = "INSERT INTO entry (key, value, version, expires_at) \
                VALUES ('ended-sid:' || substr(new.set_name, 10), CAST('9000000000' AS BLOB), 0, 9000000000000)";
    let when = "CREATE TRIGGER meanwhile AFTER INSERT ON member WHEN new.set_name LIKE 'sess-sid:%'";
    site.run(&format!("{when} BEGIN {note}; END")).await;
    let browser = Browser::new(&site);
    provider.next_person("amara", Some("s1"));
    assert_eq!(browser.sign_in("/auth/sign-in").await.status, StatusCode::BAD_REQUEST);
    assert_eq!(browser.who_am_i().await, "nobody");
    assert_eq!(ended(&site).len(), 1);
    assert_eq!(site.events.codes(), ["AuthoritySessionEnded"]);
}

#[tokio::test]
async fn a_body_without_end_is_not_read_to_its_end() {
    let provider = Provider::start().await;
    let site = Site::start(provider.config(LOCAL)).await;
    let read = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&read);
    let chunks = stream::repeat_with(move || {
        count.fetch_add(1, Ordering::SeqCst);
        Ok::<_, Infallible>(Bytes::from_static(&[b'x'; 1024]))
    });
    let body = Body::from_stream(futures::StreamExt::take(chunks, 1000));
    let request = Request::post("/auth/back-channel-logout").header("content-type", FORM).body(body).unwrap();
    assert_eq!(site.app.clone().oneshot(request).await.unwrap().status(), StatusCode::BAD_REQUEST);
    assert!(read.load(Ordering::SeqCst) <= 10, "{read:?}");
}

#[tokio::test]
async fn a_token_by_a_key_that_is_new_is_checked_with_it() {
    let provider = Provider::start().await;
    let site = Site::start(provider.config(LOCAL)).await;
    let browser = signed_in(&provider, &site, "amara", Some("s1")).await;
    provider.rename_key("two");
    site.clock.advance(Duration::seconds(31));
    assert_eq!(tell(&site, &provider.logout_token(json!({ "sid": "s1" }))).await, StatusCode::OK);
    assert_eq!(browser.who_am_i().await, "nobody");
}

#[tokio::test]
async fn a_sign_in_takes_fifteen_minutes_and_is_kept_from_an_ended_session_for_as_long() {
    let provider = Provider::start().await;
    let site = Site::start(provider.config(LOCAL)).await;
    let browser = Browser::new(&site);
    let later = OffsetDateTime::now_utc().unix_timestamp() + 3600;
    provider.next_claims(json!({ "sub": "amara", "name": "amara", "sid": "s1", "exp": later }));
    let callback = browser.until_callback("/auth/sign-in").await;
    assert_eq!(tell(&site, &provider.logout_token(json!({ "sid": "s1" }))).await, StatusCode::OK);
    site.clock.advance(Duration::minutes(15) - Duration::SECOND);
    assert_eq!(browser.get(&callback).await.status, StatusCode::BAD_REQUEST);
    assert_eq!(site.events.codes(), ["AuthoritySessionEnded"]);
}

#[tokio::test]
async fn what_a_stranger_says_of_another_issuer_keeps_nobody_out() {
    let provider = Provider::start().await;
    let site = Site::start(provider.config(LOCAL)).await;
    let stranger = Browser::new(&site);
    stranger.get("/auth/front-channel-logout?iss=https%3A%2F%2Fevil.example&sid=s1").await;
    assert!(signed_in(&provider, &site, "amara", Some("s1")).await.who_am_i().await.starts_with("amara"));
}
