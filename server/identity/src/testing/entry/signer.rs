//! A key of our own and what it signs.

use aws_lc_rs::{
    rand::SystemRandom,
    rsa::{KeyPair, KeySize, PublicKeyComponents},
    signature::{KeyPair as _, RSA_PKCS1_SHA256},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

/// A key pair, made anew in each process.
pub(super) struct Signer(KeyPair);

impl Signer {
    pub(super) fn new() -> Self {
        Self(KeyPair::generate(KeySize::Rsa2048).expect("an RSA key"))
    }

    /// The key set that the authority publishes.
    pub(super) fn published(&self) -> Value {
        let public: PublicKeyComponents<Vec<u8>> = self.0.public_key().into();
        let (n, e) = (encode(&public.n), encode(&public.e));
        json!({ "keys": [{ "kty": "RSA", "use": "sig", "alg": "RS256", "kid": "k", "n": n, "e": e }] })
    }

    /// A token in compact form whose payload is these bytes, whatever they are.
    pub(super) fn sign(&self, payload: &[u8]) -> String {
        let message = format!("{}.{}", encode(br#"{"alg":"RS256","kid":"k"}"#), encode(payload));
        let mut signature = vec![0; self.0.public_modulus_len()];
        let signed = self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message.as_bytes(), &mut signature);
        signed.expect("a signature");
        format!("{message}.{}", encode(&signature))
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
