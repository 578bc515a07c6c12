//! Unguessable values. Secrets are never predictable, not even in tests, so this is no port.

use aws_lc_rs::rand::{SecureRandom, SystemRandom};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

/// The operating system refused to give random bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gave no random bytes")]
pub struct RandomUnavailable;

/// `N` random bytes.
pub(crate) fn bytes<const N: usize>() -> Result<[u8; N], RandomUnavailable> {
    let mut out = [0; N];
    SystemRandom::new().fill(&mut out).map_err(|_| RandomUnavailable)?;
    Ok(out)
}

/// A URL-safe token of 256 random bits, 43 characters long.
pub(crate) fn token() -> Result<String, RandomUnavailable> {
    Ok(URL_SAFE_NO_PAD.encode(bytes::<32>()?))
}

/// A short reference that a person can read out over the phone: 50 random bits, ten characters, no look-alikes.
pub(crate) fn reference() -> Result<String, RandomUnavailable> {
    const ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    Ok(bytes::<10>()?.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 31)])).collect())
}
