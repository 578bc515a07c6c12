//! Several hands on one session, step by step: whatever the order of their calls to the store, what has ended stays ended,
//! and what lives can be found.

use std::{
    future::Future,
    pin::Pin,
    sync::atomic::{AtomicUsize, Ordering},
};

use proptest::{
    collection::vec,
    prelude::any,
    test_runner::{Config, TestRunner},
};
use tokio::{
    sync::{Semaphore, mpsc},
    task::JoinHandle,
};

use super::*;
use crate::{
    error::SignInRefused,
    events::{Refusal, SignInEvents},
    session::{CookieNames, EndReason, Sessions, index, inventory::AT_ONCE, metadata::Found},
    state::{Count, Lease, Member, Subscription, Versioned},
    tokens::TokenCache,
};

enum Step {
    Made,
    Finished,
}

/// Shared state in which each call waits for its turn.
#[derive(Debug)]
struct Turns {
    inner: Arc<dyn SharedState>,
    permits: Arc<Semaphore>,
    made: mpsc::UnboundedSender<Step>,
    waiting: Arc<AtomicUsize>,
    /// What is written under keys that begin like this is written, but the answer gets lost.
    loses: Option<&'static str>,
}

impl Turns {
    async fn step<T>(&self, call: impl Future<Output = T>) -> T {
        self.waiting.fetch_add(1, Ordering::Relaxed);
        self.permits.acquire().await.unwrap().forget();
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        let result = call.await;
        self.made.send(Step::Made).unwrap();
        result
    }
}

#[async_trait]
impl SharedState for Turns {
    async fn get(&self, key: &str) -> Result<Option<Versioned>, StateError> {
        self.step(self.inner.get(key)).await
    }

    async fn put(
        &self,
        key: &str,
        value: &[u8],
        expires_at: OffsetDateTime,
        expected: Expected,
    ) -> Result<PutOutcome, StateError> {
        let answer = self.step(self.inner.put(key, value, expires_at, expected)).await;
        if self.loses.is_some_and(|lost| key.starts_with(lost)) {
            return Err(StateError::Unavailable { reason: "the answer was lost".to_owned() });
        }
        answer
    }

    async fn delete(&self, key: &str) -> Result<bool, StateError> {
        self.step(self.inner.delete(key)).await
    }

    async fn take(&self, key: &str) -> Result<Option<Vec<u8>>, StateError> {
        self.step(self.inner.take(key)).await
    }

    async fn add_member(&self, set: &str, member: &str, expires_at: OffsetDateTime) -> Result<(), StateError> {
        self.step(self.inner.add_member(set, member, expires_at)).await
    }

    async fn remove_member(&self, set: &str, member: &str) -> Result<bool, StateError> {
        self.step(self.inner.remove_member(set, member)).await
    }

    async fn members(&self, set: &str, after: Option<&Member>, limit: u32) -> Result<Vec<Member>, StateError> {
        self.step(self.inner.members(set, after, limit)).await
    }

    async fn acquire_lease(&self, name: &str, ttl: Duration) -> Result<Option<Lease>, StateError> {
        self.inner.acquire_lease(name, ttl).await
    }

    async fn renew_lease(&self, lease: &Lease, ttl: Duration) -> Result<Option<Lease>, StateError> {
        self.inner.renew_lease(lease, ttl).await
    }

    async fn release_lease(&self, lease: &Lease) -> Result<bool, StateError> {
        self.inner.release_lease(lease).await
    }

    async fn increment(&self, counter: &str, by: u32, window: Duration) -> Result<Count, StateError> {
        self.inner.increment(counter, by, window).await
    }

    async fn publish(&self, topic: &str, message: &[u8]) -> Result<(), StateError> {
        self.inner.publish(topic, message).await
    }

    async fn subscribe(&self, topic: &str) -> Result<Subscription, StateError> {
        self.inner.subscribe(topic).await
    }
}

struct Silent;

#[async_trait]
impl SignInEvents for Silent {
    async fn signing_in(&self, _: &Principal, _: &RequestFacts) -> Result<(), SignInRefused> {
        Ok(())
    }

    async fn signed_out(&self, _: &Principal, _: &RequestFacts) {}

    async fn refused(&self, _: &Refusal, _: &RequestFacts) {}
}

type Deed = Box<dyn FnOnce(Sessions) -> Pin<Box<dyn Future<Output = usize> + Send>> + Send>;

/// What somebody does with sessions; the number is what it came to.
fn deed<F: Future<Output = usize> + Send + 'static>(does: impl FnOnce(Sessions) -> F + Send + 'static) -> Deed {
    Box::new(|sessions| Box::pin(does(sessions)))
}

/// A deed under way.
struct Doing {
    permits: Arc<Semaphore>,
    steps: mpsc::UnboundedReceiver<Step>,
    /// How many of its calls wait for a permit.
    waiting: Arc<AtomicUsize>,
    result: JoinHandle<usize>,
}

impl Bench {
    pub(super) fn sessions(&self, state: Arc<dyn SharedState>) -> Sessions {
        let store = Store { state, ..self.store() };
        let life = store.policy.absolute;
        let tokens = TokenCache::new(Arc::clone(&store.state), store.ring.clone(), Arc::clone(&store.clock), life);
        Sessions { store, names: CookieNames::new("s", true), events: Arc::new(Silent), tokens, roles: None }
    }

    /// Begins `deed`, which then waits for a permit at each call to the store.
    fn begin(&self, deed: Deed, loses: Option<&'static str>) -> Doing {
        let (made, steps) = mpsc::unbounded_channel();
        let permits = Arc::new(Semaphore::new(0));
        let waiting = Arc::new(AtomicUsize::new(0));
        let turns = Turns {
            inner: Arc::clone(&self.state),
            permits: Arc::clone(&permits),
            made: made.clone(),
            waiting: Arc::clone(&waiting),
            loses,
        };
        let does = deed(self.sessions(Arc::new(turns)));
        let result = tokio::spawn(async move {
            let result = does.await;
            made.send(Step::Finished).unwrap();
            result
        });
        Doing { permits, steps, waiting, result }
    }

    /// Does all of `deeds` at once, the calls to the store in the order of `schedule`. Gives what each came to.
    async fn interleave(&self, deeds: Vec<Deed>, schedule: &[usize]) -> Vec<usize> {
        let mut running = Vec::new();
        let mut handles = Vec::new();
        for deed in deeds {
            let Doing { permits, steps, result, .. } = self.begin(deed, None);
            handles.push(result);
            running.push((permits, steps));
        }
        for turn in schedule.iter().cycle() {
            let Some(next) = turn.checked_rem(running.len()) else { break };
            running[next].0.add_permits(1);
            if matches!(running[next].1.recv().await, None | Some(Step::Finished)) {
                running.remove(next);
            }
        }
        futures::future::join_all(handles).await.into_iter().map(Result::unwrap).collect()
    }

    async fn handles_of(&self, set: &str) -> Vec<String> {
        self.state.members(set, None, 100).await.unwrap().into_iter().map(|member| member.name).collect()
    }
}

/// Runs `check` with many schedules.
fn with_schedules(check: &impl AsyncFn(&Bench, &[usize])) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let bench = runtime.block_on(Bench::new());
    let mut runner = TestRunner::new(Config { cases: 150, failure_persistence: None, ..Config::default() });
    let schedules = vec(any::<usize>(), 40..80);
    runner
        .run(&schedules, |schedule| {
            runtime.block_on(check(&bench, &schedule));
            Ok(())
        })
        .unwrap();
}

async fn touch(sessions: Sessions, id: Id) -> usize {
    sessions.store.touch(&id, &RequestFacts::default()).await.unwrap();
    0
}

async fn list(sessions: Sessions, tenant_id: Uuid) -> usize {
    sessions.page(&index::of_tenant(tenant_id), None, 10).await.unwrap().items.len()
}

#[test]
fn nothing_brings_an_ended_session_back() {
    with_schedules(&async |bench, schedule| {
        let id = bench.created().await.id;
        // So that a use is noted, and that a session without a record is no longer one in the making.
        bench.clock.advance(SessionPolicy::default().touch_after);
        let name = handle(&id);
        let by_handle = name.clone();
        let by_cookie = name.clone();
        let deeds = vec![
            deed(move |sessions| touch(sessions, id)),
            deed(move |sessions| touch(sessions, id)),
            deed(async move |sessions| {
                if let Some(record) = sessions.store.load(&id).await.unwrap() {
                    // Refused if somebody was faster, which is no matter here.
                    let _ = sessions.store.save(&renamed(&record, "Renamed")).await;
                }
                0
            }),
            deed(move |sessions| list(sessions, Uuid::nil())),
            deed(async move |sessions| {
                sessions.close(&by_handle, EndReason::Revoked, &RequestFacts::default()).await.unwrap().into()
            }),
            deed(async move |sessions| {
                let ended = sessions.close(&by_cookie, EndReason::SignedOut, &RequestFacts::default()).await.unwrap();
                sessions.store.delete(&id).await.unwrap();
                ended.into()
            }),
        ];
        let came_to = bench.interleave(deeds, schedule).await;
        assert_eq!(came_to[4] + came_to[5], 1, "of all who ended it one tells");
        assert_eq!(bench.state.get(&key(&name)).await, Ok(None));
        assert!(matches!(bench.store().look_up(&name).await, Ok(Found::Ended)));
        assert!(!bench.store().has_metadata(&name).await.unwrap());
        assert_eq!(bench.index_sizes().await, [0, 0, 0]);
    });
}

#[test]
fn nothing_brings_an_ended_session_from_before_there_was_metadata_back() {
    with_schedules(&async |bench, schedule| {
        let id = bench.unlisted().await;
        let name = handle(&id);
        let by_handle = name.clone();
        let deeds = vec![
            deed(move |sessions| touch(sessions, id)),
            deed(move |sessions| touch(sessions, id)),
            deed(move |sessions| list(sessions, Uuid::nil())),
            deed(async move |sessions| {
                sessions.close(&by_handle, EndReason::Revoked, &RequestFacts::default()).await.unwrap().into()
            }),
        ];
        let ended = bench.interleave(deeds, schedule).await[3];
        // Whose it was can be told only if a use has listed it in time.
        assert!(ended <= 1);
        assert_eq!(bench.state.get(&key(&name)).await, Ok(None));
        assert!(!bench.store().has_metadata(&name).await.unwrap());
        // What the older program wrote into the indexes goes with the next look at them.
        let _ = list(bench.sessions(Arc::clone(&bench.state)), Uuid::nil()).await;
        assert_eq!(bench.handles_of(&index::of_tenant(Uuid::nil())).await, [] as [String; 0]);
    });
}

#[test]
fn many_uses_at_once_list_a_session_from_before_there_was_metadata() {
    with_schedules(&async |bench, schedule| {
        let id = bench.unlisted().await;
        let name = handle(&id);
        let deeds = (0..3).map(|_| deed(move |sessions| touch(sessions, id)));
        let looks = (0..2).map(|_| deed(move |sessions| list(sessions, Uuid::nil())));
        bench.interleave(deeds.chain(looks).collect(), schedule).await;
        assert!(matches!(bench.store().look_up(&name).await, Ok(Found::Live(_))));
        assert_eq!(bench.handles_of(&index::of_account(&bench.session().principal.account)).await, [name.as_str()]);
        bench.store().end(&name).await.unwrap();
        assert_eq!(bench.index_sizes().await, [0, 0, 0]);
    });
}

#[test]
fn a_session_that_begins_while_all_are_ended_lives_and_is_listed_or_does_not_live() {
    with_schedules(&async |bench, schedule| {
        let before = bench.created().await.id;
        let session = bench.session();
        let principal = session.principal.clone();
        let (account, tenant_id) = (principal.account.clone(), principal.tenant_id);
        let deeds = vec![
            deed(async move |sessions| {
                sessions.store.begin(&session, &RequestFacts::default()).await.unwrap();
                0
            }),
            deed(async move |sessions| {
                let facts = RequestFacts::default();
                let ended = sessions.close_account(&account, None, EndReason::Revoked, &facts).await.unwrap();
                usize::try_from(ended).unwrap()
            }),
            deed(move |sessions| list(sessions, tenant_id)),
        ];
        let ended = bench.interleave(deeds, schedule).await[1];
        assert!((1..=1 + ATTEMPTS).contains(&ended), "the one from before, and what was being made: {ended}");
        assert_eq!(bench.state.get(&key(&handle(&before))).await, Ok(None));
        let by_tenant = bench.handles_of(&index::of_tenant(tenant_id)).await;
        assert!(by_tenant.len() <= 1);
        assert_eq!(bench.handles_of(&index::of_account(&principal.account)).await, by_tenant);
        assert_eq!(bench.handles_of(&index::of_sid(&principal.issuer, "sid")).await, by_tenant);
        for found in &by_tenant {
            assert!(matches!(bench.store().look_up(found).await, Ok(Found::Live(_))));
            bench.store().end(found).await.unwrap();
        }
        assert_eq!(bench.live_records().await, 0, "nothing lives that was not listed");
    });
}

#[tokio::test]
async fn many_sessions_are_ended_side_by_side_and_with_no_call_too_many() {
    const SESSIONS: usize = 40;
    let bench = Bench::new().await;
    for _ in 0..SESSIONS {
        bench.created().await;
    }
    let account = bench.session().principal.account;
    let close = deed(async move |sessions| {
        let facts = RequestFacts::default();
        let ended = sessions.close_account(&account, None, EndReason::Revoked, &facts).await.unwrap();
        usize::try_from(ended).unwrap()
    });
    let mut doing = bench.begin(close, None);
    let (mut calls, mut side_by_side) = (0, 0);
    doing.permits.add_permits(1);
    while let Some(Step::Made) = doing.steps.recv().await {
        calls += 1;
        side_by_side = side_by_side.max(doing.waiting.load(Ordering::Relaxed));
        doing.permits.add_permits(1);
    }
    assert_eq!(doing.result.await.unwrap(), SESSIONS);
    assert_eq!(side_by_side, AT_ONCE);
    // Metadata and record read or removed, three index entries, the tokens, the word for the browser; and three looks at the set.
    assert_eq!(calls, SESSIONS * 8 + 3);
    assert_eq!((bench.live_records().await, bench.index_sizes().await), (0, [0, 0, 0]));
}

#[tokio::test]
async fn a_sign_in_that_fails_half_way_leaves_no_session_that_no_browser_knows() {
    let bench = Bench::new().await;
    let session = bench.session();
    let sign_in = deed(async move |sessions| {
        let begun = sessions.store.begin(&session, &RequestFacts::default()).await;
        begun.is_ok().into()
    });
    let doing = bench.begin(sign_in, Some("sess:"));
    doing.permits.add_permits(Semaphore::MAX_PERMITS);
    assert_eq!(doing.result.await.unwrap(), 0, "it has failed");
    assert_eq!((bench.live_records().await, bench.index_sizes().await), (0, [0, 0, 0]));
}
