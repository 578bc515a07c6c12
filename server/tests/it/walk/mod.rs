//! Every address there is, by people who must not get anything from it.

mod anonymous;
mod nobody;
mod public;
mod stranger;

use app::routes::{ADMIN_SESSIONS, DECLARE, ORGANISATIONS, PAGES, Page, SESSIONS, SIGNED_IN};
use domain::IncidentNumber;
use serde_json::{Value, json};

use crate::support::SEVERITY;

/// The paths of all server functions that are registered.
fn functions() -> Vec<&'static str> {
    let mut paths: Vec<_> = server_fn::axum::server_fn_paths().map(|(path, _)| path).collect();
    paths.sort_unstable();
    paths
}

/// The functions that show or change incidents.
fn incident_functions() -> Vec<&'static str> {
    functions()
        .into_iter()
        .filter(|path| ["/sfn/incidents/", "/sfn/live/"].iter().any(|about| path.starts_with(about)))
        .collect()
}

/// Arguments that would do, if the person were let. A function that is not here makes the walk fail, so that a new one is
/// walked with arguments that reach it.
fn arguments(path: &str, number: IncidentNumber) -> Value {
    let shown = number.to_string();
    match path {
        "/sfn/frame"
        | "/sfn/incidents/declare-form"
        | "/sfn/sessions/own"
        | "/sfn/session/stay"
        | "/sfn/organisations/list"
        | "/sfn/onboarding"
        | "/sfn/operators/sign-in"
        | "/sfn/people/me" => json!({}),
        "/sfn/incidents/list" | "/sfn/live/list" => {
            json!({ "address": { "tab": "all", "severity": "", "sort": "", "size": "100", "after": "" } })
        }
        "/sfn/incidents/show" | "/sfn/live/incident" => {
            json!({ "address": { "number": shown, "order": "", "after": "" } })
        }
        "/sfn/incidents/edit-form" => json!({ "number": shown }),
        "/sfn/incidents/declare" => json!({ "form": {
            "title": "Walked in", "summary": "", "severity": SEVERITY, "services": [], "visibility": "", "people": [],
            "triage": false, "test": false, "key": "walk",
        } }),
        "/sfn/incidents/note" => json!({ "number": number, "form": { "body": "Walked in", "key": "walk" } }),
        "/sfn/incidents/act" => json!({ "number": number, "form": {
            "action": "identify", "version": "1", "reason": "", "severity": "",
        } }),
        "/sfn/incidents/edit" => json!({ "number": number, "form": {
            "version": "1", "title": "Walked in", "summary": "", "severity": SEVERITY, "services": [], "visibility": "",
            "people": [],
        } }),
        "/sfn/presence/present" => json!({ "number": number, "editing": false, "leaving": false }),
        "/sfn/people/search" => json!({ "query": "amina", "here": "/incidents/new" }),
        "/sfn/people/name" => json!({ "subject": "a1491c7e-8f53-4cbd-99af-403eb61827ca" }),
        "/sfn/sessions/everyone" => json!({ "address": { "person": "", "after": "", "ask": "" } }),
        "/sfn/sessions/end" => json!({ "form": { "end": "everyone" } }),
        unknown => panic!("the walk does not know {unknown}"),
    }
}

/// Every form with fields that would do, at the incident of this number.
fn forms(number: IncidentNumber) -> Vec<(String, Vec<(&'static str, &'static str)>)> {
    let forms = PAGES.iter().filter(|page| page.form).flat_map(|page| {
        let address = address(page, number);
        fields(page.pattern).into_iter().map(move |fields| (address.clone(), fields))
    });
    forms.collect()
}

fn fields(pattern: &str) -> Vec<Vec<(&'static str, &'static str)>> {
    match pattern {
        DECLARE => vec![vec![("title", "Walked in"), ("severity", SEVERITY), ("key", "walk")]],
        "/incidents/{number}" => vec![
            vec![("form", "note"), ("body", "Walked in"), ("key", "walk")],
            vec![("form", "act"), ("action", "identify"), ("version", "1")],
        ],
        "/incidents/{number}/edit" => {
            vec![vec![("version", "1"), ("title", "Walked in"), ("summary", ""), ("severity", SEVERITY)]]
        }
        SESSIONS => vec![vec![("end", "one"), ("handle", "none")]],
        ADMIN_SESSIONS => vec![vec![("end", "everyone")]],
        unknown => panic!("the walk does not know {unknown}"),
    }
}

/// What is there for everybody who signed in, with or without a role: it is about themselves alone.
fn is_about_oneself(address: &str) -> bool {
    [SESSIONS, ORGANISATIONS, SIGNED_IN].contains(&address)
}

/// Where a page is, for the incident of this number.
fn address(page: &Page, number: IncidentNumber) -> String {
    page.pattern.replace("{number}", &number.to_string())
}

/// The pages that are not there for everybody.
fn gated_pages() -> impl Iterator<Item = &'static Page> {
    PAGES.iter().filter(|page| !page.is_public())
}

#[test]
fn the_walk_knows_every_function_and_form() {
    assert!(functions().len() >= 12, "the functions are not registered: {:?}", functions());
    for path in functions() {
        assert!(path.starts_with("/sfn/"), "{path}");
        arguments(path, IncidentNumber(1));
    }
    assert!(forms(IncidentNumber(1)).len() >= 6);
    let methods: Vec<_> = server_fn::axum::server_fn_paths().map(|(_, method)| method).collect();
    assert!(methods.iter().all(|method| *method == http::Method::POST), "a GET must not change anything: {methods:?}");
}
