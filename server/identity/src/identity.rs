//! The one handle an application holds.

use std::{fmt, sync::Arc};

use axum::{Router, middleware::from_fn_with_state, response::Response};
use time::OffsetDateTime;

use crate::{
    budget::{Budget, Counted},
    clock::Clock,
    config::{FlowKind, IdentityConfig, SettingProblem},
    error::{ErrorClass, SignInError},
    events::SignInEvents,
    flow::Flow,
    groups::GroupSource,
    key_ring::KeyRing,
    notice::{self, Notice},
    return_to::ReturnTo,
    session::{self, CookieNames, Sessions, Store},
    state::SharedState,
    tokens::{CurrentRoles, TokenCache, TokenEndpoint, Tokens},
    web,
};

/// Signing in, sessions and signing out for one site. Clones are cheap and share everything.
#[derive(Clone)]
pub struct Identity {
    inner: Arc<Inner>,
}

struct Inner {
    flow: Arc<Flow>,
    tokens: Arc<Tokens>,
    state: Arc<dyn SharedState>,
    ring: KeyRing,
    sessions: Sessions,
    default_return_to: ReturnTo,
    home: ReturnTo,
    authority_origin: String,
    budget: Option<Arc<Budget>>,
}

impl Identity {
    /// Puts the parts together. `http` should come from [`crate::http_client`]: it must not follow redirects.
    ///
    /// # Errors
    /// All problems of the configuration.
    pub fn new(
        config: IdentityConfig,
        state: Arc<dyn SharedState>,
        ring: KeyRing,
        clock: Arc<dyn Clock>,
        http: reqwest::Client,
        app: Arc<dyn SignInEvents>,
    ) -> Result<Self, Vec<SettingProblem>> {
        config.validate()?;
        let authority = config.authority.clone();
        let store = Store::new(Arc::clone(&state), ring.clone(), Arc::clone(&clock), config.session, authority);
        let cache = TokenCache::new(Arc::clone(&state), ring.clone(), Arc::clone(&clock), config.session.absolute);
        let names = CookieNames::new(&config.cookie_name, config.is_https());
        let authority_origin = config.authority.base().origin().ascii_serialization();
        let (default_return_to, home) = (config.default_return_to.clone(), config.home.clone());
        let groups = GroupSource::of(&config, &http);
        let roles = CurrentRoles::new(groups.as_ref());
        let counted = || Budget::new(Arc::clone(&state), Arc::clone(&clock), &config.authority);
        let budget = config.silent_check.then(|| Arc::new(counted()));
        let flow = Arc::new(Flow::new(config, http, clock));
        let endpoint: Arc<dyn TokenEndpoint> = match &budget {
            Some(budget) => Arc::new(Counted { endpoint: Arc::clone(&flow) as _, budget: Arc::clone(budget) }),
            None => Arc::clone(&flow) as _,
        };
        let inner = Inner {
            tokens: Tokens::new(cache.clone(), store.clone(), endpoint, groups),
            sessions: Sessions { store, names, events: app, tokens: cache, roles },
            state,
            ring,
            default_return_to,
            home,
            authority_origin,
            budget,
            flow,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// The routes under `/auth`. They have to be inside [`Identity::layer`].
    pub fn router<S: Clone + Send + Sync + 'static>(&self) -> Router<S> {
        web::router(self.clone())
    }

    /// Puts the session layer around the whole site: each request then has a [`crate::CurrentSession`] in its extensions,
    /// and a [`crate::Principal`] if somebody is signed in.
    pub fn layer<S: Clone + Send + Sync + 'static>(&self, site: Router<S>) -> Router<S> {
        let names = self.inner.sessions.names.clone();
        session::wrap(&self.inner.sessions, site.layer(from_fn_with_state(names, notice::hand_over)))
    }

    /// The address of a link or redirect that signs in and comes back to `return_to`.
    #[must_use]
    pub fn sign_in_url(&self, return_to: &ReturnTo) -> String {
        address("/auth/sign-in", return_to)
    }

    /// Whether people can change their profile at the authority: a policy of Azure AD B2C is configured for it.
    #[must_use]
    pub fn can_edit_profile(&self) -> bool {
        self.inner.flow.offers(FlowKind::EditProfile)
    }

    /// What time it is by the clock that sessions go by.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        self.inner.flow.now()
    }

    /// The address of a link that leads to the authority's page for one's profile and comes back to `return_to`.
    #[must_use]
    pub fn edit_profile_url(&self, return_to: &ReturnTo) -> String {
        address("/auth/edit-profile", return_to)
    }

    /// Leaves a notice for the page that `response`, a redirect of the application's own, leads to.
    pub fn leave_notice(&self, response: &mut Response, notice: Notice) {
        web::add_cookies(response, self.cookies().leave_note(notice));
    }

    /// The origins that forms of this site end up at by way of redirects, for `form-action` of the Content Security
    /// Policy. Complete once the authority's metadata has been read; see [`Identity::ready`].
    #[must_use]
    pub fn form_action_sources(&self) -> Vec<String> {
        let mut sources = vec![self.inner.authority_origin.clone()];
        if let Some(metadata) = self.inner.flow.known_metadata() {
            let endpoints = [Some(&metadata.authorization_endpoint), metadata.end_session_endpoint.as_ref()];
            sources.extend(endpoints.into_iter().flatten().map(|url| url.origin().ascii_serialization()));
        }
        sources.sort();
        sources.dedup();
        sources
    }

    /// Whether people could sign in now: shared state answers, and the authority's metadata and keys are at hand.
    ///
    /// # Errors
    /// What is missing.
    pub async fn ready(&self) -> Result<(), SignInError> {
        self.inner.state.get("ready").await?;
        let metadata = self.inner.flow.metadata().await?;
        self.inner.flow.keys(&metadata).await?;
        Ok(())
    }

    /// "Start again": for failures that another account might not have, the authority is told to ask which. The sign-in that
    /// completes a consent begins with the approval and nowhere else.
    pub(crate) fn start_again_url(&self, return_to: &ReturnTo, class: ErrorClass, consenting: bool) -> String {
        if consenting {
            return address("/auth/admin-consent", return_to);
        }
        let url = self.sign_in_url(return_to);
        match class {
            ErrorClass::TenantNotAllowed
            | ErrorClass::PolicyBlock
            | ErrorClass::Refused
            | ErrorClass::UserCancelled
            | ErrorClass::InteractionRequired
            | ErrorClass::Loop => format!("{url}&prompt=select_account"),
            ErrorClass::Consent
            | ErrorClass::SessionExpired
            | ErrorClass::Configuration
            | ErrorClass::Throttled
            | ErrorClass::Transient
            | ErrorClass::InvalidCallback
            | ErrorClass::InvalidToken => url,
        }
    }

    pub(crate) fn default_return_to(&self) -> &ReturnTo {
        &self.inner.default_return_to
    }

    pub(crate) fn home(&self) -> &ReturnTo {
        &self.inner.home
    }

    pub(crate) fn flow(&self) -> &Flow {
        &self.inner.flow
    }

    pub(crate) fn tokens(&self) -> &Arc<Tokens> {
        &self.inner.tokens
    }

    /// What the authority is asked is counted only where polls have to leave room for sign-ins.
    pub(crate) fn budget(&self) -> Option<&Budget> {
        self.inner.budget.as_deref()
    }

    pub(crate) fn state(&self) -> &dyn SharedState {
        &*self.inner.state
    }

    pub(crate) fn ring(&self) -> &KeyRing {
        &self.inner.ring
    }

    pub(crate) fn sessions(&self) -> &Sessions {
        &self.inner.sessions
    }

    pub(crate) fn cookies(&self) -> &CookieNames {
        &self.inner.sessions.names
    }

    pub(crate) fn events(&self) -> &dyn SignInEvents {
        &*self.inner.sessions.events
    }
}

fn address(path: &str, return_to: &ReturnTo) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    format!("{path}?{}", query.append_pair("return_to", return_to.as_str()).finish())
}

impl fmt::Debug for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Identity").field("authority", &self.inner.authority_origin).finish_non_exhaustive()
    }
}
