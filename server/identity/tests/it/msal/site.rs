//! A site over TLS-served Entra: MSAL speaks to no other.

use std::{io::Write, sync::Arc};

use axum::{Extension, Json, Router, body::Body, routing::get};
use entra_local::{Answer, Control, EntraLocal, Running, Scenario, Tls};
use http::{Request, header};
use identity::{
    Authority, ClientCredential, EmbeddedState, EntraAuthority, EntraTenant, Everybody, Identity, IdentityConfig,
    KeyRing, Principal, SystemClock,
};
use secrecy::SecretString;
use tempfile::{NamedTempFile, TempDir};
use tower::ServiceExt;
use url::Url;

use crate::support::watch;

pub const AMARA: &str = "amara@contoso.example";
const ORIGIN: &str = "http://localhost:3000";
pub const CALLBACK: &str = "http://localhost:3000/auth/callback";

pub struct Site {
    pub identity: Identity,
    pub secret: String,
    app: Router,
    entra: Arc<Running>,
    /// For other programs to trust.
    pub certificate: NamedTempFile,
    http: reqwest::Client,
    _folder: TempDir,
}

impl Site {
    pub async fn start() -> Self {
        let mut app = Scenario::demo().apps.remove(0);
        app.redirect_uris = vec![CALLBACK.parse().unwrap()];
        let secret = app.client_secret.expose().to_owned();
        let scenario = Scenario::demo().with_app(app);
        let entra = EntraLocal::serve(scenario, "127.0.0.1:0".parse().unwrap(), Tls::Generated).await.unwrap();
        Self::at(Arc::new(entra), secret).await
    }

    /// A site with empty records at the same authority.
    pub async fn over(other: &Self) -> Self {
        Self::at(Arc::clone(&other.entra), other.secret.clone()).await
    }

    async fn at(entra: Arc<Running>, secret: String) -> Self {
        watch::never(&secret);
        watch::install();
        let pem = entra.certificate_pem.clone().unwrap();
        let trusted = reqwest::Certificate::from_pem(pem.as_bytes()).unwrap();
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).tls_certs_only([trusted]);
        let http = http.build().unwrap();
        let mut certificate = NamedTempFile::new().unwrap();
        certificate.write_all(pem.as_bytes()).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(SystemClock);
        let state = EmbeddedState::open(&folder.path().join("state.db"), clock.clone()).await.unwrap();
        let base = entra.base_url.clone();
        let authority =
            Authority::Entra(EntraAuthority { base, tenant: EntraTenant::Organizations, allowed_tenants: None });
        let config = IdentityConfig::new(
            ORIGIN.parse().unwrap(),
            authority,
            super::client_id(),
            ClientCredential::Secret(SecretString::from(secret.clone())),
            "/me".parse().unwrap(),
        );
        let ring = KeyRing::parse(&KeyRing::generate().unwrap()).unwrap();
        let identity = Identity::new(config, Arc::new(state), ring, clock, http.clone(), Arc::new(Everybody)).unwrap();
        let me = get(async |Extension(person): Extension<Principal>| Json(person));
        let app = identity.layer(Router::new().route("/me", me).merge(identity.router()));
        Self { identity, secret, app, entra, certificate, http, _folder: folder }
    }

    pub fn control(&self) -> &Control {
        self.entra.entra().control()
    }

    pub fn authority(&self) -> Url {
        self.entra.base_url.join("organizations").unwrap()
    }

    /// The next account picker is answered with this account.
    pub fn next_person(&self, username: &str) {
        self.control().answer_next(Answer::SignInAs(username.to_owned()));
    }

    /// Signs somebody in, in a browser of its own.
    pub async fn sign_in(&self, username: &str) -> Principal {
        self.next_person(username);
        let mut cookies = Vec::new();
        let mut location = self.open("/auth/sign-in?return_to=/me", &mut cookies).await.0;
        while !location.starts_with(ORIGIN) {
            let reply = self.http.get(&location).send().await.unwrap();
            let next = reply.headers()[header::LOCATION].to_str().unwrap();
            location = reply.url().join(next).unwrap().into();
        }
        self.open(location.strip_prefix(ORIGIN).unwrap(), &mut cookies).await;
        serde_json::from_slice(&self.open("/me", &mut cookies).await.1).unwrap()
    }

    /// Where a page of the site leads, and what is on it.
    async fn open(&self, path: &str, cookies: &mut Vec<String>) -> (String, Vec<u8>) {
        let request = Request::get(path).header(header::ACCEPT, "text/html").header(header::COOKIE, cookies.join("; "));
        let reply = self.app.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        for line in reply.headers().get_all(header::SET_COOKIE) {
            let line = line.to_str().unwrap();
            if !line.contains("Max-Age=0") {
                cookies.push(line.split(';').next().unwrap().to_owned());
            }
        }
        let location = reply.headers().get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned());
        let body = axum::body::to_bytes(reply.into_body(), usize::MAX).await.unwrap();
        (location.unwrap_or_default(), body.to_vec())
    }
}
