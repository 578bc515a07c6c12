//! The ring of secret keys that records are sealed with. The first key writes, every key reads, so rotation is: add a key
//! behind the others, once every replica has it move it to the front, wait until the oldest records have expired, remove the
//! old one. A replica that lacks the key of a record takes its holder for nobody.

use std::fmt;

use aws_lc_rs::hkdf::{HKDF_SHA256, Salt};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    random::{self, RandomUnavailable},
    seal::SealError,
};

/// Separates keys derived here from keys anybody else may derive from the same secret.
const SALT: &[u8] = b"identity key ring v1";
const LONGEST_KID: usize = 32;

/// Secret keys with their ids, newest first. `Debug` shows the ids only.
#[derive(Clone)]
pub struct KeyRing {
    keys: Vec<RingKey>,
}

#[derive(Clone)]
struct RingKey {
    kid: String,
    secret: [u8; 32],
}

/// Why a text is no key ring. The text itself is never repeated, it is secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyRingError {
    /// There is no key in the text.
    #[error("the key ring is empty; write it as `id:key`, the key being 32 bytes in base64url")]
    Empty,
    /// An entry has no colon.
    #[error("entry {position} of the key ring is not of the form `id:key`")]
    Shape {
        /// Counted from one.
        position: usize,
    },
    /// A key id is empty, too long or has characters outside `A-Z a-z 0-9 - _ .`.
    #[error("entry {position} of the key ring has an id that is not 1 to 32 letters, digits, `-`, `_` or `.`")]
    Kid {
        /// Counted from one.
        position: usize,
    },
    /// A key is not 32 bytes of unpadded base64url.
    #[error("entry {position} of the key ring is not 32 bytes in unpadded base64url (43 characters)")]
    Secret {
        /// Counted from one.
        position: usize,
    },
    /// Two keys have the same id.
    #[error("entry {position} of the key ring repeats an id")]
    Duplicate {
        /// Counted from one.
        position: usize,
    },
}

impl KeyRing {
    /// Reads `kid:key[,kid:key...]`, newest first, each key being 32 bytes in unpadded base64url. White space around
    /// entries is ignored.
    ///
    /// # Errors
    /// Names the position of the first entry that is wrong, never its content.
    pub fn parse(text: &str) -> Result<Self, KeyRingError> {
        let mut keys: Vec<RingKey> = Vec::new();
        for (index, entry) in text.split(',').map(str::trim).filter(|entry| !entry.is_empty()).enumerate() {
            let position = index + 1;
            let (kid, secret) = entry.split_once(':').ok_or(KeyRingError::Shape { position })?;
            let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            if kid.is_empty() || kid.len() > LONGEST_KID || !kid.chars().all(plain) {
                return Err(KeyRingError::Kid { position });
            }
            if keys.iter().any(|key| key.kid == kid) {
                return Err(KeyRingError::Duplicate { position });
            }
            let secret = URL_SAFE_NO_PAD.decode(secret).ok().and_then(|bytes| <[u8; 32]>::try_from(bytes).ok());
            keys.push(RingKey { kid: kid.to_owned(), secret: secret.ok_or(KeyRingError::Secret { position })? });
        }
        if keys.is_empty() { Err(KeyRingError::Empty) } else { Ok(Self { keys }) }
    }

    /// The text of a fresh ring with one key, to be stored where only the server can read it.
    ///
    /// # Errors
    /// When the operating system has no random bytes.
    pub fn generate() -> Result<String, RandomUnavailable> {
        let kid = URL_SAFE_NO_PAD.encode(random::bytes::<6>()?);
        Ok(format!("{kid}:{}", random::token()?))
    }

    /// A key for another use, derived from the newest key. Different purposes give unrelated keys.
    ///
    /// # Errors
    /// When the cryptographic library refuses; there is no key to go on with then.
    pub fn derive(&self, purpose: &str) -> Result<[u8; 32], SealError> {
        self.newest(purpose.as_bytes(), b"").map(|(_, key)| key)
    }

    /// The newest key's id and the record key for (purpose, id).
    pub(crate) fn newest(&self, purpose: &[u8], id: &[u8]) -> Result<(&str, [u8; 32]), SealError> {
        let key = self.keys.first().ok_or(SealError)?;
        Ok((&key.kid, key.derive(purpose, id)?))
    }

    /// Whether a key with this id is in the ring.
    pub(crate) fn has(&self, kid: &[u8]) -> bool {
        self.keys.iter().any(|key| key.kid.as_bytes() == kid)
    }

    /// The record key for (purpose, id) under the ring key `kid`, if the ring still has it.
    pub(crate) fn by_kid(&self, kid: &[u8], purpose: &[u8], id: &[u8]) -> Option<[u8; 32]> {
        self.keys.iter().find(|key| key.kid.as_bytes() == kid)?.derive(purpose, id).ok()
    }
}

impl RingKey {
    /// HKDF-SHA256 (RFC 5869); the info is the length of the purpose, the purpose, the id.
    fn derive(&self, purpose: &[u8], id: &[u8]) -> Result<[u8; 32], SealError> {
        let mut out = [0; 32];
        let length = (purpose.len() as u64).to_be_bytes();
        let info = [&length[..], purpose, id];
        let pseudo_random_key = Salt::new(HKDF_SHA256, SALT).extract(&self.secret);
        let output = pseudo_random_key.expand(&info, HKDF_SHA256).map_err(|_| SealError)?;
        output.fill(&mut out).map_err(|_| SealError)?;
        Ok(out)
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.keys.iter().map(|key| &key.kid)).finish()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn a_generated_ring_can_be_read_and_no_two_are_alike() {
        let (one, two) = (KeyRing::generate().unwrap(), KeyRing::generate().unwrap());
        assert_ne!(one, two);
        assert_eq!(KeyRing::parse(&format!(" {one} ,\n{two}\n")).unwrap().keys.len(), 2);
    }

    #[test]
    fn a_wrong_entry_is_named_by_its_position_and_not_shown() {
        let good = KeyRing::generate().unwrap();
        let secret = good.split_once(':').unwrap().1;
        let cases = [
            (String::new(), KeyRingError::Empty),
            (" , ".to_owned(), KeyRingError::Empty),
            (format!("{good},nonsense"), KeyRingError::Shape { position: 2 }),
            (format!(":{secret}"), KeyRingError::Kid { position: 1 }),
            (format!("a b:{secret}"), KeyRingError::Kid { position: 1 }),
            (format!("{}:{secret}", "k".repeat(33)), KeyRingError::Kid { position: 1 }),
            (format!("k:{}", &secret[..42]), KeyRingError::Secret { position: 1 }),
            (format!("k:{secret}="), KeyRingError::Secret { position: 1 }),
            (format!("{good},{good}"), KeyRingError::Duplicate { position: 2 }),
        ];
        for (text, error) in cases {
            let found = KeyRing::parse(&text).unwrap_err();
            assert!(!found.to_string().contains(secret));
            assert_eq!(found, error, "{text}");
        }
    }
}
