//! Azure AD B2C says that somebody has signed out elsewhere, in a frame without our cookie.

use entra_local::Answer;
use http::{Method, StatusCode};
use identity::EndReason;
use url::form_urlencoded::Serializer;

use crate::support::{Browser, Customers, Site, TOVE};

#[tokio::test]
async fn a_session_begun_at_a_user_flow_ends_with_the_one_at_the_authority() {
    let customers = Customers::start().await;
    let site = Site::start(customers.b2c()).await;
    let sign_in = async || {
        let browser = Browser::new(&site);
        customers.control().answer_next(Answer::SignInAs(TOVE.to_owned()));
        assert_eq!(browser.sign_in("/auth/sign-in").await.status, StatusCode::SEE_OTHER);
        browser
    };
    let (gone, stays) = (sign_in().await, sign_in().await);
    let [first, second] = <[_; 2]>::try_from(site.events.signed_in.lock().unwrap().clone()).unwrap();
    let (sid, other) = (first.sid.unwrap(), second.sid.unwrap());
    assert_ne!(sid, other, "two browsers have two sessions at the authority");

    let pairs = [("iss", first.issuer.as_str()), ("sid", sid.as_str())];
    let address = format!("/auth/front-channel-logout?{}", Serializer::new(String::new()).extend_pairs(pairs).finish());
    let frame = [("sec-fetch-site", "cross-site"), ("sec-fetch-mode", "navigate"), ("sec-fetch-dest", "iframe")];
    assert_eq!(Browser::new(&site).send(Method::GET, &address, &frame).await.status, StatusCode::OK);
    assert_eq!(gone.who_am_i().await, "nobody");
    assert!(stays.who_am_i().await.starts_with("Tove"));
    let reasons: Vec<_> = site.events.ended.lock().unwrap().iter().map(|ended| ended.reason).collect();
    assert_eq!(reasons, [EndReason::FrontChannel]);
}
