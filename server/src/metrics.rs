//! What the process has counted and measured, in the text format of Prometheus.

mod listener;

use std::sync::OnceLock;
use std::time::Duration;

use identity::metrics::{Metric, MetricKind};
pub use listener::{Listener, router};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// How long answers took.
pub const HTTP_REQUEST: &str = "muster_http_request_seconds";

/// Streams that are open.
pub const LISTENERS: &str = "muster_live_streams";
/// What they were told.
pub const LIVE_EVENTS: &str = "muster_live_events_total";
/// Readers who were let go.
pub const SLOW_LISTENERS: &str = "muster_live_slow_readers_total";

/// What is measured here, besides [`identity::metrics::ALL`].
pub const ALL: [Metric; 4] = [
    Metric::new(
        HTTP_REQUEST,
        MetricKind::Histogram,
        "Requests, until the head of their answer. method: GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS, other; route: the \
     template, or none where there is no such address; status: the class, such as 2xx.",
    ),
    Metric::new(LISTENERS, MetricKind::Gauge, "Open streams of what happens. A browser has one, however many tabs."),
    Metric::new(
        LIVE_EVENTS,
        MetricKind::Counter,
        "What open streams were told. event: opened, changed, reset, gathered, session.",
    ),
    Metric::new(
        SLOW_LISTENERS,
        MetricKind::Counter,
        "Streams that ended because their browser read too slowly. It comes back and catches up.",
    ),
];

/// The upper ends of the buckets, in seconds: from a copy in memory to the longest wait for an authority.
const BUCKETS: [f64; 14] =
    [0.000_01, 0.000_1, 0.000_5, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 20.0];

/// How often what has been noted is summed up although nobody reads it.
const UPKEEP: Duration = Duration::from_secs(5);

static RECORDING: OnceLock<Result<PrometheusHandle, MetricsError>> = OnceLock::new();

/// Why nothing is recorded.
#[derive(Clone, Debug, thiserror::Error)]
#[error("metrics cannot be recorded: {0}")]
pub struct MetricsError(String);

/// Records from now on, in the whole process. Once is enough; a second call changes nothing.
///
/// # Errors
/// [`MetricsError`] if something else records already.
pub fn record() -> Result<PrometheusHandle, MetricsError> {
    RECORDING.get_or_init(begin).clone()
}

fn begin() -> Result<PrometheusHandle, MetricsError> {
    let seconds = Matcher::Suffix("_seconds".to_owned());
    let builder = PrometheusBuilder::new().set_buckets_for_metric(seconds, &BUCKETS);
    let recorder = builder.map_err(|error| MetricsError(error.to_string()))?.build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).map_err(|error| MetricsError(error.to_string()))?;
    identity::metrics::describe();
    ALL.iter().for_each(Metric::describe);
    Ok(handle)
}
