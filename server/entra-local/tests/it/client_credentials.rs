//! Tokens for an application itself.

use entra_local::{AppRegistration, ApplicationPermissions, Resource, Running, Scenario, TokenVersion};
use reqwest::StatusCode;
use serde_json::json;
use uuid::Uuid;

use crate::support::{App, CONTOSO, FABRIKAM, assert_refused, claims, header, serve};

/// The demonstration with Muster as the API, and a daemon that may work with it in one tenant and with Graph in both.
async fn daemon(change: impl Fn(&mut AppRegistration)) -> (Running, App, App) {
    let mut scenario = Scenario::demo();
    scenario.apps.truncate(1);
    change(&mut scenario.apps[0]);
    let api = scenario.apps[0].client_id;
    let permissions =
        |resource, role: &str, tenants| ApplicationPermissions { resource, roles: vec![role.to_owned()], tenants };
    let mut daemon = scenario.apps[0].clone();
    daemon.client_id = Uuid::from_u128(70);
    daemon.redirect_uris.clear();
    daemon.application_permissions = vec![
        permissions(Resource::App(api), "Responder", Some(vec![CONTOSO.parse().unwrap()])),
        permissions(Resource::Graph, "User.Read.All", None),
    ];
    scenario.apps.push(daemon.clone());
    let (running, api) = serve(scenario).await;
    let daemon = App::new(running.base_url.clone(), daemon);
    (running, api, daemon)
}

#[tokio::test]
async fn a_token_names_the_application_twice_and_carries_its_roles() {
    let (_running, api, daemon) = daemon(|_| {}).await;
    let scope = format!("api://{}/.default", api.client_id());
    let (status, body) = daemon.for_itself(CONTOSO, &scope).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    for absent in ["refresh_token", "id_token", "client_info"] {
        assert_eq!(body.get(absent), None, "{absent}");
    }
    let text = body["access_token"].as_str().unwrap();
    assert!(daemon.verifies(text).await);
    let token = claims(text);
    assert_eq!(token["aud"], api.client_id());
    assert_eq!(token["azp"], daemon.client_id());
    assert_eq!((&token["idtyp"], &token["ver"], &token["azpacr"]), (&json!("app"), &json!("2.0"), &json!("1")));
    assert_eq!(token["roles"], json!(["Responder"]));
    assert!(token["oid"].is_string() && token["oid"] == token["sub"]);
    assert_eq!(token["tid"], CONTOSO);
    for absent in ["scp", "name", "preferred_username", "sid"] {
        assert_eq!(token.get(absent), None, "{absent}");
    }
    let (_, again) = daemon.for_itself("contoso.example", &scope).await;
    assert_eq!(claims(again["access_token"].as_str().unwrap())["oid"], token["oid"]);
}

#[tokio::test]
async fn roles_are_those_of_the_tenant_and_of_the_resource() {
    let (_running, api, daemon) = daemon(|_| {}).await;
    let scope = format!("{}/.default", api.client_id());
    let (_, body) = daemon.for_itself(FABRIKAM, &scope).await;
    assert_eq!(claims(body["access_token"].as_str().unwrap()).get("roles"), None);
    let (_, body) = daemon.for_itself(FABRIKAM, "https://graph.microsoft.com/.default").await;
    let text = body["access_token"].as_str().unwrap();
    let token = claims(text);
    assert_eq!((&token["roles"], &token["appid"]), (&json!(["User.Read.All"]), &json!(daemon.client_id())));
    assert!(header(text)["nonce"].is_string());
}

#[tokio::test]
async fn an_api_of_version_1_gets_its_own_form() {
    let (_running, api, daemon) = daemon(|api| api.requested_access_token_version = TokenVersion::V1).await;
    let (_, body) = daemon.for_itself(CONTOSO, &format!("{}/.default", api.client_id())).await;
    let token = claims(body["access_token"].as_str().unwrap());
    assert_eq!(token["iss"], format!("https://sts.windows.net/{CONTOSO}/"));
    assert_eq!(token["aud"], format!("api://{}", api.client_id()));
    assert_eq!((&token["appid"], &token["ver"]), (&json!(daemon.client_id()), &json!("1.0")));
    assert_eq!(token.get("azp"), None);
}

#[tokio::test]
async fn what_is_no_default_scope_or_no_tenant_is_refused() {
    let (_running, api, daemon) = daemon(|_| {}).await;
    let id = api.client_id();
    for scope in [format!("api://{id}/Incidents.Read"), format!("api://{id}/.default openid"), ".default".to_owned()] {
        assert_refused(&daemon.for_itself(CONTOSO, &scope).await, "invalid_scope", 1_002_012);
    }
    let scope = format!("api://{id}/.default");
    for tenant in ["organizations", "common"] {
        let refusal = daemon.for_itself(tenant, &scope).await;
        assert_eq!(refusal.1.get("access_token"), None);
        assert_refused(&refusal, "invalid_request", 50_059);
    }
    assert_refused(&daemon.for_itself(CONTOSO, "api://nobody/.default").await, "invalid_resource", 500_011);
    assert_refused(&daemon.for_itself(CONTOSO, "").await, "invalid_request", 900_144);
}

#[tokio::test]
async fn an_api_may_insist_on_assignment() {
    let (_running, api, daemon) = daemon(|api| api.assignment_required = true).await;
    let scope = format!("api://{}/.default", api.client_id());
    assert_eq!(daemon.for_itself(CONTOSO, &scope).await.0, StatusCode::OK);
    assert_refused(&daemon.for_itself(FABRIKAM, &scope).await, "invalid_grant", 501_051);
}
