//! Requests to the Graph slice.

use reqwest::{StatusCode, header};
use serde_json::Value;

use super::App;

/// What an application asks for that reads people and their groups.
pub const GRAPH_SCOPES: &str = "openid offline_access User.Read User.ReadBasic.All GroupMember.Read.All";

/// Graph, called with one token.
pub struct Graph<'a> {
    app: &'a App,
    token: String,
}

impl<'a> Graph<'a> {
    pub fn new(app: &'a App, token: &str) -> Self {
        Self { app, token: token.to_owned() }
    }

    /// Graph in the name of a person.
    pub async fn of(app: &'a App, username: &str, scope: &str) -> Self {
        let body = app.tokens(username, scope).await;
        Self::new(app, body["access_token"].as_str().unwrap())
    }

    pub async fn send(&self, path: &str) -> reqwest::Response {
        let url = self.app.at(&format!("/v1.0{path}"));
        let request = self.app.client.get(url).bearer_auth(&self.token).header("ConsistencyLevel", "eventual");
        request.send().await.unwrap()
    }

    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        let response = self.send(path).await;
        (response.status(), response.json().await.unwrap())
    }

    pub async fn post(&self, path: &str, body: &str) -> (StatusCode, Value) {
        let request = self.app.client.post(self.app.at(&format!("/v1.0{path}"))).bearer_auth(&self.token);
        let request = request.header(header::CONTENT_TYPE, "application/json").body(body.to_owned());
        let response = request.send().await.unwrap();
        (response.status(), response.json().await.unwrap())
    }

    /// Asserts the refusal of a request.
    pub async fn assert_refused(&self, path: &str, status: StatusCode, code: &str) {
        let (got, body) = self.get(path).await;
        assert_eq!((got, &body["error"]["code"]), (status, &Value::from(code)), "{path}: {body}");
    }
}
