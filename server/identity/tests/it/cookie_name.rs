//! What the session's cookie is called.

use http::StatusCode;
use identity::IdentityConfig;

use crate::support::{AMARA, Browser, Entra, HTTPS, LOCAL, Site};

#[tokio::test]
async fn the_session_has_the_configured_name() {
    let entra = Entra::start().await;
    for (origin, name) in [(LOCAL, "bridge"), (HTTPS, "__Host-bridge")] {
        let config = IdentityConfig { cookie_name: "bridge".to_owned(), ..entra.config(origin) };
        let site = Site::start(config).await;
        let browser = Browser::new(&site);
        entra.next_person(AMARA);
        assert_eq!(browser.sign_in("/auth/sign-in").await.status, StatusCode::SEE_OTHER);
        let cookies = browser.cookies();
        assert!(cookies.contains_key(name) && cookies.keys().all(|found| found.starts_with(name)), "{cookies:?}");
        assert!(browser.who_am_i().await.starts_with("Amara"));

        // A session under the usual name is none.
        let value = browser.cookies()[name].clone();
        let renamed = Browser::new(&site);
        renamed.set_cookie(&name.replace("bridge", "session"), &value);
        assert_eq!(renamed.who_am_i().await, "nobody");
        browser.post("/auth/sign-out").await;
        assert!(!browser.cookies().contains_key(name));
    }
}
