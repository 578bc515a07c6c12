//! Groups at the Graph slice, and where tokens point to when there are too many.

use entra_local::Scenario;
use reqwest::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{AMARA, GRAPH_SCOPES, Graph, claims, demo, serve};

const MIRELA: &str = "mirela@contoso.example";

fn all(body: &Value, property: &str) -> Vec<Value> {
    body["value"].as_array().unwrap().iter().map(|group| group[property].clone()).collect()
}

#[tokio::test]
async fn membership_reaches_through_groups() {
    let (_running, app) = demo().await;
    let graph = Graph::of(&app, MIRELA, GRAPH_SCOPES).await;
    let (status, body) = graph.get("/me/transitiveMemberOf").await;
    assert_eq!(status, StatusCode::OK, "{body}");
    assert_eq!(all(&body, "displayName"), ["On call", "Engineering", "All staff"]);
    assert_eq!(body["value"][0]["@odata.type"], "#microsoft.graph.group");
    let (_, cast) = graph.get("/me/transitiveMemberOf/microsoft.graph.group?$select=id&$top=2&$count=true").await;
    assert_eq!((cast["value"].as_array().unwrap().len(), &cast["@odata.count"]), (2, &json!(3)));
    assert_eq!(cast["value"][0].as_object().unwrap().keys().collect::<Vec<_>>(), ["id"]);
    assert!(cast["@odata.nextLink"].is_string());
    graph.assert_refused("/me/transitiveMemberOf?$select=owner", StatusCode::BAD_REQUEST, "BadRequest").await;
}

#[tokio::test]
async fn ids_may_be_of_security_groups_only() {
    let (_running, app) = demo().await;
    let graph = Graph::of(&app, AMARA, GRAPH_SCOPES).await;
    let (_, groups) = graph.get("/me/transitiveMemberOf").await;
    assert_eq!(all(&groups, "securityEnabled"), [json!(true), json!(false)]);
    assert_eq!(all(&groups, "groupTypes"), [json!([]), json!(["Unified"])]);
    let ids = all(&groups, "id");
    let (_, security) = graph.post("/me/getMemberObjects", r#"{"securityEnabledOnly":true}"#).await;
    assert_eq!(security["value"], json!([ids[0]]));
    let (_, every) = graph.post("/me/getMemberObjects", r#"{"securityEnabledOnly":false}"#).await;
    assert_eq!(every["value"], json!(ids));
    let (status, refusal) = graph.post("/me/getMemberObjects", "{}").await;
    assert_eq!((status, &refusal["error"]["code"]), (StatusCode::BAD_REQUEST, &json!("BadRequest")));
}

#[tokio::test]
async fn what_a_token_cannot_carry_is_here() {
    let mut scenario = Scenario::demo();
    scenario.apps[0].group_claims = true;
    scenario.accounts[0].groups = (1..=1200).map(Uuid::from_u128).collect();
    let (_running, app) = serve(scenario).await;
    let body = app.tokens(AMARA, GRAPH_SCOPES).await;
    assert!(claims(body["id_token"].as_str().unwrap())["_claim_names"]["groups"].is_string());
    let graph = Graph::new(&app, body["access_token"].as_str().unwrap());
    let (_, first) = graph.get("/me/transitiveMemberOf?$select=id&$top=999").await;
    assert_eq!(first["value"].as_array().unwrap().len(), 999);
    let next = first["@odata.nextLink"].as_str().unwrap();
    let (_, second) = graph.get(next.split_once("/v1.0").unwrap().1).await;
    assert_eq!((second["value"].as_array().unwrap().len(), second.get("@odata.nextLink")), (201, None));
}

#[tokio::test]
async fn a_token_carries_the_security_groups_that_a_person_is_in_through_others_too() {
    let mut scenario = Scenario::demo();
    scenario.apps[0].group_claims = true;
    let known = scenario.groups.clone();
    let (_running, app) = serve(scenario).await;
    let id = |name: &str| known.iter().find(|group| group.name == name).unwrap().id;
    let carried = claims(&app.id_token(MIRELA).await)["groups"].clone();
    assert_eq!(carried, json!([id("On call"), id("Engineering"), id("All staff")]));
    assert_eq!(claims(&app.id_token(AMARA).await)["groups"], json!([id("All staff")]));
}
