//! Sessions as a browser sees them, and as somebody sees them who has stolen the file.

use std::{sync::Arc, time::Duration as StdDuration};

use axum::body::{Body, to_bytes};
use http::{HeaderValue, Method, Request, StatusCode, header};
use identity::{
    Authority, Clock, EmbeddedOptions, EmbeddedState, EntraAuthority, EntraTenant, IdentityConfig, OidcAuthority,
    SharedState, testing::ManualClock,
};
use sqlx::{ConnectOptions, sqlite::SqliteConnectOptions};
use time::{Duration, OffsetDateTime};
use tower::ServiceExt;
use url::Url;
use uuid::Uuid;

use crate::support::{AMARA, Browser, CONTOSO, Entra, FABRIKAM, LOCAL, Site};

async fn signed_in(entra: &Entra, site: &Site) -> Browser {
    let browser = Browser::new(site);
    entra.next_person(AMARA);
    assert_eq!(browser.sign_in("/auth/sign-in").await.status, StatusCode::SEE_OTHER);
    browser
}

#[tokio::test]
async fn an_idle_session_ends_and_a_used_one_goes_on_until_the_absolute_end() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let idle = signed_in(&entra, &site).await;
    site.clock.advance(Duration::hours(24) - Duration::SECOND);
    assert!(idle.who_am_i().await.starts_with("Amara"));
    site.clock.advance(Duration::hours(24));
    assert_eq!(idle.who_am_i().await, "nobody");
    assert!(!idle.cookies().contains_key("session"), "the dead cookie is taken away");

    // The authority's clock has to come along for another sign-in.
    entra.control().set_clock_offset(site.clock.now() - OffsetDateTime::now_utc());
    let used = signed_in(&entra, &site).await;
    entra.control().set_clock_offset(Duration::ZERO);
    for half_day in 1..14 {
        site.clock.advance(Duration::hours(12));
        assert!(used.who_am_i().await.starts_with("Amara"), "after {half_day} half days");
    }
    site.clock.advance(Duration::hours(12));
    assert_eq!(used.who_am_i().await, "nobody", "nobody stays for ever");
}

#[tokio::test]
async fn only_a_person_at_work_keeps_a_session_alive() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let get = Method::GET;
    let passive: [(&Method, &[(&str, &str)]); 5] = [
        (&get, &[("x-poll", "1")]),
        (&Method::POST, &[("x-poll", "1")]),
        (&get, &[("sec-fetch-mode", "cors")]),
        (&get, &[("sec-fetch-mode", "no-cors")]),
        (&get, &[("sec-fetch-mode", "navigate"), ("sec-purpose", "prefetch")]),
    ];
    for (method, headers) in passive {
        entra.control().set_clock_offset(site.clock.now() - OffsetDateTime::now_utc());
        let browser = signed_in(&entra, &site).await;
        site.clock.advance(Duration::hours(20));
        let reply = browser.send(method.clone(), "/whoami", headers).await;
        assert!(reply.body.starts_with("Amara"), "{headers:?}");
        site.clock.advance(Duration::hours(20));
        assert_eq!(browser.who_am_i().await, "nobody", "{headers:?}");
    }
    let active: [(&Method, &[(&str, &str)]); 2] =
        [(&get, &[("sec-fetch-mode", "navigate")]), (&Method::POST, &[("sec-fetch-mode", "cors")])];
    for (method, headers) in active {
        entra.control().set_clock_offset(site.clock.now() - OffsetDateTime::now_utc());
        let browser = signed_in(&entra, &site).await;
        site.clock.advance(Duration::hours(20));
        browser.send(method.clone(), "/whoami", headers).await;
        site.clock.advance(Duration::hours(20));
        assert!(browser.who_am_i().await.starts_with("Amara"), "{headers:?}");
    }
    entra.control().set_clock_offset(Duration::ZERO);
}

#[tokio::test]
async fn use_is_written_down_every_five_minutes_at_most() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = signed_in(&entra, &site).await;
    let mut raw = SqliteConnectOptions::new().filename(&site.file).connect().await.unwrap();
    let mut version = async || -> i64 {
        let query = "SELECT version FROM entry WHERE key LIKE 'sess:%'";
        sqlx::query_scalar(query).fetch_one(&mut raw).await.unwrap()
    };
    let first = version().await;
    site.clock.advance(Duration::minutes(5) - Duration::SECOND);
    browser.who_am_i().await;
    assert_eq!(version().await, first);
    site.clock.advance(Duration::seconds(2));
    let reply = browser.get("/whoami").await;
    assert!(reply.set_cookies().is_empty(), "the cookie stays as it is");
    let second = version().await;
    assert_ne!(second, first);
    browser.who_am_i().await;
    assert_eq!(version().await, second);
}

#[tokio::test]
async fn the_file_gives_away_neither_people_nor_cookies() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    entra.next_person(AMARA);
    let callback = browser.until_callback("/auth/sign-in?return_to=/planted-path").await;
    let open = site.stored_bytes();
    let state = Url::parse(&callback).unwrap();
    let state = state.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    let binding = browser.cookies().into_values().next().unwrap();
    browser.get(&callback).await;
    let stored = [open, site.stored_bytes()].concat();

    let principal = site.events.signed_in.lock().unwrap()[0].clone();
    let cookie = browser.cookies()["session"].clone();
    let secrets = [
        "Amara",
        "amara@contoso.example",
        "planted-path",
        &principal.subject,
        &principal.account.home,
        principal.sid.as_deref().unwrap(),
        principal.login_hint.as_deref().unwrap(),
        &cookie,
        &state,
        binding.split_once('.').unwrap().1,
    ];
    for secret in secrets {
        assert!(!stored.windows(secret.len()).any(|bytes| bytes == secret.as_bytes()), "{secret} is in the file");
    }
    assert!(stored.windows(5).any(|bytes| bytes == b"sess:"), "the test looks at the right file");
}

#[tokio::test]
async fn a_restart_signs_nobody_out() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = signed_in(&entra, &site).await;
    let restarted = site.restarted(entra.config(LOCAL)).await;
    let later = browser.after_restart(&restarted);
    assert!(later.who_am_i().await.starts_with("Amara"));
}

/// Who somebody of Contoso is after a restart with other settings.
async fn after_restart_with(entra: &Entra, change: impl FnOnce(&mut EntraAuthority)) -> String {
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = signed_in(entra, &site).await;
    let mut config = entra.config(LOCAL);
    let Authority::Entra(authority) = &mut config.authority else { panic!("an Entra authority") };
    change(authority);
    let restarted = site.restarted(config).await;
    browser.after_restart(&restarted).who_am_i().await
}

#[tokio::test]
async fn a_session_lasts_while_its_tenant_may_still_sign_in() {
    let entra = Entra::start().await;
    let (contoso, fabrikam) = (CONTOSO.parse().unwrap(), FABRIKAM);
    let stays = [
        after_restart_with(&entra, |_| {}).await,
        after_restart_with(&entra, |authority| authority.tenant = EntraTenant::Common).await,
        after_restart_with(&entra, |authority| authority.tenant = EntraTenant::Single(contoso)).await,
        after_restart_with(&entra, |authority| authority.allowed_tenants = Some([contoso, fabrikam].into())).await,
    ];
    assert!(stays.iter().all(|name| name.starts_with("Amara")), "{stays:?}");
    let goes = [
        after_restart_with(&entra, |authority| authority.tenant = EntraTenant::Single(fabrikam)).await,
        after_restart_with(&entra, |authority| authority.allowed_tenants = Some([fabrikam].into())).await,
        after_restart_with(&entra, |authority| authority.base = "https://login.microsoftonline.us".parse().unwrap())
            .await,
    ];
    assert_eq!(goes, ["nobody"; 3]);
}

#[tokio::test]
async fn a_session_does_not_outlive_its_provider() {
    let entra = Entra::start().await;
    let provider = |issuer: Url, tenant_id| {
        let authority =
            OidcAuthority { issuer, tenant_id, tenant_name: "Example".to_owned(), role_claim: "roles".to_owned() };
        IdentityConfig { authority: Authority::Oidc(authority), ..entra.config(LOCAL) }
    };
    let base = entra.config(LOCAL).authority.base().clone();
    let (issuer, tenant) = (base.join(&format!("{CONTOSO}/v2.0")).unwrap(), Uuid::from_u128(7));
    let before = Site::start(provider(issuer.clone(), tenant)).await;
    let browser = signed_in(&entra, &before).await;

    // The same person's session at each of these, one restart after the other, and at last with the old settings again.
    let elsewhere = before.restarted(provider("https://op.example".parse().unwrap(), tenant)).await;
    let browser = browser.after_restart(&elsewhere);
    let cookie = browser.cookies()["session"].clone();
    assert_eq!(browser.who_am_i().await, "nobody", "another issuer, even with the same tenant id");
    let renamed = elsewhere.restarted(provider(issuer.clone(), Uuid::from_u128(8))).await;
    let browser = browser.after_restart(&renamed);
    browser.set_cookie("session", &cookie);
    assert_eq!(browser.who_am_i().await, "nobody", "another tenant id for the same issuer");
    let at_entra = renamed.restarted(entra.config(LOCAL)).await;
    let browser = browser.after_restart(&at_entra);
    browser.set_cookie("session", &cookie);
    assert_eq!(browser.who_am_i().await, "nobody", "another kind of authority");
    let again = at_entra.restarted(provider(issuer, tenant)).await;
    let browser = browser.after_restart(&again);
    browser.set_cookie("session", &cookie);
    assert!(browser.who_am_i().await.starts_with("Amara"), "unchanged settings, unchanged session");
}

#[tokio::test]
async fn a_session_that_cannot_be_read_is_a_503_by_kind_of_request() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = signed_in(&entra, &site).await;
    let mut raw = SqliteConnectOptions::new().filename(&site.file).connect().await.unwrap();
    sqlx::query("ALTER TABLE entry RENAME TO elsewhere").execute(&mut raw).await.unwrap();
    for (mode, kind) in [("navigate", "text/html; charset=utf-8"), ("cors", "text/plain; charset=utf-8")] {
        let reply = browser.send(Method::GET, "/whoami", &[("sec-fetch-mode", mode)]).await;
        assert_eq!(reply.status, StatusCode::SERVICE_UNAVAILABLE, "{mode}");
        assert_eq!(
            (&reply.headers["content-type"], &reply.headers["retry-after"]),
            (&kind.parse().unwrap(), &30.into())
        );
        assert_eq!(reply.headers["cache-control"], "no-store");
        assert!(reply.body.contains("We could not read your session") && reply.body.contains("Reference: "));
    }
    assert_eq!(browser.get("/public").await.body, "a page", "what is there for everybody goes on");
    sqlx::query("ALTER TABLE elsewhere RENAME TO entry").execute(&mut raw).await.unwrap();
    assert!(browser.who_am_i().await.starts_with("Amara"));
}

#[tokio::test]
async fn a_busy_store_is_a_503_and_the_session_survives_it() {
    let entra = Entra::start().await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.db");
    let clock = Arc::new(ManualClock::new(OffsetDateTime::now_utc()));
    let options = EmbeddedOptions { busy_timeout: StdDuration::from_millis(20), ..EmbeddedOptions::default() };
    let shared = Arc::clone(&clock) as Arc<dyn Clock>;
    let state: Arc<dyn SharedState> = Arc::new(EmbeddedState::open_with(&file, shared, options).await.unwrap());
    let site = Site::with_state(entra.config(LOCAL), state, clock, folder);
    let browser = signed_in(&entra, &site).await;

    let mut other = SqliteConnectOptions::new().filename(&site.file).connect().await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let begin = browser.get("/auth/sign-in").await;
    assert_eq!(begin.status, StatusCode::SERVICE_UNAVAILABLE);
    let out = browser.post("/auth/sign-out").await;
    assert_eq!(out.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(out.body.contains("You are still signed in"));
    assert_eq!(out.headers["retry-after"], "30");
    // Reading goes on, and noting the use is not worth failing a page for.
    site.clock.advance(Duration::HOUR);
    assert!(browser.who_am_i().await.starts_with("Amara"));
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();

    assert_eq!(browser.post("/auth/sign-out").await.status, StatusCode::SEE_OTHER);
    assert_eq!(browser.who_am_i().await, "nobody");
}

#[tokio::test]
async fn a_neighbours_cookie_in_another_encoding_signs_nobody_out() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = signed_in(&entra, &site).await;
    let cookies = [b"theme=\xe9; session=", browser.cookies()["session"].as_bytes()].concat();
    let cookies = HeaderValue::from_bytes(&cookies).unwrap();
    let request = Request::get("/whoami").header(header::COOKIE, cookies).body(Body::empty()).unwrap();
    let answer = site.app.clone().oneshot(request).await.unwrap().into_body();
    assert!(to_bytes(answer, 100).await.unwrap().starts_with(b"Amara"));
}
