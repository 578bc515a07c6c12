//! How a session stands, for those who ask without using it.

use entra_local::{Endpoint, Failure};
use http::{Method, StatusCode};
use time::Duration;

use crate::{
    support::{AMARA, Browser, CONTOSO, DARIO, Entra, FABRIKAM, LOCAL, Provider, Reply, Site},
    tokens::{LIFE, entra, signed_in},
};

/// A poll, in the guise of a person going to a page.
async fn poll(browser: &Browser) -> Reply {
    browser.send(Method::GET, "/standing", &[("x-poll", "1"), ("sec-fetch-mode", "navigate")]).await
}

async fn stands(browser: &Browser) -> String {
    poll(browser).await.body
}

/// The idle end, the end of the token, and what is asked of the person.
async fn active(browser: &Browser) -> (i64, String, String) {
    let text = stands(browser).await;
    let mut words = text.splitn(4, ' ');
    assert_eq!(words.next(), Some("active"), "{text}");
    let idle = words.next().unwrap().parse().unwrap();
    (idle, words.next().unwrap().to_owned(), words.next().unwrap().to_owned())
}

#[tokio::test]
async fn it_says_when_session_and_token_end_and_prolongs_neither() {
    let (entra, config) = entra().await;
    let site = Site::start(config).await;
    let browser = Browser::new(&site);
    assert_eq!(stands(&browser).await, "ended", "a stranger");
    signed_in(&entra, &browser, AMARA).await;
    let began = site.clock_now();
    let ends = (began + LIFE).unix_timestamp();
    let asked = entra.control().token_requests().len();
    let first = active(&browser).await;
    assert_eq!(first.0, (began + Duration::hours(24)).unix_timestamp());
    let told: i64 = first.1.trim_start_matches("Some(").trim_end_matches(')').parse().unwrap();
    assert!((told - ends).abs() <= 2, "{told} {ends}");
    assert_eq!(first.2, "None");
    site.clock.advance(Duration::minutes(9));
    assert_eq!(active(&browser).await, first, "neither the session nor the token was prolonged");
    site.clock.advance(Duration::minutes(2));
    assert_eq!(active(&browser).await.1, "None", "the token is over and a new one is to be had");
    assert_eq!(active(&browser).await.2, "None");
    assert_eq!(entra.control().token_requests().len(), asked, "nobody asked the authority");
    browser.get("/whoami").await;
    assert!(active(&browser).await.0 > first.0, "a person at work prolongs it");
    site.clock.advance(Duration::hours(25));
    assert_eq!(stands(&browser).await, "ended");
}

#[tokio::test]
async fn what_a_page_loads_into_a_frame_is_no_person_at_work() {
    let (entra, config) = entra().await;
    let site = Site::start(config).await;
    let browser = Browser::new(&site);
    signed_in(&entra, &browser, AMARA).await;
    let (idle, ..) = active(&browser).await;
    site.clock.advance(Duration::minutes(9));
    let frame = [("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")];
    browser.send(Method::GET, "/whoami", &frame).await;
    assert_eq!(active(&browser).await.0, idle);
}

#[tokio::test]
async fn asking_does_not_use_up_that_somebody_signed_out_elsewhere() {
    let (entra, config) = entra().await;
    let site = Site::start(config).await;
    let browser = Browser::new(&site);
    signed_in(&entra, &browser, AMARA).await;
    let session = site.session(&browser.cookies()).await;
    assert!(site.identity.revoke_session(&session.handle).await.unwrap());
    for _ in 0..3 {
        let reply = poll(&browser).await;
        assert_eq!((reply.status, reply.body.as_str()), (StatusCode::OK, "elsewhere"));
        assert!(reply.set_cookies().is_empty(), "{:?}", reply.set_cookies());
    }
    let reply = browser.get("/whoami").await;
    assert_eq!(reply.body, "nobody");
    assert!(browser.cookies().contains_key("session-out"), "now the browser is told: {:?}", browser.cookies());
    assert!(browser.get("/auth/sign-in").await.location().contains("prompt=select_account"));
    assert_eq!(stands(&browser).await, "ended", "it has been told");
}

#[tokio::test]
async fn a_refused_refresh_asks_for_the_person_until_they_have_signed_in() {
    let (entra, config) = entra().await;
    let site = Site::start(config).await;
    let browser = Browser::new(&site);
    signed_in(&entra, &browser, AMARA).await;
    entra.control().set_access(AMARA, entra_local::Access::Mfa);
    assert_eq!(active(&browser).await.2, "None", "nobody has asked yet");
    assert!(browser.get("/token?scope=User.Read&force=1").await.body.starts_with("interaction"));
    assert_eq!(active(&browser).await.2, "Some(MultiFactor)");
    entra.control().set_access(AMARA, entra_local::Access::Allowed);
    assert!(browser.get("/token?scope=User.Read&force=1").await.body.starts_with("authority"));
    assert_eq!(active(&browser).await.2, "None", "it was settled elsewhere");
    entra.control().revoke_refresh_tokens(AMARA);
    assert!(browser.get("/token?scope=User.Read&force=1").await.body.starts_with("interaction"));
    assert_eq!(active(&browser).await.2, "Some(SignIn)", "although the access token lasts a while");
    signed_in(&entra, &browser, AMARA).await;
    assert_eq!(active(&browser).await.2, "None");
}

#[tokio::test]
async fn what_a_refresh_was_refused_for_travels_with_the_next_sign_in() {
    let (entra, config) = entra().await;
    let site = Site::start(config).await;
    let browser = Browser::new(&site);
    signed_in(&entra, &browser, AMARA).await;
    let missing = r#"{"access_token":{"capolids":{"essential":true,"values":["a-policy"]}}}"#;
    entra.control().fail_next(Endpoint::Token, Failure::aadsts(50_076).with_claims(missing));
    assert!(browser.get("/token?scope=User.Read&force=1").await.body.starts_with("interaction"));
    assert_eq!(active(&browser).await.2, "Some(MultiFactor)");
    let asks = async |address: &str| browser.get(address).await.location().contains("a-policy");
    assert!(asks("/auth/sign-in?return_to=/whoami").await);
    assert!(!asks("/auth/sign-in?prompt=select_account").await, "another account is asked other things");
    assert!(!asks("/auth/sign-in?login_hint=dario%40fabrikam.example").await, "or may be");
    assert!(!asks("/auth/sign-in?domain_hint=fabrikam.example").await);
    assert!(!asks(&format!("/auth/sign-in?tenant={FABRIKAM}")).await, "as is the same one elsewhere");
    assert!(!Browser::new(&site).get("/auth/sign-in").await.location().contains("a-policy"), "nor is a stranger");
    signed_in(&entra, &browser, AMARA).await;
    assert!(!asks("/auth/sign-in?return_to=/whoami").await, "it is settled");
}

/// Dario is at home at Fabrikam and a guest of Contoso.
#[tokio::test]
async fn a_guest_proves_where_they_are_a_guest_what_was_asked_for_there() {
    let (entra, config) = entra().await;
    let site = Site::start(config).await;
    let browser = Browser::new(&site);
    entra.next_person(DARIO);
    assert_eq!(browser.sign_in(&format!("/auth/sign-in?tenant={CONTOSO}")).await.status, StatusCode::SEE_OTHER);
    let missing = r#"{"access_token":{"capolids":{"essential":true,"values":["a-policy"]}}}"#;
    entra.control().fail_next(Endpoint::Token, Failure::aadsts(50_076).with_claims(missing));
    assert!(browser.get("/token?scope=User.Read&force=1").await.body.starts_with("interaction"));
    let asked = browser.get("/auth/sign-in?return_to=/whoami").await.location();
    assert!(asked.contains("a-policy") && asked.contains(&format!("/{CONTOSO}/")), "{asked}");
}

#[tokio::test]
async fn lost_tokens_ask_for_the_person_where_tokens_are_used() {
    let (entra, config) = entra().await;
    let site = Site::start(config).await;
    let browser = Browser::new(&site);
    signed_in(&entra, &browser, AMARA).await;
    site.run("DELETE FROM entry WHERE key LIKE 'tokens:%'").await;
    assert_eq!(active(&browser).await.2, "Some(SignIn)");
    drop(entra);

    // Asked who somebody is and nothing more, with and without tokens that nobody uses.
    let provider = Provider::start().await;
    provider.next_person("amara", None);
    let site = Site::start(provider.config(LOCAL)).await;
    let browser = Browser::new(&site);
    browser.sign_in("/auth/sign-in").await;
    assert_eq!((active(&browser).await.1.as_str(), active(&browser).await.2.as_str()), ("None", "None"));
    site.run("DELETE FROM entry WHERE key LIKE 'tokens:%'").await;
    assert_eq!(active(&browser).await.2, "None");
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    signed_in(&entra, &browser, AMARA).await;
    site.run("DELETE FROM entry WHERE key LIKE 'tokens:%'").await;
    assert_eq!(active(&browser).await.2, "None", "offline_access alone is no use of tokens");
}

#[tokio::test]
async fn what_cannot_be_read_is_not_known() {
    let (entra, config) = entra().await;
    let site = Site::start(config).await;
    let browser = Browser::new(&site);
    signed_in(&entra, &browser, AMARA).await;
    site.rename_table("entry", "elsewhere").await;
    assert_eq!(poll(&browser).await.status, StatusCode::SERVICE_UNAVAILABLE);
    site.rename_table("elsewhere", "entry").await;
    active(&browser).await;
}
