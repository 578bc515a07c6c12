//! Drawing from a seeded source.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

/// One of several.
pub(super) fn one<'a, T>(rng: &mut ChaCha8Rng, of: &'a [T]) -> &'a T {
    &of[rng.random_range(0..of.len())]
}

/// True in `percent` of 100 draws.
pub(super) fn chance(rng: &mut ChaCha8Rng, percent: u32) -> bool {
    rng.random_range(0..100) < percent
}
