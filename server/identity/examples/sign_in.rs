//! An axum app that signs people in. `cargo run -p identity --example sign_in`, then open the address it prints.
//!
//! With `AZURE_TENANT_ID`, `AZURE_CLIENT_ID` and `AZURE_CLIENT_SECRET` people sign in with Microsoft Entra ID; the app
//! registration needs the redirect URIs `http://localhost:3000/auth/callback`, where a sign-in ends, and
//! `http://localhost:3000/signed-out`, where a sign-out does. Without them they sign in at a stand-in on this machine, whose
//! accounts are made up. `PORT` is the port, in those addresses too, 3000 unless it is set.

use std::{env, error::Error, net::Ipv4Addr, sync::Arc};

use axum::{Router, response::Html, routing::get};
use entra_local::{EntraLocal, Running, Scenario, Tls};
use identity::{
    Authority, ClientCredential, CurrentSession, EmbeddedState, EntraAuthority, EntraTenant, Everybody, Identity,
    IdentityConfig, KeyRing, PUBLIC_CLOUD, SystemClock, http_client,
};
use url::Url;

type Fallible<T> = Result<T, Box<dyn Error>>;

/// All there is to it: ten lines. A real application brings events of its own in place of `Everybody`, which make accounts and
/// write the audit log, keeps its key ring and its state file, or everybody is signed out by a restart,
/// and refuses forms that another site sends (see the crate's documentation).
async fn site(config: IdentityConfig, state_file: &std::path::Path) -> Fallible<Router> {
    let clock = Arc::new(SystemClock);
    let state = Arc::new(EmbeddedState::open(state_file, clock.clone()).await?);
    let ring = KeyRing::parse(&KeyRing::generate()?)?;
    let identity = Identity::new(config, state, ring, clock, http_client()?, Arc::new(Everybody))
        .map_err(|problems| format!("{problems:?}"))?;
    let pages = Router::new()
        .route("/", get(hello))
        .route("/signed-out", get(async || Html("Signed out. <a href=\"/\">Start page</a>")))
        .merge(identity.router());
    Ok(identity.layer(pages))
}

async fn hello(CurrentSession(session): CurrentSession) -> Html<String> {
    Html(match session {
        None => "<p>Hello, stranger. <a href=\"/auth/sign-in\">Sign in</a></p>".to_owned(),
        Some(session) => format!(
            "<p>Hello, {}.</p><form method=\"post\" action=\"/auth/sign-out\"><button>Sign out</button></form>",
            session.principal.name.replace('&', "&amp;").replace('<', "&lt;"),
        ),
    })
}

#[tokio::main]
async fn main() -> Fallible<()> {
    let port: u16 = env::var("PORT").ok().map_or(Ok(3000), |port| port.parse())?;
    let public_url: Url = format!("http://localhost:{port}").parse()?;
    let folder = tempfile::tempdir()?;

    // The stand-in runs for as long as this is held.
    let (config, _stand_in) = match env::var("AZURE_TENANT_ID") {
        Ok(tenant) => (entra(&public_url, &tenant)?, None),
        Err(_) => stand_in(&public_url).await.map(|(config, running)| (config, Some(running)))?,
    };
    let site = site(config, &folder.path().join("state.db")).await?;
    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("{public_url}");
    Ok(axum::serve(listener, site).await?)
}

/// Settings for people of one tenant.
fn entra(public_url: &Url, tenant: &str) -> Fallible<IdentityConfig> {
    let authority = EntraAuthority {
        base: PUBLIC_CLOUD.parse()?,
        tenant: EntraTenant::Single(tenant.parse()?),
        allowed_tenants: None,
    };
    config(public_url, authority, env::var("AZURE_CLIENT_ID")?, env::var("AZURE_CLIENT_SECRET")?)
}

/// Settings for the stand-in, which knows this application.
async fn stand_in(public_url: &Url) -> Fallible<(IdentityConfig, Running)> {
    let mut app = Scenario::demo().apps.remove(0);
    app.redirect_uris = vec![public_url.join("/auth/callback")?, public_url.join("/signed-out")?];
    let (client_id, secret) = (app.client_id.to_string(), app.client_secret.expose().to_owned());
    let running = EntraLocal::serve(Scenario::demo().with_app(app), (Ipv4Addr::LOCALHOST, 0).into(), Tls::Off).await?;
    let base = running.base_url.clone();
    let authority = EntraAuthority { base, tenant: EntraTenant::Organizations, allowed_tenants: None };
    Ok((config(public_url, authority, client_id, secret)?, running))
}

fn config(public_url: &Url, authority: EntraAuthority, client_id: String, secret: String) -> Fallible<IdentityConfig> {
    let secret = ClientCredential::Secret(secret.into());
    Ok(IdentityConfig::new(public_url.clone(), Authority::Entra(authority), client_id, secret, "/".parse()?))
}
