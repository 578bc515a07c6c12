//! One person, a member of one organisation and a guest in another.

use entra_local::Endpoint;
use http::{Method, StatusCode};
use identity::{Authority, EntraTenant};
use time::Duration;
use url::Url;
use uuid::Uuid;

use crate::support::{AMARA, Browser, CONTOSO, DARIO, Entra, FABRIKAM, LOCAL, Site};

#[tokio::test]
async fn a_guest_switches_without_being_asked_and_stays_the_same_person() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    entra.next_person(DARIO);
    browser.sign_in("/auth/sign-in").await;
    let before = browser.cookies()["session"].clone();
    for (tenant, role) in [(CONTOSO.to_owned(), "Viewer"), (FABRIKAM.to_string(), "IncidentManager")] {
        // No answer is ordered: whoever is asked anything fails this test.
        let reply = browser.sign_in(&format!("/auth/sign-in?tenant={tenant}&return_to=/x")).await;
        assert_eq!((reply.status, reply.location().as_str()), (StatusCode::SEE_OTHER, "/x"), "{}", reply.body);
        let who = browser.who_am_i().await;
        assert!(who.contains(&tenant) && who.contains(role), "{who}");
        let authorize = entra.control().last_authorize().unwrap();
        assert!(authorize.get("login_hint").is_some() && authorize.get("prompt").is_none());
    }
    assert_ne!(browser.cookies()["session"], before, "another organisation is another session");
    let people = site.events.signed_in.lock().unwrap().clone();
    assert_eq!(people.len(), 3);
    assert!(people.iter().all(|person| person.home_account == people[0].home_account && person.home_account.is_some()));
    assert_ne!(people[0].account, people[1].account);
    assert_eq!(people[0].account, people[2].account);
}

#[tokio::test]
async fn whoever_switches_is_asked_what_the_link_asks_for() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    entra.next_person(DARIO);
    browser.sign_in("/auth/sign-in").await;
    for (prompt, recognised) in [("login", true), ("consent", true), ("select_account", false)] {
        let reply = browser.get(&format!("/auth/sign-in?tenant={CONTOSO}&prompt={prompt}")).await;
        let url = Url::parse(&reply.location()).unwrap();
        assert!(url.query_pairs().any(|(name, value)| name == "prompt" && value == prompt), "{url}");
        assert_eq!(url.query_pairs().any(|(name, _)| name == "login_hint"), recognised, "{url}");
    }
}

#[tokio::test]
async fn a_link_of_another_site_switches_nobody_unseen() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let (browser, stranger) = (Browser::new(&site), Browser::new(&site));
    entra.next_person(DARIO);
    browser.sign_in("/auth/sign-in").await;
    let sent = async |browser: &Browser, from: &[(&str, &str)]| {
        let link = format!("/auth/sign-in?tenant={CONTOSO}&login_hint=dario%40fabrikam.example&return_to=/x");
        let url = Url::parse(&browser.send(Method::GET, &link, from).await.location()).unwrap();
        let of = |wanted: &str| url.query_pairs().find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned());
        (of("prompt"), of("login_hint").is_some())
    };
    let asked = (Some("select_account".to_owned()), false);
    for elsewhere in ["cross-site", "same-site", "", "\u{e9}"] {
        assert_eq!(sent(&browser, &[("sec-fetch-site", elsewhere)]).await, asked, "{elsewhere}");
        assert_eq!(sent(&stranger, &[("sec-fetch-site", elsewhere)]).await, asked, "{elsewhere}");
    }
    for own in [&[("sec-fetch-site", "same-origin")][..], &[("sec-fetch-site", "none")], &[]] {
        assert_eq!(sent(&browser, own).await, (None, true), "{own:?}");
    }
    // Without a tenant a link from elsewhere is a sign-in like any other.
    let plain = browser.send(Method::GET, "/auth/sign-in", &[("sec-fetch-site", "cross-site")]).await;
    assert!(!plain.location().contains("prompt="), "{}", plain.location());
    assert!(!plain.location().contains("login_hint="), "nor is anybody named who did not ask to switch");
}

#[tokio::test]
async fn a_person_of_another_tenant_does_not_end_a_sign_in_for_this_one() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    entra.next_person(AMARA);
    browser.sign_in("/auth/sign-in").await;
    // A code of Contoso's is put into a sign-in that was begun for Fabrikam.
    let here = browser.until_callback("/auth/sign-in").await;
    let code = Url::parse(&here).unwrap().query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    let other = Browser::new(&site);
    entra.next_person(DARIO);
    let there = other.until_callback(&format!("/auth/sign-in?tenant={FABRIKAM}")).await;
    let mut mixed = Url::parse(&there).unwrap();
    let kept: Vec<_> = mixed.query_pairs().into_owned().filter(|(name, _)| name != "code").collect();
    mixed.query_pairs_mut().clear().extend_pairs(kept).append_pair("code", &code);
    let reply = other.get(mixed.as_str()).await;
    assert!(reply.status.is_client_error(), "{}", reply.status);
    assert_eq!(other.who_am_i().await, "nobody");
}

#[tokio::test]
async fn only_an_admitted_tenant_can_be_asked_for() {
    let entra = Entra::start().await;
    let consumers = "9188040d-6c67-4c5b-b112-36a304b66dad";
    let nowhere = Uuid::from_u128(0xdead).to_string();
    for (tenant, list, asked) in [
        (consumers, None, false),
        ("contoso.example", None, false),
        ("", None, false),
        (CONTOSO, Some(FABRIKAM), false),
        (nowhere.as_str(), None, true),
    ] {
        let mut config = entra.config(LOCAL);
        let Authority::Entra(authority) = &mut config.authority else { panic!("an Entra authority") };
        authority.allowed_tenants = list.map(|only| [only].into());
        let site = Site::start(config).await;
        let browser = Browser::new(&site);
        let before = entra.control().requests(Endpoint::Discovery);
        let reply = browser.get(&format!("/auth/sign-in?tenant={tenant}")).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN, "{tenant}");
        assert!(reply.body.contains("Your organisation is not set up here") && reply.body.contains("select_account"));
        assert_eq!(entra.control().requests(Endpoint::Discovery) > before, asked, "{tenant}");
        assert!(browser.cookies().is_empty());
    }
    let mut config = entra.config(LOCAL);
    let Authority::Entra(authority) = &mut config.authority else { panic!("an Entra authority") };
    authority.tenant = EntraTenant::Single(FABRIKAM);
    let site = Site::start(config).await;
    let reply = Browser::new(&site).get(&format!("/auth/sign-in?tenant={CONTOSO}")).await;
    assert_eq!(reply.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_tenant_that_does_not_exist_is_looked_for_every_half_minute_at_most() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let nowhere = Uuid::from_u128(0xdead);
    let looked_for = async || {
        let reply = Browser::new(&site).get(&format!("/auth/sign-in?tenant={nowhere}")).await;
        assert_eq!(reply.status, StatusCode::FORBIDDEN);
        entra.control().requests(Endpoint::Discovery)
    };
    let once = looked_for().await;
    for _ in 0..5 {
        assert_eq!(looked_for().await, once);
    }
    site.clock.advance(Duration::seconds(30));
    assert_eq!(looked_for().await, once + 1);
}

#[tokio::test]
async fn hints_of_a_link_are_passed_on_unless_the_person_is_asked() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    let sent = |reply: crate::support::Reply| -> Vec<(String, String)> {
        let url = Url::parse(&reply.location()).unwrap();
        let mut hints: Vec<_> = url.query_pairs().into_owned().filter(|(name, _)| name.ends_with("_hint")).collect();
        hints.sort();
        hints
    };
    let hints = "login_hint=dario%40fabrikam.example&domain_hint=fabrikam.example";
    let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let domain = pair("domain_hint", "fabrikam.example");
    let login = pair("login_hint", DARIO);
    assert_eq!(sent(browser.get(&format!("/auth/sign-in?{hints}")).await), [domain.clone(), login]);
    let asked = browser.get(&format!("/auth/sign-in?prompt=select_account&{hints}")).await;
    assert_eq!(sent(asked), [domain]);
    assert!(sent(browser.get("/auth/sign-in?login_hint=a%0Ab&domain_hint=a%26b").await).is_empty());
}
