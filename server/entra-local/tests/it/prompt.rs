//! `prompt`, `login_hint`, `sid` and `domain_hint` against who is signed in.

use crate::support::{AMARA, App, Browser, CONTOSO, DARIO, ISHAAN, Page, claims, demo};

/// What came of a request.
fn outcome(page: &Page) -> &'static str {
    match (page.status.as_u16(), page.headers.contains_key("location")) {
        (200, false) => "page",
        (302, true) if page.sent("code").is_some() => "code",
        (302, true) => "error",
        _ => "refused",
    }
}

async fn ask(app: &App, browser: &Browser, changes: &[(&str, &str)]) -> Page {
    browser.get(&app.authorize(changes)).await
}

#[tokio::test]
async fn with_nobody_signed_in_there_is_a_page_or_login_required() {
    let (_running, app) = demo().await;
    let browser = Browser::new();
    for prompt in ["", "login", "select_account", "consent"] {
        let page = ask(&app, &browser, &[("prompt", prompt)]).await;
        assert_eq!(outcome(&page), "page", "{prompt}");
    }
    let silent = ask(&app, &browser, &[("prompt", "none")]).await;
    silent.assert_sent_error("login_required", 50_058);
}

#[tokio::test]
async fn with_one_account_signed_in_only_some_prompts_show_a_page() {
    let (_running, app) = demo().await;
    let browser = Browser::new();
    app.code(&browser, AMARA).await;
    for (prompt, expected) in
        [("", "code"), ("none", "code"), ("login", "page"), ("select_account", "page"), ("consent", "page")]
    {
        let page = ask(&app, &browser, &[("prompt", prompt)]).await;
        assert_eq!(outcome(&page), expected, "{prompt}");
    }
}

#[tokio::test]
async fn with_several_accounts_signed_in_somebody_has_to_choose() {
    let (_running, app) = demo().await;
    let browser = Browser::new();
    app.code(&browser, AMARA).await;
    app.code(&browser, ISHAAN).await;
    assert_eq!(outcome(&ask(&app, &browser, &[]).await), "page");
    let silent = ask(&app, &browser, &[("prompt", "none")]).await;
    silent.assert_sent_error("interaction_required", 16_000);
}

async fn signed_in_as(app: &App, page: &Page) -> String {
    let (_, body) = app.redeem(&page.sent("code").unwrap(), &[]).await;
    let claims = claims(body["id_token"].as_str().unwrap());
    claims["preferred_username"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn a_hint_chooses_among_several() {
    let (_running, app) = demo().await;
    let browser = Browser::new();
    let code = app.code(&browser, AMARA).await;
    app.code(&browser, ISHAAN).await;
    let (_, body) = app.redeem(&code, &[]).await;
    let token = claims(body["id_token"].as_str().unwrap());
    let opaque = token["login_hint"].as_str().unwrap();
    let sid = token["sid"].as_str().unwrap();
    let silent = ("prompt", "none");
    for changes in [
        vec![("login_hint", AMARA)],
        vec![("login_hint", "AMARA@Contoso.Example"), silent],
        vec![("login_hint", opaque), silent],
        vec![("sid", sid), silent],
    ] {
        let page = ask(&app, &browser, &changes).await;
        assert_eq!(signed_in_as(&app, &page).await, AMARA, "{changes:?}");
    }
    // The opaque hint gives way to a domain hint, and every hint to select_account.
    let with_domain = [("login_hint", opaque), ("domain_hint", "contoso.example")];
    assert_eq!(outcome(&ask(&app, &browser, &with_domain).await), "page");
    let select = [("login_hint", AMARA), ("prompt", "select_account")];
    let page = ask(&app, &browser, &select).await;
    assert!(page.text.contains(DARIO), "the whole picker");
}

#[tokio::test]
async fn a_hint_at_somebody_who_is_not_signed_in_shows_that_account_alone() {
    let (_running, app) = demo().await;
    let browser = Browser::new();
    app.code(&browser, AMARA).await;
    let page = ask(&app, &browser, &[("login_hint", ISHAAN)]).await;
    assert_eq!(outcome(&page), "page");
    assert!(page.text.contains(ISHAAN) && !page.text.contains(AMARA));
    for stranger in [ISHAAN, "nobody@contoso.example", "O.AAAA"] {
        let changes = [("login_hint", stranger), ("prompt", "none")];
        let silent = ask(&app, &browser, &changes).await;
        silent.assert_sent_error("login_required", 50_058);
    }
}

#[tokio::test]
async fn a_domain_hint_narrows_the_picker() {
    let (_running, app) = demo().await;
    let page = ask(&app, &Browser::new(), &[("domain_hint", "fabrikam.example")]).await;
    assert!(page.text.contains(DARIO) && !page.text.contains(AMARA));
    let page = ask(&app, &Browser::new(), &[("domain_hint", "organizations")]).await;
    assert!(page.text.contains(DARIO) && page.text.contains(AMARA));
}

#[tokio::test]
async fn an_account_signed_in_elsewhere_does_not_count_at_another_tenant() {
    let (_running, app) = demo().await;
    let browser = Browser::new();
    app.code(&browser, DARIO).await;
    let page = browser.get(&app.authorize_at(CONTOSO, &[("prompt", "none")])).await;
    page.assert_sent_error("login_required", 50_058);
    let page = browser.get(&app.authorize_at(CONTOSO, &[])).await;
    assert!(page.text.contains(AMARA) && !page.text.contains(DARIO));
}

#[tokio::test]
async fn a_person_keeps_one_session_id_per_browser() {
    let (_running, app) = demo().await;
    let browser = Browser::new();
    let mut sids = Vec::new();
    for _ in 0..2 {
        let code = app.code(&browser, AMARA).await;
        let (_, body) = app.redeem(&code, &[]).await;
        sids.push(claims(body["id_token"].as_str().unwrap())["sid"].clone());
    }
    assert_eq!(sids[0], sids[1]);
    assert_ne!(sids[0], claims(&app.id_token(AMARA).await)["sid"]);
}
