//! Lists, page by page.

use serde_json::{Value, json};

use super::Client;
use super::client::{fields, refusal};
use crate::support::{Person, Reply, TestApp, run};

/// The address in the `Link` header; none on the last page.
fn next(reply: &Reply) -> Option<String> {
    let link = reply.headers.get("link")?.to_str().unwrap();
    let (address, relation) = link.strip_prefix('<')?.split_once('>')?;
    assert_eq!(relation, "; rel=\"next\"");
    let cursor = reply.json()["next"].as_str().unwrap().to_owned();
    assert!(address.ends_with(&format!("after={cursor}")), "{address}");
    Some(address.to_owned())
}

fn numbers(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|row| row["number"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn pages_follow_one_another_until_there_are_none() {
    run(async {
        let app = TestApp::shared().await;
        let viewer = Client::of(app, Person::Viewer).await;
        for sort in ["updated", "declared", "severity", "number"] {
            let (mut all, mut address) = (Vec::new(), Some(format!("/api/incidents?tab=done&sort={sort}&limit=25")));
            while let Some(path) = address {
                let reply = viewer.get(&path).await;
                assert_eq!(reply.status, 200, "{path}: {}", reply.body);
                all.extend(numbers(&reply.json()));
                address = next(&reply);
            }
            let whole = viewer.get(&format!("/api/incidents?tab=done&sort={sort}&limit=100")).await;
            let first: Vec<_> = all.iter().take(100).cloned().collect();
            assert_eq!(numbers(&whole.json()), first, "{sort}");
            let mut each = all.clone();
            each.sort();
            each.dedup();
            assert!(each.len() == all.len() && all.len() > 25, "{sort}: {}", all.len());
        }
    });
}

#[test]
fn the_list_has_the_filters_of_the_page() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let manager = Client::of(&app, Person::Manager).await;
        for (n, (severity, status)) in
            [("SEV1", "investigating"), ("SEV3", "investigating"), ("SEV3", "triage")].into_iter().enumerate()
        {
            let body = json!({ "title": format!("Number {n}"), "severity": severity, "status": status });
            assert_eq!(manager.post(&n.to_string(), &body).await.status, 201);
        }
        manager.act("/api/incidents/INC-1", "\"v1\"", &json!({ "action": "resolve" })).await;
        for (query, expected) in [
            ("", vec!["INC-3", "INC-2"]),
            ("?tab=triage", vec!["INC-3"]),
            ("?tab=resolved", vec!["INC-1"]),
            ("?tab=done", vec![]),
            ("?tab=all&severity=SEV3&sort=number", vec!["INC-3", "INC-2"]),
            ("?tab=all&sort=severity", vec!["INC-1", "INC-3", "INC-2"]),
        ] {
            let page = manager.get(&format!("/api/incidents{query}")).await.json();
            assert_eq!(numbers(&page), expected, "{query}");
        }
        app.stop().await;
    });
}

#[test]
fn a_question_that_means_nothing_is_refused() {
    run(async {
        let app = TestApp::shared().await;
        let viewer = Client::of(app, Person::Viewer).await;
        for (query, field) in [
            ("tab=open", "tab"),
            ("tab=", "tab"),
            ("severity=high", "severity"),
            ("sort=title", "sort"),
            ("limit=10", "limit"),
            ("limit=-1", "limit"),
            ("severty=SEV1", "severty"),
            ("tab=all&tab=done", "tab"),
        ] {
            let reply = viewer.get(&format!("/api/incidents?{query}")).await;
            assert_eq!(
                (refusal(&reply), fields(&reply)),
                ((422, "invalid".to_owned()), vec![field.to_owned()]),
                "{query}"
            );
        }
        let first = viewer.get("/api/incidents?tab=done").await.json()["next"].as_str().unwrap().to_owned();
        for query in [format!("tab=all&after={first}"), "after=forged".to_owned(), format!("after={}", "A".repeat(50))]
        {
            let reply = viewer.get(&format!("/api/incidents?{query}")).await;
            assert_eq!(
                (refusal(&reply), fields(&reply)),
                ((409, "unknown_reference".to_owned()), vec!["after".to_owned()]),
                "{query}"
            );
        }
        let stranger = Client::of(app, Person::Stranger).await;
        let reply = stranger.get(&format!("/api/incidents?tab=done&after={first}")).await;
        assert_eq!(refusal(&reply), (409, "unknown_reference".to_owned()), "another organisation's place in a list");
    });
}

#[test]
fn a_timeline_has_pages() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let manager = Client::of(&app, Person::Manager).await;
        let path = manager.declare("Much was written").await;
        for n in 0..60 {
            let body = json!({ "body": format!("Note {n}") });
            let reply = manager.ask(reqwest::Method::POST, &format!("{path}/notes"), &[], &body).await;
            assert_eq!(reply.status, 204, "{}", reply.body);
        }
        let first = manager.get(&format!("{path}/timeline")).await;
        let rest = manager.get(&next(&first).unwrap()).await;
        let seqs = |reply: &Reply| -> Vec<u64> {
            reply.json()["items"].as_array().unwrap().iter().map(|item| item["seq"].as_u64().unwrap()).collect()
        };
        assert_eq!((seqs(&first), seqs(&rest)), ((1..=50).collect(), (51..=61).collect()));
        assert_eq!(next(&rest), None);
        for wrong in ["after=x", "after=", "before=1", "after=1&after=2"] {
            let reply = manager.get(&format!("{path}/timeline?{wrong}")).await;
            assert_eq!(refusal(&reply), (422, "invalid".to_owned()), "{wrong}");
        }
        app.stop().await;
    });
}
