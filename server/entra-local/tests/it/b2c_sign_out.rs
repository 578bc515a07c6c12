//! Sign-out at a user flow.

use entra_local::{Answer, Scenario};

use crate::support::{App, Browser, SUSI, TOVE, customers, serve};

async fn signed_in(app: &App, running: &entra_local::Running) -> (Browser, String) {
    let browser = Browser::new();
    running.entra().control().answer_next(Answer::SignInAs(TOVE.to_owned()));
    let code = browser.get(&app.authorize_at(SUSI, &[])).await.sent("code").unwrap();
    let (_, body) = app.redeem_at(SUSI, &code, &[]).await;
    (browser, body["id_token"].as_str().unwrap().to_owned())
}

fn logout(app: &App, hint: Option<&str>) -> url::Url {
    let mut url = app.at(&format!("/{SUSI}/oauth2/v2.0/logout"));
    let back = app.registration.redirect_uris[1].to_string();
    url.query_pairs_mut().append_pair("post_logout_redirect_uri", &back).append_pair("state", "s");
    if let Some(hint) = hint {
        url.query_pairs_mut().append_pair("id_token_hint", hint);
    }
    url
}

#[tokio::test]
async fn the_session_ends_and_the_browser_goes_back() {
    let (running, app) = customers().await;
    let (browser, _) = signed_in(&app, &running).await;
    let page = browser.get(&logout(&app, None)).await;
    assert_eq!(page.sent("state").as_deref(), Some("s"));
    let silent = browser.get(&app.authorize_at(SUSI, &[("prompt", "none")])).await;
    silent.assert_sent_b2c_error("interaction_required", 90_077);
}

#[tokio::test]
async fn a_tenant_may_insist_on_an_id_token() {
    let mut scenario = Scenario::customers();
    scenario.tenants[0].b2c.as_mut().unwrap().logout_needs_id_token_hint = true;
    let (running, app) = serve(scenario).await;
    let (browser, token) = signed_in(&app, &running).await;
    let (input, signature) = token.rsplit_once('.').unwrap();
    let swapped: String = signature.chars().rev().collect();
    for hint in [None, Some("x"), Some(format!("{input}.{swapped}").as_str())] {
        let page = browser.get(&logout(&app, hint)).await;
        assert!(page.text.contains("<strong>AADB2C90237</strong>"), "{}", page.text);
    }
    let still = browser.get(&app.authorize_at(SUSI, &[("prompt", "none")])).await;
    assert!(still.sent("code").is_some());
    assert!(browser.get(&logout(&app, Some(&token))).await.sent("state").is_some());
}

#[tokio::test]
async fn other_applications_are_told_the_issuer_of_their_tokens() {
    let mut scenario = Scenario::customers();
    let mut other = scenario.apps[0].clone();
    other.client_id = uuid::Uuid::from_u128(78);
    other.redirect_uris = vec!["http://localhost:3009/callback".parse().unwrap()];
    other.front_channel_logout_uri = Some("http://localhost:3009/gone".parse().unwrap());
    scenario.apps.push(other);
    let (running, app) = serve(scenario).await;
    let (browser, _) = signed_in(&app, &running).await;
    let second =
        [("client_id", "00000000-0000-0000-0000-00000000004e"), ("redirect_uri", "http://localhost:3009/callback")];
    assert!(browser.get(&app.authorize_at(SUSI, &second)).await.sent("code").is_some());
    let page = browser.get(&logout(&app, None)).await;
    let frame = crate::support::tag(&page.text, "<iframe");
    assert!(frame.contains("http://localhost:3009/gone?iss=http%3A%2F%2F127.0.0.1"), "{frame}");
    assert!(frame.contains("%2Fv2.0%2F&amp;sid="), "{frame}");
}
