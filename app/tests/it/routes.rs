//! The list of addresses and the router agree.

use app::routes::PAGES;

use crate::support::routed;

#[tokio::test]
async fn every_page_of_the_router_is_on_the_list() {
    let mut routed = routed().to_vec();
    routed.sort();
    let mut listed: Vec<String> = PAGES.iter().map(|page| page.pattern.to_owned()).collect();
    listed.sort();
    assert_eq!(routed, listed);
}

#[test]
fn server_functions_are_mounted_under_their_prefix() {
    let mut paths: Vec<&str> = server_fn::axum::server_fn_paths().map(|(path, _)| path).collect();
    paths.sort_unstable();
    assert_eq!(
        paths,
        [
            "/sfn/frame",
            "/sfn/incidents/act",
            "/sfn/incidents/declare",
            "/sfn/incidents/declare-form",
            "/sfn/incidents/edit",
            "/sfn/incidents/edit-form",
            "/sfn/incidents/list",
            "/sfn/incidents/note",
            "/sfn/incidents/show",
            "/sfn/live/incident",
            "/sfn/live/list",
            "/sfn/onboarding",
            "/sfn/operators/sign-in",
            "/sfn/organisations/list",
            "/sfn/people/me",
            "/sfn/people/name",
            "/sfn/people/search",
            "/sfn/presence/present",
            "/sfn/session/stay",
            "/sfn/sessions/end",
            "/sfn/sessions/everyone",
            "/sfn/sessions/own",
        ]
    );
}
