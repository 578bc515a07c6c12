//! Whether somebody is still signed in at the authority, asked in a frame without them.

use entra_local::{Access, Answer, Endpoint, Failure};
use http::{Method, StatusCode};
use identity::IdentityConfig;
use time::Duration;
use url::Url;

use crate::support::{AMARA, Browser, Customers, DARIO, Entra, KOFI, LOCAL, NURI, Provider, Reply, Site, TOVE};

const FRAME: [(&str, &str); 3] =
    [("sec-fetch-site", "same-origin"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")];
/// As the authority sends a frame back.
const BACK: [(&str, &str); 3] =
    [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")];

fn on(config: IdentityConfig) -> IdentityConfig {
    IdentityConfig { silent_check: true, ..config }
}

async fn signed_in(entra: &Entra, site: &Site, who: &str) -> Browser {
    let browser = Browser::new(site);
    entra.next_person(who);
    assert_eq!(browser.sign_in("/auth/sign-in").await.status, StatusCode::SEE_OTHER);
    browser
}

async fn begin(browser: &Browser) -> Reply {
    browser.send(Method::GET, "/auth/silent", &FRAME).await
}

/// Where the authority sends the frame back to.
async fn callback(browser: &Browser) -> String {
    let begun = begin(browser).await;
    assert_eq!(begun.status, StatusCode::FOUND, "{}", begun.body);
    let reply = browser.send(Method::GET, &begun.location(), &BACK).await;
    assert!(reply.status.is_redirection(), "{} {}", reply.status, reply.body);
    let address = Url::parse(&begun.location()).unwrap().join(&reply.location()).unwrap();
    assert_eq!(address.path(), "/auth/callback");
    address.into()
}

/// The word on the last page of a frame, which is a page of this site that may be framed by it and runs one script.
fn word(reply: &Reply) -> String {
    let policy = reply.headers["content-security-policy"].to_str().unwrap();
    let (nonce, rest) = policy.split_once("'nonce-").unwrap().1.split_once('\'').unwrap();
    assert!(policy.starts_with("default-src 'none'; ") && rest.ends_with("; frame-ancestors 'self'"), "{policy}");
    assert_eq!(reply.headers["cache-control"], "no-store");
    let script = reply.body.split_once(&format!("<script nonce=\"{nonce}\">")).unwrap().1;
    let (script, rest) = script.split_once("</script>").unwrap();
    assert!(!rest.contains("<script") && !reply.body.contains("opener") && !reply.body.contains("parent"));
    let word = script.strip_prefix("new BroadcastChannel(\"session-silent\").postMessage({result:\"").unwrap();
    word.strip_suffix("\"})").unwrap().to_owned()
}

async fn check(browser: &Browser) -> String {
    let address = callback(browser).await;
    word(&browser.send(Method::GET, &address, &BACK).await)
}

#[tokio::test]
async fn the_same_person_is_recognised_and_nothing_changes() {
    let entra = Entra::start().await;
    let site = Site::start(on(entra.config(LOCAL))).await;
    let browser = signed_in(&entra, &site, AMARA).await;
    let before = browser.cookies();
    let principal = site.events.signed_in.lock().unwrap()[0].clone();
    let tokens = site.identity.account_as_last_seen(&principal).await.unwrap();
    let idle = site.session(&before).await.idle_expires_at;
    site.clock.advance(Duration::minutes(9));
    let begun = begin(&browser).await;
    let asked = Url::parse(&begun.location()).unwrap();
    let asked: Vec<_> = asked.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect();
    let value = |name: &str| asked.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str());
    assert_eq!((value("prompt"), value("scope")), (Some("none"), Some("openid profile")));
    assert!(value("login_hint").is_some_and(|hint| hint != AMARA), "the hint that the authority gave out: {asked:?}");
    assert!(value("code_challenge").is_some() && value("nonce").is_some());
    let reply = browser.send(Method::GET, &begun.location(), &BACK).await;
    let reply = browser.send(Method::GET, &reply.location(), &BACK).await;
    assert_eq!((reply.status, word(&reply).as_str()), (StatusCode::OK, "same"));
    assert_eq!(browser.cookies(), before, "no session, and no transaction any more");
    assert_eq!(site.session(&before).await.idle_expires_at, idle, "nobody was at work");
    assert_eq!(site.events.signed_in.lock().unwrap().len(), 1);
    assert_eq!(site.identity.account_as_last_seen(&principal).await.unwrap(), tokens);
}

#[tokio::test]
async fn whoever_has_signed_out_at_the_authority_stays_signed_in_here_until_somebody_decides() {
    let entra = Entra::start().await;
    let site = Site::start(on(entra.config(LOCAL))).await;
    let browser = signed_in(&entra, &site, AMARA).await;
    assert_eq!(check(&browser).await, "same");
    site.clock.advance(Duration::minutes(6));
    browser.forget_other_sites();
    assert_eq!(check(&browser).await, "signed_out");
    assert!(browser.who_am_i().await.starts_with("Amara"));
    assert!(site.events.refusals.lock().unwrap().is_empty(), "nothing for the audit trail");
    assert!(site.events.ended.lock().unwrap().is_empty());
}

/// To the authority a frame without its cookies is nobody's.
#[tokio::test]
async fn where_frames_get_no_cookies_nobody_looks_signed_out() {
    let entra = Entra::start().await;
    let site = Site::start(on(entra.config(LOCAL))).await;
    let browser = signed_in(&entra, &site, AMARA).await;
    browser.forget_other_sites();
    for _ in 0..2 {
        assert_eq!(check(&browser).await, "unknown");
        site.clock.advance(Duration::minutes(6));
    }
    // What another session has seen, perhaps in another browser, says nothing of this one.
    assert_eq!(check(&signed_in(&entra, &site, AMARA).await).await, "same");
    assert_eq!(check(&browser).await, "unknown");
    assert!(browser.who_am_i().await.starts_with("Amara"));
}

#[tokio::test]
async fn a_step_that_the_authority_asks_for_is_told_apart_from_signing_out() {
    let entra = Entra::start().await;
    let site = Site::start(on(entra.config(LOCAL))).await;
    let browser = signed_in(&entra, &site, AMARA).await;
    entra.control().set_access(AMARA, Access::Mfa);
    assert_eq!(check(&browser).await, "interaction");
    entra.control().set_access(AMARA, Access::Allowed);
    site.clock.advance(Duration::minutes(6));
    assert_eq!(check(&browser).await, "same");
    site.clock.advance(Duration::minutes(6));
    let failure = Failure::sts(StatusCode::BAD_REQUEST, "temporarily_unavailable", 90_033);
    entra.control().fail_next(Endpoint::Token, failure);
    assert_eq!(check(&browser).await, "unknown");
    assert!(site.events.refusals.lock().unwrap().is_empty());
    assert!(browser.who_am_i().await.starts_with("Amara"));
}

/// The authority of Nuri's account is asked about her account; at others the answer says whose it is.
#[tokio::test]
async fn another_person_is_told_apart_and_never_merged() {
    let provider = Provider::start().await;
    provider.next_person("nuri", None);
    let site = Site::start(on(provider.config(LOCAL))).await;
    let browser = Browser::new(&site);
    browser.sign_in("/auth/sign-in").await;
    let before = browser.cookies();
    assert_eq!(check(&browser).await, "same");
    site.clock.advance(Duration::minutes(4));
    provider.next_person("dario", None);
    site.clock.advance(Duration::seconds(61));
    assert_eq!(check(&browser).await, "other");
    assert!(browser.who_am_i().await.starts_with("nuri"));
    assert_eq!((browser.cookies(), site.events.signed_in.lock().unwrap().len()), (before, 1));
}

#[tokio::test]
async fn a_customers_directory_answers_for_whoever_is_there() {
    let customers = Customers::start().await;
    customers.control().reset();
    let site = Site::start(on(customers.b2c())).await;
    let browser = Browser::new(&site);
    customers.control().answer_next(Answer::SignInAs(TOVE.to_owned()));
    assert_eq!(browser.sign_in("/auth/sign-in").await.status, StatusCode::SEE_OTHER);
    let tove = browser.cookies()["session"].clone();
    assert_eq!(check(&browser).await, "same");
    let shared = browser.at(&site);
    shared.forget_other_sites();
    site.clock.advance(Duration::minutes(6));
    assert_eq!(check(&shared).await, "signed_out", "AADB2C90077");
    shared.forget("session");
    let password = entra_local::Secret::generate();
    customers.control().answer_next(Answer::ResetPassword { email: KOFI.to_owned(), password });
    assert_eq!(shared.sign_in("/auth/reset-password").await.status, StatusCode::SEE_OTHER);
    shared.set_cookie("session", &tove);
    site.clock.advance(Duration::minutes(6));
    assert_eq!(check(&shared).await, "other");
    assert_eq!(shared.cookies()["session"], tove);
    assert!(shared.who_am_i().await.starts_with("Tove"));
}

#[tokio::test]
async fn a_guest_is_asked_about_where_they_are_a_guest() {
    let entra = Entra::start().await;
    let site = Site::start(on(entra.config(LOCAL))).await;
    let browser = Browser::new(&site);
    entra.next_person(DARIO);
    let reply = browser.sign_in(&format!("/auth/sign-in?tenant={}", crate::support::CONTOSO)).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER);
    assert!(begin(&browser).await.location().contains(crate::support::CONTOSO));
    site.clock.advance(Duration::minutes(6));
    assert_eq!(check(&browser).await, "same");
}

#[tokio::test]
async fn only_a_frame_of_this_site_may_begin_one() {
    let entra = Entra::start().await;
    let site = Site::start(on(entra.config(LOCAL))).await;
    let browser = signed_in(&entra, &site, AMARA).await;
    let with = |name: &'static str, value: &'static str| {
        let mut headers = FRAME.to_vec();
        headers.retain(|(found, _)| *found != name);
        headers.extend((!value.is_empty()).then_some((name, value)));
        headers
    };
    for headers in [
        vec![],
        with("sec-fetch-site", ""),
        with("sec-fetch-site", "cross-site"),
        with("sec-fetch-site", "same-site"),
        with("sec-fetch-site", "none"),
        with("sec-fetch-dest", ""),
        with("sec-fetch-dest", "document"),
        with("sec-fetch-dest", "frame"),
        with("sec-fetch-dest", "empty"),
        with("sec-fetch-mode", ""),
        with("sec-fetch-mode", "cors"),
        with("sec-purpose", "prefetch"),
    ] {
        let reply = browser.send(Method::GET, "/auth/silent", &headers).await;
        assert_eq!((reply.status, reply.set_cookies().len()), (StatusCode::FORBIDDEN, 0), "{headers:?}");
    }
    let head = browser.send(Method::HEAD, "/auth/silent", &FRAME).await;
    assert_eq!(head.status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(check(&browser).await, "same", "none of these has cost anything");
}

#[tokio::test]
async fn where_it_is_off_it_is_not_there() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = signed_in(&entra, &site, AMARA).await;
    assert_eq!(begin(&browser).await.status, StatusCode::NOT_FOUND);
    assert!(site.identity.frame_sources().is_empty());
    assert_eq!(site.identity.budget_usage().await.unwrap(), None);
    let session = site.session(&browser.cookies()).await;
    assert!(!site.identity.offers_silent_check(&session, None).await);
    let lost = browser.send(Method::GET, "/auth/callback?state=none&code=x", &BACK).await;
    assert_eq!(lost.status, StatusCode::BAD_REQUEST, "{}", lost.body);
    assert!(!String::from_utf8_lossy(&site.stored_bytes()).contains("budget:"), "nobody counts");
}

#[tokio::test]
async fn without_a_session_there_is_nobody_to_ask_about() {
    let entra = Entra::start().await;
    let site = Site::start(on(entra.config(LOCAL))).await;
    let stranger = begin(&Browser::new(&site)).await;
    assert_eq!((word(&stranger).as_str(), stranger.set_cookies().len()), ("unknown", 0));
    // One that ends on the way is nobody's answer, and begins no other.
    let browser = signed_in(&entra, &site, AMARA).await;
    let address = callback(&browser).await;
    browser.forget("session");
    let reply = browser.send(Method::GET, &address, &BACK).await;
    assert_eq!(word(&reply), "unknown");
    assert_eq!(browser.who_am_i().await, "nobody");
    let again = browser.send(Method::GET, &address, &BACK).await;
    assert_eq!(word(&again), "unknown", "used up");
}

#[tokio::test]
async fn a_session_that_has_changed_meanwhile_makes_the_answer_worth_nothing() {
    let entra = Entra::start().await;
    let site = Site::start(on(entra.config(LOCAL))).await;
    let browser = signed_in(&entra, &site, AMARA).await;
    let address = callback(&browser).await;
    entra.next_person(NURI);
    assert_eq!(browser.sign_in("/auth/sign-in?prompt=select_account").await.status, StatusCode::SEE_OTHER);
    let reply = browser.send(Method::GET, &address, &BACK).await;
    assert_eq!(word(&reply), "unknown");
    assert!(browser.who_am_i().await.starts_with("Nuri"));
}

#[tokio::test]
async fn it_is_counted_with_the_sign_ins_and_comes_round_every_five_minutes() {
    let entra = Entra::start().await;
    let site = Site::start(on(entra.config(LOCAL))).await;
    let browser = signed_in(&entra, &site, AMARA).await;
    let session = site.session(&browser.cookies()).await;
    let own = async || site.identity.budget_usage().await.unwrap().unwrap().own_requests.used;
    assert_eq!(own().await, 1, "the code of the sign-in");
    assert!(site.identity.offers_silent_check(&session, None).await);
    assert_eq!(check(&browser).await, "same");
    assert_eq!(own().await, 2);
    assert!(!site.identity.offers_silent_check(&session, None).await);
    let asked = entra.control().requests(Endpoint::Authorize);
    assert_eq!(word(&begin(&browser).await), "later");
    assert_eq!(entra.control().requests(Endpoint::Authorize), asked);
    browser.get("/token?scope=User.Read&force=1").await;
    assert_eq!(own().await, 3, "a refresh counts");
    site.clock.advance(Duration::minutes(5));
    assert!(site.identity.offers_silent_check(&session, None).await);
    let before = site.identity.budget_usage().await.unwrap().unwrap().last_second.used;
    browser.get("/auth/sign-in").await;
    browser.post("/auth/sign-out").await;
    let used = site.identity.budget_usage().await.unwrap().unwrap().last_second.used;
    assert_eq!(used - before, 5, "a sign-in that is begun, and a sign-out");
}

#[tokio::test]
async fn while_nobody_can_count_nobody_is_polled_and_people_sign_in() {
    let entra = Entra::start().await;
    let site = Site::start(on(entra.config(LOCAL))).await;
    site.rename_table("counter", "elsewhere").await;
    let browser = signed_in(&entra, &site, AMARA).await;
    let session = site.session(&browser.cookies()).await;
    assert!(!site.identity.offers_silent_check(&session, None).await);
    assert_eq!(word(&begin(&browser).await), "later");
    assert!(site.identity.budget_usage().await.is_err());
    site.rename_table("elsewhere", "counter").await;
    assert_eq!(check(&browser).await, "same");
}

#[tokio::test]
async fn frames_may_lead_to_the_authority_and_nowhere_else() {
    let entra = Entra::start().await;
    let config = on(entra.config(LOCAL));
    let authority = config.authority.base().origin().ascii_serialization();
    let site = Site::start(config).await;
    site.identity.ready().await.unwrap();
    assert_eq!(site.identity.frame_sources(), [authority]);
}
