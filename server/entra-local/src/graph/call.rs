//! One request to Graph: who asks, with which permissions, and how.

use std::sync::Arc;

use axum::{
    Json,
    extract::FromRequestParts,
    response::{IntoResponse as _, Response},
};
use http::{HeaderValue, request::Parts};
use serde_json::Value;
use uuid::Uuid;

use super::{error::GraphError, token::Token};
use crate::{idp::Idp, params::Params, scenario::Account, trace::Trace};

/// A request whose token is good.
pub(super) struct Call {
    pub(super) idp: Arc<Idp>,
    pub(super) trace: Trace,
    pub(super) path: String,
    pub(super) query: Params,
    /// `ConsistencyLevel: eventual`, without which Graph neither searches nor counts.
    pub(super) eventual: bool,
    pub(super) tenant: Uuid,
    /// Nobody for an application's own token.
    person: Option<Arc<Account>>,
    permissions: Vec<String>,
}

impl FromRequestParts<Arc<Idp>> for Call {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, idp: &Arc<Idp>) -> Result<Self, Response> {
        let Ok(trace) = Trace::from_request_parts(parts, idp).await;
        Self::read(parts, idp, trace).map_err(|error| identified(error.response(&trace, &idp.base), &trace))
    }
}

impl Call {
    fn read(parts: &Parts, idp: &Arc<Idp>, trace: Trace) -> Result<Self, GraphError> {
        let token = Token::check(idp, &parts.headers)?;
        let person = if token.is_app_only() {
            None
        } else {
            Some(idp.directory.person(token.tid, token.oid).ok_or(GraphError::Malformed)?)
        };
        let from = person.as_ref().and_then(|person| idp.control.tokens_must_be_from(person));
        if let Some(not_before) = from.filter(|from| token.takes_challenges() && token.iat < *from) {
            return Err(GraphError::Challenge { not_before });
        }
        let level = parts.headers.get("consistencylevel").and_then(|value| value.to_str().ok());
        Ok(Self {
            idp: Arc::clone(idp),
            trace,
            path: parts.uri.path().to_owned(),
            query: Params::parse(parts.uri.query().unwrap_or_default()),
            eventual: level.is_some_and(|level| level.eq_ignore_ascii_case("eventual")),
            tenant: token.tid,
            person,
            permissions: token.permissions(),
        })
    }

    /// Sends what came of it.
    pub(super) fn answer(&self, result: Result<Value, GraphError>) -> Response {
        self.send(result.map(|value| Json(value).into_response()))
    }

    pub(super) fn send(&self, result: Result<Response, GraphError>) -> Response {
        identified(result.unwrap_or_else(|error| error.response(&self.trace, &self.idp.base)), &self.trace)
    }

    /// The person whose token it is.
    pub(super) fn me(&self) -> Result<&Arc<Account>, GraphError> {
        self.person.as_ref().ok_or(GraphError::NotDelegated)
    }

    /// Somebody of the token's tenant, by object id or username.
    pub(super) fn user(&self, id: &str) -> Result<Arc<Account>, GraphError> {
        let people = self.idp.directory.people_of(self.tenant);
        let oid = Uuid::parse_str(id).ok();
        let found = people.into_iter().find(|person| match oid {
            Some(oid) => person.oid == oid,
            None => person.username.eq_ignore_ascii_case(id),
        });
        found.ok_or_else(|| GraphError::NoUser(id.to_owned()))
    }

    pub(super) fn is_me(&self, account: &Account) -> bool {
        self.person.as_ref().is_some_and(|me| me.oid == account.oid)
    }

    pub(super) fn has(&self, any_of: &[&str]) -> bool {
        self.permissions.iter().any(|permission| any_of.contains(&permission.as_str()))
    }

    pub(super) fn needs(&self, any_of: &[&str]) -> Result<(), GraphError> {
        if self.has(any_of) { Ok(()) } else { Err(GraphError::Denied) }
    }

    /// Refuses query options that are not among these.
    pub(super) fn takes(&self, options: &[&str]) -> Result<(), GraphError> {
        let unknown = self.query.iter().find(|(name, _)| name.starts_with('$') && !options.contains(name));
        unknown.map_or(Ok(()), |(name, _)| Err(GraphError::Option(name.to_owned())))
    }

    pub(super) fn context(&self, of: &str) -> String {
        format!("{}/v1.0/$metadata#{of}", self.idp.base)
    }
}

fn identified(mut response: Response, trace: &Trace) -> Response {
    for (name, id) in [("request-id", trace.id), ("client-request-id", trace.correlation_id)] {
        if let Ok(value) = HeaderValue::from_str(&id.to_string()) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
