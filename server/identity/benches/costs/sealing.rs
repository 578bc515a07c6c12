//! Sealing and opening a record, by its length.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion};
use identity::KeyRing;

pub fn measure(criterion: &mut Criterion) {
    let ring = KeyRing::parse(&KeyRing::generate().unwrap()).unwrap();
    let mut group = criterion.benchmark_group("sealing");
    for run in 0..crate::runs() {
        for kilobytes in [1, 6, 16] {
            let record = vec![b'e'; kilobytes * 1024];
            let sealed = ring.seal("tokens", b"somebody", &record).unwrap();
            group.bench_function(BenchmarkId::new(format!("seal {kilobytes} KiB"), run), |bencher| {
                bencher.iter(|| ring.seal("tokens", black_box(b"somebody"), &record).unwrap());
            });
            group.bench_function(BenchmarkId::new(format!("open {kilobytes} KiB"), run), |bencher| {
                bencher.iter(|| ring.open("tokens", black_box(b"somebody"), &sealed).unwrap());
            });
        }
    }
}
