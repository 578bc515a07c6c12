//! Front-channel sign-out: the other applications of the session are told in hidden frames.

use entra_local::Scenario;
use reqwest::StatusCode;
use uuid::Uuid;

use crate::support::{AMARA, App, Browser, CONTOSO, claims, serve};

fn two_apps() -> Scenario {
    let mut scenario = Scenario::demo();
    scenario.apps.truncate(1);
    let mut other = scenario.apps[0].clone();
    other.client_id = Uuid::from_u128(79);
    other.front_channel_logout_uri = Some("http://localhost:4000/front-channel".parse().unwrap());
    other.redirect_uris = vec!["http://localhost:4000/callback".parse().unwrap()];
    scenario.apps[0].front_channel_logout_uri = Some("http://localhost:3000/front-channel".parse().unwrap());
    scenario.apps.push(other);
    scenario
}

#[tokio::test]
async fn the_other_application_is_told_which_session_ended() {
    let scenario = two_apps();
    let other = scenario.apps[1].clone();
    let (running, app) = serve(scenario).await;
    let other = App::new(running.base_url.clone(), other);
    let browser = Browser::new();
    let code = app.code(&browser, AMARA).await;
    let (_, body) = app.redeem(&code, &[]).await;
    let sid = claims(body["id_token"].as_str().unwrap())["sid"].as_str().unwrap().to_owned();
    other.code(&browser, AMARA).await;

    let mut url = app.at("/organizations/oauth2/v2.0/logout");
    url.query_pairs_mut().append_pair("post_logout_redirect_uri", "http://localhost:3000/signed-out");
    let page = browser.get(&url).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.text.matches("<iframe ").count(), 1, "the one that began is not told");
    let mut expected = url::Url::parse("http://localhost:4000/front-channel").unwrap();
    expected
        .query_pairs_mut()
        .append_pair("iss", &format!("{}{CONTOSO}/v2.0", running.base_url))
        .append_pair("sid", &sid);
    let escaped = expected.as_str().replace('&', "&amp;");
    assert!(page.text.contains(&format!(r#"<iframe src="{escaped}""#)), "{}", page.text);
    assert!(page.header("content-security-policy").contains("frame-src http://localhost:4000;"));
    assert_eq!(page.header("refresh"), "1; url=http://localhost:3000/signed-out");
}

#[tokio::test]
async fn with_nobody_else_to_tell_the_browser_moves_on_at_once() {
    let (_running, app) = serve(two_apps()).await;
    let browser = Browser::new();
    app.code(&browser, AMARA).await;
    let mut url = app.at("/organizations/oauth2/v2.0/logout");
    url.query_pairs_mut().append_pair("post_logout_redirect_uri", "http://localhost:3000/signed-out");
    assert_eq!(browser.get(&url).await.status, StatusCode::FOUND);
}
