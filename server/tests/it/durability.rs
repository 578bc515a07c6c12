//! SIGKILL in the middle of a storm of writes: what was acknowledged is there, once, and everybody is still signed in.

use std::collections::HashMap;
use std::sync::Arc;

use domain::{EntryKind, IncidentNumber};
use entra_local::{Answer, AppRegistration, Audience, Consent, EntraLocal, Running, Scenario, Secret, Tls};
use services::ports::IncidentStore;
use services::testing::AuditChain;
use storage::{Records, RecordsOptions, RecordsUrl};
use tempfile::TempDir;
use tokio::sync::Semaphore;
use uuid::uuid;

use crate::support::{Browser, CONTOSO, Muster, Person, SEVERITY, Serving, free_port, run};

const ROUNDS: usize = 3;
const CLIENTS: [Person; 4] = [Person::Admin, Person::Manager, Person::Responder, Person::Responder];
/// Acknowledged writes before the process is killed.
const STORM: u32 = 60;

/// The authority outlives the server that is killed, as in life.
pub struct Authority {
    pub running: Running,
    app: AppRegistration,
}

impl Authority {
    pub async fn start(public_url: &str) -> Self {
        let app = AppRegistration {
            client_id: uuid!("4be70c3a-6b0e-4f1e-9b0d-1f6d2b0c7a51"),
            name: "Muster".to_owned(),
            client_secret: Secret::generate(),
            redirect_uris: vec![format!("{public_url}/auth/callback").parse().unwrap()],
            front_channel_logout_uri: None,
            audience: Audience::Organizations,
            consent: Consent::Granted,
            ..Scenario::demo().apps.remove(0)
        };
        let scenario = Scenario::demo().with_app(app.clone());
        let running = EntraLocal::serve(scenario, "127.0.0.1:0".parse().unwrap(), Tls::Off).await.unwrap();
        Self { running, app }
    }

    fn serve(&self, folder: &TempDir, port: u16, public_url: &str) -> Serving {
        self.site(folder, port, public_url).serve()
    }

    /// The command that serves a site whose people sign in here.
    pub fn site(&self, folder: &TempDir, port: u16, public_url: &str) -> Muster {
        Muster::on(folder.path(), &["serve"])
            .set("MUSTER_LISTEN", &format!("127.0.0.1:{port}"))
            .set("MUSTER_PUBLIC_URL", public_url)
            .set("AZURE_AUTHORITY_HOST", self.running.base_url.as_str())
            .set("AZURE_TENANT_ID", "organizations")
            .set("MUSTER_TENANTS", "any")
            .set("AZURE_CLIENT_ID", &self.app.client_id.to_string())
            .set("AZURE_CLIENT_SECRET", self.secret())
    }

    /// What the site proves itself with.
    pub fn secret(&self) -> &str {
        self.app.client_secret.expose()
    }
}

/// What one client was told is done.
#[derive(Default)]
struct Acknowledged {
    titles: Vec<String>,
    notes: Vec<String>,
}

/// Declares and writes in turns until nobody answers any more.
async fn storm(browser: Arc<Browser>, name: String, at: IncidentNumber, done: Arc<Semaphore>) -> Acknowledged {
    let mut acknowledged = Acknowledged::default();
    for n in 0.. {
        let text = format!("{name} {n}");
        let declaring = n % 4 == 0;
        let request = if declaring {
            browser
                .form("/incidents/new", &[("title", &text), ("severity", SEVERITY), ("key", &text.replace(' ', "-"))])
        } else {
            let fields = [("form", "note"), ("body", text.as_str()), ("key", &text.replace(' ', "-"))];
            browser.form(&app::routes::incident(at), &fields)
        };
        // The connection is gone, or was cut within the answer.
        let Ok(reply) = browser.try_send(request).await else { break };
        assert_eq!(reply.status, 303, "{}", reply.body);
        if declaring {
            acknowledged.titles.push(text);
        } else {
            acknowledged.notes.push(text);
        }
        done.add_permits(1);
    }
    acknowledged
}

/// How often each title and each note is on record.
async fn on_record(folder: &TempDir) -> HashMap<String, usize> {
    let records =
        Records::open(&RecordsUrl::file(folder.path().join("records.db")), &RecordsOptions::default()).await.unwrap();
    assert_eq!(records.verify(CONTOSO).await.unwrap(), None, "the audit log is whole");
    let mut found = HashMap::new();
    for one in records.export(CONTOSO, None, 100_000).await.unwrap() {
        *found.entry(one.incident.title.as_str().to_owned()).or_default() += 1;
        for entry in one.entries.into_iter().filter(|entry| entry.what == EntryKind::Note) {
            *found.entry(entry.body).or_default() += 1;
        }
    }
    records.close().await.unwrap();
    found
}

#[test]
fn a_killed_process_loses_no_acknowledged_write_and_no_session() {
    run(async {
        let folder = TempDir::new().unwrap();
        let port = free_port();
        let public_url = format!("http://localhost:{port}");
        let authority = Authority::start(&public_url).await;
        let mut server = authority.serve(&folder, port, &public_url);
        let mut browsers = Vec::new();
        for person in CLIENTS {
            let browser = Browser::new(&public_url.parse().unwrap());
            let control = authority.running.entra().control();
            control.answer_next(Answer::SignInAs(person.username().to_owned()));
            assert_eq!(browser.sign_in().await.status, 303);
            browsers.push(Arc::new(browser));
        }
        let at = browsers[0].declare("In the eye of the storm").await;
        let (mut expected, mut largest) = (1, 1);
        for round in 0..ROUNDS {
            let done = Arc::new(Semaphore::new(0));
            let clients: Vec<_> = browsers
                .iter()
                .enumerate()
                .map(|(n, browser)| {
                    tokio::spawn(storm(browser.clone(), format!("round {round} client {n} write"), at, done.clone()))
                })
                .collect();
            done.acquire_many(STORM).await.unwrap().forget();
            server.kill();
            let mut acknowledged = Vec::new();
            for client in clients {
                let told = client.await.unwrap();
                acknowledged.extend(told.titles);
                acknowledged.extend(told.notes);
            }
            assert!(acknowledged.len() >= STORM as usize);

            server = authority.serve(&folder, port, &public_url);
            let found = on_record(&folder).await;
            for text in &acknowledged {
                assert_eq!(found.get(text), Some(&1), "round {round}: `{text}` was acknowledged");
            }
            assert!(found.values().all(|times| *times == 1), "nothing is there twice");
            expected += acknowledged.len();
            // Each client may have had one write under way whose answer it never saw.
            largest += acknowledged.len() + CLIENTS.len();
            assert!((expected..=largest).contains(&found.len()), "{expected} <= {} <= {largest}", found.len());
            for browser in &browsers {
                let page = browser.get(&app::routes::incident(at)).await;
                assert_eq!(page.status, 200, "round {round}: still signed in");
            }
        }
        assert_eq!(server.terminate(), Some(0));
        authority.running.shutdown().await;
    });
}
