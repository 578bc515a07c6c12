//! The embedded store: the contract, and what a file on a disk can do to it.

use std::{path::Path, sync::Arc, time::Duration as StdDuration};

use identity::{
    Clock, EmbeddedOptions, EmbeddedState, SharedState, StateError,
    state::{Expected, PutOutcome},
    testing::{ManualClock, shared_state_contract},
};
use sqlx::{ConnectOptions, Connection, SqliteConnection, sqlite::SqliteConnectOptions};
use time::{Duration, OffsetDateTime};

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(OffsetDateTime::now_utc()))
}

async fn open(path: &Path, clock: &Arc<ManualClock>) -> EmbeddedState {
    EmbeddedState::open(path, Arc::clone(clock) as Arc<dyn Clock>).await.unwrap()
}

async fn raw(path: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(path).connect().await.unwrap()
}

#[tokio::test]
async fn keeps_the_contract() {
    let folder = tempfile::tempdir().unwrap();
    let clock = clock();
    let state = open(&folder.path().join("state.db"), &clock).await;
    shared_state_contract::run(Arc::new(state), &clock).await;
}

#[tokio::test]
async fn everything_is_there_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let (path, clock) = (folder.path().join("state.db"), clock());
    let later = clock.now() + Duration::HOUR;
    let (version, lease);
    {
        let state = open(&path, &clock).await;
        let PutOutcome::Stored(stored) = state.put("k", b"v", later, Expected::Absent).await.unwrap() else {
            panic!("a conflict in an empty store")
        };
        version = stored;
        state.add_member("set", "member", later).await.unwrap();
        state.increment("n", 2, Duration::HOUR).await.unwrap();
        lease = state.acquire_lease("l", Duration::HOUR).await.unwrap().unwrap();
    }
    let state = open(&path, &clock).await;
    assert_eq!(state.get("k").await.unwrap().unwrap().version, version);
    assert_eq!(state.members("set", None, 100).await.unwrap().len(), 1);
    assert_eq!(state.increment("n", 1, Duration::HOUR).await.unwrap().value, 3);
    assert_eq!(state.acquire_lease("l", Duration::HOUR).await, Ok(None));
    assert_eq!(state.release_lease(&lease).await, Ok(true));
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_on_the_machine_can_read_the_files() {
    use std::os::unix::fs::PermissionsExt;

    let folder = tempfile::tempdir().unwrap();
    let state = open(&folder.path().join("state.db"), &clock()).await;
    state.increment("n", 1, Duration::HOUR).await.unwrap();
    let files: Vec<_> = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap()).collect();
    assert!(files.len() > 1, "there is a log beside the file");
    for file in files {
        let mode = file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?}: {mode:o}", file.path());
    }
}

#[tokio::test]
async fn two_processes_share_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let (path, clock) = (folder.path().join("state.db"), clock());
    // Two handles share nothing but the file, as two processes would; opening at once also races the migration.
    let (one, two) = tokio::join!(open(&path, &clock), open(&path, &clock));
    let handles: [Arc<dyn SharedState>; 2] = [Arc::new(one), Arc::new(two)];
    let later = clock.now() + Duration::HOUR;
    let PutOutcome::Stored(base) = handles[0].put("k", b"base", later, Expected::Absent).await.unwrap() else {
        panic!("a conflict in an empty store")
    };
    assert_eq!(handles[1].get("k").await.unwrap().unwrap().version, base);

    let writers = (0..20usize).map(|number| {
        let state = Arc::clone(&handles[number % 2]);
        tokio::spawn(async move { state.put("k", b"won", later, Expected::Version(base)).await.unwrap() })
    });
    let outcomes = futures::future::join_all(writers).await;
    let won = outcomes.iter().filter(|outcome| matches!(outcome, Ok(PutOutcome::Stored(_)))).count();
    assert_eq!((won, outcomes.len()), (1, 20));

    let takers = (0..20usize).map(|number| {
        let state = Arc::clone(&handles[number % 2]);
        tokio::spawn(async move { state.take("k").await.unwrap() })
    });
    let taken = futures::future::join_all(takers).await;
    assert_eq!(taken.iter().filter(|taken| matches!(taken, Ok(Some(_)))).count(), 1);

    let held = handles[0].acquire_lease("l", Duration::HOUR).await.unwrap();
    assert!(held.is_some());
    assert_eq!(handles[1].acquire_lease("l", Duration::HOUR).await, Ok(None));
}

#[tokio::test]
async fn a_held_write_lock_is_unavailable_and_reading_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (path, clock) = (folder.path().join("state.db"), clock());
    let options = EmbeddedOptions { busy_timeout: StdDuration::from_millis(20), ..EmbeddedOptions::default() };
    let shared = Arc::clone(&clock) as Arc<dyn Clock>;
    let state = EmbeddedState::open_with(&path, shared, options).await.unwrap();
    let later = clock.now() + Duration::HOUR;
    let _ = state.put("k", b"before", later, Expected::Absent).await.unwrap();

    let mut other = raw(&path).await;
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let refused = state.put("k", b"during", later, Expected::Any).await;
    assert!(matches!(refused, Err(StateError::Unavailable { .. })), "{refused:?}");
    assert_eq!(state.get("k").await.unwrap().unwrap().value, b"before");
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    other.close().await.unwrap();

    assert!(matches!(state.put("k", b"after", later, Expected::Any).await, Ok(PutOutcome::Stored(_))));
}

#[tokio::test]
async fn a_full_file_is_full_and_keeps_what_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let (path, clock) = (folder.path().join("state.db"), clock());
    let options = EmbeddedOptions { max_pages: Some(20), ..EmbeddedOptions::default() };
    let shared = Arc::clone(&clock) as Arc<dyn Clock>;
    let state = EmbeddedState::open_with(&path, shared, options).await.unwrap();
    let later = clock.now() + Duration::HOUR;
    let _ = state.put("small", b"kept", later, Expected::Absent).await.unwrap();
    let refused = state.put("large", &vec![7; 200_000], later, Expected::Absent).await;
    assert!(matches!(refused, Err(StateError::Full { .. })), "{refused:?}");
    assert_eq!(state.get("large").await, Ok(None), "committed or absent, nothing between");
    assert_eq!(state.get("small").await.unwrap().unwrap().value, b"kept");
}

#[tokio::test]
async fn sweeping_removes_the_expired_in_batches_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let (path, clock) = (folder.path().join("state.db"), clock());
    let state = open(&path, &clock).await;
    let (soon, later) = (clock.now() + Duration::MINUTE, clock.now() + Duration::HOUR);
    for number in 0..501 {
        let _ = state.put(&format!("soon-{number}"), b"x", soon, Expected::Absent).await.unwrap();
    }
    let _ = state.put("later", b"x", later, Expected::Absent).await.unwrap();
    state.add_member("set", "soon", soon).await.unwrap();
    state.increment("n", 1, Duration::MINUTE).await.unwrap();
    state.acquire_lease("l", Duration::MINUTE).await.unwrap();
    assert_eq!(state.sweep().await, Ok(0));
    clock.advance(Duration::MINUTE);
    assert_eq!(state.sweep().await, Ok(503), "500 entries, a member, a counter, a lease");
    assert_eq!(state.sweep().await, Ok(1));
    assert!(state.get("later").await.unwrap().is_some());
    let left: i64 = sqlx::query_scalar("SELECT count(*) FROM entry").fetch_one(&mut raw(&path).await).await.unwrap();
    assert_eq!(left, 1);
}

#[tokio::test]
async fn the_sweeper_does_not_stop_at_one_batch() {
    let folder = tempfile::tempdir().unwrap();
    let (path, clock) = (folder.path().join("state.db"), clock());
    let (soon, later) = (clock.now() + Duration::MINUTE, clock.now() + Duration::HOUR);
    {
        let state = open(&path, &clock).await;
        for number in 0..1201 {
            let _ = state.put(&format!("soon-{number}"), b"x", soon, Expected::Absent).await.unwrap();
        }
        let _ = state.put("later", b"x", later, Expected::Absent).await.unwrap();
    }
    clock.advance(Duration::MINUTE);
    // The first tick comes at once, the second not in the life of this test.
    let options = EmbeddedOptions { sweep_every: StdDuration::from_hours(1), ..EmbeddedOptions::default() };
    let state = EmbeddedState::open_with(&path, Arc::clone(&clock) as Arc<dyn Clock>, options).await.unwrap();
    let mut raw = raw(&path).await;
    let swept = async {
        let left = "SELECT count(*) FROM entry";
        while sqlx::query_scalar::<_, i64>(left).fetch_one(&mut raw).await.unwrap() > 1 {}
    };
    // Only a sweeper that has stopped takes that long.
    tokio::time::timeout(StdDuration::from_mins(1), swept).await.expect("rows are left over");
    assert!(state.get("later").await.unwrap().is_some());
}

#[tokio::test]
async fn a_file_of_a_newer_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (path, clock) = (folder.path().join("state.db"), clock());
    drop(open(&path, &clock).await);
    sqlx::query("PRAGMA user_version = 99").execute(&mut raw(&path).await).await.unwrap();
    let refused = EmbeddedState::open(&path, clock as Arc<dyn Clock>).await;
    assert!(matches!(refused, Err(StateError::Damaged { reason }) if reason.contains("99")));
}

#[tokio::test]
async fn a_file_that_is_no_database_is_damaged_and_a_missing_folder_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    std::fs::write(&path, vec![b'x'; 8192]).unwrap();
    let refused = EmbeddedState::open(&path, clock() as Arc<dyn Clock>).await;
    assert!(matches!(refused, Err(StateError::Damaged { .. })), "{refused:?}");
    let refused = EmbeddedState::open(&folder.path().join("no/such/state.db"), clock() as Arc<dyn Clock>).await;
    assert!(matches!(refused, Err(StateError::Unavailable { .. })), "{refused:?}");
}

/// The tables of the first layout, as they were.
const FIRST_LAYOUT: [&str; 6] = [
    "CREATE TABLE sequence (id INTEGER PRIMARY KEY CHECK (id = 1), n INTEGER NOT NULL) STRICT",
    "CREATE TABLE entry (key TEXT PRIMARY KEY, value BLOB NOT NULL, version INTEGER NOT NULL, expires_at INTEGER NOT NULL) \
     STRICT",
    "CREATE TABLE member (set_name TEXT NOT NULL, name TEXT NOT NULL, position INTEGER NOT NULL, \
     expires_at INTEGER NOT NULL, PRIMARY KEY (set_name, name)) STRICT, WITHOUT ROWID",
    "CREATE TABLE lease (name TEXT PRIMARY KEY, token TEXT NOT NULL, fence INTEGER NOT NULL, expires_at INTEGER NOT NULL) \
     STRICT",
    "CREATE TABLE counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL, expires_at INTEGER NOT NULL) STRICT",
    "PRAGMA user_version = 1",
];

async fn first_layout(path: &Path) -> SqliteConnection {
    let mut old = SqliteConnectOptions::new().filename(path).create_if_missing(true).connect().await.unwrap();
    for statement in FIRST_LAYOUT {
        sqlx::query(statement).execute(&mut old).await.unwrap();
    }
    old
}

#[tokio::test]
async fn a_look_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("state.db");
    let looked = EmbeddedState::look(&path).await;
    assert!(looked.is_err() && !path.exists(), "{looked:?}");
    first_layout(&path).await.close().await.unwrap();
    let before = std::fs::read(&path).unwrap();
    let found = EmbeddedState::look(&path).await.unwrap();
    assert_eq!((found.layout, found.known), (1, 2));
    assert!(found.engine.starts_with("SQLite 3."), "{found:?}");
    assert_eq!(std::fs::read(&path).unwrap(), before);
    drop(open(&path, &clock()).await);
    assert_eq!(EmbeddedState::look(&path).await.unwrap().layout, 2);
    sqlx::query("PRAGMA user_version = 99").execute(&mut raw(&path).await).await.unwrap();
    let refused = EmbeddedState::look(&path).await;
    assert!(matches!(refused, Err(StateError::Damaged { reason }) if reason.contains("99")));
}

#[tokio::test]
async fn a_program_of_the_first_layout_goes_on_beside_this_one() {
    let folder = tempfile::tempdir().unwrap();
    let (path, clock) = (folder.path().join("state.db"), clock());
    let mut old = first_layout(&path).await;
    let state = open(&path, &clock).await;
    let soon = (clock.now() + Duration::MINUTE).unix_timestamp() * 1000;
    let insert = "INSERT INTO member (set_name, name, position, expires_at) VALUES ('set', 'old', 8, ?1)";
    sqlx::query(insert).bind(soon).execute(&mut old).await.unwrap();
    state.add_member("set", "new", clock.now() + Duration::hours(1)).await.unwrap();
    let select = "SELECT name FROM member WHERE set_name = 'set' ORDER BY expires_at, position";
    let names: Vec<String> = sqlx::query_scalar(select).fetch_all(&mut old).await.unwrap();
    assert_eq!(names, ["old", "new"]);
    assert_eq!(state.members("set", None, 10).await.unwrap().len(), 2);
}

#[tokio::test]
async fn a_file_of_the_first_layout_keeps_what_it_has() {
    let folder = tempfile::tempdir().unwrap();
    let (path, clock) = (folder.path().join("state.db"), clock());
    let soon = (clock.now() + Duration::MINUTE).unix_timestamp() * 1000;
    let mut old = first_layout(&path).await;
    sqlx::query("INSERT INTO sequence (id, n) VALUES (1, 7)").execute(&mut old).await.unwrap();
    sqlx::query("INSERT INTO entry VALUES ('k', x'76', 7, ?1)").bind(soon).execute(&mut old).await.unwrap();
    // Made in this order, which the second layout no longer knows.
    for (name, position, later) in [("b", 1, 1000), ("c", 2, 0), ("a", 3, 1000)] {
        let member = sqlx::query("INSERT INTO member VALUES ('set', ?1, ?2, ?3)");
        member.bind(name).bind(position).bind(soon + later).execute(&mut old).await.unwrap();
    }
    old.close().await.unwrap();

    let state = open(&path, &clock).await;
    let kept = state.get("k").await.unwrap().unwrap();
    assert_eq!((kept.value.as_slice(), kept.version), (&b"v"[..], 7));
    let names: Vec<_> = state.members("set", None, 10).await.unwrap().into_iter().map(|member| member.name).collect();
    assert_eq!(names, ["c", "a", "b"], "earliest expiry first, then by name");
    let PutOutcome::Stored(version) = state.put("k", b"w", kept.expires_at, Expected::Version(7)).await.unwrap() else {
        panic!("the version is the one that was kept")
    };
    assert!(version > 7, "the sequence goes on");
    drop(state);
    shared_state_contract::run(Arc::new(open(&path, &clock).await), &clock).await;
}
