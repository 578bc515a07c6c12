//! Bugs of ours and parts that never answer: the person gets an answer all the same.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;
use server::state::AppState;
use services::CatalogService;

use crate::support::{Broken, Unserved, run};

fn with(broken: Broken) -> impl FnOnce(&mut AppState) {
    |state| state.services.catalog = CatalogService::new(Arc::new(broken))
}

/// Parts that never answer are waited for as short as can be, everything else as long as usual.
fn impatient(state: &mut AppState) {
    with(Broken::IsSilent)(state);
    state.time_limit = Duration::from_millis(1);
}

#[test]
fn a_panic_is_an_answer_with_a_reference_by_the_kind_of_request() {
    run(async {
        let site = Unserved::public(with(Broken::Panics)).await;
        let page = site.go("/readyz").await;
        assert_eq!(page.status, 500);
        assert!(page.body.contains("Something went wrong on our side"), "{}", page.body);
        let reference = page.header("x-request-id");
        assert!(!reference.is_empty() && page.body.contains(&format!("<code>{reference}</code>")), "{}", page.body);
        let answer = site.ask("/readyz").await;
        assert_eq!(answer.status, 500);
        let problem = answer.json();
        assert_eq!(
            (&problem["code"], &problem["request_id"]),
            (&json!("internal"), &json!(answer.header("x-request-id")))
        );
        for reply in [page, answer] {
            assert!(!reply.body.contains("has a bug"), "the cause stays here: {}", reply.body);
            assert!(reply.headers.contains_key("content-security-policy"), "{:?}", reply.headers);
        }
        site.stop().await;
    });
}

#[test]
fn what_never_answers_is_given_up() {
    run(async {
        let site = Unserved::development(impatient).await;
        let page = site.go("/readyz?x=1").await;
        assert_eq!(page.status, 503);
        assert!(page.body.contains("That took too long"), "{}", page.body);
        assert!(page.body.contains("href=\"/readyz?x=1\""), "{}", page.body);
        assert!(page.body.contains("Development sign-in"), "{}", page.body);
        let answer = site.ask("/readyz").await;
        assert_eq!((answer.status.as_u16(), &answer.json()["code"]), (503, &json!("timed_out")));
        assert_eq!([page, answer].each_ref().map(|reply| reply.header("retry-after")), ["5", "5"]);
        site.stop().await;
    });
}
