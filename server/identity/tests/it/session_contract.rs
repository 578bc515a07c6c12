//! What a session is on every store, through a site as a browser sees it.

use std::sync::Arc;

use http::StatusCode;
use identity::{Clock, EmbeddedState, IdentityConfig, SessionPolicy, SharedState, testing::ManualClock};
use time::{Duration, OffsetDateTime};

use crate::support::{AMARA, Browser, CONTOSO, DARIO, Entra, FABRIKAM, LOCAL, Site};

/// Runs it on an empty store. `state` and `other` are two connections to it, as two processes would have.
pub async fn run(state: Arc<dyn SharedState>, other: Arc<dyn SharedState>, clock: Arc<ManualClock>) {
    let bench = Bench::new(state, other, clock).await;
    bench.every_process_knows_a_session().await;
    bench.a_session_that_ended_stays_ended().await;
    bench.many_requests_note_their_use_at_once().await;
    bench.idle_and_absolute_ends().await;
    bench.entra.control().set_clock_offset(Duration::ZERO);
}

struct Bench {
    entra: Entra,
    one: Site,
    two: Site,
}

impl Bench {
    async fn new(state: Arc<dyn SharedState>, other: Arc<dyn SharedState>, clock: Arc<ManualClock>) -> Self {
        let entra = Entra::start().await;
        let one = Site::with_state(config(&entra), state, clock, tempfile::tempdir().unwrap());
        let two = one.replica_on(config(&entra), other);
        Self { entra, one, two }
    }

    async fn signed_in(&self, site: &Site, person: &str) -> Browser {
        self.entra.control().set_clock_offset(site.clock.now() - OffsetDateTime::now_utc());
        let browser = Browser::new(site);
        self.entra.next_person(person);
        assert_eq!(browser.sign_in("/auth/sign-in").await.status, StatusCode::SEE_OTHER);
        browser
    }

    /// How many sessions of a tenant the index knows.
    async fn sessions_of(&self, tenant: &str) -> usize {
        self.one.state.members(&format!("sess-tenant:{tenant}"), None, 100).await.unwrap().len()
    }

    async fn every_process_knows_a_session(&self) {
        let amara = self.signed_in(&self.one, AMARA).await;
        let dario = self.signed_in(&self.two, DARIO).await;
        assert_eq!((self.sessions_of(CONTOSO).await, self.sessions_of(&FABRIKAM.to_string()).await), (1, 1));
        let (amara, dario) = (amara.after_restart(&self.two), dario.after_restart(&self.one));
        assert!(amara.who_am_i().await.starts_with("Amara"));
        assert!(dario.who_am_i().await.starts_with("Dario"));
        assert_eq!(amara.post("/auth/sign-out").await.status, StatusCode::SEE_OTHER);
        assert_eq!((self.sessions_of(CONTOSO).await, self.sessions_of(&FABRIKAM.to_string()).await), (0, 1));
        assert!(dario.who_am_i().await.starts_with("Dario"), "another person's session goes on");
        dario.post("/auth/sign-out").await;
    }

    async fn a_session_that_ended_stays_ended(&self) {
        let browser = self.signed_in(&self.one, AMARA).await;
        let (name, value) = browser.cookies().into_iter().find(|(name, _)| name == "session").unwrap();
        // Each of these would note its use, which must not bring back what is signed out at the same time.
        self.one.clock.advance(Duration::minutes(10));
        let copies: Vec<_> = (0..8)
            .map(|number| {
                let copy = Browser::new(if number % 2 == 0 { &self.one } else { &self.two });
                copy.set_cookie(&name, &value);
                copy
            })
            .collect();
        let reads = futures::future::join_all(copies.iter().map(Browser::who_am_i));
        let (answers, out) = futures::join!(reads, browser.post("/auth/sign-out"));
        assert_eq!(out.status, StatusCode::SEE_OTHER);
        assert!(answers.iter().all(|answer| answer.starts_with("Amara") || answer == "nobody"), "{answers:?}");
        for site in [&self.one, &self.two] {
            let late = Browser::new(site);
            late.set_cookie(&name, &value);
            assert_eq!(late.who_am_i().await, "nobody");
        }
        assert_eq!(self.sessions_of(CONTOSO).await, 0);
    }

    async fn many_requests_note_their_use_at_once(&self) {
        let browser = self.signed_in(&self.one, AMARA).await;
        let elsewhere = Browser::new(&self.two);
        elsewhere.set_cookie("session", &browser.cookies()["session"]);
        // Half of the idle time twice: without the note of the first round there would be nobody in the second.
        for _ in 0..2 {
            self.one.clock.advance(Duration::minutes(40));
            let both = (0..10).flat_map(|_| [browser.who_am_i(), elsewhere.who_am_i()]);
            let answers = futures::future::join_all(both).await;
            assert!(answers.iter().all(|answer| answer.starts_with("Amara")), "{answers:?}");
        }
        browser.post("/auth/sign-out").await;
    }

    async fn idle_and_absolute_ends(&self) {
        let idle = self.signed_in(&self.one, AMARA).await;
        let used = self.signed_in(&self.two, DARIO).await;
        self.one.clock.advance(Duration::HOUR - Duration::SECOND);
        assert!(used.who_am_i().await.starts_with("Dario"));
        self.one.clock.advance(Duration::SECOND);
        assert_eq!(idle.who_am_i().await, "nobody", "an hour without use");
        for _ in 0..3 {
            self.one.clock.advance(Duration::minutes(30));
            assert!(used.who_am_i().await.starts_with("Dario"));
        }
        self.one.clock.advance(Duration::minutes(30));
        assert_eq!(used.who_am_i().await, "nobody", "three hours in all");
        assert_eq!(self.sessions_of(&FABRIKAM.to_string()).await, 0, "no index entry outlives the absolute end");
    }
}

/// An hour idle, three hours in all, noted every five minutes.
fn config(entra: &Entra) -> IdentityConfig {
    let session =
        SessionPolicy { idle: Duration::HOUR, absolute: Duration::hours(3), touch_after: Duration::minutes(5) };
    IdentityConfig { session, ..entra.config(LOCAL) }
}

#[tokio::test]
async fn embedded() {
    let folder = tempfile::tempdir().unwrap();
    let clock = Arc::new(ManualClock::new(OffsetDateTime::now_utc()));
    let open = async || {
        let clock = Arc::clone(&clock) as Arc<dyn Clock>;
        Arc::new(EmbeddedState::open(&folder.path().join("state.db"), clock).await.unwrap())
    };
    run(open().await, open().await, Arc::clone(&clock)).await;
}
