//! What is measured of callers and of the authority, and that no label says who.

use std::collections::{BTreeMap, BTreeSet};

use identity::metrics::{ALL, AUTHORITY_REQUEST, BEARER_VALIDATION, METADATA_AGE, METADATA_FETCHES, MetricKind};
use metrics_util::debugging::{DebugValue, DebuggingRecorder};
use serde_json::json;
use time::Duration;

use crate::bearer::{Api, Kind};

/// Every value that a label may have.
const WORDS: [&str; 15] = [
    "answered",
    "failed",
    "invalid_claims",
    "invalid_request",
    "invalid_token",
    "keys",
    "metadata",
    "no",
    "ok",
    "temporarily_unavailable",
    "tenant_not_authorized",
    "throttled",
    "token_expired",
    "unauthorized",
    "yes",
];

#[tokio::test]
async fn callers_are_counted_by_what_became_of_them_and_named_by_nothing() {
    let recorder = DebuggingRecorder::new();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let api = Api::start(Kind::Entra).await;
    let token = api.token(json!({}));
    for _ in 0..3 {
        assert_eq!(api.verdict(&token).await.0, 200);
    }
    assert_eq!(api.verdict(&api.token(json!({ "aud": "somebody else" }))).await.0, 401);
    assert_eq!(api.verdict(&api.token(json!({ "tid": "9b9b9b9b-2222-4333-8444-555555555555" }))).await.0, 401);
    assert_eq!(api.ask_with("/who", &[]).await.status, 401);
    api.site.clock.advance(Duration::seconds(90));
    api.site.identity.measure();
    assert_eq!(api.site.identity.document_ages().keys, Some(std::time::Duration::from_secs(90)));

    let (mut noted, mut words) = (BTreeMap::new(), BTreeSet::new());
    for (key, _, _, value) in recorder.snapshotter().snapshot().into_vec() {
        let (name, labels) = (key.key().name(), key.key().labels().map(metrics::Label::value));
        let labels: Vec<_> = labels.map(str::to_owned).collect();
        words.extend(labels.iter().cloned());
        let (kind, value) = match value {
            DebugValue::Counter(count) => (MetricKind::Counter, count),
            DebugValue::Histogram(values) => (MetricKind::Histogram, values.len() as u64),
            DebugValue::Gauge(value) => (MetricKind::Gauge, format!("{value:.0}").parse().unwrap()),
        };
        assert!(ALL.iter().any(|one| (one.name, one.kind) == (name, kind)), "{name} is on the list");
        noted.insert(format!("{name} {}", labels.join(" ")), value);
    }
    assert!(words.iter().all(|word| WORDS.contains(&word.as_str())), "a word that is on no list: {words:?}");
    for (name, labels, value) in [
        (BEARER_VALIDATION, "no ok", 1),
        (BEARER_VALIDATION, "yes ok", 2),
        (BEARER_VALIDATION, "no unauthorized", 1),
        (BEARER_VALIDATION, "no invalid_claims", 2),
        (AUTHORITY_REQUEST, "metadata answered", 1),
        (AUTHORITY_REQUEST, "keys answered", 1),
        (METADATA_FETCHES, "metadata ok", 1),
        (METADATA_FETCHES, "keys ok", 1),
        (METADATA_AGE, "metadata", 90),
        (METADATA_AGE, "keys", 90),
    ] {
        assert_eq!(noted.get(&format!("{name} {labels}")), Some(&value), "{name} {labels} of {noted:?}");
    }
}

#[tokio::test]
async fn an_authority_that_is_out_of_order_is_seen() {
    let recorder = DebuggingRecorder::new();
    let _recording = metrics::set_default_local_recorder(&recorder);
    let api = Api::start(Kind::Entra).await;
    api.issuer.set_down(true);
    assert_eq!(api.ask("/who", &api.token(json!({}))).await.status, 503);
    let noted: BTreeSet<_> = recorder.snapshotter().snapshot().into_vec().into_iter().map(|(key, ..)| key).collect();
    let failed = |name: &str| {
        noted.iter().any(|key| {
            key.key().name() == name
                && key.key().labels().any(|label| (label.key(), label.value()) == ("outcome", "failed"))
        })
    };
    assert!(failed(AUTHORITY_REQUEST) && failed(METADATA_FETCHES), "{noted:?}");
    assert_eq!(api.site.identity.document_ages(), identity::DocumentAges::default());
}
