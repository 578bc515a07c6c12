//! What a token costs: acquired silently, checked as a caller's, sealed. `make bench` runs it and makes a table of it; each
//! measurement stands beside the least that it could be, taken in the same run.
//!
//! `MOST` is the largest number of accounts in a store (1,000,000), `RUNS` how often everything is measured (5).
#![expect(clippy::unwrap_used, reason = "a benchmark may panic")]

mod bearer;
mod issuer;
mod sealing;
mod silent;
mod stores;
mod turns;

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use criterion::Criterion;
use identity::{ClientCredential, Everybody, Identity, IdentityConfig, KeyRing, SharedState, SystemClock, http_client};
use metrics_exporter_prometheus::PrometheusBuilder;
use tokio::runtime::{Builder, Runtime};

/// As Muster has it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() {
    record_metrics();
    let runtime = Builder::new_multi_thread().enable_all().build().unwrap();
    let mut criterion = Criterion::default()
        .configure_from_args()
        .sample_size(20)
        .nresamples(2_000)
        .warm_up_time(Duration::from_millis(200))
        .measurement_time(Duration::from_millis(600));
    sealing::measure(&mut criterion);
    bearer::measure(&mut criterion, &runtime);
    silent::measure(&mut criterion, &runtime);
    criterion.final_summary();
}

/// Recording costs something too, and operators record.
fn record_metrics() {
    let recorder = PrometheusBuilder::new().build_recorder();
    let handle = recorder.handle();
    metrics::set_global_recorder(recorder).unwrap();
    std::thread::spawn(move || {
        loop {
            std::thread::park_timeout(Duration::from_secs(1));
            handle.run_upkeep();
        }
    });
}

/// A number from the environment.
fn setting(name: &str, usual: u64) -> u64 {
    std::env::var(name).ok().filter(|text| !text.is_empty()).map_or(usual, |text| text.parse().unwrap())
}

fn runs() -> u64 {
    setting("RUNS", 5)
}

/// An application at this authority, with its state there.
fn application(authority: identity::Authority, state: Arc<dyn SharedState>) -> Identity {
    let secret = ClientCredential::Secret("a secret".to_owned().into());
    let (url, home) = ("http://localhost:3000".parse().unwrap(), "/".parse().unwrap());
    let config = IdentityConfig::new(url, authority, issuer::CLIENT.to_owned(), secret, home);
    let ring = KeyRing::parse(&KeyRing::generate().unwrap()).unwrap();
    Identity::new(config, state, ring, Arc::new(SystemClock), http_client().unwrap(), Arc::new(Everybody)).unwrap()
}

/// How long `n` turns take, one after the other.
fn timed(runtime: &Runtime, n: u64, once: impl AsyncFn(u64)) -> Duration {
    runtime.block_on(async {
        let began = Instant::now();
        for turn in 0..n {
            once(turn).await;
        }
        began.elapsed()
    })
}
