//! Requirements as layers.

use std::{
    future::{Ready, ready},
    sync::Arc,
    task::{Context, Poll},
};

use axum::response::{IntoResponse, Response};
use futures::future::Either;
use http::Request;
use tower::{Layer, Service};

use super::Requirement;
use crate::bearer::{BearerCode, BearerPrincipal, BearerRefusal};

/// Lets callers through who have what a [`Requirement`] asks for.
#[derive(Clone, Debug)]
pub struct RequireLayer(Arc<Requirement>);

/// What [`RequireLayer`] makes of a service.
#[derive(Clone, Debug)]
pub struct RequireService<S> {
    requirement: Arc<Requirement>,
    inner: S,
}

impl RequireLayer {
    pub(super) fn new(requirement: Requirement) -> Self {
        Self(Arc::new(requirement))
    }
}

impl<S> Layer<S> for RequireLayer {
    type Service = RequireService<S>;

    fn layer(&self, inner: S) -> RequireService<S> {
        RequireService { requirement: Arc::clone(&self.0), inner }
    }
}

impl<S, B> Service<Request<B>> for RequireService<S>
where
    S: Service<Request<B>, Response = Response>,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Either<Ready<Result<Response, S::Error>>, S::Future>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let checked = match request.extensions().get::<Arc<BearerPrincipal>>() {
            Some(principal) => self.requirement.check(principal),
            None => Err(outside_of_the_layer()),
        };
        match checked {
            Ok(()) => Either::Right(self.inner.call(request)),
            Err(refusal) => Either::Left(ready(Ok(refusal.into_response()))),
        }
    }
}

/// Nobody is known, so nobody is served.
fn outside_of_the_layer() -> BearerRefusal {
    tracing::error!("a requirement for callers is outside of the layer that checks their tokens");
    BearerRefusal::new(BearerCode::Unauthorized)
}
