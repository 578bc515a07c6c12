//! The address that ends the authority's own session (OpenID Connect RP-Initiated Logout 1.0).

use url::Url;

use super::Flow;
use crate::{
    claims::Principal,
    config::{Authority, FlowKind, Realm},
};

impl Flow {
    /// The URL that ends the authority's own session as well, if it has one: of the tenant and of the policy that the person
    /// signed in with. No ID token is kept to be sent as a hint, so a B2C policy must not require one.
    pub(crate) async fn end_session_url(&self, principal: &Principal) -> Option<Url> {
        let kind = self.kind_of(principal);
        let known = self.realms.get(kind, None)?;
        let metadata = match known.metadata(self.now()).await {
            Ok(metadata) => metadata,
            Err(error) => {
                tracing::warn!(%error, "signed out here only, the authority cannot be reached");
                return None;
            }
        };
        let mut url = metadata.end_session_endpoint.clone()?;
        if matches!(known.realm(), Realm::Entra(_)) {
            use_tenant(&mut url, &principal.tenant_id.to_string());
        }
        let mut query = url.query_pairs_mut();
        query.append_pair("post_logout_redirect_uri", &self.config.post_logout_redirect_uri());
        query.append_pair("client_id", &self.config.client_id);
        if let Some(hint) = &principal.login_hint {
            query.append_pair("logout_hint", hint);
        }
        drop(query);
        Some(url)
    }

    /// The flow whose policy the person signed in with.
    fn kind_of(&self, principal: &Principal) -> FlowKind {
        let Authority::B2c(b2c) = &self.config.authority else { return FlowKind::SignIn };
        let reset = b2c.policy_for(FlowKind::ResetPassword);
        let same = |policy: &str| principal.policy.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(policy));
        if reset.is_some_and(same) { FlowKind::ResetPassword } else { FlowKind::SignIn }
    }
}

/// Entra ends sessions per tenant: its multi-tenant paths are replaced by the person's own.
fn use_tenant(url: &mut Url, tenant: &str) {
    let path = url.path().to_owned();
    for shared in ["organizations", "common", "consumers"] {
        if let Some(rest) = path.strip_prefix('/').and_then(|path| path.strip_prefix(shared))
            && rest.starts_with('/')
        {
            url.set_path(&format!("/{tenant}{rest}"));
        }
    }
}
