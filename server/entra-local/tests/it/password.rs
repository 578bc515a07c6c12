//! Accounts with a password.

use entra_local::{Answer, Scenario, Secret};

use crate::support::{AMARA, Browser, serve, tag};

fn with_password() -> Scenario {
    let mut scenario = Scenario::demo();
    scenario.accounts[0].password = Some(Secret::new("correct horse"));
    scenario
}

#[tokio::test]
async fn the_password_is_asked_for_and_checked() {
    let (_running, app) = serve(with_password()).await;
    let browser = Browser::new();
    let picker = browser.get(&app.authorize(&[])).await;
    let page = browser.pick(&picker, AMARA).await;
    assert!(page.text.contains(r#"type="password""#));
    let again = browser.answer(&page, "password", "wrong").await;
    assert!(again.text.contains("AADSTS50126") && !again.text.contains("wrong"));
    assert!(again.text.contains(r#"<p id="alert" role="alert">"#));
    let field = tag(&again.text, "<input id=\"password\"");
    for attribute in [r#"aria-invalid="true""#, r#"aria-describedby="alert""#, "autofocus"] {
        assert!(field.contains(attribute), "{attribute}: {field}");
    }
    assert!(!page.text.contains("aria-invalid"), "nothing was wrong yet");
    // Choosing an account on the password page does not go round the password.
    let still = browser.answer(&again, "username", "ishaan@contoso.example").await;
    assert!(still.text.contains(r#"type="password""#));
    let answer = browser.answer(&still, "password", "correct horse").await;
    assert!(answer.sent("code").is_some());
}

#[tokio::test]
async fn answers_given_in_advance_may_include_the_password() {
    let (running, app) = serve(with_password()).await;
    let control = running.entra().control();
    control.answer_next(Answer::SignInAs(AMARA.to_owned()));
    control.answer_next(Answer::Password(Secret::new("correct horse")));
    let page = Browser::new().get(&app.authorize(&[])).await;
    assert!(page.sent("code").is_some());
}
