//! Protecting an API with access tokens (RFC 6750): one layer that says who is calling, and others that say who may.

mod authenticate;
mod authorization;
mod caller;
mod config;
mod layer;
mod principal;
mod refusal;
mod requirement;
mod seen;

use std::{fmt, sync::Arc};

use axum::response::Response;

pub use config::{AccessTokenVersions, BearerConfig};
pub use layer::{BearerLayer, BearerService};
pub use principal::{BearerPrincipal, CallerKind};
pub use refusal::{BearerCode, BearerRefusal};
pub use requirement::{RequireLayer, RequireService, Requirement};

use crate::{config::SettingProblem, identity::Identity, validator::Audiences};
use seen::Seen;

type Draw = Arc<dyn Fn(&BearerRefusal) -> Response + Send + Sync>;

/// Checks the access tokens of callers of one API. Clones are cheap and share what they have seen.
#[derive(Clone)]
pub struct Bearer {
    inner: Arc<Inner>,
    draw: Option<Draw>,
}

struct Inner {
    identity: Identity,
    audiences: Audiences,
    versions: AccessTokenVersions,
    seen: Seen,
}

impl Identity {
    /// Accepts access tokens of this authority for the API that `config` describes.
    ///
    /// # Errors
    /// All problems of the configuration.
    pub fn bearer(&self, config: BearerConfig) -> Result<Bearer, Vec<SettingProblem>> {
        config.validate(&self.flow().config().authority)?;
        let BearerConfig { audiences, versions } = config;
        let inner = Inner { identity: self.clone(), audiences: Audiences::new(audiences), versions, seen: Seen::new() };
        Ok(Bearer { inner: Arc::new(inner), draw: None })
    }
}

impl Bearer {
    /// Has the bodies of refusals drawn by the application, wherever inside [`Bearer::layer`] they come from. What it draws
    /// keeps its content and gets the refusal's status and headers.
    #[must_use]
    pub fn with_answers(self, draw: impl Fn(&BearerRefusal) -> Response + Send + Sync + 'static) -> Self {
        Self { draw: Some(Arc::new(draw)), ..self }
    }

    /// A tower layer that lets requests with a good token through, with a [`BearerPrincipal`] in their extensions, and
    /// answers all others.
    #[must_use]
    pub fn layer(&self) -> BearerLayer {
        BearerLayer::new(self.clone())
    }
}

impl fmt::Debug for Bearer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bearer")
            .field("audiences", &self.inner.audiences)
            .field("versions", &self.inner.versions)
            .finish_non_exhaustive()
    }
}
