//! Versions, and what happens to whoever looked at an older one.

use futures::future::join_all;
use reqwest::Method;
use serde_json::json;

use super::Client;
use super::client::refusal;
use crate::support::{Person, TestApp, run};

#[test]
fn a_change_names_the_version_it_is_meant_for() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let (manager, responder) = (Client::of(&app, Person::Manager).await, Client::of(&app, Person::Responder).await);
        let path = manager.declare("Versions").await;
        let title = |text: &str| json!({ "title": text });
        let without = manager.ask(Method::PATCH, &path, &[], &title("x")).await;
        assert_eq!(refusal(&without), (428, "version_needed".to_owned()));
        let without =
            manager.ask(Method::POST, &format!("{path}/transitions"), &[], &json!({ "action": "resolve" })).await;
        assert_eq!(refusal(&without), (428, "version_needed".to_owned()));
        for malformed in ["v1", "\"v1", "\"v 1\""] {
            let reply = manager.patch(&path, malformed, &title("x")).await;
            assert_eq!(refusal(&reply), (400, "malformed_condition".to_owned()), "{malformed}");
            let deletion = manager.request(Method::DELETE, &path).header("if-match", malformed);
            assert_eq!(refusal(&manager.send(deletion).await), (400, "malformed_condition".to_owned()), "{malformed}");
            let nowhere = manager.request(Method::DELETE, "/api/incidents/INC-99").header("if-match", malformed);
            assert_eq!(refusal(&manager.send(nowhere).await), (404, "not_found".to_owned()), "{malformed}");
            let nowhere = manager.patch("/api/incidents/INC-99", malformed, &title("x")).await;
            assert_eq!(refusal(&nowhere), (404, "not_found".to_owned()), "{malformed}");
        }
        assert_eq!(responder.patch(&path, "\"v1\"", &title("Theirs")).await.status, 200);
        for stale in ["\"v1\"", "\"v9\"", "\"other\"", "W/\"v2\"", "\"v1\", \"v3\""] {
            let reply = manager.patch(&path, stale, &title("Ours")).await;
            assert_eq!(refusal(&reply), (412, "stale".to_owned()), "{stale}");
            assert_eq!((reply.header("etag"), &reply.json()["current_version"]), ("\"v2\"", &json!(2)), "{stale}");
        }
        let reply = manager.patch(&path, "\"v1\"", &title("Ours")).await.json();
        let change = &reply["changes"][0];
        assert_eq!(
            (&change["field"], &change["before"], &change["after"]),
            (&json!("title"), &json!("Versions"), &json!("Theirs"))
        );
        assert_eq!(change["by"], "Mirela Castellanos");
        assert_eq!(manager.patch(&path, "\"v1\", \"v2\"", &title("Ours")).await.status, 200, "one of several");
        assert_eq!(manager.patch(&path, "*", &title("Whatever it was")).await.status, 200);
        let stale = manager.send(manager.request(Method::DELETE, &path).header("if-match", "\"v1\"")).await;
        assert_eq!(refusal(&stale), (412, "stale".to_owned()));
        let right = manager.send(manager.request(Method::DELETE, &path).header("if-match", "\"v4\"")).await;
        assert_eq!(right.status, 204);
        app.stop().await;
    });
}

#[test]
fn of_changes_at_once_one_is_made() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let manager = Client::of(&app, Person::Manager).await;
        let path = manager.declare("Raced for").await;
        let titles: Vec<_> = (0..8).map(|n| json!({ "title": format!("Racer {n}") })).collect();
        let replies = join_all(titles.iter().map(|title| manager.patch(&path, "\"v1\"", title))).await;
        let statuses: Vec<_> = replies.iter().map(|reply| reply.status.as_u16()).collect();
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        assert_eq!(statuses.iter().filter(|status| **status == 412).count(), 7, "{statuses:?}");
        assert_eq!(manager.get(&path).await.header("etag"), "\"v2\"");
        app.stop().await;
    });
}

#[test]
fn who_has_the_version_already_is_not_sent_it_again() {
    run(async {
        let (app, _folder) = TestApp::alone().await;
        let manager = Client::of(&app, Person::Manager).await;
        let path = manager.declare("Unchanged").await;
        let get =
            async |known: &str| manager.send(manager.request(Method::GET, &path).header("if-none-match", known)).await;
        for known in ["\"v1\"", "W/\"v1\"", "\"v7\", \"v1\"", "*"] {
            let reply = get(known).await;
            assert_eq!(
                (reply.status.as_u16(), reply.header("etag"), reply.body.as_str()),
                (304, "\"v1\"", ""),
                "{known}"
            );
        }
        assert_eq!(get("\"v2\"").await.status, 200);
        assert_eq!(get("v1").await.status, 200, "what cannot be read names nothing");
        app.stop().await;
    });
}
