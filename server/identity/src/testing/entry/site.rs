//! A whole site: what browsers and strangers send to it.

use std::{path::Path, sync::Arc};

use async_trait::async_trait;
use axum::{Router, body::Body, routing::get};
use http::{HeaderMap, HeaderValue, Method, Request, StatusCode, Uri, header};
use time::OffsetDateTime;
use tokio::runtime::{Builder, Runtime};
use tower::ServiceExt;
use url::{Position, Url};
use uuid::Uuid;

use super::{provider::Provider, tokens::CLIENT};
use crate::{
    CurrentSession, EmbeddedState, Identity, IdentityConfig, KeyRing, Principal, Refusal, RequestFacts, ReturnTo,
    SignInEvents, SignInRefused,
    config::{Authority, OidcAuthority},
    credential::ClientCredential,
    http_client,
    testing::ManualClock,
};

const ORIGIN: &str = "http://localhost:3000";
/// Put into everything that comes in, and in no answer.
const MARKER: &str = "zqxjkvb";

/// A site with an authority, and somebody who has signed in.
pub struct Site {
    runtime: Runtime,
    app: Router,
    provider: Provider,
    /// `name=value` of the session's cookie.
    session: String,
}

/// An answer, read to its end.
struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: String,
}

/// A sign-in that is open.
struct Open {
    state: String,
    nonce: String,
    cookie: String,
}

impl Site {
    /// Starts it with its state in `file`, which must not exist yet.
    ///
    /// # Panics
    /// If it does not start, or nobody can sign in.
    pub fn start(file: &Path) -> Self {
        let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
        let now = OffsetDateTime::from_unix_timestamp(1_800_000_000).expect("a time");
        let (app, provider) = runtime.block_on(async {
            let provider = Provider::start(now).await;
            let clock = Arc::new(ManualClock::new(now));
            let state = EmbeddedState::open(file, clock.clone()).await.expect("a state file");
            let ring = KeyRing::parse(&KeyRing::generate().expect("a key")).expect("a key ring");
            let http = http_client().expect("a client");
            let config = config(&provider);
            let identity =
                Identity::new(config, Arc::new(state), ring, clock, http, Arc::new(Anybody)).expect("settings");
            let pages = Router::new().route("/whoami", get(who_am_i)).merge(identity.router());
            (identity.layer(pages), provider)
        });
        let mut site = Self { runtime, app, provider, session: String::new() };
        let arrived = site.sign_in("/");
        site.session = arrived.cookie("session=");
        assert_eq!(site.whoami(&site.session).body, "Somebody");
        site
    }

    /// Any query of the callback, with and without a session.
    ///
    /// # Panics
    /// If it is repeated, counts as a sign-in, ends a session, or passes for a fault of the server.
    pub fn callback(&self, data: &[u8]) {
        let open = contains(data, b"STATE").then(|| self.open_sign_in("/"));
        let data = String::from_utf8_lossy(data);
        let query = data.replace("STATE", open.as_ref().map_or("", |open| &open.state));
        let cookies = open.as_ref().map_or_else(String::new, |open| format!("; {}", open.cookie));
        let Some(uri) = address("/auth/callback", &query) else { return };
        let reply = self.get(uri, &format!("{}{cookies}", self.session));
        // What the authority says is believed, be it that somebody changed their mind or that it is at fault itself, if it is
        // the one that was asked.
        let said = open.is_some() && query.contains("error");
        assert!(reply.status.is_client_error() || said, "{}", reply.status);
        reply.stays_here();
        reply.leaves_session_alone();

        let marked = query.replace('=', &format!("={MARKER}"));
        if let Some(uri) = address("/auth/callback", &marked) {
            self.get(uri, "").repeats_nothing();
        }
    }

    /// Any query of the sign-in.
    ///
    /// # Panics
    /// If it passes for a fault of the server, or sends the browser anywhere but to the authority.
    pub fn sign_in_query(&self, data: &[u8]) {
        let query = String::from_utf8_lossy(data);
        let Some(uri) = address("/auth/sign-in", &query) else { return };
        let reply = self.get(uri, "");
        assert!(reply.status == StatusCode::FOUND || reply.status.is_client_error(), "{}", reply.status);
        if let Some(location) = reply.location() {
            assert_eq!(location.origin(), Url::parse(&self.provider.issuer).expect("a URL").origin());
            assert_eq!(location.path(), "/authorize");
        }
    }

    /// Any bytes as the cookies of a request.
    ///
    /// # Panics
    /// If they pass for a session, without being the session's, or for a fault of the server.
    pub fn cookies(&self, data: &[u8]) {
        let data = String::from_utf8_lossy(data).replace("SESSION", &self.session);
        let Ok(line) = HeaderValue::from_bytes(data.as_bytes()) else { return };
        let genuine = data.contains(&self.session);
        let mut request = Request::get("/whoami").body(Body::empty()).expect("a request");
        request.headers_mut().insert(header::COOKIE, line);
        let reply = self.send(request);
        assert_eq!(reply.status, StatusCode::OK);
        assert!(reply.body == "nobody" || (genuine && reply.body == "Somebody"), "{}", reply.body);
        reply.repeats_nothing();
    }

    /// Any text as the place to go to, all the way through a sign-in.
    ///
    /// # Panics
    /// If the browser leaves the site.
    pub fn return_to(&self, data: &[u8]) {
        let arrived = self.sign_in(&String::from_utf8_lossy(data));
        assert_eq!(arrived.status, StatusCode::SEE_OTHER);
        assert!(arrived.stays_here(), "a sign-in ends with a redirect");
    }

    /// Any body of a back-channel logout and any query of a front-channel logout.
    ///
    /// # Panics
    /// If it ends a session, is repeated, or passes for a fault of the server.
    pub fn logout(&self, data: &[u8]) {
        let text = String::from_utf8_lossy(data);
        let mut body = url::form_urlencoded::Serializer::new(String::new());
        for form in [data.to_vec(), body.append_pair("logout_token", &format!("{MARKER}{text}")).finish().into()] {
            let request = Request::post("/auth/back-channel-logout")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(Body::from(form))
                .expect("a request");
            let reply = self.send(request);
            assert!(reply.status.is_client_error(), "{}", reply.status);
            reply.repeats_nothing();
        }
        let marked = text.replace('=', &format!("={MARKER}"));
        if let Some(uri) = address("/auth/front-channel-logout", &marked) {
            let reply = self.get(uri, "");
            assert!(!reply.status.is_server_error() && !reply.status.is_redirection(), "{}", reply.status);
            reply.repeats_nothing();
        }
        assert_eq!(self.whoami(&self.session).body, "Somebody", "a stranger ended a session");
    }

    fn whoami(&self, cookies: &str) -> Reply {
        self.get(Uri::from_static("/whoami"), cookies)
    }

    /// Begins a sign-in.
    fn open_sign_in(&self, return_to: &str) -> Open {
        let uri = address("/auth/sign-in", &encoded(return_to)).expect("an encoded query");
        let reply = self.get(uri, "");
        let location = reply.location().expect("the authority's address");
        let parameter = |wanted: &str| {
            let mut pairs = location.query_pairs();
            pairs.find(|(name, _)| name == wanted).map(|(_, value)| value.into_owned()).unwrap_or_default()
        };
        Open { state: parameter("state"), nonce: parameter("nonce"), cookie: reply.cookie("session-tx-") }
    }

    /// Goes the whole way; the callback's answer.
    fn sign_in(&self, return_to: &str) -> Reply {
        let open = self.open_sign_in(return_to);
        self.provider.redeem_next(open.nonce);
        let uri = address("/auth/callback", &format!("code=c&state={}", open.state)).expect("a query");
        self.get(uri, &open.cookie)
    }

    fn get(&self, uri: Uri, cookies: &str) -> Reply {
        let request = Request::builder().method(Method::GET).uri(uri).header(header::COOKIE, cookies);
        self.send(request.header(header::ACCEPT, "text/html").body(Body::empty()).expect("a request"))
    }

    fn send(&self, request: Request<Body>) -> Reply {
        self.runtime.block_on(async {
            let response = self.app.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
            let (parts, body) = response.into_parts();
            let body = axum::body::to_bytes(body, 1 << 20).await.expect("a body");
            let body = String::from_utf8_lossy(&body).into_owned();
            Reply { status: parts.status, headers: parts.headers, body }
        })
    }
}

impl Reply {
    fn location(&self) -> Option<Url> {
        let location = self.headers.get(header::LOCATION)?.to_str().expect("ASCII");
        Some(Url::parse(ORIGIN).expect("a URL").join(location).expect("a URL"))
    }

    /// Whether there is a redirect, which has to stay on the site.
    fn stays_here(&self) -> bool {
        let Some(location) = self.location() else { return false };
        assert_eq!(location.origin().ascii_serialization(), ORIGIN, "a redirect leaves the site");
        true
    }

    fn set_cookies(&self) -> impl Iterator<Item = &str> {
        self.headers.get_all(header::SET_COOKIE).iter().filter_map(|line| line.to_str().ok())
    }

    fn cookie(&self, stem: &str) -> String {
        let line = self.set_cookies().find(|line| line.starts_with(stem)).expect("a cookie");
        line.split(';').next().unwrap_or_default().to_owned()
    }

    fn leaves_session_alone(&self) {
        assert!(!self.set_cookies().any(|line| line.starts_with("session=")), "a callback changed the session");
    }

    fn repeats_nothing(&self) {
        assert!(!self.body.to_ascii_lowercase().contains(MARKER), "the page repeats what came in");
        for value in self.headers.values() {
            assert!(!contains(value.as_bytes(), MARKER.as_bytes()), "a header repeats what came in");
        }
    }
}

/// Lets everybody in and writes nothing down.
struct Anybody;

#[async_trait]
impl SignInEvents for Anybody {
    async fn signing_in(&self, _: &Principal, _: &RequestFacts) -> Result<(), SignInRefused> {
        Ok(())
    }

    async fn signed_out(&self, _: &Principal, _: &RequestFacts) {}

    async fn refused(&self, _: &Refusal, _: &RequestFacts) {}
}

async fn who_am_i(CurrentSession(session): CurrentSession) -> String {
    session.map_or_else(|| "nobody".to_owned(), |session| session.principal.name.clone())
}

fn config(provider: &Provider) -> IdentityConfig {
    let authority = Authority::Oidc(OidcAuthority {
        issuer: Url::parse(&provider.issuer).expect("a URL"),
        tenant_id: Uuid::nil(),
        tenant_name: String::new(),
        role_claim: "roles".to_owned(),
    });
    let home: ReturnTo = "/".parse().expect("a path");
    let secret = ClientCredential::Secret("a secret".to_owned().into());
    IdentityConfig::new(Url::parse(ORIGIN).expect("a URL"), authority, CLIENT.to_owned(), secret, home)
}

fn encoded(return_to: &str) -> String {
    url::form_urlencoded::Serializer::new(String::new()).append_pair("return_to", return_to).finish()
}

/// The address with this query, escaped as a browser would; none if it is too long for a request.
fn address(path: &str, query: &str) -> Option<Uri> {
    let mut url = Url::parse(ORIGIN).expect("a URL");
    url.set_path(path);
    url.set_query(Some(query));
    Uri::try_from(&url[Position::BeforePath..Position::AfterQuery]).ok()
}

fn contains(text: &[u8], part: &[u8]) -> bool {
    text.windows(part.len()).any(|window| window == part)
}
