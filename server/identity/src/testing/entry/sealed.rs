//! Sealed records.

use crate::key_ring::KeyRing;

const PURPOSE: &str = "a purpose";
const ID: &[u8] = b"an id";

/// A key ring, and a record that it sealed.
pub struct Sealed {
    ring: KeyRing,
    record: Vec<u8>,
}

impl Sealed {
    /// Makes a ring and a record.
    ///
    /// # Panics
    /// If the cryptographic library fails.
    #[expect(clippy::new_without_default, reason = "making a key is no default")]
    pub fn new() -> Self {
        let ring = KeyRing::parse(&KeyRing::generate().expect("a key")).expect("a key ring");
        let record = ring.seal(PURPOSE, ID, b"what was sealed").expect("a record");
        Self { ring, record }
    }

    /// Any bytes as a record, and as changes to the one that was sealed: pairs of a place and what to flip there.
    ///
    /// # Panics
    /// If a record opens that was not sealed, or if the sealed one does not.
    pub fn record(&self, data: &[u8]) {
        assert!(self.ring.open(PURPOSE, ID, data).is_none() || data == self.record, "a record nobody sealed");
        let mut changed = self.record.clone();
        for pair in data.chunks_exact(2) {
            let place = usize::from(pair[0]) % changed.len();
            changed[place] ^= pair[1];
        }
        let opened = self.ring.open(PURPOSE, ID, &changed);
        assert_eq!(opened.is_some(), changed == self.record, "a changed record opens, or the sealed one does not");
    }
}
