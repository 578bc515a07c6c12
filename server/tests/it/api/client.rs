//! A program in front of the API.

use std::time::Duration;

use domain::{Permission, TenantId};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use url::Url;

use crate::support::{Person, Reply, SCOPES, TestApp};

/// One caller with one token, or without any.
pub struct Client {
    base: Url,
    http: reqwest::Client,
    token: Option<String>,
}

impl Client {
    pub fn with(app: &TestApp, token: Option<String>) -> Self {
        let http = reqwest::Client::builder().timeout(Duration::from_mins(1)).build().unwrap();
        Self { base: app.base.clone(), http, token }
    }

    /// A client that acts for a person, with every scope.
    pub async fn of(app: &TestApp, person: Person) -> Self {
        Self::with(app, Some(app.token(person, SCOPES).await))
    }

    /// A program by itself.
    pub async fn program(app: &TestApp, permission: Permission, tenant: TenantId) -> Self {
        Self::with(app, Some(app.own_token(permission, tenant).await))
    }

    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, self.base.join(path).unwrap());
        match &self.token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        }
    }

    pub async fn send(&self, request: RequestBuilder) -> Reply {
        let reply = request.send().await.unwrap();
        let (status, headers) = (reply.status(), reply.headers().clone());
        Reply { status, headers, body: reply.text().await.unwrap() }
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(self.request(Method::GET, path)).await
    }

    /// With JSON and further headers.
    pub async fn ask(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &Value) -> Reply {
        let request = self.request(method, path).header("content-type", "application/json").body(body.to_string());
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.send(request).await
    }

    pub async fn post(&self, key: &str, body: &Value) -> Reply {
        self.ask(Method::POST, "/api/incidents", &[("idempotency-key", key)], body).await
    }

    /// Declares an incident under investigation; its address.
    pub async fn declare(&self, title: &str) -> String {
        let body = json!({ "title": title, "status": "investigating", "severity": "SEV3" });
        let key = uuid::Uuid::new_v5(&uuid::Uuid::NAMESPACE_URL, title.as_bytes()).to_string();
        let reply = self.post(&key, &body).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.body);
        reply.location().to_owned()
    }

    pub async fn patch(&self, path: &str, version: &str, body: &Value) -> Reply {
        self.ask(Method::PATCH, path, &[("if-match", version)], body).await
    }

    pub async fn act(&self, path: &str, version: &str, body: &Value) -> Reply {
        self.ask(Method::POST, &format!("{path}/transitions"), &[("if-match", version)], body).await
    }

    pub async fn delete(&self, path: &str) -> Reply {
        self.send(self.request(Method::DELETE, path)).await
    }
}

/// The code of a problem, which has the one shape.
pub fn code(reply: &Reply) -> String {
    assert_eq!(reply.header("content-type"), "application/problem+json", "{} {}", reply.status, reply.body);
    let problem = reply.json();
    assert_eq!(problem["type"], "about:blank", "{problem}");
    assert_eq!(problem["status"], reply.status.as_u16(), "{problem}");
    assert_eq!(problem["title"], reply.status.canonical_reason().unwrap(), "{problem}");
    assert_eq!(problem["request_id"], reply.header("x-request-id"), "{problem}");
    assert!(problem["detail"].as_str().unwrap().ends_with('.'), "{problem}");
    problem["code"].as_str().unwrap().to_owned()
}

/// Status and code of a refusal.
pub fn refusal(reply: &Reply) -> (u16, String) {
    (reply.status.as_u16(), code(reply))
}

/// The fields that a problem names.
pub fn fields(reply: &Reply) -> Vec<String> {
    let problem = reply.json();
    let errors = problem["errors"].as_array().unwrap_or_else(|| panic!("{problem}")).clone();
    assert!(errors.iter().all(|error| !error["detail"].as_str().unwrap().is_empty()), "{problem}");
    errors.iter().map(|error| error["field"].as_str().unwrap().to_owned()).collect()
}
