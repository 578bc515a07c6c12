//! Mistakes of the settings are loud in the log and quiet on the page; what passes by itself or is a person's business is not.

use std::{
    fmt::{Debug, Write as _},
    sync::{Arc, Mutex},
};

use entra_local::{Endpoint, Failure};
use http::StatusCode;
use tracing::{
    Event, Level, Subscriber,
    field::{Field, Visit},
};
use tracing_subscriber::{Layer, Registry, layer::Context, layer::SubscriberExt};

use crate::support::{AMARA, Browser, Entra, LOCAL, Site};

/// What this crate logs as an error, one line each.
#[derive(Clone, Default)]
struct Errors(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber> Layer<S> for Errors {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if *event.metadata().level() == Level::ERROR && event.metadata().target().starts_with("identity") {
            let mut line = Line::default();
            event.record(&mut line);
            self.0.lock().unwrap().push(line.0);
        }
    }
}

#[derive(Default)]
struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        let _ = write!(self.0, "{field}={value:?} ");
    }
}

#[tokio::test]
async fn a_mistake_of_the_settings_is_an_error_in_the_log_and_nothing_on_the_page() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config(LOCAL)).await;
    let browser = Browser::new(&site);
    let errors = Errors::default();
    // Of this thread, which is all of this test.
    let _listening = tracing::subscriber::set_default(Registry::default().with(errors.clone()));
    let refused = async |status, error: &str, code| {
        entra.control().fail_next(Endpoint::Token, Failure::sts(status, error, code));
        entra.next_person(AMARA);
        let reply = browser.sign_in("/auth/sign-in?prompt=select_account").await;
        (reply, std::mem::take(&mut *errors.0.lock().unwrap()))
    };
    // A wrong secret, an expired one, an application that is not there.
    for code in [7_000_215, 7_000_222, 700_016] {
        let (reply, logged) = refused(StatusCode::UNAUTHORIZED, "invalid_client", code).await;
        assert_eq!(reply.status, StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!reply.body.contains("AADSTS") && !reply.body.contains("invalid_client"), "{}", reply.body);
        let [line] = logged.as_slice() else { panic!("{logged:?}") };
        assert!(line.contains("configuration") && line.contains(&format!("AADSTS{code}")), "{line}");
        let reference = reply.body.split("Reference: <code>").nth(1).unwrap().split('<').next().unwrap();
        assert!(line.contains(reference), "the page and the log have the reference in common");
    }
    for code in [65_001, 50_105, 70_008] {
        let (_, logged) = refused(StatusCode::BAD_REQUEST, "invalid_grant", code).await;
        assert!(logged.is_empty(), "{logged:?}");
    }
}
