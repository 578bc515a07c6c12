//! The layer around an API.

use std::{
    mem,
    task::{Context, Poll},
};

use axum::response::{IntoResponse, Response};
use futures::future::BoxFuture;
use http::Request;
use tower::{Layer, Service};

use super::{Bearer, BearerRefusal};

/// Lets requests with a good token through. Made by [`Bearer::layer`].
#[derive(Clone, Debug)]
pub struct BearerLayer(Bearer);

/// What [`BearerLayer`] makes of a service.
#[derive(Clone, Debug)]
pub struct BearerService<S> {
    bearer: Bearer,
    inner: S,
}

impl BearerLayer {
    pub(super) fn new(bearer: Bearer) -> Self {
        Self(bearer)
    }
}

impl<S> Layer<S> for BearerLayer {
    type Service = BearerService<S>;

    fn layer(&self, inner: S) -> BearerService<S> {
        BearerService { bearer: self.0.clone(), inner }
    }
}

impl<S, B> Service<Request<B>> for BearerService<S>
where
    S: Service<Request<B>, Response = Response> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
{
    type Response = Response;
    type Error = S::Error;
    type Future = BoxFuture<'static, Result<Response, S::Error>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        // The one that was polled is ready, its clone may not be.
        let clone = self.inner.clone();
        let (bearer, mut inner) = (self.bearer.clone(), mem::replace(&mut self.inner, clone));
        Box::pin(async move {
            let response = match bearer.authenticate(request.headers()).await {
                Ok(principal) => {
                    request.extensions_mut().insert(principal);
                    inner.call(request).await?
                }
                Err(refusal) => refusal.into_response(),
            };
            Ok(bearer.drawn(response))
        })
    }
}

impl Bearer {
    /// The application's own drawing of a refusal, whoever inside refused.
    fn drawn(&self, response: Response) -> Response {
        match (&self.draw, response.extensions().get::<BearerRefusal>()) {
            (Some(draw), Some(refusal)) => refusal.sign(draw(refusal)),
            _ => response,
        }
    }
}
