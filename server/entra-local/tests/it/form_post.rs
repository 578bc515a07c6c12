//! `response_mode=form_post`.

use crate::support::{AMARA, Browser, demo, hidden_value};

#[tokio::test]
async fn the_answer_is_a_form_that_posts_itself() {
    let (_running, app) = demo().await;
    let browser = Browser::new();
    let picker = browser.get(&app.authorize(&[("response_mode", "form_post")])).await;
    let page = browser.pick(&picker, AMARA).await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains(r#"action="http://localhost:3000/auth/callback" data-posts-itself"#));
    assert!(page.text.contains(r#"<script src="/entra-local/post.js" defer></script>"#));
    assert_eq!(hidden_value(&page.text, "state"), "a state");
    let (status, _) = app.redeem(&hidden_value(&page.text, "code"), &[]).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn an_error_takes_the_same_way_and_is_escaped() {
    let (_running, app) = demo().await;
    let changes = [("response_mode", "form_post"), ("prompt", "none"), ("state", r#""><script>alert(1)</script>"#)];
    let page = Browser::new().get(&app.authorize(&changes)).await;
    assert_eq!(hidden_value(&page.text, "error"), "login_required");
    let state = "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;";
    assert_eq!(hidden_value(&page.text, "state"), state);
}
