//! Several processes over one shared state, each with nothing of its own in memory.

use http::StatusCode;

use crate::support::{AMARA, Browser, Entra, LOCAL, Site};

#[tokio::test]
async fn a_sign_in_that_one_process_begins_is_completed_by_another() {
    let entra = Entra::start().await;
    let begins = Site::start(entra.config(LOCAL)).await;
    let completes = begins.replica(entra.config(LOCAL));
    let browser = Browser::new(&begins);
    entra.next_person(AMARA);
    let callback = browser.until_callback("/auth/sign-in?return_to=/incidents/7").await;

    let there = browser.at(&completes);
    let reply = there.get(&callback).await;
    assert_eq!((reply.status, reply.location().as_str()), (StatusCode::SEE_OTHER, "/incidents/7"), "{}", reply.body);
    for site in [&begins, &completes] {
        assert!(there.at(site).who_am_i().await.starts_with("Amara"));
        assert_eq!(browser.at(site).get(&callback).await.status, StatusCode::BAD_REQUEST, "it counts once everywhere");
    }
    assert!(begins.events.signed_in.lock().unwrap().is_empty());
    assert_eq!(completes.events.signed_in.lock().unwrap().len(), 1);
}
