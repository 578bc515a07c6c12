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
use tokio::runtime::Runtime;

use crate::{
    application,
    issuer::{CLIENT, Issuer},
    runs, timed,
    turns::InTurns,
};

/// Made beforehand, because signing takes longer than checking.
const TOKENS: u32 = 513;
/// Of them, so many are checked before the others have their turn.
const TURN: usize = 64;
/// How often all of them are checked in a run.
const ROUNDS: u32 = 20;

pub fn measure(criterion: &mut Criterion, runtime: &Runtime) {
    let folder = tempfile::tempdir().unwrap();
    let issuer = runtime.block_on(Issuer::start());
    let state: Arc<dyn SharedState> = Arc::new(
        runtime.block_on(EmbeddedState::open(&folder.path().join("state.db"), Arc::new(SystemClock))).unwrap(),
    );
    let tokens: Vec<_> = (0..TOKENS).map(|number| issuer.token(number.into())).collect();
    let headers: Vec<HeaderMap> = tokens.iter().map(|token| bearing(token)).collect();
    let fresh = || async {
        let identity = application(issuer.authority(), Arc::clone(&state));
        identity.ready().await.unwrap();
        identity.bearer(BearerConfig::for_client(CLIENT)).unwrap()
    };
    let mut in_turns = InTurns::new("bearer");
    for run in 0..runs() {
        runtime.block_on(by_turns(&mut in_turns, &issuer, &tokens, &headers, &fresh));
        let mut group = criterion.benchmark_group("bearer");
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
    in_turns.write();
}

fn bearing(token: &str) -> HeaderMap {
    [(header::AUTHORIZATION, format!("Bearer {token}").parse().unwrap())].into_iter().collect()
}

/// A new token, and its signature alone.
async fn by_turns<F: Future<Output = Bearer>>(
    in_turns: &mut InTurns,
    issuer: &Issuer,
    tokens: &[String],
    headers: &[HeaderMap],
    fresh: &impl Fn() -> F,
) {
    let public = issuer.public_key();
    let components = RsaPublicKeyComponents { n: &public.n, e: &public.e };
    let parsed = components.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).unwrap();
    let parts: Vec<_> = tokens.iter().map(|token| token.rsplit_once('.').unwrap()).collect();
    let signed: Vec<_> = parts
        .iter()
        .map(|(message, signature)| (message.as_bytes(), URL_SAFE_NO_PAD.decode(signature).unwrap()))
        .collect();
    let mut took = [Duration::ZERO; 3];
    for _ in 0..ROUNDS {
        // Somebody who has seen none of them, and has the keys: those are read at their first use.
        let bearer = fresh().await;
        bearer.authenticate(&headers[0]).await.unwrap();
        for (signed, headers) in signed[1..].chunks(TURN).zip(headers[1..].chunks(TURN)) {
            let began = Instant::now();
            for (message, signature) in signed {
                components.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).unwrap();
            }
            took[0] += began.elapsed();
            let began = Instant::now();
            for (message, signature) in signed {
                parsed.verify_sig(message, signature).unwrap();
            }
            took[1] += began.elapsed();
            let began = Instant::now();
            for headers in headers {
                black_box(bearer.authenticate(headers).await.unwrap());
            }
            took[2] += began.elapsed();
        }
    }
    for (what, took) in ["aws-lc-rs", "aws-lc-rs, key kept", "warm"].into_iter().zip(took) {
        in_turns.note(what, took, ROUNDS * (TOKENS - 1));
    }
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
