//! Checking the access token of a caller, beside what the cryptographic libraries need for its signature alone.

use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use criterion::{BenchmarkId, Criterion, SamplingMode};
use http::{HeaderMap, header};
use identity::{Bearer, BearerConfig, EmbeddedState, SharedState, SystemClock};
use jsonwebtoken::{Algorithm, DecodingKey, crypto};
use tokio::runtime::Runtime;

use crate::{
    application,
    issuer::{CLIENT, Issuer},
    runs, timed,
};

/// Made beforehand, because signing takes longer than checking.
const TOKENS: u64 = 512;

pub fn measure(criterion: &mut Criterion, runtime: &Runtime) {
    let folder = tempfile::tempdir().unwrap();
    let issuer = runtime.block_on(Issuer::start());
    let state: Arc<dyn SharedState> = Arc::new(
        runtime.block_on(EmbeddedState::open(&folder.path().join("state.db"), Arc::new(SystemClock))).unwrap(),
    );
    let tokens: Vec<_> = (0..TOKENS).map(|number| issuer.token(number)).collect();
    let headers: Vec<HeaderMap> = tokens.iter().map(|token| bearing(token)).collect();
    let fresh = || async {
        let identity = application(issuer.authority(), Arc::clone(&state));
        identity.ready().await.unwrap();
        identity.bearer(BearerConfig::for_client(CLIENT)).unwrap()
    };
    for run in 0..runs() {
        signatures(criterion, &issuer, &tokens, run);
        let mut group = criterion.benchmark_group("bearer");
        group.bench_function(BenchmarkId::new("warm", run), |bencher| {
            bencher.iter_custom(|n| runtime.block_on(warm(&fresh, &headers, n)));
        });
        let bearer = runtime.block_on(fresh());
        group.bench_function(BenchmarkId::new("seen", run), |bencher| {
            bencher.iter_custom(|n| {
                timed(runtime, n, async |_| {
                    black_box(bearer.authenticate(&headers[0]).await.unwrap());
                })
            });
        });
        // Each needs keys that have just been fetched.
        group.sampling_mode(SamplingMode::Flat).sample_size(10);
        group.warm_up_time(Duration::from_millis(5)).measurement_time(Duration::from_millis(20));
        group.bench_function(BenchmarkId::new("cold", run), |bencher| {
            bencher.iter_custom(|n| runtime.block_on(cold(&fresh, &headers[0], n)));
        });
    }
}

fn bearing(token: &str) -> HeaderMap {
    [(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap())].into_iter().collect()
}

/// Every token is a new one: whoever has seen all of them is replaced by somebody who has seen none, and has the keys.
async fn warm<F: Future<Output = Bearer>>(fresh: &impl Fn() -> F, headers: &[HeaderMap], n: u64) -> Duration {
    let (mut took, mut left) = (Duration::ZERO, n);
    while left > 0 {
        let bearer = fresh().await;
        let some = usize::try_from(left.min(TOKENS - 1)).unwrap();
        // The keys are read at their first use.
        bearer.authenticate(&headers[0]).await.unwrap();
        let began = Instant::now();
        for headers in &headers[1..=some] {
            black_box(bearer.authenticate(headers).await.unwrap());
        }
        took += began.elapsed();
        left -= some as u64;
    }
    took
}

async fn cold<F: Future<Output = Bearer>>(fresh: &impl Fn() -> F, headers: &HeaderMap, n: u64) -> Duration {
    let mut took = Duration::ZERO;
    for _ in 0..n {
        let bearer = fresh().await;
        let began = Instant::now();
        black_box(bearer.authenticate(headers).await.unwrap());
        took += began.elapsed();
    }
    took
}

fn signatures(criterion: &mut Criterion, issuer: &Issuer, tokens: &[String], run: u64) {
    let public = issuer.public_key();
    let parts: Vec<_> = tokens.iter().map(|token| token.rsplit_once('.').unwrap()).collect();
    let bytes: Vec<_> = parts.iter().map(|(_, signature)| URL_SAFE_NO_PAD.decode(signature).unwrap()).collect();
    let mut group = criterion.benchmark_group("bearer");
    let components = RsaPublicKeyComponents { n: &public.n, e: &public.e };
    let mut turn = (0..tokens.len()).cycle();
    let mut next = || turn.next().unwrap_or_default();
    group.bench_function(BenchmarkId::new("aws-lc-rs", run), |bencher| {
        bencher.iter(|| {
            let i = next();
            components.verify(&RSA_PKCS1_2048_8192_SHA256, parts[i].0.as_bytes(), &bytes[i]).unwrap();
        });
    });
    let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
    let key = DecodingKey::from_rsa_components(&encode(&public.n), &encode(&public.e)).unwrap();
    group.bench_function(BenchmarkId::new("jsonwebtoken", run), |bencher| {
        bencher.iter(|| {
            let (message, signature) = parts[next()];
            assert!(crypto::verify(signature, message.as_bytes(), &key, Algorithm::RS256).unwrap());
        });
    });
}
