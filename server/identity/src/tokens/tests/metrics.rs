//! What is counted of acquisitions.

use std::collections::BTreeMap;

use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use tokio::time::{advance, sleep};

use super::bench::{Bench, authority, person_named, user_read};
use crate::{
    error::UpstreamError,
    tokens::{GrantError, local::Holder, owner::Owner},
};

/// `name label value …` of everything that was noted, and how often.
fn counts(snapshotter: &Snapshotter) -> BTreeMap<String, usize> {
    let noted = snapshotter.snapshot().into_vec().into_iter();
    let noted = noted.map(|(key, _, _, value)| {
        let labels = key.key().labels().map(|label| format!(" {} {}", label.key(), label.value()));
        let count = match value {
            DebugValue::Counter(count) => usize::try_from(count).unwrap(),
            DebugValue::Histogram(values) => values.len(),
            DebugValue::Gauge(_) => 1,
        };
        (format!("{}{}", key.key().name(), labels.collect::<String>()), count)
    });
    noted.collect()
}

fn expected(list: &[(&str, usize)]) -> BTreeMap<String, usize> {
    list.iter().map(|(name, count)| (format!("identity_token_{name}"), *count)).collect()
}

fn seconds(seconds: u64) -> std::time::Duration {
    std::time::Duration::from_secs(seconds)
}

#[tokio::test(start_paused = true)]
async fn each_acquisition_says_where_from_and_how_it_ended() {
    let recorder = DebuggingRecorder::new();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let bench = Bench::new(1);
    bench.sign_in(0, 1).await;
    let holder = Holder { name: "session".to_owned(), epoch: 1 };
    for _ in 0..3 {
        let owner = Owner::person(&person_named(1), &authority());
        bench.replicas[0].tokens.silent(owner, Some(holder.clone()), &user_read()).await.unwrap();
    }
    advance(seconds(1)).await;
    bench.ask(0, 1, &user_read().force_refresh()).await.unwrap();
    advance(seconds(1)).await;
    let throttled = UpstreamError::Throttled { endpoint: "token", retry_after: Some(30) };
    bench.entra.refusals.lock().unwrap().push(GrantError::Upstream(throttled));
    for _ in 0..2 {
        bench.ask(0, 1, &user_read().force_refresh()).await.unwrap_err();
    }
    bench.ask(0, 2, &user_read()).await.unwrap_err();
    let noted = expected(&[
        ("acquisition_seconds source store outcome ok", 1),
        ("acquisition_seconds source memory outcome ok", 2),
        ("acquisition_seconds source authority outcome ok", 1),
        ("acquisition_seconds source none outcome throttled", 2),
        ("acquisition_seconds source none outcome interaction_required", 1),
        ("refresh_seconds ahead no outcome ok", 1),
        ("refresh_seconds ahead no outcome throttled", 2),
        ("refresh_seconds ahead no outcome interaction_required", 1),
    ]);
    assert_eq!(counts(&recorder.snapshotter()), noted);
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_another_replica_is_seen() {
    let recorder = DebuggingRecorder::new();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let bench = Bench::new(2);
    bench.sign_in(0, 1).await;
    advance(seconds(3600)).await;
    bench.entra.mood.lock().unwrap().takes = seconds(3);
    let request = user_read();
    let (one, other) = tokio::join!(bench.ask(0, 1, &request), bench.ask(1, 1, &request));
    assert!(one.is_ok() && other.is_ok());
    let noted = expected(&[
        ("acquisition_seconds source authority outcome ok", 1),
        ("acquisition_seconds source store outcome ok", 1),
        ("refresh_seconds ahead no outcome ok", 1),
        ("refresh_seconds ahead no outcome found", 1),
        ("lease_wait_seconds", 1),
    ]);
    assert_eq!(counts(&recorder.snapshotter()), noted);
}

#[tokio::test(start_paused = true)]
async fn a_renewal_ahead_of_time_is_told_from_one_that_is_waited_for() {
    let recorder = DebuggingRecorder::new();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let bench = Bench::new(1);
    bench.entra.mood.lock().unwrap().refresh_in = Some(time::Duration::minutes(10));
    bench.sign_in(0, 1).await;
    advance(seconds(601)).await;
    bench.ask(0, 1, &user_read()).await.unwrap();
    sleep(seconds(1)).await;
    let noted =
        expected(&[("acquisition_seconds source store outcome ok", 1), ("refresh_seconds ahead yes outcome ok", 1)]);
    assert_eq!(counts(&recorder.snapshotter()), noted);
}

#[tokio::test(start_paused = true)]
async fn a_token_that_came_too_late_is_counted() {
    let recorder = DebuggingRecorder::new();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let bench = Bench::new(1);
    bench.sign_in(0, 1).await;
    advance(seconds(1)).await;
    bench.entra.mood.lock().unwrap().takes = seconds(3);
    let request = user_read().force_refresh();
    let leaving = async {
        sleep(seconds(1)).await;
        assert!(bench.sign_out(0, 1).await);
    };
    let (answer, ()) = tokio::join!(bench.ask(0, 1, &request), leaving);
    assert_eq!(answer.unwrap_err().code(), "interaction_required");
    let noted = counts(&recorder.snapshotter());
    assert_eq!(noted.get("identity_token_fenced_writes_total reason signed_out"), Some(&1), "{noted:?}");
}
