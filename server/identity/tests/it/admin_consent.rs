//! An administrator's consent: what is asked, and that no answer proves more than it can.

use entra_local::{Endpoint, Failure};
use http::{Method, StatusCode};
use identity::{Authority, EntraTenant, ErrorClass, SignInRefused};
use time::Duration;
use url::Url;

use crate::support::{AMARA, Browser, CONTOSO, DARIO, Entra, FABRIKAM, LOCAL, Reply, Site};

const BEGIN: &str = "/auth/admin-consent?return_to=/welcome";

async fn site(entra: &Entra) -> Site {
    let mut config = entra.config(LOCAL);
    config.admin_consent = true;
    Site::start(config).await
}

/// Begins, and gives the address that the browser is sent to.
async fn begin(browser: &Browser) -> Url {
    let reply = browser.get(BEGIN).await;
    assert_eq!(reply.status, StatusCode::FOUND, "{}", reply.body);
    reply.location().parse().unwrap()
}

fn value(url: &Url, name: &str) -> String {
    url.query_pairs().find(|(found, _)| found == name).unwrap().1.into_owned()
}

fn answer(state: &str, rest: &str) -> String {
    format!("/auth/admin-consent/callback?state={state}&{rest}")
}

fn granted(state: &str, tenant: &str) -> String {
    answer(state, &format!("tenant={tenant}&admin_consent=True&scope=openid"))
}

fn names(site: &Site) -> Vec<String> {
    site.events.consented.lock().unwrap().iter().map(|principal| principal.name.clone()).collect()
}

fn assert_refused(reply: &Reply) {
    assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{}", reply.body);
    assert!(reply.body.contains("Reference: <code>"), "{}", reply.body);
}

#[tokio::test]
async fn what_is_asked_is_what_the_platform_documents() {
    let entra = Entra::start().await;
    let site = site(&entra).await;
    let url = begin(&Browser::new(&site)).await;
    assert_eq!(url.path(), "/organizations/v2.0/adminconsent");
    let names: Vec<_> = url.query_pairs().map(|(name, _)| name.into_owned()).collect();
    assert_eq!(names, ["client_id", "redirect_uri", "state", "scope"]);
    assert_eq!(value(&url, "client_id"), entra.config(LOCAL).client_id);
    assert_eq!(value(&url, "redirect_uri"), format!("{LOCAL}/auth/admin-consent/callback"));
    assert_eq!(value(&url, "scope"), "openid profile email offline_access");
    assert_eq!(value(&url, "state").len(), 43);
    let stored = String::from_utf8_lossy(&site.stored_bytes()).into_owned();
    assert!(!stored.contains(&value(&url, "state")) && !stored.contains("/welcome"), "what is stored is sealed");
}

#[tokio::test]
async fn where_it_is_off_or_the_browser_does_not_navigate_nothing_begins() {
    let entra = Entra::start().await;
    let off = Site::start(entra.config(LOCAL)).await;
    assert_eq!(Browser::new(&off).get(BEGIN).await.status, StatusCode::NOT_FOUND);
    assert_refused(&Browser::new(&off).get(&granted("made-up", CONTOSO)).await);
    let site = site(&entra).await;
    let browser = Browser::new(&site);
    for header in [("sec-fetch-mode", "cors"), ("sec-purpose", "prefetch")] {
        assert_eq!(browser.send(Method::GET, BEGIN, &[header]).await.status, StatusCode::FORBIDDEN, "{header:?}");
    }
    assert_eq!(browser.send(Method::HEAD, BEGIN, &[]).await.status, StatusCode::METHOD_NOT_ALLOWED);
    assert!(browser.cookies().is_empty());
}

#[tokio::test]
async fn one_tenant_is_asked_at_that_tenant() {
    let entra = Entra::start().await;
    let mut config = entra.config(LOCAL);
    config.admin_consent = true;
    let Authority::Entra(authority) = &mut config.authority else { panic!("it is Entra") };
    authority.tenant = EntraTenant::Single(FABRIKAM);
    let site = Site::start(config).await;
    assert_eq!(begin(&Browser::new(&site)).await.path(), format!("/{FABRIKAM}/v2.0/adminconsent"));
}

#[tokio::test]
async fn consent_counts_once_somebody_of_that_tenant_has_signed_in_in_the_same_browser() {
    let entra = Entra::start().await;
    let site = site(&entra).await;
    let browser = Browser::new(&site);
    let state = value(&begin(&browser).await, "state");
    let reply = browser.get(&granted(&state, &CONTOSO.to_uppercase())).await;
    assert_eq!(reply.status, StatusCode::FOUND, "{}", reply.body);
    let leaving: Url = reply.location().parse().unwrap();
    assert_eq!(leaving.path(), format!("/{CONTOSO}/oauth2/v2.0/authorize"));
    assert!(!leaving.query_pairs().any(|(name, _)| name == "prompt"), "whoever has just approved is not asked again");
    let open = browser.cookies().keys().filter(|name| name.contains("-tx-")).count();
    assert_eq!(open, 1, "the request is closed, the sign-in is open");
    assert!(names(&site).is_empty() && browser.who_am_i().await == "nobody", "the answer alone is nothing");

    entra.next_person(AMARA);
    let arrived = browser.sign_in(&reply.location()).await;
    assert_eq!((arrived.status, arrived.location().as_str()), (StatusCode::SEE_OTHER, "/welcome"));
    assert_eq!(names(&site), ["Amara Lindqvist"]);

    entra.next_person(AMARA);
    browser.sign_in("/auth/sign-in").await;
    assert_eq!(names(&site).len(), 1, "once");
}

#[tokio::test]
async fn a_consent_is_nothing_for_another_tenant_or_another_browser() {
    let entra = Entra::start().await;
    let site = site(&entra).await;
    let (browser, other) = (Browser::new(&site), Browser::new(&site));
    let state = value(&begin(&browser).await, "state");
    // Whatever tenant somebody writes into the answer, the one that is signed in to has to be the same.
    let leaving = browser.get(&granted(&state, CONTOSO)).await.location();
    entra.next_person(DARIO);
    let elsewhere = other.until_callback("/auth/sign-in").await;
    let code = value(&elsewhere.parse().unwrap(), "code");
    let sign_in = value(&leaving.parse().unwrap(), "state");
    let mixed = browser.get(&format!("/auth/callback?code={code}&state={sign_in}")).await;
    assert!(mixed.status.is_client_error(), "{}", mixed.status);
    assert_eq!(browser.who_am_i().await, "nobody");

    // Nor does it count for anybody who signs in otherwise, or comes back to that sign-in in another browser.
    let state = value(&begin(&browser).await, "state");
    let leaving = browser.get(&granted(&state, CONTOSO)).await.location();
    entra.next_person(AMARA);
    let back = browser.until_callback(&leaving).await;
    assert_refused(&other.get(&back).await);
    entra.next_person(AMARA);
    assert_eq!(other.sign_in("/auth/sign-in").await.status, StatusCode::SEE_OTHER);
    assert!(names(&site).is_empty());
}

#[tokio::test]
async fn a_consent_outlives_what_comes_between_it_and_the_sign_in() {
    let entra = Entra::start().await;
    let site = site(&entra).await;
    let browser = Browser::new(&site);
    let state = value(&begin(&browser).await, "state");
    let leaving = browser.get(&granted(&state, CONTOSO)).await.location();

    // Another sign-in of this browser comes back first, and then the authority wants to see a second factor.
    let other = value(&browser.get("/auth/sign-in").await.location().parse().unwrap(), "state");
    browser.get(&format!("/auth/callback?state={other}&error=access_denied")).await;
    let more =
        Failure::sts(StatusCode::BAD_REQUEST, "interaction_required", 50_076).with_claims("{\"access_token\":{}}");
    entra.control().fail_next(Endpoint::Token, more);
    entra.next_person(AMARA);
    let onwards = browser.sign_in(&leaving).await;
    assert_eq!(onwards.status, StatusCode::FOUND, "{}", onwards.body);
    assert!(names(&site).is_empty());

    assert_eq!(browser.sign_in(&onwards.location()).await.location(), "/welcome");
    assert_eq!(names(&site), ["Amara Lindqvist"]);
}

#[tokio::test]
async fn a_sign_in_that_fails_after_a_consent_starts_again_with_it() {
    let entra = Entra::start().await;
    let site = site(&entra).await;
    let browser = Browser::new(&site);
    let approved = async || {
        let state = value(&begin(&browser).await, "state");
        browser.get(&granted(&state, CONTOSO)).await.location()
    };
    let again = "href=\"/auth/admin-consent?return_to=%2Fwelcome\"";

    let sign_in = value(&approved().await.parse().unwrap(), "state");
    let cancelled = browser.get(&format!("/auth/callback?state={sign_in}&error=access_denied")).await;
    assert!(cancelled.body.contains(again), "{}", cancelled.body);

    entra.next_person(AMARA);
    let back = browser.until_callback(&approved().await).await;
    entra.control().fail_next(Endpoint::Token, Failure::raw(StatusCode::SERVICE_UNAVAILABLE, "text/plain", ""));
    let failed = browser.get(&back).await;
    assert_eq!(failed.status, StatusCode::SERVICE_UNAVAILABLE, "{}", failed.body);
    assert!(failed.body.contains(again), "{}", failed.body);
    assert!(names(&site).is_empty());

    // What the application has decided about the consent stays decided.
    let refused = |class| SignInRefused {
        code: "no",
        title: "No".to_owned(),
        sentence: "Not you.".to_owned(),
        class,
        tenant: None,
    };
    for (class, consents) in [(ErrorClass::Refused, false), (ErrorClass::Transient, true)] {
        *site.events.turn_away.lock().unwrap() = Some(refused(class));
        let turned_away = browser.sign_in(&approved().await).await;
        assert_eq!(turned_away.body.contains(again), consents, "{}", turned_away.body);
    }
}

#[tokio::test]
async fn an_answer_that_nobody_asked_for_does_nothing() {
    let entra = Entra::start().await;
    let site = site(&entra).await;
    let (owner, other) = (Browser::new(&site), Browser::new(&site));
    let state = value(&begin(&owner).await, "state");
    assert_refused(&other.get(&granted(&state, CONTOSO)).await);
    let name = owner.cookies().into_keys().find(|name| name.contains("-tx-")).unwrap();
    other.set_cookie(&name, "1.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
    assert_refused(&other.get(&granted(&state, CONTOSO)).await);
    for address in ["/auth/admin-consent/callback".to_owned(), granted("", CONTOSO), granted("made-up", CONTOSO)] {
        assert_refused(&owner.get(&address).await);
    }
    let twice = format!("{}&tenant={FABRIKAM}", granted(&state, CONTOSO));
    assert_refused(&owner.get(&twice).await);
    // A sign-in's state is none of a consent's, nor the other way round.
    assert_refused(&owner.get(&format!("/auth/callback?code=x&state={state}")).await);
    let sign_in: Url = owner.get("/auth/sign-in").await.location().parse().unwrap();
    assert_refused(&owner.get(&granted(&value(&sign_in, "state"), CONTOSO)).await);
    assert!(site.events.codes().is_empty(), "what belongs to nothing is not audited");

    assert_eq!(owner.get(&granted(&state, CONTOSO)).await.status, StatusCode::FOUND, "none of that used it up");
    assert_refused(&owner.get(&granted(&state, CONTOSO)).await);
}

#[tokio::test]
async fn an_answer_that_is_no_consent_leads_nowhere() {
    let entra = Entra::start().await;
    let site = site(&entra).await;
    let browser = Browser::new(&site);
    for rest in [
        "",
        "admin_consent=True",
        "tenant=contoso.example&admin_consent=True",
        "tenant=7c1f0e523b644d0a9a572f0c8e61b9d4&admin_consent=True",
        &format!("tenant={CONTOSO}"),
        &format!("tenant={CONTOSO}&admin_consent=False"),
    ] {
        let state = value(&begin(&browser).await, "state");
        assert_refused(&browser.get(&answer(&state, rest)).await);
    }
    site.events.refusals.lock().unwrap().clear();
    let state = value(&begin(&browser).await, "state");
    let said = "error=access_denied&error_description=AADSTS65004%3A+<b>No</b>&admin_consent=True&tenant=";
    let reply = browser.get(&answer(&state, &format!("{said}{CONTOSO}"))).await;
    assert!(reply.body.contains("cancelled") && !reply.body.contains("AADSTS"), "{}", reply.body);
    let classes: Vec<_> = site.events.refusals.lock().unwrap().iter().map(|refusal| refusal.class).collect();
    assert_eq!(classes, [ErrorClass::UserCancelled]);
    assert_eq!(browser.cookies().len(), 7, "the requests stay open until their time is over, and nothing else does");
}

#[tokio::test]
async fn both_halves_are_over_after_fifteen_minutes() {
    let entra = Entra::start().await;
    let site = site(&entra).await;
    let browser = Browser::new(&site);
    let state = value(&begin(&browser).await, "state");
    // Even in a store that keeps records for longer, as a restored backup might.
    let longer = "UPDATE entry SET expires_at = expires_at + 3600000";
    site.run(longer).await;
    site.clock.advance(Duration::minutes(15));
    assert_refused(&browser.get(&granted(&state, CONTOSO)).await);

    site.clock.advance(-Duration::minutes(15));
    let state = value(&begin(&browser).await, "state");
    let leaving = browser.get(&granted(&state, CONTOSO)).await.location();
    entra.next_person(AMARA);
    let back = browser.until_callback(&leaving).await;
    site.clock.advance(Duration::minutes(15));
    assert_refused(&browser.get(&back).await);
    assert!(names(&site).is_empty());
}

#[tokio::test]
async fn an_application_that_does_not_accept_the_consent_lets_nobody_in() {
    let entra = Entra::start().await;
    let site = site(&entra).await;
    *site.events.refuse_consent.lock().unwrap() = Some(SignInRefused {
        code: "closed",
        title: "No new organisations".to_owned(),
        sentence: "Ask us.".to_owned(),
        class: ErrorClass::Refused,
        tenant: None,
    });
    let browser = Browser::new(&site);
    let state = value(&begin(&browser).await, "state");
    let onwards = browser.get(&granted(&state, CONTOSO)).await.location();
    entra.next_person(AMARA);
    assert_eq!(browser.sign_in(&onwards).await.status, StatusCode::FORBIDDEN);
    assert_eq!(browser.who_am_i().await, "nobody");
    assert!(site.events.signed_in.lock().unwrap().is_empty());
}
