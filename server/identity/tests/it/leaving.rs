//! Whoever signs somebody out goes away before it is done: it is done all the same.

use axum::body::Body;
use http::{Method, Request, StatusCode};
use serde_json::json;
use tower::ServiceExt;
use url::form_urlencoded::Serializer;

use crate::support::{Browser, Busy, LOCAL, Provider, Site, Telling};

async fn start() -> (Provider, Site, [Browser; 3]) {
    let provider = Provider::start().await;
    let site = Site::start(provider.config(LOCAL)).await;
    let browsers = [Browser::new(&site), Browser::new(&site), Browser::new(&site)];
    for browser in &browsers {
        provider.next_person("amara", Some("s1"));
        assert_eq!(browser.sign_in("/auth/sign-in").await.status, StatusCode::SEE_OTHER);
    }
    (provider, site, browsers)
}

/// Goes away as soon as `asking` has come so far that the first of `tellings` is under way, and waits for all of them.
async fn leave(site: &Site, tellings: usize, asking: impl Future<Output: Send + 'static> + Send + 'static) {
    let (busy, mut told) = Busy::new();
    *site.events.busy.lock().unwrap() = Some(busy.clone());
    let asking = tokio::spawn(asking);
    assert_eq!(told.recv().await, Some(Telling::Begun));
    asking.abort();
    assert!(asking.await.is_err_and(|error| error.is_cancelled()), "nobody waits for it any more");
    busy.let_go();
    let mut done = 0;
    while done < tellings {
        match told.recv().await.unwrap() {
            Telling::Begun => {}
            Telling::Done => done += 1,
            Telling::Dropped => panic!("left half done"),
        }
    }
}

async fn all_are_out(site: &Site, browsers: &[Browser]) {
    for browser in browsers {
        assert_eq!(browser.who_am_i().await, "nobody");
    }
    assert_eq!(site.events.ended.lock().unwrap().len(), browsers.len());
}

#[tokio::test]
async fn the_page_with_the_frame_is_closed() {
    let (_provider, site, browsers) = start().await;
    let issuer = site.events.signed_in.lock().unwrap()[0].issuer.clone();
    let parameters = Serializer::new(String::new()).extend_pairs([("iss", issuer.as_str()), ("sid", "s1")]).finish();
    let frame = Browser::new(&site);
    leave(&site, 3, async move { frame.get(&format!("/auth/front-channel-logout?{parameters}")).await }).await;
    all_are_out(&site, &browsers).await;
}

#[tokio::test]
async fn the_provider_hangs_up() {
    for claims in [json!({ "sid": "s1" }), json!({ "sub": "amara" })] {
        let (provider, site, browsers) = start().await;
        let body = Body::from(format!("logout_token={}", provider.logout_token(claims)));
        let request = Request::builder().method(Method::POST).uri("/auth/back-channel-logout");
        let request = request.header("content-type", "application/x-www-form-urlencoded").body(body).unwrap();
        leave(&site, 3, site.app.clone().oneshot(request)).await;
        all_are_out(&site, &browsers).await;
    }
}

#[tokio::test]
async fn a_browser_signs_out_and_is_closed() {
    let (_provider, site, [browser, _, _]) = start().await;
    let gone = browser.at(&site);
    leave(&site, 2, async move { gone.post("/auth/sign-out").await }).await;
    all_are_out(&site, &[browser]).await;
    assert_eq!(site.events.signed_out.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn somebody_who_ends_sessions_from_elsewhere_goes_away() {
    for how in 0..4 {
        let (_provider, site, browsers) = start().await;
        let session = site.identity.sessions_of_tenant(tenant(&site), None, 1).await.unwrap().items.remove(0);
        let (identity, tenant_id) = (site.identity.clone(), session.tenant_id);
        let asking = async move {
            match how {
                0 => identity.revoke_session(&session.handle).await.map(u64::from),
                1 => identity.revoke_account(&session.account, None).await,
                2 => identity.revoke_tenant(tenant_id).await,
                _ => identity.revoke_all().await,
            }
        };
        let tellings = if how == 0 { 1 } else { browsers.len() };
        leave(&site, tellings, asking).await;
        assert_eq!(site.events.ended.lock().unwrap().len(), tellings);
        assert_eq!(site.identity.sessions_of_tenant(tenant_id, None, 10).await.unwrap().items.len(), 3 - tellings);
    }
}

fn tenant(site: &Site) -> uuid::Uuid {
    site.events.signed_in.lock().unwrap()[0].tenant_id
}
