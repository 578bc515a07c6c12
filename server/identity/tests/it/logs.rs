//! What a log at its most talkative may not say.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
};

use entra_local::{Endpoint, Failure};
use http::StatusCode;
use tracing_subscriber::{Layer, filter::filter_fn, fmt::MakeWriter, layer::SubscriberExt};
use url::Url;

use crate::support::{AMARA, Browser, Entra, LOCAL, Site};

#[derive(Clone, Default)]
struct Buffer(Arc<Mutex<Vec<u8>>>);

impl Write for Buffer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Buffer {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn no_secret_and_no_name_reaches_the_log() {
    let entra = Entra::start().await;
    let log = Buffer::default();
    let ours = filter_fn(|metadata| !metadata.target().starts_with("entra_local"));
    let layer = tracing_subscriber::fmt::layer().with_writer(log.clone()).with_filter(ours);
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));

    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    let mut secrets = vec![AMARA.to_owned(), "Amara".to_owned(), "eyJ".to_owned(), "planted".to_owned()];
    for failure in [
        None,
        Some(Failure::sts(StatusCode::BAD_REQUEST, "invalid_grant", 50_034)),
        Some(Failure::raw(StatusCode::OK, "application/json", "{\"id_token\":7,\"access_token\":\"planted\"}")),
        Some(Failure::raw(StatusCode::BAD_REQUEST, "application/json", "{\"error\":\"planted\"}")),
        Some(Failure::raw(StatusCode::BAD_REQUEST, "text/html", "<p>planted</p>")),
    ] {
        if let Some(failure) = failure {
            entra.control().fail_next(Endpoint::Token, failure);
        }
        entra.next_person(AMARA);
        let callback = browser.until_callback("/auth/sign-in?prompt=select_account&return_to=/planted").await;
        let url = Url::parse(&callback).unwrap();
        secrets.extend(url.query_pairs().map(|(_, value)| value.into_owned()).filter(|value| value.len() > 8));
        secrets.extend(browser.cookies().into_values());
        browser.get(&callback).await;
        browser.get(&callback).await;
        secrets.extend(browser.cookies().into_values());
    }
    browser.get("/auth/callback?state=planted&error=planted&error_description=planted").await;
    secrets.extend(site.events.signed_in.lock().unwrap().iter().filter_map(|principal| principal.login_hint.clone()));
    browser.post("/auth/sign-out").await;

    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("signing in failed") && log.contains("50034"), "the cause is there: {log}");
    for secret in secrets {
        assert!(!log.contains(&secret), "{secret} is in the log");
    }
}
