//! Authenticated encryption of records: AES-256-GCM with a random nonce and a key of its own for every record, so that
//! neither a copied store nor a swapped row gives anything away. See `adr/0001-sealed-records.md`.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};

use crate::key_ring::KeyRing;

/// First byte of an envelope. Another layout takes another number.
const FORMAT: u8 = 1;

/// The cryptographic library refused to make a key or to seal a record. Opening never fails loudly: what does not open is
/// treated as absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the cryptographic library made no key or sealed no record")]
pub struct SealError;

impl KeyRing {
    /// Seals `plaintext` under the newest key. `purpose` and `id` bind the envelope to its place: it opens there only.
    ///
    /// The envelope is `1`, the length of the key id, the key id, the nonce (12 bytes), the ciphertext with its tag.
    ///
    /// # Errors
    /// When the library refuses, as the cipher does for plaintexts of many gigabytes.
    pub fn seal(&self, purpose: &str, id: &[u8], plaintext: &[u8]) -> Result<Vec<u8>, SealError> {
        let (kid, key) = self.newest(purpose.as_bytes(), id)?;
        let key = RandomizedNonceKey::new(&AES_256_GCM, &key).map_err(|_| SealError)?;
        let mut body = plaintext.to_vec();
        let nonce = key.seal_in_place_append_tag(Aad::from(purpose.as_bytes()), &mut body).map_err(|_| SealError)?;
        let kid_length = u8::try_from(kid.len()).map_err(|_| SealError)?;
        let mut envelope = Vec::with_capacity(2 + kid.len() + NONCE_LEN + body.len());
        envelope.extend_from_slice(&[FORMAT, kid_length]);
        envelope.extend_from_slice(kid.as_bytes());
        envelope.extend_from_slice(nonce.as_ref());
        envelope.extend_from_slice(&body);
        Ok(envelope)
    }

    /// Opens an envelope sealed for (purpose, id) under any key of the ring; `None` if it is damaged, from elsewhere, or
    /// sealed under a key that has left the ring.
    #[must_use]
    pub fn open(&self, purpose: &str, id: &[u8], envelope: &[u8]) -> Option<Vec<u8>> {
        let (kid, rest) = split_kid(envelope)?;
        let (nonce, body) = rest.split_first_chunk::<NONCE_LEN>()?;
        let key = self.by_kid(kid, purpose.as_bytes(), id)?;
        let key = RandomizedNonceKey::new(&AES_256_GCM, &key).ok()?;
        let mut body = body.to_vec();
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let opened = key.open_in_place(nonce, Aad::from(purpose.as_bytes()), &mut body).ok()?.len();
        body.truncate(opened);
        Some(body)
    }

    /// Whether the ring has the key that `envelope` names. Without the record's id nothing more can be told.
    pub(crate) fn has_key_of(&self, envelope: &[u8]) -> bool {
        split_kid(envelope).is_some_and(|(kid, _)| self.has(kid))
    }
}

/// The key id of an envelope, and what follows it.
fn split_kid(envelope: &[u8]) -> Option<(&[u8], &[u8])> {
    let (&[format, kid_length], rest) = envelope.split_first_chunk::<2>()?;
    rest.split_at_checked(usize::from(kid_length)).filter(|_| format == FORMAT)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    fn ring() -> (String, KeyRing) {
        let text = KeyRing::generate().unwrap();
        (text.clone(), KeyRing::parse(&text).unwrap())
    }

    #[test]
    fn opens_only_where_it_was_sealed() {
        let (_, ring) = ring();
        let sealed = ring.seal("session", b"one", b"hello").unwrap();
        assert_eq!(ring.open("session", b"one", &sealed).as_deref(), Some(&b"hello"[..]));
        assert_eq!(ring.open("session", b"two", &sealed), None);
        assert_eq!(ring.open("transaction", b"one", &sealed), None);
    }

    #[test]
    fn any_changed_byte_closes_it() {
        let (_, ring) = ring();
        let sealed = ring.seal("session", b"one", b"hello").unwrap();
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            assert_eq!(ring.open("session", b"one", &changed), None, "byte {index}");
            assert_eq!(ring.open("session", b"one", &sealed[..index]), None, "cut at {index}");
        }
    }

    #[test]
    fn an_older_key_still_reads_and_a_removed_key_does_not() {
        let (old, old_ring) = ring();
        let (new, new_ring) = ring();
        let sealed = old_ring.seal("session", b"one", b"hello").unwrap();
        let both = KeyRing::parse(&format!("{new},{old}")).unwrap();
        assert_eq!(both.open("session", b"one", &sealed).as_deref(), Some(&b"hello"[..]));
        assert_eq!(new_ring.open("session", b"one", &sealed), None);
        let resealed = both.seal("session", b"one", b"hello").unwrap();
        assert!(new_ring.open("session", b"one", &resealed).is_some(), "the newest key writes");
    }

    #[test]
    fn debug_shows_no_secret() {
        let (text, ring) = ring();
        let (kid, secret) = text.split_once(':').unwrap();
        let shown = format!("{ring:?}");
        assert!(shown.contains(kid) && !shown.contains(secret));
    }

    #[test]
    fn derived_keys_differ_by_purpose() {
        let (_, ring) = ring();
        assert_ne!(ring.derive("cursor"), ring.derive("csrf"));
        assert_ne!(ring.derive("one"), ring.derive("two"), "not only by its length");
        assert_ne!(ring.newest(b"ab", b"c").unwrap(), ring.newest(b"a", b"bc").unwrap(), "nor by where it ends");
        assert_eq!(ring.derive("cursor"), ring.derive("cursor"));
    }
}
