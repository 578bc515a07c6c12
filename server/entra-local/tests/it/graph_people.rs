//! People at the Graph slice: oneself, others, search, pages.

use entra_local::Scenario;
use reqwest::StatusCode;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{AMARA, DARIO, GRAPH_SCOPES, Graph, ISHAAN, demo, serve};

fn names(body: &Value) -> Vec<&str> {
    body["value"].as_array().unwrap().iter().map(|user| user["displayName"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_person_reads_their_own_profile() {
    let (_running, app) = demo().await;
    let graph = Graph::of(&app, AMARA, "openid User.Read").await;
    let (status, me) = graph.get("/me").await;
    assert_eq!(status, StatusCode::OK, "{me}");
    assert_eq!((&me["displayName"], &me["givenName"]), (&json!("Amara Lindqvist"), &json!("Amara")));
    assert_eq!((&me["surname"], &me["jobTitle"]), (&json!("Lindqvist"), &json!("Head of Operations")));
    assert_eq!((&me["userPrincipalName"], me.get("department")), (&json!(AMARA), None));
    assert!(me["@odata.context"].as_str().unwrap().ends_with("/v1.0/$metadata#users/$entity"));
    let (_, me) = graph.get("/me?$select=id,department").await;
    assert_eq!((&me["department"], me.get("displayName")), (&json!("Operations"), None));
    let own = format!("/users/{}?$select=displayName", me["id"].as_str().unwrap());
    assert_eq!(graph.get(&own).await.1["displayName"], "Amara Lindqvist");
    graph.assert_refused("/me?$select=shoeSize", StatusCode::BAD_REQUEST, "BadRequest").await;
    graph.assert_refused("/me?$expand=manager", StatusCode::BAD_REQUEST, "Request_UnsupportedQuery").await;
}

#[tokio::test]
async fn people_are_found_by_the_beginnings_of_their_names() {
    let (_running, app) = demo().await;
    let graph = Graph::of(&app, AMARA, GRAPH_SCOPES).await;
    for (query, expected) in [
        ("$search=\"displayName:AM\"", vec!["Amara Lindqvist", "Amina Novakova"]),
        ("$search=\"displayName:lind\"", vec!["Amara Lindqvist", "Mateus Lindgren"]),
        ("$search=\"displayName:lind ma\"", vec!["Mateus Lindgren"]),
        ("$search=\"mail:rafiq\" OR \"displayName:tove\"", vec!["Tove Adeyemi", "Rafiq Delacroix"]),
        ("$search=\"displayName:am\" AND \"mail:amina\"", vec!["Amina Novakova"]),
        ("$filter=startswith(displayName,'Am')", vec!["Amara Lindqvist", "Amina Novakova"]),
        (
            "$filter=startswith(surname,'lind') or mail eq 'TOVE@contoso.example'",
            vec!["Amara Lindqvist", "Tove Adeyemi", "Mateus Lindgren"],
        ),
        ("$search=\"displayName:dario\"", vec![]),
    ] {
        let (status, body) = graph.get(&format!("/users?{query}")).await;
        assert_eq!(status, StatusCode::OK, "{query}: {body}");
        assert_eq!(names(&body), expected, "{query}");
    }
    for nonsense in ["$search=amara", "$filter=endswith(mail,'x')", "$top=0", "$top=1000", "$skiptoken=x"] {
        let path = format!("/users?{nonsense}");
        graph.assert_refused(&path, StatusCode::BAD_REQUEST, "Request_UnsupportedQuery").await;
    }
}

#[tokio::test]
async fn a_search_must_say_that_it_knows_of_eventual_consistency() {
    let (_running, app) = demo().await;
    let body = app.tokens(AMARA, GRAPH_SCOPES).await;
    let get = async |path: &str| {
        let request = app.client.get(app.at(path)).bearer_auth(body["access_token"].as_str().unwrap());
        let response = request.send().await.unwrap();
        (response.status(), response.json::<Value>().await.unwrap())
    };
    let (status, refusal) = get("/v1.0/users?$search=\"displayName:am\"").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    assert_eq!(refusal["error"]["code"], "Request_UnsupportedQuery");
    let (status, plain) = get("/v1.0/users?$filter=startswith(displayName,'Am')&$count=true").await;
    assert_eq!((status, plain.get("@odata.count")), (StatusCode::OK, None));
}

#[tokio::test]
async fn long_lists_come_in_pages() {
    let (running, app) = demo().await;
    let graph = Graph::of(&app, AMARA, GRAPH_SCOPES).await;
    let mut path = "/users?$select=displayName&$top=3&$count=true".to_owned();
    let mut found = Vec::new();
    loop {
        let (status, body) = graph.get(&path).await;
        assert_eq!((status, &body["@odata.count"]), (StatusCode::OK, &json!(10)), "{body}");
        found.extend(names(&body).into_iter().map(str::to_owned));
        let Some(next) = body.get("@odata.nextLink") else { break };
        let start = format!("{}v1.0", running.base_url);
        path = next.as_str().unwrap().strip_prefix(&start).unwrap().to_owned();
    }
    let people = Scenario::demo().accounts;
    let own = people.iter().filter(|account| account.username.ends_with("contoso.example"));
    assert_eq!(found, own.map(|account| account.name.clone()).collect::<Vec<_>>());
}

#[tokio::test]
async fn nobody_sees_another_tenant() {
    let (_running, app) = demo().await;
    let dario = Scenario::demo().accounts.into_iter().find(|account| account.username == DARIO).unwrap();
    let graph = Graph::of(&app, AMARA, GRAPH_SCOPES).await;
    for id in [dario.oid.to_string(), DARIO.to_owned(), Uuid::nil().to_string()] {
        let path = format!("/users/{id}");
        graph.assert_refused(&path, StatusCode::NOT_FOUND, "Request_ResourceNotFound").await;
    }
    assert_eq!(graph.get(&format!("/users/{ISHAAN}")).await.1["displayName"], "Ishaan Okafor");
}

#[tokio::test]
async fn the_basic_profile_of_others_is_no_more_than_that() {
    let (_running, app) = demo().await;
    let path = format!("/users/{ISHAAN}?$select=mail,jobTitle");
    let basic = Graph::of(&app, AMARA, "openid User.ReadBasic.All").await;
    let (_, body) = basic.get(&path).await;
    assert_eq!((&body["mail"], &body["jobTitle"]), (&json!(ISHAAN), &Value::Null));
    let whole = Graph::of(&app, AMARA, "openid User.Read.All").await;
    assert_eq!(whole.get(&path).await.1["jobTitle"], "Incident Manager");
}

#[tokio::test]
async fn a_guest_reads_the_directory_that_the_token_is_for() {
    let mut scenario = Scenario::demo();
    let mut guest = scenario.accounts[0].clone();
    guest.guest = Some(guest.home());
    guest.tenant = scenario.tenants[1].id;
    guest.oid = Uuid::from_u128(73);
    scenario.accounts.push(guest);
    let (_running, app) = serve(scenario).await;
    let home = app.tokens(AMARA, GRAPH_SCOPES).await;
    let token = home["refresh_token"].as_str().unwrap();
    let (_, there) = app.refresh("fabrikam.example", token, &[("scope", GRAPH_SCOPES)]).await;
    let graph = Graph::new(&app, there["access_token"].as_str().unwrap());
    assert_eq!(graph.get(&format!("/users/{DARIO}")).await.0, StatusCode::OK);
    assert_eq!(graph.get("/me?$select=id,userType").await.1["userType"], "Guest");
}
