//! The description of the API.

use std::collections::BTreeSet;

use reqwest::Method;
use serde_json::Value;

use super::Client;
use crate::support::{Person, TestApp, run};

const METHODS: [&str; 5] = ["get", "put", "post", "patch", "delete"];

fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let paths = document["paths"].as_object().unwrap();
    let each = paths.iter().flat_map(|(path, item)| {
        let methods = item.as_object().unwrap().iter().filter(|(method, _)| METHODS.contains(&method.as_str()));
        methods.map(move |(method, operation)| (path.clone(), method.clone(), operation.clone()))
    });
    each.collect()
}

#[test]
fn it_is_there_for_everybody_and_in_the_newest_form() {
    run(async {
        let app = TestApp::shared().await;
        let reply = Client::with(app, None).get("/api/openapi.json").await;
        assert_eq!((reply.status.as_u16(), reply.header("content-type")), (200, "application/json"));
        let document = reply.json();
        assert!(document["openapi"].as_str().unwrap().starts_with("3.1."), "{}", document["openapi"]);
        assert_eq!(document["components"]["securitySchemes"]["token"]["scheme"], "bearer");
        for tenant in ["Contoso", "INC-1\"", "localhost"] {
            assert!(!reply.body.contains(tenant), "it says nothing of what is in it: {tenant}");
        }
    });
}

#[test]
fn it_lists_exactly_what_there_is() {
    run(async {
        let app = TestApp::shared().await;
        let admin = Client::of(app, Person::Admin).await;
        let document = admin.get("/api/openapi.json").await.json();
        let listed: BTreeSet<_> = operations(&document).into_iter().map(|(path, method, _)| (path, method)).collect();
        let paths: BTreeSet<_> = listed.iter().map(|(path, _)| path.clone()).collect();
        for path in &paths {
            let address = path.replace("{number}", "INC-99999");
            for method in METHODS {
                let asked = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                let reply = admin.send(admin.request(asked, &address)).await;
                let is_there = reply.status != 405;
                assert_eq!(
                    is_there,
                    listed.contains(&(path.clone(), method.to_owned())),
                    "{method} {path}: {}",
                    reply.status
                );
            }
        }
        // Routes that the document does not know would be in the source alone.
        let source = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/src/api.rs")).unwrap();
        let routes = source.matches(".route(\"").count();
        assert_eq!(routes, paths.len(), "every route is described");
    });
}

#[test]
fn every_operation_is_described_with_its_refusals() {
    run(async {
        let app = TestApp::shared().await;
        let document = Client::with(app, None).get("/api/openapi.json").await.json();
        let operations = operations(&document);
        assert_eq!(operations.len(), 8);
        for (path, method, operation) in operations {
            let what = format!("{method} {path}");
            for text in ["summary", "description", "operationId"] {
                assert!(!operation[text].as_str().unwrap_or_default().is_empty(), "{what}: {text}");
            }
            let scope = match method.as_str() {
                "get" => "Incidents.Read",
                "delete" => "Incidents.Delete",
                _ => "Incidents.Write",
            };
            assert_eq!(operation["security"][0]["token"][0], scope, "{what}");
            for status in ["400", "401", "403", "404", "429", "500", "503"] {
                let content = &operation["responses"][status]["content"]["application/problem+json"]["schema"]["$ref"];
                assert_eq!(content, "#/components/schemas/Problem", "{what}: {status}");
            }
            for response in operation["responses"].as_object().unwrap().values() {
                assert!(!response["description"].as_str().unwrap().is_empty(), "{what}");
            }
            if method == "post" || method == "patch" {
                assert!(operation["requestBody"]["content"]["application/json"].is_object(), "{what}");
                assert!(
                    operation["responses"]["415"].is_object() && operation["responses"]["413"].is_object(),
                    "{what}"
                );
            }
        }
    });
}
