//! Discovery documents and key sets.

use reqwest::StatusCode;
use serde_json::Value;

use crate::support::{App, CONTOSO, demo};

async fn document(app: &App, tenant: &str) -> Value {
    let path = format!("/{tenant}/v2.0/.well-known/openid-configuration");
    let (status, body) = app.json(&path).await;
    assert_eq!(status, StatusCode::OK, "{body}");
    body
}

#[tokio::test]
async fn multi_tenant_documents_have_a_templated_issuer() {
    let (running, app) = demo().await;
    for tenant in ["organizations", "common"] {
        let document = document(&app, tenant).await;
        let base = running.base_url.as_str();
        assert_eq!(document["issuer"], format!("{base}{{tenantid}}/v2.0"));
        let endpoints = [
            ("authorization_endpoint", "oauth2/v2.0/authorize"),
            ("token_endpoint", "oauth2/v2.0/token"),
            ("end_session_endpoint", "oauth2/v2.0/logout"),
            ("jwks_uri", "discovery/v2.0/keys"),
        ];
        for (name, tail) in endpoints {
            assert_eq!(document[name], format!("{base}{tenant}/{tail}"), "{name}");
        }
    }
}

#[tokio::test]
async fn a_tenant_document_has_a_concrete_issuer_by_id_and_by_domain() {
    let (running, app) = demo().await;
    let expected = format!("{}{CONTOSO}/v2.0", running.base_url);
    for tenant in [CONTOSO, "contoso.example", "CONTOSO.example"] {
        let document = document(&app, tenant).await;
        assert_eq!(document["issuer"], expected.as_str());
        let token = format!("{}{CONTOSO}/oauth2/v2.0/token", running.base_url);
        assert_eq!(document["token_endpoint"], token);
    }
}

#[tokio::test]
async fn the_consumers_document_names_the_fixed_tenant() {
    let (running, app) = demo().await;
    let tenant = "9188040d-6c67-4c5b-b112-36a304b66dad";
    let issuer = format!("{}{tenant}/v2.0", running.base_url);
    assert_eq!(document(&app, "consumers").await["issuer"], issuer);
}

#[tokio::test]
async fn an_unknown_tenant_is_refused_in_entras_shape() {
    let (_running, app) = demo().await;
    let paths = [
        "/nowhere.example/v2.0/.well-known/openid-configuration",
        "/00000000-0000-0000-0000-000000000001/discovery/v2.0/keys",
    ];
    for path in paths {
        let (status, body) = app.json(path).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
        assert_eq!(body["error"], "invalid_tenant");
        assert_eq!(body["error_codes"], serde_json::json!([90_002]));
    }
}

fn members(object: &Value) -> Vec<&str> {
    let mut names: Vec<&str> = object.as_object().unwrap().keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn documents_and_keys_have_entras_members_and_no_others() {
    let (running, app) = demo().await;
    let document = document(&app, "organizations").await;
    let expected = [
        "authorization_endpoint",
        "claims_supported",
        "cloud_instance_name",
        "end_session_endpoint",
        "frontchannel_logout_supported",
        "http_logout_supported",
        "id_token_signing_alg_values_supported",
        "issuer",
        "jwks_uri",
        "request_uri_parameter_supported",
        "response_modes_supported",
        "response_types_supported",
        "scopes_supported",
        "subject_types_supported",
        "tenant_region_scope",
        "token_endpoint",
        "token_endpoint_auth_methods_supported",
    ];
    assert_eq!(members(&document), expected);
    let cloud = format!("127.0.0.1:{}", running.base_url.port().unwrap());
    assert_eq!(document["cloud_instance_name"], cloud);
    let (_, body) = app.json("/organizations/discovery/v2.0/keys").await;
    for key in body["keys"].as_array().unwrap() {
        assert_eq!(members(key), ["cloud_instance_name", "e", "issuer", "kid", "kty", "n", "use", "x5c", "x5t"]);
        assert_eq!(key["cloud_instance_name"], cloud);
    }
}

#[tokio::test]
async fn two_keys_are_published_each_bound_to_the_issuer() {
    let (running, app) = demo().await;
    for (tenant, segment) in [("common", "{tenantid}"), (CONTOSO, CONTOSO)] {
        let (_, body) = app.json(&format!("/{tenant}/discovery/v2.0/keys")).await;
        let keys = body["keys"].as_array().unwrap();
        assert_eq!(keys.len(), 2);
        assert_ne!(keys[0]["kid"], keys[1]["kid"]);
        for key in keys {
            assert_eq!(key["kty"], "RSA");
            assert_eq!(key["use"], "sig");
            assert_eq!(key["e"], "AQAB");
            assert_eq!(key["x5t"], key["kid"]);
            assert_eq!(key["x5c"].as_array().unwrap().len(), 1);
            assert_eq!(key["issuer"], format!("{}{segment}/v2.0", running.base_url));
        }
    }
}
