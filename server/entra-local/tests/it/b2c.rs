//! User flows: what a person sees and what the application is told.

use entra_local::Answer;
use reqwest::StatusCode;
use serde_json::json;

use crate::support::{
    App, Browser, EDIT_PROFILE, KOFI, Page, RESET_PASSWORD, SUSI, TOVE, WOODGROVE, button_value, claims, customers,
};

/// The fields of a sign-up.
const NEW: [(&str, &str); 5] = [
    ("action", "create"),
    ("email", "ama@customers.example"),
    ("given_name", "Ama"),
    ("family_name", "Boateng"),
    ("display_name", "Ama Boateng"),
];

async fn sign_in(app: &App, browser: &Browser, authority: &str, username: &str) -> Page {
    let page = browser.get(&app.authorize_at(authority, &[])).await;
    let key = button_value(&page.text, username);
    browser.user_flow(&page, &[("account", &key)]).await
}

async fn id_token(app: &App, authority: &str, page: &Page) -> serde_json::Value {
    let (status, body) = app.redeem_at(authority, &page.sent("code").unwrap(), &[]).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    claims(body["id_token"].as_str().unwrap())
}

#[tokio::test]
async fn metadata_belongs_to_one_user_flow_in_any_spelling() {
    let (_running, app) = customers().await;
    for authority in [SUSI.to_owned(), format!("{WOODGROVE}/b2c_1_SUSI"), format!("tfp/{SUSI}")] {
        let (status, document) = app.json(&format!("/{authority}/v2.0/.well-known/openid-configuration")).await;
        assert_eq!(status, StatusCode::OK);
        assert_eq!(document["issuer"], app.at(&format!("/{WOODGROVE}/v2.0/")).as_str());
        let lower = authority.to_ascii_lowercase();
        assert_eq!(document["token_endpoint"], app.at(&format!("/{lower}/oauth2/v2.0/token")).as_str());
        let keys = document["jwks_uri"].as_str().unwrap();
        assert!(app.json(keys).await.1["keys"][0].get("issuer").is_none());
    }
    let nowhere = app.client.get(app.at("/woodgrove.example/b2c_1_other/v2.0/.well-known/openid-configuration"));
    assert_eq!(nowhere.send().await.unwrap().status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_customer_signs_in_and_the_session_goes_on() {
    let (_running, app) = customers().await;
    let browser = Browser::new();
    let silent = [("prompt", "none")];
    browser.get(&app.authorize_at(SUSI, &silent)).await.assert_sent_b2c_error("interaction_required", 90_077);
    let token = id_token(&app, SUSI, &sign_in(&app, &browser, SUSI, TOVE).await).await;
    assert_eq!(token["ver"], "1.0");
    assert_eq!(token["sub"], "81a3b5c7-0d2e-4f46-8a9b-1c3d5e7f9024");
    assert_eq!(token["emails"], json!([TOVE]));
    assert_eq!((&token["given_name"], &token["name"]), (&json!("Tove"), &json!("Tove Brandvold")));
    assert_eq!(token["tfp"], "B2C_1_susi");
    assert_eq!(token["nonce"], "a nonce");
    for absent in ["tid", "oid", "newUser", "preferred_username"] {
        assert!(token.get(absent).is_none(), "{absent}");
    }
    let again = browser.get(&app.authorize_at(SUSI, &silent)).await;
    assert_eq!(id_token(&app, SUSI, &again).await["sid"], token["sid"]);
    // A session at B2C is none at Entra.
    browser.get(&app.authorize(&silent)).await.assert_sent_error("login_required", 50_058);
}

#[tokio::test]
async fn a_forgotten_password_goes_back_to_the_application_or_stays() {
    let (_running, app) = customers().await;
    let browser = Browser::new();
    let forgot = [("action", "forgot")];
    let page = browser.get(&app.authorize_at(SUSI, &[])).await;
    browser.user_flow(&page, &forgot).await.assert_sent_b2c_error("access_denied", 90_118);
    let embedded = "woodgrove.example/b2c_1_susi_embedded";
    let page = browser.get(&app.authorize_at(embedded, &[])).await;
    let page = browser.user_flow(&page, &forgot).await;
    assert!(page.text.contains("Reset your password"));
    let reset = [("action", "reset"), ("email", KOFI), ("new_password", "new words")];
    let token = id_token(&app, embedded, &browser.user_flow(&page, &reset).await).await;
    assert_eq!(token["name"], "Kofi Adjei");
}

#[tokio::test]
async fn a_reset_flow_changes_the_password() {
    let (_running, app) = customers().await;
    let browser = Browser::new();
    let page = browser.get(&app.authorize_at(RESET_PASSWORD, &[])).await;
    let stranger = [("action", "reset"), ("email", "nobody@customers.example"), ("new_password", "x")];
    let page = browser.user_flow(&page, &stranger).await;
    assert!(page.text.contains("find your account"));
    let reset = [("action", "reset"), ("email", KOFI), ("new_password", "new words")];
    let token = id_token(&app, RESET_PASSWORD, &browser.user_flow(&page, &reset).await).await;
    assert_eq!(token["tfp"], "B2C_1_reset_password");
    let other = Browser::new();
    let page = sign_in(&app, &other, SUSI, KOFI).await;
    let page = other.user_flow(&page, &[("password", "correct horse")]).await;
    assert!(page.text.contains("Your password is incorrect"));
    assert!(other.user_flow(&page, &[("password", "new words")]).await.sent("code").is_some());
}

#[tokio::test]
async fn edited_names_are_in_the_next_tokens() {
    let (_running, app) = customers().await;
    let browser = Browser::new();
    sign_in(&app, &browser, SUSI, TOVE).await;
    let page = browser.get(&app.authorize_at(EDIT_PROFILE, &[])).await;
    assert!(page.text.contains(r#"value="Brandvold""#));
    let names =
        [("action", "save"), ("given_name", "Tove"), ("family_name", "Dahl"), ("display_name", "Tove <b> Dahl")];
    let token = id_token(&app, EDIT_PROFILE, &browser.user_flow(&page, &names).await).await;
    assert_eq!(token["family_name"], "Dahl");
    let again = browser.get(&app.authorize_at(SUSI, &[("prompt", "none")])).await;
    assert_eq!(id_token(&app, SUSI, &again).await["name"], "Tove <b> Dahl");
    let page = browser.get(&app.authorize_at(EDIT_PROFILE, &[])).await;
    assert!(page.text.contains("Tove &lt;b&gt; Dahl") && !page.text.contains("<b>"));
}

#[tokio::test]
async fn profile_editing_without_a_session_signs_in_first() {
    let (_running, app) = customers().await;
    let browser = Browser::new();
    let page = sign_in(&app, &browser, EDIT_PROFILE, TOVE).await;
    assert!(page.text.contains("Edit your profile"));
}

#[tokio::test]
async fn cancelling_any_page_is_one_code() {
    let (_running, app) = customers().await;
    for authority in [SUSI, EDIT_PROFILE, RESET_PASSWORD] {
        let browser = Browser::new();
        let page = browser.get(&app.authorize_at(authority, &[])).await;
        browser.user_flow(&page, &[("action", "cancel")]).await.assert_sent_b2c_error("access_denied", 90_091);
    }
}

#[tokio::test]
async fn somebody_new_signs_up_once() {
    let (_running, app) = customers().await;
    let browser = Browser::new();
    let page = browser.get(&app.authorize_at(SUSI, &[])).await;
    let form = browser.user_flow(&page, &[("action", "sign-up")]).await;
    assert!(form.text.contains("Given name"));
    let token = id_token(&app, SUSI, &browser.user_flow(&form, &NEW).await).await;
    assert_eq!((&token["newUser"], &token["name"]), (&json!(true), &json!("Ama Boateng")));
    let later = browser.get(&app.authorize_at(SUSI, &[("prompt", "none")])).await;
    assert!(id_token(&app, SUSI, &later).await.get("newUser").is_none());
    let other = Browser::new();
    let page = other.get(&app.authorize_at(SUSI, &[])).await;
    let page = other.user_flow(&page, &NEW).await;
    assert!(page.text.contains("already exists"));
}

#[tokio::test]
async fn only_the_sign_up_flow_signs_up() {
    let (_running, app) = customers().await;
    let browser = Browser::new();
    let page = browser.get(&app.authorize_at(EDIT_PROFILE, &[])).await;
    assert!(!page.text.contains("Sign up now"));
    let page = browser.user_flow(&page, &NEW).await;
    assert_eq!((page.status, page.header("location")), (StatusCode::OK, ""));
}

#[tokio::test]
async fn a_form_is_good_once_and_at_its_own_browser() {
    let (_running, app) = customers().await;
    let browser = Browser::new();
    let page = browser.get(&app.authorize_at(SUSI, &[])).await;
    let key = button_value(&page.text, TOVE);
    Browser::new().user_flow(&page, &[("account", &key)]).await.assert_refused(165_000);
    browser.user_flow(&page, &[("account", &key)]).await.assert_refused(165_000);
}

#[tokio::test]
async fn answers_in_advance_work_here_too() {
    let (running, app) = customers().await;
    let control = running.entra().control();
    let browser = Browser::new();
    control.answer_next(Answer::ForgotPassword);
    browser.get(&app.authorize_at(SUSI, &[])).await.assert_sent_b2c_error("access_denied", 90_118);
    control.answer_next(Answer::SignInAs(TOVE.to_owned()));
    assert!(browser.get(&app.authorize_at(SUSI, &[])).await.sent("code").is_some());
}
