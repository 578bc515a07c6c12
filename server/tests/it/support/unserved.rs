//! A site without a socket: for requests that no client can be made to send, and for parts that break.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use http::{Request, header};
use server::assembly::{Assembly, assemble};
use server::config::{Environment, Settings};
use server::local::Local;
use server::router;
use server::state::AppState;
use storage::{Records, RecordsOptions};
use tempfile::TempDir;
use tower::ServiceExt;

use super::browser::without_marks;
use super::{Reply, scratch};

/// A site that listens nowhere.
pub struct Unserved {
    router: Router,
    host: String,
    /// The same records, past the site.
    pub records: Records,
    local: Option<Local>,
    _folder: TempDir,
}

impl Unserved {
    /// For everybody, over https, with a provider that is never asked.
    pub async fn public(change: impl FnOnce(&mut AppState)) -> Self {
        Self::public_with(&[], change).await
    }

    /// [`Unserved::public`] with further settings, which count more.
    pub async fn public_with(more: &[(&'static str, &str)], change: impl FnOnce(&mut AppState)) -> Self {
        let mut settings = vec![
            ("MUSTER_PUBLIC_URL", "https://muster.example".to_owned()),
            ("MUSTER_KEY_RING", identity::KeyRing::generate().unwrap()),
            ("AZURE_TENANT_ID", "organizations".to_owned()),
            ("AZURE_CLIENT_ID", "e1d3a7b6-58f0-4c9e-a2b4-6f7d90c81e35".to_owned()),
            ("AZURE_CLIENT_SECRET", "not used here".to_owned()),
        ];
        settings.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
        Self::start(&settings, change).await
    }

    /// For this machine, with the development sign-in.
    pub async fn development(change: impl FnOnce(&mut AppState)) -> Self {
        Self::start(&[("MUSTER_ENTRA_LOCAL_LISTEN", "127.0.0.1:0".to_owned())], change).await
    }

    async fn start(settings: &[(&str, String)], change: impl FnOnce(&mut AppState)) -> Self {
        let folder = TempDir::new().unwrap();
        let own = [
            ("MUSTER_DATA_DIR", folder.path().display().to_string()),
            ("MUSTER_SITE_ROOT", scratch::site_root().display().to_string()),
        ];
        let all = settings.iter().chain(&own).map(|(name, value)| ((*name).to_owned(), value.clone()));
        let settings = Settings::read(&all.collect::<Environment>()).unwrap();
        let assembled = assemble(&settings, &RecordsOptions::default(), true).await.unwrap();
        let Assembly { mut state, local, records } = assembled;
        change(&mut state);
        let url = &settings.public_url;
        let host = url.port().map_or_else(|| url.host().unwrap().to_string(), |port| format!("localhost:{port}"));
        Self { router: router::build(state, url), host, records, local, _folder: folder }
    }

    /// A person going to this address, exactly as it is written.
    pub async fn go(&self, address: &str) -> Reply {
        self.send(Request::get(address).header(header::ACCEPT, "text/html").header("sec-fetch-mode", "navigate")).await
    }

    /// A program asking for it.
    pub async fn ask(&self, address: &str) -> Reply {
        self.send(Request::get(address).header("sec-fetch-mode", "cors")).await
    }

    /// As [`Unserved::go`], over a connection from this address.
    pub async fn go_from(&self, peer: &str, address: &str) -> Reply {
        let request = Request::get(address).header(header::ACCEPT, "text/html").header("sec-fetch-mode", "navigate");
        self.send(request.extension(connection(peer))).await
    }

    /// As [`Unserved::ask`], over a connection from this address and with these headers.
    pub async fn ask_from(&self, peer: &str, address: &str, headers: &[(&str, &str)]) -> Reply {
        let request = Request::get(address).header("sec-fetch-mode", "cors");
        let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
        self.send(request.extension(connection(peer))).await
    }

    /// For this site's host.
    pub async fn send(&self, request: http::request::Builder) -> Reply {
        self.exactly(request.header(header::HOST, &self.host)).await
    }

    /// With no header but those it has.
    pub async fn exactly(&self, request: http::request::Builder) -> Reply {
        let request = request.body(Body::empty()).unwrap();
        // A request that nobody answers is a failure, not a run that never ends.
        let answer = tokio::time::timeout(Duration::from_mins(2), self.router.clone().oneshot(request)).await;
        let (parts, body) = answer.unwrap().unwrap().into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap();
        Reply { status: parts.status, headers: parts.headers, body: without_marks(std::str::from_utf8(&body).unwrap()) }
    }

    /// Ends it.
    pub async fn stop(self) {
        if let Some(local) = self.local {
            local.shutdown().await;
        }
        self.records.close().await.unwrap();
    }
}

pub fn connection(peer: &str) -> ConnectInfo<SocketAddr> {
    ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 4711))
}
