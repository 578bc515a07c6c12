//! What every page has in common.

use crate::support::{Browser, demo};

#[tokio::test]
async fn pages_run_no_inline_code_and_post_only_where_they_must() {
    let (_running, app) = demo().await;
    let page = Browser::new().get(&app.authorize(&[])).await;
    assert_eq!(
        page.header("content-security-policy"),
        "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; \
         form-action 'self' http://localhost:3000; frame-src 'none'; frame-ancestors 'none'; \
         base-uri 'none'"
    );
    assert_eq!(page.header("cache-control"), "no-store");
    assert_eq!(page.header("x-content-type-options"), "nosniff");
    for inline in ["<script", "style=", "onclick"] {
        assert!(!page.text.contains(inline), "{inline}");
    }
}

#[tokio::test]
async fn everything_a_page_loads_is_there() {
    let (_running, app) = demo().await;
    let assets = [
        ("/entra-local/style.css", "text/css; charset=utf-8"),
        ("/entra-local/post.js", "text/javascript; charset=utf-8"),
        ("/entra-local/icon.svg", "image/svg+xml"),
    ];
    for (path, content_type) in assets {
        let answer = Browser::new().get(&app.at(path)).await;
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("content-type"), content_type);
    }
}

#[tokio::test]
async fn the_error_address_shows_a_number_and_nothing_else() {
    let (_running, app) = demo().await;
    let page = Browser::new().get(&app.at("/error?code=50058")).await;
    assert!(page.text.contains("AADSTS50058"));
    let page = Browser::new().get(&app.at("/error?code=<b>x</b>")).await;
    assert!(!page.text.contains("<b>") && page.text.contains("names no error"));
}

#[tokio::test]
async fn what_a_request_says_is_escaped_on_a_refusal() {
    let (_running, app) = demo().await;
    let uri = "http://x.example/<script>alert(1)</script>";
    let page = Browser::new().get(&app.authorize(&[("redirect_uri", uri)])).await;
    assert!(page.text.contains("&lt;script&gt;") && !page.text.contains("<script>"));
    for text in ["Development sign-in.", "Correlation id", "Request id"] {
        assert!(page.text.contains(text), "{text}");
    }
}
