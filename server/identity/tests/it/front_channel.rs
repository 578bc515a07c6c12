//! The authority's sign-out page says in the browser, and without its cookies, that somebody has signed out (OpenID Connect
//! Front-Channel Logout 1.0).

use http::{Method, StatusCode};
use identity::{Authority, EndReason};
use url::form_urlencoded::Serializer;

use crate::support::{AMARA, Browser, CONTOSO, Entra, FABRIKAM, HTTPS, LOCAL, NURI, Reply, Site};

async fn signed_in(entra: &Entra, site: &Site, who: &str) -> Browser {
    let browser = Browser::new(site);
    entra.next_person(who);
    assert_eq!(browser.sign_in("/auth/sign-in").await.status, StatusCode::SEE_OTHER);
    browser
}

fn address(parameters: &[(&str, &str)]) -> String {
    format!("/auth/front-channel-logout?{}", Serializer::new(String::new()).extend_pairs(parameters).finish())
}

/// A frame in a page of another site has no cookies with it.
async fn load(site: &Site, address: &str) -> Reply {
    let frame = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")];
    Browser::new(site).send(Method::GET, address, &frame).await
}

#[tokio::test]
async fn the_sessions_are_found_without_a_cookie_and_nothing_tells_whether_there_were_any() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let (amara, nuri) = (signed_in(&entra, &site, AMARA).await, signed_in(&entra, &site, NURI).await);
    // Another tab of the same session at the authority, which has a session of its own here.
    let tab = amara.at(&site);
    tab.forget("session");
    assert_eq!(tab.sign_in("/auth/sign-in").await.status, StatusCode::SEE_OTHER);
    let principal = site.events.signed_in.lock().unwrap()[0].clone();
    let (issuer, sid) = (principal.issuer.as_str(), principal.sid.as_deref().unwrap());
    let other = site.events.signed_in.lock().unwrap()[1].issuer.replace("7c1f0e52", "00000000");

    let unknown = load(&site, &address(&[("iss", issuer), ("sid", "00000000-0000-4000-8000-000000000000")])).await;
    for parameters in [
        &[][..],
        &[("sid", sid)],
        &[("iss", issuer)],
        &[("iss", ""), ("sid", sid)],
        &[("iss", issuer), ("sid", "")],
        &[("iss", &other), ("sid", sid)],
        &[("iss", "https://evil.example"), ("sid", sid)],
        &[("iss", issuer), ("sid", sid), ("sid", sid)],
    ] {
        let reply = load(&site, &address(parameters)).await;
        assert_eq!((reply.status, &reply.headers, &reply.body), (StatusCode::OK, &unknown.headers, &unknown.body));
        assert!(amara.who_am_i().await.starts_with("Amara"), "{parameters:?}");
    }
    assert_eq!(load(&site, &format!("/auth/front-channel-logout?{}", "x".repeat(9000))).await.status, StatusCode::OK);

    let known = address(&[("iss", issuer), ("sid", sid)]);
    let head = Browser::new(&site).send(Method::HEAD, &known, &[]).await;
    assert_eq!(head.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(amara.who_am_i().await.starts_with("Amara"), "HEAD ends nothing");
    let reply = load(&site, &known).await;
    assert_eq!((reply.status, &reply.headers, &reply.body), (StatusCode::OK, &unknown.headers, &unknown.body));
    assert_eq!(reply.headers["cache-control"], "no-store");
    assert_eq!((amara.who_am_i().await, tab.who_am_i().await), ("nobody".to_owned(), "nobody".to_owned()));
    assert!(nuri.who_am_i().await.starts_with("Nuri"));
    let told = site.events.ended.lock().unwrap().clone();
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|ended| ended.reason == EndReason::FrontChannel));
    assert!(told.iter().all(|ended| ended.principal.account == principal.account));
    assert!(amara.get("/auth/sign-in").await.location().contains("prompt=select_account"));
}

#[tokio::test]
async fn what_the_authority_cannot_have_said_leaves_nothing_behind() {
    let entra = Entra::start().await;
    let mut config = entra.config(LOCAL);
    let base = config.authority.base().clone();
    let Authority::Entra(authority) = &mut config.authority else { panic!("an Entra authority") };
    authority.allowed_tenants = Some([CONTOSO.parse().unwrap()].into());
    let site = Site::start(config).await;
    let noted = || String::from_utf8_lossy(&site.stored_bytes()).contains("ended-sid:");
    let (issuer, longest) = (format!("{base}{CONTOSO}/v2.0"), "s".repeat(256));
    let plain = load(&site, "/auth/front-channel-logout").await;
    for (issuer, sid) in [
        ("https://evil.example", "s"),
        (&format!("https://evil.example/{CONTOSO}/v2.0"), "s"),
        (&format!("{issuer}/"), "s"),
        (&format!("{base}{FABRIKAM}/v2.0"), "s"),
        (&issuer, ""),
        (&issuer, &format!("{longest}s")),
    ] {
        let reply = load(&site, &address(&[("iss", issuer), ("sid", sid)])).await;
        assert_eq!((reply.status, &reply.headers, &reply.body), (StatusCode::OK, &plain.headers, &plain.body));
        assert!(!noted(), "{issuer} {sid}");
    }
    let reply = load(&site, &address(&[("iss", &issuer), ("sid", &longest)])).await;
    assert_eq!((reply.status, &reply.headers, &reply.body), (StatusCode::OK, &plain.headers, &plain.body));
    assert!(noted());
}

#[tokio::test]
async fn only_the_authority_may_frame_it() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(HTTPS)).await;
    let authority = entra.config(HTTPS).authority.base().origin().ascii_serialization();
    let reply = load(&site, "/auth/front-channel-logout").await;
    assert_eq!(
        reply.headers["content-security-policy"],
        format!("default-src 'none'; frame-ancestors {authority}").as_str()
    );
}

#[tokio::test]
async fn a_store_that_fails_is_no_success() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = signed_in(&entra, &site, AMARA).await;
    let principal = site.events.signed_in.lock().unwrap()[0].clone();
    let known = address(&[("iss", &principal.issuer), ("sid", principal.sid.as_deref().unwrap())]);
    site.rename_table("member", "elsewhere").await;
    let reply = load(&site, &known).await;
    assert_eq!((reply.status, &reply.headers["retry-after"]), (StatusCode::SERVICE_UNAVAILABLE, &30.into()));
    site.rename_table("elsewhere", "member").await;
    assert!(browser.who_am_i().await.starts_with("Amara"));
    assert_eq!(load(&site, &known).await.status, StatusCode::OK);
    assert_eq!(browser.who_am_i().await, "nobody");
}
