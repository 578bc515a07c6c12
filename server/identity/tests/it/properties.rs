//! What holds for any input at all.

use std::sync::LazyLock;

use http::StatusCode;
use identity::ReturnTo;
use proptest::prelude::*;
use tokio::runtime::Runtime;
use url::Url;

use crate::support::{AMARA, Browser, Entra, LOCAL, Site};

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// A site with one person signed in.
async fn signed_in() -> (Site, Browser) {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    entra.next_person(AMARA);
    browser.sign_in("/auth/sign-in").await;
    (site, browser)
}

static SIGNED_IN: LazyLock<(Site, Browser)> = LazyLock::new(|| RUNTIME.block_on(signed_in()));

/// Pieces that matter to a URL, and anything else.
fn url_like() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("/".to_owned()),
        Just("//".to_owned()),
        Just("\\".to_owned()),
        Just(".".to_owned()),
        Just("..".to_owned()),
        Just("%2f".to_owned()),
        Just("%5C".to_owned()),
        Just("%25".to_owned()),
        Just("%2e".to_owned()),
        Just("%09".to_owned()),
        Just("\t".to_owned()),
        Just("\n".to_owned()),
        Just("@".to_owned()),
        Just(":".to_owned()),
        Just("?".to_owned()),
        Just("#".to_owned()),
        Just(";".to_owned()),
        Just("evil.example".to_owned()),
        Just("https:".to_owned()),
        "[ -~]{0,4}",
        "\\PC{0,2}",
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_return_to_that_is_accepted_stays_on_the_origin(text in prop_oneof![url_like(), url_like().prop_map(|text| format!("/{text}"))]) {
        if let Ok(return_to) = text.parse::<ReturnTo>() {
            let origin = Url::parse("https://muster.example/some/page?x#y").unwrap();
            let target = origin.join(return_to.as_str()).unwrap();
            prop_assert_eq!(target.origin(), origin.origin());
            prop_assert!(!target.path().starts_with("//"));
            prop_assert!(http::HeaderValue::from_str(return_to.as_str()).is_ok());
            // And put behind an origin as text, as a careless page might.
            let glued = Url::parse(&format!("https://muster.example{return_to}")).unwrap();
            prop_assert_eq!(glued.origin(), origin.origin());
        }
    }

    #[test]
    fn any_callback_query_without_a_transaction_changes_and_reflects_nothing(
        names in prop::collection::vec(prop_oneof![
            Just("state".to_owned()), Just("code".to_owned()), Just("error".to_owned()),
            Just("error_description".to_owned()), Just("error_uri".to_owned()), Just("iss".to_owned()), "[a-z]{1,6}",
        ], 0..6),
        values in prop::collection::vec("\\PC{6,24}", 6),
    ) {
        let (site, browser) = &*SIGNED_IN;
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in names.iter().zip(&values) {
            query.append_pair(name, value);
        }
        let address = format!("/auth/callback?{}", query.finish());
        let before = browser.cookies();
        let reply = RUNTIME.block_on(browser.get(&address));
        prop_assert_eq!(reply.status, StatusCode::BAD_REQUEST);
        prop_assert!(reply.set_cookies().is_empty());
        prop_assert_eq!(browser.cookies(), before);
        for value in &values {
            let written = value.trim();
            prop_assert!(written.len() < 6 || !reply.body.contains(written), "{} is reflected", written);
        }
        prop_assert!(site.events.codes().is_empty());
        prop_assert!(RUNTIME.block_on(browser.who_am_i()).starts_with("Amara"));
    }

    #[test]
    fn any_changed_byte_of_the_cookie_is_signed_out_and_no_error(index in 0..22usize, byte in 0x21..0x7fu8) {
        let (site, browser) = &*SIGNED_IN;
        let genuine = browser.cookies()["session"].clone();
        let mut bytes = genuine.clone().into_bytes();
        prop_assume!(bytes[index] != byte && byte != b';' && byte != b',' && byte != b'"');
        bytes[index] = byte;
        let other = Browser::new(site);
        other.set_cookie("session", &String::from_utf8(bytes).unwrap());
        let reply = RUNTIME.block_on(other.get("/whoami"));
        prop_assert_eq!((reply.status, reply.body.as_str()), (StatusCode::OK, "nobody"));
    }
}
