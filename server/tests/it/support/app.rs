//! A site in this process: real settings, real files, real sockets, and the stand-in for Entra ID.

use std::net::SocketAddr;
use std::path::Path;

use domain::{IncidentNumber, TenantId};
use entra_local::Answer;
use server::assembly::{Assembly, assemble, assemble_beside};
use server::config::{Environment, Settings};
use server::live::{Live, Pace};
use server::local::Local;
use server::router;
use server::state::AppState;
use services::audit::AuditRecord;
use services::ports::{AuditStore, DirectoryStore, IncidentStore, Portable};
use storage::{Records, RecordsOptions};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::sync::{Mutex, OnceCell, oneshot};
use tokio::task::JoinHandle;
use url::Url;

use super::browser::Browser;
use super::people::Person;
use super::scratch;

static SHARED: OnceCell<TestApp> = OnceCell::const_new();

/// What a site starts with.
#[derive(Default)]
pub struct Setup {
    /// With the made-up incidents of the demonstration.
    pub seeded: bool,
    /// How the records behave.
    pub records: RecordsOptions,
    /// The stand-in's port, 0 for any. Sessions outlive a restart only if it stays the same.
    pub authority: u16,
    /// Further settings.
    pub settings: Vec<(&'static str, &'static str)>,
    /// How often streams do what.
    pub pace: Option<Pace>,
}

/// Another process of the same site, as far as it can be one within this one: its own connections, rooms and sockets.
pub struct Replica {
    /// Where browsers reach it.
    pub base: Url,
    records: Records,
    serving: Serving,
}

impl Replica {
    /// As when its machine is gone: nobody is told anything, connections just end.
    pub async fn kill(self) {
        self.serving.server.abort();
        let _ = self.serving.server.await;
        self.serving.live.close();
        self.records.close().await.unwrap();
    }

    /// Ends it in order.
    pub async fn stop(self) {
        self.serving.stop().await;
        self.records.close().await.unwrap();
    }
}

/// A site at its socket.
struct Serving {
    live: Live,
    stop: oneshot::Sender<()>,
    server: JoinHandle<()>,
}

impl Serving {
    fn begin(listener: TcpListener, state: AppState, public_url: &Url) -> Self {
        let live = state.live.clone();
        let service = router::build(state, public_url).into_make_service_with_connect_info::<SocketAddr>();
        let (stop, stopped) = oneshot::channel::<()>();
        let server = tokio::spawn(async move {
            let ended = axum::serve(listener, service).with_graceful_shutdown(async move {
                let _ = stopped.await;
            });
            ended.await.unwrap();
        });
        Self { live, stop, server }
    }

    async fn stop(self) {
        self.live.close();
        drop(self.stop);
        self.server.await.unwrap();
    }
}

/// A running site.
pub struct TestApp {
    /// Where browsers reach it.
    pub base: Url,
    /// The same records, past the site.
    pub records: Records,
    /// What rings for its streams.
    pub live: Live,
    settings: Settings,
    pace: Pace,
    local: Local,
    /// Answers to the account picker are taken in order, so sign-ins go one after the other.
    turn: Mutex<()>,
    serving: Serving,
}

impl TestApp {
    /// The one with the demonstration's incidents, for every test that leaves the other tests' incidents alone.
    pub async fn shared() -> &'static Self {
        let start = async || Self::start(&scratch::folder("shared"), Setup { seeded: true, ..Setup::default() }).await;
        SHARED.get_or_init(start).await
    }

    /// One without incidents, for a test that breaks things.
    pub async fn alone() -> (Self, TempDir) {
        let folder = TempDir::new().unwrap();
        (Self::start(folder.path(), Setup::default()).await, folder)
    }

    /// One on this data folder.
    pub async fn start(folder: &Path, setup: Setup) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let settings = Settings::read(&environment(listener.local_addr().unwrap(), &setup, folder)).unwrap();
        let Assembly { mut state, local, records } = assemble(&settings, &setup.records, !setup.seeded).await.unwrap();
        let pace = setup.pace.unwrap_or_default();
        state.pace = pace;
        let (live, base) = (state.live.clone(), settings.public_url.clone());
        let serving = Serving::begin(listener, state, &base);
        Self { base, records, live, settings, pace, local: local.unwrap(), turn: Mutex::new(()), serving }
    }

    /// Another replica of this site, which has to have a known authority and shared state that more than one can hear.
    pub async fn replica(&self) -> Replica {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base: Url = format!("http://localhost:{}", listener.local_addr().unwrap().port()).parse().unwrap();
        let records = Records::open(&self.settings.records, &RecordsOptions::default()).await.unwrap();
        let mut state = assemble_beside(&self.settings, &records).await.unwrap();
        state.pace = self.pace;
        let serving = Serving::begin(listener, state, &base);
        Replica { base, records, serving }
    }

    /// Ends it; the files are free for another one.
    pub async fn stop(self) {
        self.serving.stop().await;
        self.local.shutdown().await;
        self.records.close().await.unwrap();
    }

    /// Where the stand-in for Entra ID is.
    pub fn stand_in_url(&self) -> &Url {
        self.local.base_url()
    }

    /// Where the stand-in listens.
    pub fn authority(&self) -> String {
        self.local.base_url().authority().to_owned()
    }

    /// Muster's registration at the stand-in, and those of the programs that work without a person.
    pub fn apps(&self) -> &[entra_local::AppRegistration] {
        &self.local.apps
    }

    /// What tests set at the stand-in.
    pub fn control(&self) -> &entra_local::Control {
        self.local.stand_in().control()
    }

    /// Answers to pages of the stand-in are taken in order: one at a time.
    pub async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// A browser that has never been here.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.base)
    }

    /// A browser in which this person has signed in.
    pub async fn signed_in(&self, person: Person) -> Browser {
        let browser = self.browser();
        let arrived = self.sign_in(&browser, person).await;
        assert_eq!(arrived.status, 303, "{}", arrived.body);
        browser
    }

    /// Goes the whole way through the stand-in and back; the answer of the callback.
    pub async fn sign_in(&self, browser: &Browser, person: Person) -> super::Reply {
        let _turn = self.turn.lock().await;
        let control = self.local.stand_in().control();
        control.answer_next(Answer::SignInAs(person.username().to_owned()));
        browser.sign_in().await
    }

    /// The name of one of Contoso's services.
    pub async fn service(&self) -> String {
        self.records.services(super::CONTOSO).await.unwrap().remove(0).name.into()
    }

    /// Goes a way that asks for consent, and gives it; the answer of the callback.
    pub async fn consent(&self, browser: &Browser, way: &str) -> super::Reply {
        let _turn = self.turn.lock().await;
        self.local.stand_in().control().answer_next(Answer::Accept);
        browser.sign_in_at(way).await
    }

    /// Every incident of a tenant with its timeline.
    pub async fn incidents(&self, tenant: TenantId) -> Vec<Portable> {
        self.records.export(tenant, None, 100_000).await.unwrap()
    }

    /// One of Contoso's.
    pub async fn incident(&self, number: IncidentNumber) -> Portable {
        let all = self.records.export(super::CONTOSO, Some(IncidentNumber(number.0 - 1)), 1).await.unwrap();
        all.into_iter().find(|one| one.incident.number == number).unwrap()
    }

    /// The bodies of an incident's notes, in order.
    pub async fn notes(&self, number: IncidentNumber) -> Vec<String> {
        let notes =
            self.incident(number).await.entries.into_iter().filter(|entry| entry.what == domain::EntryKind::Note);
        notes.map(|entry| entry.body).collect()
    }

    /// How many of Contoso's incidents have this title.
    pub async fn titled(&self, title: &str) -> usize {
        self.incidents(super::CONTOSO).await.iter().filter(|one| one.incident.title.as_str() == title).count()
    }

    /// A tenant's audit log, newest line first.
    pub async fn audit_log(&self, tenant: TenantId) -> Vec<AuditRecord> {
        self.records.recent(tenant, 100_000).await.unwrap()
    }
}

fn environment(listen: SocketAddr, setup: &Setup, folder: &Path) -> Environment {
    let settings = [
        ("MUSTER_LISTEN", listen.to_string()),
        ("MUSTER_ENTRA_LOCAL_LISTEN", format!("127.0.0.1:{}", setup.authority)),
        ("MUSTER_DATA_DIR", folder.display().to_string()),
        ("MUSTER_SITE_ROOT", scratch::site_root().display().to_string()),
    ];
    let more = setup.settings.iter().map(|(name, value)| (*name, (*value).to_owned()));
    settings.into_iter().chain(more).map(|(name, value)| (name.to_owned(), value)).collect()
}
