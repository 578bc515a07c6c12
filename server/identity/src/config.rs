//! What the application has to say about itself and its authority.

mod authority;
mod session_policy;
mod validate;

use url::Url;

pub use authority::{
    Authority, B2cAuthority, EntraAuthority, EntraTenant, ExternalIdAuthority, OidcAuthority, PUBLIC_CLOUD,
};
pub(crate) use authority::{FlowKind, Realm, TENANT_PLACEHOLDER};
pub use session_policy::SessionPolicy;
pub use validate::SettingProblem;
pub(crate) use validate::{is_https_or_loopback, is_loopback};

use crate::{credential::ClientCredential, groups::GroupRoles, return_to::ReturnTo};

/// Everything identity needs to know. [`IdentityConfig::new`] fills in what has a sensible default.
#[derive(Clone, Debug)]
pub struct IdentityConfig {
    /// The one origin under which browsers reach the site, such as `https://muster.example/`. Redirect URIs are made from
    /// it and never from a request's headers.
    pub public_url: Url,
    /// Who vouches for people.
    pub authority: Authority,
    /// Hosts besides Microsoft's own that may vouch for people: custom domains, private clouds. They come from settings, never
    /// from the authority they are asked about.
    pub known_authorities: Vec<String>,
    /// Whether the registration has signing keys of its own, as claims mapping needs them: Entra then publishes them in
    /// metadata that is asked for with `?appid=` only.
    pub custom_signing_keys: bool,
    /// The application's id at the authority (`client_id`, RFC 6749 section 2.2).
    pub client_id: String,
    /// How the application proves itself to the authority.
    pub credential: ClientCredential,
    /// Scopes to ask for; `openid` must be one of them.
    pub scopes: Vec<String>,
    /// Whether `/auth/admin-consent` is there, where administrators approve the application for a whole Entra tenant. Its
    /// callback, [`IdentityConfig::admin_consent_redirect_uri`], has to be registered as a redirect URI.
    pub admin_consent: bool,
    /// Whether `/auth/silent` is there, where a hidden frame of the site asks the authority if the person is still signed in
    /// there. It takes browsers that send the authority's cookies from within a frame of another site, or an authority on
    /// the site's own domain; elsewhere nothing comes of it. Everything that the authority is asked is then counted.
    pub silent_check: bool,
    /// Where Microsoft Graph is, such as `https://graph.microsoft.com/v1.0`. Only needed where the cloud's own is not known, or
    /// something stands in for it.
    pub graph: Option<Url>,
    /// Groups whose members have roles, at an Entra authority. The sign-in then asks for `GroupMember.Read.All`, with which
    /// Graph says what a token has no room for.
    pub groups: Option<GroupRoles>,
    /// How long a session lives.
    pub session: SessionPolicy,
    /// Where to go after a sign-in that asked for no place in particular.
    pub default_return_to: ReturnTo,
    /// Where somebody goes who is not signed in and has just said that they would rather not be; must not need a sign-in.
    pub home: ReturnTo,
    /// Stem of the cookie names. Over https the names carry the `__Host-` prefix as well.
    pub cookie_name: String,
}

impl IdentityConfig {
    /// A configuration with the scopes `openid profile email`, at Microsoft's authorities `offline_access` as well, without which
    /// there is no token without the person; the default session policy, the start page `/` and the cookie name `session`.
    #[must_use]
    pub fn new(
        public_url: Url,
        authority: Authority,
        client_id: String,
        credential: ClientCredential,
        default_return_to: ReturnTo,
    ) -> Self {
        let mut scopes = ["openid", "profile", "email"].map(str::to_owned).to_vec();
        // Elsewhere it may mean a grant that outlives every sign-out, so whoever wants that says so.
        if authority.is_microsoft() {
            scopes.push("offline_access".to_owned());
        }
        Self {
            public_url,
            authority,
            known_authorities: Vec::new(),
            custom_signing_keys: false,
            client_id,
            credential,
            scopes,
            admin_consent: false,
            silent_check: false,
            graph: None,
            groups: None,
            session: SessionPolicy::default(),
            default_return_to,
            home: ReturnTo::home(),
            cookie_name: "session".to_owned(),
        }
    }

    /// Whether browsers reach the site over TLS, which decides the cookies' `Secure` and `__Host-`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    /// Where Microsoft Graph is, without a slash at the end: by the setting, else that of the cloud. Only Entra has one.
    #[must_use]
    pub fn graph_base(&self) -> Option<Url> {
        let Authority::Entra(entra) = &self.authority else { return None };
        self.graph.clone().or_else(|| entra.graph())
    }

    /// The registered redirect URI: `/auth/callback` on the public origin.
    #[must_use]
    pub fn redirect_uri(&self) -> String {
        format!("{}/auth/callback", self.public_url.origin().ascii_serialization())
    }

    /// Where the authority sends people after sign-out: `/signed-out` on the public origin.
    #[must_use]
    pub fn post_logout_redirect_uri(&self) -> String {
        format!("{}/signed-out", self.public_url.origin().ascii_serialization())
    }
}
