//! What is measured, through the `metrics` facade: an application that installs a recorder gets all of it, one that does not
//! pays next to nothing. The values of every label come from a fixed list; no tenant, no person and no address is one.

mod age;
mod record;

pub use age::DocumentAges;
pub(crate) use record::{LeaseWait, acquired, answered, fenced, fetched, refreshed, validated};

/// How long it took to get a token for calling an API, and by its count how often one was asked for.
pub const TOKEN_ACQUISITION: &str = "identity_token_acquisition_seconds";
/// How long a refresh took among all replicas.
pub const TOKEN_REFRESH: &str = "identity_token_refresh_seconds";
/// How long a refresh waited for somebody else's.
pub const TOKEN_LEASE_WAIT: &str = "identity_token_lease_wait_seconds";
/// Tokens that were not written because somebody had been faster.
pub const TOKEN_FENCED: &str = "identity_token_fenced_writes_total";
/// How long the authority took.
pub const AUTHORITY_REQUEST: &str = "identity_authority_request_seconds";
/// Metadata and keys of the authority.
pub const METADATA_FETCHES: &str = "identity_metadata_fetches_total";
/// How old they are.
pub const METADATA_AGE: &str = "identity_metadata_age_seconds";
/// How long it took to check the access token of a caller.
pub const BEARER_VALIDATION: &str = "identity_bearer_validation_seconds";

/// Something that is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Metric {
    /// Its name, in the style of Prometheus.
    pub name: &'static str,
    /// In which way.
    pub kind: MetricKind,
    /// What it says, and what its labels mean.
    pub meaning: &'static str,
}

/// A way of measuring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricKind {
    /// Only ever rises.
    Counter,
    /// Goes up and down.
    Gauge,
    /// A distribution; its count says how often.
    Histogram,
}

impl Metric {
    /// One that may stand in a list.
    #[must_use]
    pub const fn new(name: &'static str, kind: MetricKind, meaning: &'static str) -> Self {
        Self { name, kind, meaning }
    }

    /// Tells the recorder of the process what it means.
    pub fn describe(&self) {
        let (name, meaning) = (self.name, self.meaning);
        match self.kind {
            MetricKind::Counter => ::metrics::describe_counter!(name, meaning),
            MetricKind::Gauge => ::metrics::describe_gauge!(name, meaning),
            MetricKind::Histogram => ::metrics::describe_histogram!(name, ::metrics::Unit::Seconds, meaning),
        }
    }
}

/// All of them.
pub const ALL: [Metric; 8] = [
    Metric::new(
        TOKEN_ACQUISITION,
        MetricKind::Histogram,
        "Getting a token for another API. source: memory and store are hits, authority is a new token, none is no token; \
         outcome: ok, or why there is none.",
    ),
    Metric::new(
        TOKEN_REFRESH,
        MetricKind::Histogram,
        "Refreshing a token, once for all who wait for it in this process. ahead: yes if nobody waits for it; outcome: ok, \
         found if another replica had got it meanwhile, throttled if the authority asked to be left alone, or why there is \
         none.",
    ),
    Metric::new(TOKEN_LEASE_WAIT, MetricKind::Histogram, "Waiting for the refresh of another replica or request."),
    Metric::new(
        TOKEN_FENCED,
        MetricKind::Counter,
        "Turns at refreshing that were given up. reason: overtaken by a later one or by a sign-in, or signed_out meanwhile.",
    ),
    Metric::new(
        AUTHORITY_REQUEST,
        MetricKind::Histogram,
        "Requests to the authority. endpoint: token, metadata, keys; outcome: answered, throttled, failed (5xx), \
         unreachable, unreadable.",
    ),
    Metric::new(
        METADATA_FETCHES,
        MetricKind::Counter,
        "Fetches of what the authority publishes. document: metadata, keys; outcome: ok, failed.",
    ),
    Metric::new(
        METADATA_AGE,
        MetricKind::Gauge,
        "Seconds since the copy in use was fetched. document: metadata, keys.",
    ),
    Metric::new(
        BEARER_VALIDATION,
        MetricKind::Histogram,
        "Checking the access token of a caller. seen: yes if it had been checked before; outcome: ok, or the code of the \
         refusal.",
    ),
];

/// Tells the recorder of the process what all of them mean, for its help texts. Call it once, after installing the recorder.
pub fn describe() {
    ALL.iter().for_each(Metric::describe);
}
