//! The account picker and the protection of its forms.

use crate::support::{AMARA, Browser, CONTOSO, DARIO, ISHAAN, button_value, demo, hidden_value, tag};

#[tokio::test]
async fn the_picker_lists_every_account_with_its_role() {
    let (_running, app) = demo().await;
    let page = Browser::new().get(&app.authorize(&[])).await;
    let shown = [
        "Contoso Ltd",
        "Fabrikam Inc",
        "Amara Lindqvist",
        AMARA,
        "IncidentManager",
        "No role",
        "Muster",
        "Development sign-in. A local stand-in for Microsoft Entra ID.",
    ];
    for text in shown {
        assert!(page.text.contains(text), "{text}");
    }
    assert_eq!(page.text.matches(r#"<button name="account""#).count(), 14);
}

#[tokio::test]
async fn a_username_can_be_typed() {
    let (_running, app) = demo().await;
    let browser = Browser::new();
    let picker = browser.get(&app.authorize(&[])).await;
    let answer = browser.answer(&picker, "username", " Ishaan@contoso.EXAMPLE ").await;
    assert!(answer.sent("code").is_some());
}

#[tokio::test]
async fn an_unknown_username_leads_back_to_the_picker() {
    let (_running, app) = demo().await;
    let browser = Browser::new();
    let picker = browser.get(&app.authorize(&[])).await;
    let again = browser.answer(&picker, "username", "<b>@contoso.example").await;
    assert!(again.text.contains("AADSTS50034") && !again.text.contains("<b>"));
    assert!(again.text.contains(r#"<p id="alert" role="alert">"#));
    let field = tag(&again.text, "<input id=\"username\"");
    for attribute in
        [r#"value="&lt;b&gt;@contoso.example""#, r#"aria-invalid="true""#, r#"aria-describedby="alert""#, "autofocus"]
    {
        assert!(field.contains(attribute), "{attribute}: {field}");
    }
    assert!(!tag(&picker.text, "<input id=\"username\"").contains("aria-"), "nothing was wrong yet");
    assert!(browser.pick(&again, ISHAAN).await.sent("code").is_some());
    let picker = browser.get(&app.authorize(&[("prompt", "login")])).await;
    let again = browser.answer(&picker, "account", "nobody.nowhere").await;
    assert!(again.text.contains("AADSTS50034"));
    assert!(!again.text.contains("aria-invalid"), "nobody typed anything");
}

#[tokio::test]
async fn an_account_of_another_tenant_is_refused_on_a_page() {
    let (_running, app) = demo().await;
    let browser = Browser::new();
    let url = app.authorize_at(CONTOSO, &[]);
    let picker = browser.get(&url).await;
    assert!(!picker.text.contains(DARIO));
    browser.answer(&picker, "username", DARIO).await.assert_refused(50_020);
}

#[tokio::test]
async fn cancelling_tells_the_application() {
    let (_running, app) = demo().await;
    let browser = Browser::new();
    let picker = browser.get(&app.authorize(&[])).await;
    let answer = browser.answer(&picker, "action", "cancel").await;
    answer.assert_sent_error("access_denied", 65_004);
}

#[tokio::test]
async fn a_form_is_good_once_and_at_its_own_browser_only() {
    let (_running, app) = demo().await;
    let browser = Browser::new();
    let picker = browser.get(&app.authorize(&[])).await;
    assert!(browser.pick(&picker, AMARA).await.sent("code").is_some());
    browser.pick(&picker, AMARA).await.assert_refused(165_000);

    let picker = browser.get(&app.authorize(&[("prompt", "login")])).await;
    let stranger = Browser::new();
    stranger.pick(&picker, AMARA).await.assert_refused(165_000);
    assert_eq!(stranger.cookie("ESTSAUTH-local"), None);
    // The attempt has spent the form.
    browser.pick(&picker, AMARA).await.assert_refused(165_000);
}

#[tokio::test]
async fn a_form_without_an_answer_or_an_interaction_is_refused() {
    let (_running, app) = demo().await;
    let browser = Browser::new();
    let picker = browser.get(&app.authorize(&[])).await;
    let login = app.at("/common/login");
    let account = button_value(&picker.text, AMARA);
    browser.post(&login, &[("account", &account)]).await.assert_refused(165_000);
    let interaction = hidden_value(&picker.text, "interaction");
    browser.post(&login, &[("interaction", &interaction)]).await.assert_refused(165_000);
}

#[tokio::test]
async fn the_session_cookie_changes_with_each_sign_in() {
    let (_running, app) = demo().await;
    let browser = Browser::new();
    app.code(&browser, AMARA).await;
    let first = browser.cookie("ESTSAUTH-local").unwrap();
    app.code(&browser, ISHAAN).await;
    let second = browser.cookie("ESTSAUTH-local").unwrap();
    assert_ne!(first, second);
    // A silent sign-in changes nothing.
    let changes = [("prompt", "none"), ("login_hint", AMARA)];
    assert!(browser.get(&app.authorize(&changes)).await.sent("code").is_some());
    assert_eq!(browser.cookie("ESTSAUTH-local").unwrap(), second);
}
