//! Carrying the answer back to the application: in the query, or in a form that posts itself.

use axum::response::Response;
use url::Url;

use super::error::AuthorizeError;
use crate::{idp::Idp, pages, redirect, trace::Trace};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ResponseMode {
    Query,
    FormPost,
}

/// Where, how and with which `state` the application gets its answer. Exists only for a registered redirect URI.
#[derive(Debug, Clone)]
pub(crate) struct ReplyTo {
    pub(crate) redirect_uri: Url,
    pub(crate) mode: ResponseMode,
    pub(crate) state: Option<String>,
}

impl ReplyTo {
    pub(crate) fn send(&self, mut fields: Vec<(&'static str, String)>) -> Response {
        if let Some(state) = &self.state {
            fields.push(("state", state.clone()));
        }
        match self.mode {
            ResponseMode::Query => {
                let mut target = self.redirect_uri.clone();
                target.query_pairs_mut().extend_pairs(&fields);
                redirect::found(&target)
            }
            ResponseMode::FormPost => pages::form_post(&self.redirect_uri, &fields),
        }
    }

    pub(crate) fn refuse(&self, error: &AuthorizeError, idp: &Idp, trace: &Trace) -> Response {
        self.send(error.sts().fields(trace, &idp.base))
    }
}
