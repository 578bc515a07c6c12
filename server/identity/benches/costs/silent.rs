//! Silent acquisition that finds what it asks for, by the number of accounts in the store.

use std::{hint::black_box, path::Path, time::Duration};

use criterion::{BenchmarkId, Criterion};
use identity::{
    TokenRequest, TokenSource,
    testing::{Account, redis_servers::RedisServers},
};
use tokio::runtime::Runtime;

use crate::{issuer::Issuer, runs, setting, stores::Populated, timed, turns::InTurns};

const SIZES: [u64; 4] = [1, 1_000, 100_000, 1_000_000];
/// Bytes that a record takes up in Redis for each byte of its own, with the allocator's losses.
const OVERHEAD: u64 = 2;

/// So many acquisitions are made before the bare reads have their turn.
const TURN: u32 = 64;
/// How often each has its turn in a run.
const ROUNDS: u32 = 20;

type Stores = Vec<(u64, Populated)>;

pub fn measure(criterion: &mut Criterion, runtime: &Runtime) {
    let issuer = runtime.block_on(Issuer::start());
    let most = setting("MOST", 1_000_000);
    let sizes: Vec<u64> = SIZES.into_iter().filter(|size| *size <= most).collect();

    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let files: Stores = populated(runtime, &sizes, async |size| {
        Populated::file(&issuer, &folder.path().join(format!("{size}.db")), size).await
    });
    in_store(runtime, "embedded store", &files);
    let length = files[0].1.length;
    runtime.block_on(async { drop(files) });
    drop(folder);

    let sizes: Vec<u64> = sizes.into_iter().filter(|size| fits(*size, length)).collect();
    let servers = RedisServers::new();
    let servers: Stores = populated(runtime, &sizes, async |size| Populated::redis(&issuer, &servers, size).await);
    in_store(runtime, "Redis", &servers);
    in_process(criterion, runtime, &servers);
    runtime.block_on(async { drop(servers) });
}

fn populated(runtime: &Runtime, sizes: &[u64], make: impl AsyncFn(u64) -> Populated) -> Stores {
    let mut stores = Vec::new();
    for size in sizes {
        let began = std::time::Instant::now();
        let store = runtime.block_on(make(*size));
        println!("{size} records of {} bytes, sealed: made in {:.0?}", store.length, began.elapsed());
        stores.push((*size, store));
    }
    stores
}

/// A hit that comes from the store, beside a bare read of the same bytes and opening them.
fn in_store(runtime: &Runtime, name: &'static str, stores: &Stores) {
    let request = TokenRequest::new(Account::scopes());
    let mut in_turns = InTurns::new(name);
    for _ in 0..runs() {
        let mut took = vec![[Duration::ZERO; 2]; stores.len()];
        for round in 0..ROUNDS {
            let at = u64::from(round * TURN);
            for ((_, store), took) in stores.iter().zip(&mut took) {
                took[0] += timed(runtime, TURN.into(), async |turn| {
                    let principal = store.account(at + turn).principal();
                    let token = store.identity.acquire_token_in_background(principal, &request).await.unwrap();
                    assert_eq!(token.source(), TokenSource::Store);
                    black_box(token);
                });
                took[1] += timed(runtime, TURN.into(), async |turn| {
                    black_box(store.read_and_open(at + turn).await);
                });
            }
        }
        for ((size, _), [hit, floor]) in stores.iter().zip(took) {
            in_turns.note(&format!("{size}"), hit, ROUNDS * TURN);
            in_turns.note(&format!("{size} floor"), floor, ROUNDS * TURN);
        }
    }
    in_turns.write();
}

/// A hit in the memory of this process, once the session has been read.
fn in_process(criterion: &mut Criterion, runtime: &Runtime, stores: &Stores) {
    let request = TokenRequest::new(Account::scopes());
    let mut group = criterion.benchmark_group("in process");
    for run in 0..runs() {
        for (size, store) in stores {
            let once = async |turn| {
                let session = store.account(turn).session();
                store.identity.acquire_token_silent(session, &request).await.unwrap()
            };
            runtime.block_on(async {
                for turn in 0..store.accounts.len() as u64 {
                    once(turn).await;
                    assert_eq!(once(turn).await.source(), TokenSource::Memory);
                }
            });
            group.bench_function(BenchmarkId::new(format!("{size}"), run), |bencher| {
                bencher.iter_custom(|n| {
                    timed(runtime, n, async |turn| {
                        black_box(once(turn).await);
                    })
                });
            });
        }
    }
}

/// Whether so many records have room in memory beside everything else.
fn fits(records: u64, length: usize) -> bool {
    let needed = records * length as u64 * OVERHEAD;
    let free = std::fs::read_to_string(Path::new("/proc/meminfo")).ok().and_then(|text| {
        let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
        line.trim().trim_end_matches(" kB").parse::<u64>().ok()
    });
    let fits = free.is_none_or(|kilobytes| needed <= kilobytes * 1024);
    if !fits {
        println!("{records} records have no room in this machine's memory: Redis is not measured with so many");
    }
    fits
}
