//! Streams over a feed that is written by hand.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use domain::{Actor, IncidentNumber, Role, SessionState, TenantId, UserId, Visibility};
use identity::EmbeddedState;
use services::ports::{Change, ChangeFeed, Heard, Lost, Sight, StoreError};
use tempfile::TempDir;
use tokio::sync::Notify;
use uuid::Uuid;

use super::listener::{Listener, Who};
use super::{Live, Look, Pace, Post, Ring, Watched};

const TENANT: TenantId = TenantId(Uuid::from_u128(1));
const PACE: Pace = Pace { beat: Duration::from_mins(10), look: Duration::from_mins(10) };

/// One change of each incident.
#[derive(Default)]
struct Feed {
    numbers: Mutex<Vec<u32>>,
    /// Somebody has read it.
    read: Notify,
}

impl Feed {
    fn add(&self, number: u32) {
        self.numbers.lock().unwrap().push(number);
    }
}

fn open() -> Sight {
    Sight { visibility: Visibility::Tenant, people: Vec::new() }
}

#[async_trait]
impl ChangeFeed for Feed {
    async fn head(&self, _: TenantId) -> Result<u64, StoreError> {
        Ok(self.numbers.lock().unwrap().len() as u64)
    }

    async fn heard(&self, _: TenantId, after: u64, _: u32) -> Result<Heard, StoreError> {
        let numbers = self.numbers.lock().unwrap();
        let changes = numbers.iter().zip(1..).skip(usize::try_from(after).unwrap());
        let changes = changes.map(|(number, seq)| Change {
            seq,
            number: IncidentNumber(*number),
            version: 1,
            sight: open(),
            lost: Lost::Nobody,
        });
        self.read.notify_one();
        Ok(Heard::Changes { head: numbers.len() as u64, changes: changes.collect() })
    }

    async fn sight(&self, _: TenantId, _: IncidentNumber) -> Result<Option<Sight>, StoreError> {
        Ok(Some(open()))
    }
}

/// A session of which a test says how it stands.
struct Session(Mutex<Look>);

#[async_trait]
impl Watched for Session {
    async fn look(&self) -> Look {
        *self.0.lock().unwrap()
    }
}

struct Bench {
    live: Live,
    feed: Arc<Feed>,
    session: Arc<Session>,
    _folder: TempDir,
}

impl Bench {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Arc::new(identity::SystemClock);
        let shared = EmbeddedState::open(&folder.path().join("state"), clock).await.unwrap();
        let feed = Arc::new(Feed::default());
        let live = Live::new(feed.clone(), Post::new(Arc::new(shared)));
        let session = Arc::new(Session(Mutex::new(Look::GoesOn(Duration::from_hours(1)))));
        Self { live, feed, session, _folder: folder }
    }

    async fn listen(&self, session: &str, pace: Pace, after: Option<u64>) -> Listener {
        let roles = [Role::Viewer].into_iter().collect();
        let actor = Actor { id: UserId(Uuid::nil()), tenant: TENANT, name: String::new(), roles };
        let who = Who { actor, session: session.to_owned(), watched: self.session.clone() };
        Listener::begin(&self.live, who, pace, after).await.unwrap()
    }

    fn stands(&self, look: Look) {
        *self.session.0.lock().unwrap() = look;
    }
}

/// What the next event says, without its end.
async fn next(listener: &mut Listener) -> Option<String> {
    let event = tokio::time::timeout(Duration::from_secs(30), listener.next()).await.unwrap()?;
    // Its `Debug` has the bytes; what is wanted here is which event it is.
    Some(format!("{event:?}").replace('\\', ""))
}

/// The incident that an event says has changed.
fn number(said: &str) -> u32 {
    let (_, rest) = said.split_once("\"number\":").unwrap_or_else(|| panic!("{said}"));
    rest.split(',').next().unwrap().parse().unwrap()
}

async fn changed(listener: &mut Listener) -> u32 {
    number(&next(listener).await.unwrap())
}

#[tokio::test]
async fn of_changes_between_its_place_and_that_of_the_room_none_is_lost() {
    let bench = Bench::new().await;
    let mut early = bench.listen("one", PACE, None).await;
    assert!(next(&mut early).await.unwrap().contains("opened"));
    for number in 1..=3 {
        bench.feed.add(number);
    }
    // The room has not been told; somebody who comes now reads the past alone, and the room brings only what is new.
    let mut late = bench.listen("two", PACE, Some(1)).await;
    assert_eq!([changed(&mut late).await, changed(&mut late).await], [2, 3]);
    assert!(next(&mut late).await.unwrap().contains("opened"));
    bench.live.ring(Ring::Changed(TENANT));
    bench.feed.add(4);
    bench.live.ring(Ring::Changed(TENANT));
    assert_eq!(changed(&mut late).await, 4);
    for expected in 1..=4 {
        assert_eq!(changed(&mut early).await, expected);
    }
}

#[tokio::test]
async fn a_queue_that_is_full_ends_the_stream_after_what_is_in_it() {
    let bench = Bench::new().await;
    let mut slow = bench.listen("one", PACE, None).await;
    let mut told = 0;
    while bench.live.streams(TENANT) == 1 {
        told += 1;
        assert!(told < 1_000, "it has no end");
        bench.feed.add(told);
        bench.live.ring(Ring::Changed(TENANT));
        bench.feed.read.notified().await;
    }
    assert!(next(&mut slow).await.unwrap().contains("opened"));
    let mut last = 0;
    while let Some(said) = next(&mut slow).await {
        last = number(&said);
    }
    assert!((1..=told).contains(&last), "{last} of {told}");
    let mut again = bench.listen("one", PACE, Some(last.into())).await;
    for missed in last + 1..=told {
        assert_eq!(changed(&mut again).await, missed);
    }
}

#[tokio::test]
async fn the_end_of_a_session_is_the_last_word() {
    for (look, word) in [
        (Look::Over(SessionState::Ended), "ended"),
        (Look::Over(SessionState::SignedOutElsewhere), "signed_out_elsewhere"),
        (Look::Over(SessionState::Active), "active"),
    ] {
        let bench = Bench::new().await;
        let mut listener = bench.listen("one", PACE, None).await;
        assert!(next(&mut listener).await.unwrap().contains("opened"));
        bench.live.session_ended("another").await;
        bench.stands(look);
        bench.live.session_ended("one").await;
        let said = next(&mut listener).await.unwrap();
        assert!(said.contains("session") && said.contains(word), "{said}");
        assert_eq!(next(&mut listener).await, None);
    }
}

#[tokio::test]
async fn a_session_that_runs_out_is_looked_at_when_it_does() {
    let bench = Bench::new().await;
    bench.stands(Look::GoesOn(Duration::from_millis(10)));
    let mut listener = bench.listen("one", PACE, None).await;
    assert!(next(&mut listener).await.unwrap().contains("opened"));
    // Used meanwhile: it goes on.
    assert!(!next(&mut listener).await.unwrap().contains("session"));
    bench.stands(Look::Over(SessionState::Ended));
    let mut said = next(&mut listener).await.unwrap();
    while !said.contains("session") {
        said = next(&mut listener).await.unwrap();
    }
    assert_eq!(next(&mut listener).await, None);
}

#[tokio::test]
async fn while_nobody_knows_how_a_session_stands_its_stream_lasts_until_it_would_have_ended() {
    let bench = Bench::new().await;
    let mut listener = bench.listen("one", Pace { beat: Duration::from_millis(5), ..PACE }, None).await;
    assert!(next(&mut listener).await.unwrap().contains("opened"));
    bench.stands(Look::Unknown);
    for _ in 0..5 {
        assert!(!next(&mut listener).await.unwrap().contains("session"));
    }
    bench.stands(Look::GoesOn(Duration::ZERO));
    next(&mut listener).await.unwrap();
    bench.stands(Look::Unknown);
    while let Some(said) = next(&mut listener).await {
        assert!(!said.contains("session"), "{said}");
    }
}

#[tokio::test]
async fn a_room_closes_behind_the_last_one() {
    let bench = Bench::new().await;
    let listeners = [bench.listen("one", PACE, None).await, bench.listen("two", PACE, None).await];
    assert_eq!(bench.live.streams(TENANT), 2);
    drop(listeners);
    let closed = async {
        while bench.live.inner.room(TENANT).is_some() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), closed).await.unwrap();
}

#[tokio::test]
async fn closing_ends_all_and_those_that_come_later() {
    let bench = Bench::new().await;
    let mut before = bench.listen("one", PACE, None).await;
    bench.live.close();
    let mut after = bench.listen("two", PACE, None).await;
    for listener in [&mut before, &mut after] {
        assert!(next(listener).await.unwrap().contains("opened"));
        assert_eq!(next(listener).await, None);
    }
}
