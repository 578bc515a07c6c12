//! Compact JWS (RFC 7515): drafts of tokens and the ways, honest and not, to sign them.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, EncodingKey, crypto};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

use crate::keys::{KeyError, SigningKey};

/// How a draft becomes a token.
pub(crate) enum Signing {
    /// With the current key.
    Rs256,
    /// With the current key, then one byte of the signature changed.
    Corrupted,
    /// With an RSA key that is published nowhere.
    Unpublished,
    /// Not at all: the third part is empty.
    Unsigned,
    /// HMAC with these bytes.
    Hs256(Vec<u8>),
    /// As Entra signs Graph tokens: over a header whose nonce is hashed, so that nobody but Graph can check it.
    HashedNonce,
}

/// A token about to be signed.
pub(crate) struct Draft {
    pub(crate) header: Map<String, Value>,
    pub(crate) claims: Map<String, Value>,
    pub(crate) signing: Signing,
}

impl Draft {
    pub(crate) fn new(key: &SigningKey, claims: Map<String, Value>) -> Self {
        let mut header = Map::new();
        header.insert("typ".to_owned(), json!("JWT"));
        header.insert("alg".to_owned(), json!("RS256"));
        header.insert("kid".to_owned(), json!(key.kid));
        Self { header, claims, signing: Signing::Rs256 }
    }

    /// The compact serialisation.
    pub(crate) fn seal(&self, key: &SigningKey) -> Result<String, KeyError> {
        let input = input(&self.header, &self.claims);
        let signature = match &self.signing {
            Signing::Rs256 => rs256(&input, &key.encoding)?,
            Signing::Corrupted => corrupt(&rs256(&input, &key.encoding)?),
            Signing::Unpublished => rs256(&input, &SigningKey::generate()?.encoding)?,
            Signing::Unsigned => String::new(),
            Signing::Hs256(secret) => {
                crypto::sign(input.as_bytes(), &EncodingKey::from_secret(secret), Algorithm::HS256)?
            }
            Signing::HashedNonce => rs256(&self.input_with_hashed_nonce(), &key.encoding)?,
        };
        Ok(format!("{input}.{signature}"))
    }

    fn input_with_hashed_nonce(&self) -> String {
        let mut header = self.header.clone();
        hash_nonce(&mut header);
        input(&header, &self.claims)
    }
}

/// The claims of a compact JWS, unchecked.
pub(crate) fn claims<T: DeserializeOwned>(token: &str) -> Option<T> {
    let encoded = token.split('.').nth(1)?;
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(encoded).ok()?).ok()
}

/// A token for Graph with its nonce hashed, as it was when it was signed.
pub(crate) fn with_hashed_nonce(token: &str) -> Option<String> {
    let (encoded, rest) = token.split_once('.')?;
    let mut header: Map<String, Value> = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(encoded).ok()?).ok()?;
    hash_nonce(&mut header);
    Some(format!("{}.{rest}", URL_SAFE_NO_PAD.encode(Value::Object(header).to_string())))
}

fn hash_nonce(header: &mut Map<String, Value>) {
    if let Some(Value::String(nonce)) = header.get_mut("nonce") {
        *nonce = URL_SAFE_NO_PAD.encode(digest(&SHA256, nonce.as_bytes()));
    }
}

fn input(header: &Map<String, Value>, claims: &Map<String, Value>) -> String {
    let part = |object: &Map<String, Value>| URL_SAFE_NO_PAD.encode(Value::Object(object.clone()).to_string());
    format!("{}.{}", part(header), part(claims))
}

fn rs256(input: &str, key: &EncodingKey) -> Result<String, jsonwebtoken::errors::Error> {
    crypto::sign(input.as_bytes(), key, Algorithm::RS256)
}

/// Changes the first character, which carries six whole bits of the signature.
fn corrupt(signature: &str) -> String {
    let replacement = if signature.starts_with('A') { "B" } else { "A" };
    format!("{replacement}{}", signature.get(1..).unwrap_or_default())
}
