//! The way in, from the link to the page.

use std::sync::Arc;

use entra_local::Endpoint;
use http::{Method, StatusCode};
use identity::{Authority, EntraTenant, ErrorClass, SignInRefused};
use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};

use crate::support::{AMARA, Browser, CONTOSO, DARIO, Entra, FABRIKAM, HTTPS, LOCAL, NURI, Site};

#[tokio::test]
async fn signs_in_and_returns_to_the_page_asked_for() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    assert_eq!(browser.who_am_i().await, "nobody");

    entra.next_person(AMARA);
    let link = site.identity.sign_in_url(&"/incidents/INC-7?tab=notes&x=1".parse().unwrap());
    let reply = browser.sign_in(&link).await;
    assert_eq!((reply.status, reply.location().as_str()), (StatusCode::SEE_OTHER, "/incidents/INC-7?tab=notes&x=1"));
    assert_eq!(reply.headers["cache-control"], "no-store");
    assert_eq!(browser.who_am_i().await, "Amara Lindqvist 7c1f0e52-3b64-4d0a-9a57-2f0c8e61b9d4 [Admin]");
    let kept = ["session", "session-rounds"];
    assert_eq!(browser.cookies().keys().collect::<Vec<_>>(), kept, "nothing of the transaction is left");

    let principal = site.events.signed_in.lock().unwrap()[0].clone();
    assert_eq!(principal.subject, "0a6d2b91-4c1e-4f87-b3a5-91e7c05d4821");
    assert_eq!(principal.account.home, "0a6d2b91-4c1e-4f87-b3a5-91e7c05d4821.7c1f0e52-3b64-4d0a-9a57-2f0c8e61b9d4");
    assert_eq!(principal.home_account, Some(principal.account.clone()));
    assert_eq!(principal.username.as_deref(), Some(AMARA));
    assert!(principal.sid.is_some() && principal.login_hint.is_some());
    assert!(principal.issuer.ends_with("/7c1f0e52-3b64-4d0a-9a57-2f0c8e61b9d4/v2.0"));
}

#[tokio::test]
async fn the_authorization_request_has_everything_it_should() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    entra.next_person(AMARA);
    browser.sign_in("/auth/sign-in").await;

    let authorize = entra.control().last_authorize().unwrap();
    assert_eq!(authorize.get("response_type"), Some("code"));
    assert_eq!(authorize.get("response_mode"), Some("query"));
    assert_eq!(authorize.get("redirect_uri"), Some("http://localhost:3000/auth/callback"));
    assert_eq!(authorize.get("code_challenge_method"), Some("S256"));
    assert_eq!(authorize.get("code_challenge").map(str::len), Some(43));
    assert_eq!(authorize.get("scope"), Some("openid profile email offline_access"));
    assert_eq!(authorize.get("state").map(str::len), Some(43));
    assert_eq!(authorize.get("nonce").map(str::len), Some(43));
    assert_eq!(authorize.get("client_info"), Some("1"));
    assert!(!authorize.has("prompt"), "single sign-on is left alone");

    let token = entra.control().last_token_request().unwrap();
    assert!(token.has("client_secret") && token.has("code_verifier") && !token.basic_credentials());
    assert_eq!(token.get("redirect_uri"), Some("http://localhost:3000/auth/callback"));
}

#[tokio::test]
async fn the_oldest_of_too_many_open_sign_ins_goes() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    let mut opened: Vec<String> = Vec::new();
    for _ in 0..22 {
        browser.get("/auth/sign-in").await;
        let now = browser.cookies();
        opened.extend(now.into_keys().filter(|name| !opened.contains(name)).collect::<Vec<_>>());
        site.clock.advance(time::Duration::SECOND);
    }
    assert_eq!(opened.len(), 22);
    let left: Vec<String> = browser.cookies().into_keys().collect();
    assert_eq!(left.len(), 20);
    assert!(opened[2..].iter().all(|name| left.contains(name)), "{opened:?} {left:?}");
}

#[tokio::test]
async fn a_hostile_return_to_leads_to_the_default() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    for hostile in ["//evil.example", "https://evil.example", "/%5Cevil.example", "/auth/sign-in", ""] {
        let browser = Browser::new(&site);
        entra.next_person(AMARA);
        let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("return_to", hostile).finish();
        let reply = browser.sign_in(&format!("/auth/sign-in?{query}")).await;
        assert_eq!(reply.location(), "/incidents", "{hostile}");
    }
}

#[tokio::test]
async fn signing_in_changes_the_session_id() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    entra.next_person(AMARA);
    browser.sign_in("/auth/sign-in").await;
    let first = browser.cookies()["session"].clone();

    entra.next_person(NURI);
    browser.sign_in("/auth/sign-in?prompt=select_account").await;
    let second = browser.cookies()["session"].clone();
    assert_ne!(first, second);
    assert!(browser.who_am_i().await.starts_with("Nuri"));

    let thief = Browser::new(&site);
    thief.set_cookie("session", &first);
    assert_eq!(thief.who_am_i().await, "nobody", "the old id is dead");

    // An id that an attacker has planted is not taken over either.
    let planted = Browser::new(&site);
    planted.set_cookie("session", "AAAAAAAAAAAAAAAAAAAAAA");
    entra.next_person(AMARA);
    planted.sign_in("/auth/sign-in").await;
    assert_ne!(planted.cookies()["session"], "AAAAAAAAAAAAAAAAAAAAAA");
}

#[tokio::test]
async fn over_https_every_cookie_is_a_host_cookie() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(HTTPS)).await;
    let browser = Browser::new(&site);
    entra.next_person(AMARA);
    let begun = browser.get("/auth/sign-in").await;
    let callback = browser.until_callback(&begun.location()).await;
    let arrived = browser.get(&callback).await;
    let lines: Vec<String> = begun.set_cookies().into_iter().chain(arrived.set_cookies()).collect();
    assert!(lines.iter().any(|line| line.starts_with("__Host-session=")));
    for line in &lines {
        assert!(line.starts_with("__Host-session"), "{line}");
        let attributes: Vec<_> = line.split("; ").skip(1).collect();
        for attribute in ["HttpOnly", "SameSite=Lax", "Secure", "Path=/"] {
            assert!(attributes.contains(&attribute), "{line} lacks {attribute}");
        }
        assert!(!line.contains("Domain"), "{line}");
    }
    assert!(browser.who_am_i().await.starts_with("Amara"));

    // A dead cookie is removed in a way that browsers obey.
    let stale = Browser::new(&site);
    stale.set_cookie("__Host-session", "AAAAAAAAAAAAAAAAAAAAAA");
    assert_eq!(stale.who_am_i().await, "nobody");
    assert!(stale.cookies().is_empty());
}

#[tokio::test]
async fn tenants_outside_the_list_are_told_so() {
    let entra = Entra::start().await;
    let mut config = entra.config(LOCAL);
    let Authority::Entra(authority) = &mut config.authority else { panic!("an Entra authority") };
    authority.allowed_tenants = Some([FABRIKAM].into());
    let site = Site::start(config).await;
    let browser = Browser::new(&site);
    entra.next_person(AMARA);
    let reply = browser.sign_in("/auth/sign-in?return_to=/x").await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    assert!(reply.body.contains("Your organisation is not set up here"));
    assert!(reply.body.contains("/auth/sign-in?return_to=%2Fx&amp;prompt=select_account"), "another account helps");
    assert_eq!(site.events.codes(), ["TenantNotAllowed"]);
    assert_eq!(site.events.refusals.lock().unwrap()[0].tenant, Some(CONTOSO.parse().unwrap()));
    assert_eq!(browser.who_am_i().await, "nobody");

    entra.next_person(DARIO);
    browser.sign_in("/auth/sign-in?prompt=select_account").await;
    assert!(browser.who_am_i().await.starts_with("Dario"));
}

#[tokio::test]
async fn a_single_tenant_authority_signs_its_own_people_in() {
    let entra = Entra::start().await;
    let mut config = entra.config(LOCAL);
    let Authority::Entra(authority) = &mut config.authority else { panic!("an Entra authority") };
    authority.tenant = EntraTenant::Single(FABRIKAM);
    let site = Site::start(config).await;
    let browser = Browser::new(&site);
    entra.next_person(DARIO);
    assert_eq!(browser.sign_in("/auth/sign-in").await.status, StatusCode::SEE_OTHER);
    assert!(browser.who_am_i().await.starts_with("Dario"));
}

#[tokio::test]
async fn the_application_may_turn_somebody_away() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    *site.events.turn_away.lock().unwrap() = Some(SignInRefused {
        code: "deactivated",
        title: "Your account is switched off".to_owned(),
        sentence: "Ask <Ops>.".to_owned(),
        class: ErrorClass::Refused,
        tenant: None,
    });
    let browser = Browser::new(&site);
    entra.next_person(AMARA);
    let reply = browser.sign_in("/auth/sign-in").await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
    assert!(reply.body.contains("Your account is switched off") && reply.body.contains("Ask &lt;Ops&gt;."));
    assert_eq!(site.events.codes(), ["deactivated"]);
    assert!(!browser.cookies().contains_key("session"));
}

#[tokio::test]
async fn prefetches_and_scripts_open_no_sign_in() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    for (header, status) in [
        (("sec-fetch-mode", "cors"), StatusCode::UNAUTHORIZED),
        (("sec-purpose", "prefetch;prerender"), StatusCode::FORBIDDEN),
        (("purpose", "prefetch"), StatusCode::FORBIDDEN),
    ] {
        let reply = browser.send(Method::GET, "/auth/sign-in", &[header]).await;
        assert_eq!(reply.status, status, "{header:?}");
    }
    assert!(browser.cookies().is_empty());
}

#[tokio::test]
async fn a_head_opens_no_sign_in() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    let reply = browser.send(Method::HEAD, "/auth/sign-in", &[]).await;
    assert_eq!((reply.status, reply.headers["allow"].to_str().unwrap()), (StatusCode::METHOD_NOT_ALLOWED, "GET"));
    assert!(browser.cookies().is_empty());
    let mut raw = SqliteConnectOptions::new().filename(&site.file).connect().await.unwrap();
    let open: i64 = sqlx::query_scalar("SELECT count(*) FROM entry").fetch_one(&mut raw).await.unwrap();
    assert_eq!(open, 0);
}

#[tokio::test]
async fn somebody_who_is_signed_in_stays_so_if_the_new_session_cannot_be_stored() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    entra.next_person(AMARA);
    browser.sign_in("/auth/sign-in").await;
    let mut raw = SqliteConnectOptions::new().filename(&site.file).connect().await.unwrap();
    let no_room = "CREATE TRIGGER no_room BEFORE INSERT ON entry WHEN NEW.key LIKE 'sess:%' \
                   BEGIN SELECT RAISE(ABORT, 'no room'); END";
    sqlx::query(no_room).execute(&mut raw).await.unwrap();
    entra.next_person(NURI);
    let reply = browser.sign_in("/auth/sign-in?prompt=select_account").await;
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(browser.who_am_i().await.starts_with("Amara"));
}

#[tokio::test]
async fn an_authority_that_is_down_is_a_503_and_metadata_is_fetched_once() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let control = entra.control();
    let before = control.requests(Endpoint::Discovery);
    let failure = entra_local::Failure::raw(StatusCode::INTERNAL_SERVER_ERROR, "text/plain", "out of order");
    control.fail_next(Endpoint::Discovery, failure);
    let browser = Browser::new(&site);
    let reply = browser.get("/auth/sign-in").await;
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(reply.body.contains("Start again") && !reply.body.contains("out of order"));
    assert!(site.events.codes().is_empty(), "anybody can cause that as often as they like: it is logged, not audited");

    let browser = Arc::new(browser);
    let many = (0..10).map(|_| {
        let browser = Arc::clone(&browser);
        tokio::spawn(async move { browser.get("/auth/sign-in").await.status })
    });
    for status in futures::future::join_all(many).await {
        assert_eq!(status.unwrap(), StatusCode::FOUND);
    }
    assert_eq!(control.requests(Endpoint::Discovery) - before, 2, "the one that failed and one for everybody");
    assert!(site.identity.ready().await.is_ok());
    let authority = entra.config(LOCAL).authority.base().origin().ascii_serialization();
    assert_eq!(site.identity.form_action_sources(), [authority]);
}

#[tokio::test]
async fn a_session_that_no_browser_gets_is_not_left_behind() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    entra.next_person(AMARA);
    browser.sign_in("/auth/sign-in").await;
    // The new session can be stored, but the old one cannot be ended.
    let mut raw = SqliteConnectOptions::new().filename(&site.file).connect().await.unwrap();
    let query = "SELECT key FROM entry WHERE key LIKE 'sess:%'";
    let old: String = sqlx::query_scalar(query).fetch_one(&mut raw).await.unwrap();
    site.run(&format!(
        "CREATE TRIGGER stuck BEFORE DELETE ON entry WHEN OLD.key = '{old}' BEGIN SELECT RAISE(ABORT, 'stuck'); END"
    ))
    .await;
    entra.next_person(NURI);
    let reply = browser.sign_in("/auth/sign-in?prompt=select_account").await;
    assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE);
    let left: Vec<String> = sqlx::query_scalar(query).fetch_all(&mut raw).await.unwrap();
    assert_eq!(left, [old]);
}
