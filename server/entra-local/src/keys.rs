//! Signing keys: RSA 2048 for RS256, at least two of them published, the newest signing.

use std::sync::Arc;

use aws_lc_rs::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use base64::{Engine as _, engine::general_purpose::STANDARD, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{
    Algorithm, DecodingKey, EncodingKey, crypto,
    jwk::{AlgorithmParameters, CommonParameters, Jwk},
};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256, RsaKeySize};
use serde_json::{Value, json};

use crate::shared::Shared;

/// Why a signing key could not be made.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The key or its certificate could not be generated.
    #[error("the RSA key could not be generated: {0}")]
    Generate(#[from] rcgen::Error),
    /// The generated key could not be read back for signing.
    #[error("the RSA key could not be read back: {0}")]
    Read(#[from] jsonwebtoken::errors::Error),
}

/// One RSA key with the certificate Entra publishes beside it.
pub(crate) struct SigningKey {
    /// Key id: like Entra's, the SHA-1 thumbprint of the certificate.
    pub(crate) kid: String,
    pub(crate) encoding: EncodingKey,
    /// `SubjectPublicKeyInfo` in PEM, which a confused verifier might take for an HMAC secret.
    pub(crate) public_pem: String,
    parameters: AlgorithmParameters,
    certificate: String,
}

impl SigningKey {
    pub(crate) fn generate() -> Result<Self, KeyError> {
        let pair = KeyPair::generate_rsa_for(&PKCS_RSA_SHA256, RsaKeySize::_2048)?;
        let certificate =
            CertificateParams::new(vec!["accounts.accesscontrol.local".to_owned()])?.self_signed(&pair)?;
        let encoding = EncodingKey::from_rsa_pem(pair.serialize_pem().as_bytes())?;
        Ok(Self {
            kid: URL_SAFE_NO_PAD.encode(digest(&SHA1_FOR_LEGACY_USE_ONLY, certificate.der())),
            parameters: Jwk::from_encoding_key(&encoding, Algorithm::RS256)?.algorithm,
            encoding,
            public_pem: pair.public_key_pem(),
            certificate: STANDARD.encode(certificate.der()),
        })
    }

    /// The published form (RFC 7517) with Entra's `issuer` and `cloud_instance_name` members, and like Entra's without
    /// `alg`.
    fn jwk(&self, issuer: &str, cloud: &str) -> Value {
        let mut jwk = self.bare_jwk();
        jwk["x5t"] = json!(self.kid);
        jwk["x5c"] = json!([self.certificate]);
        jwk["cloud_instance_name"] = json!(cloud);
        jwk["issuer"] = json!(issuer);
        jwk
    }

    fn bare_jwk(&self) -> Value {
        let mut jwk = json!(self.parameters);
        jwk["use"] = json!("sig");
        jwk["kid"] = json!(self.kid);
        jwk
    }
}

/// The published keys. The first one signs.
pub(crate) struct KeyRing(Shared<Vec<Arc<SigningKey>>>);

impl KeyRing {
    pub(crate) fn generate() -> Result<Self, KeyError> {
        Ok(Self(Shared::new(vec![Arc::new(SigningKey::generate()?), Arc::new(SigningKey::generate()?)])))
    }

    /// A new key signs from now on. The one before it stays published, older ones go. Returns the new key id.
    pub(crate) fn rotate(&self) -> Result<String, KeyError> {
        let key = Arc::new(SigningKey::generate()?);
        let kid = key.kid.clone();
        self.0.with(|keys| {
            keys.insert(0, key);
            keys.truncate(2);
        });
        Ok(kid)
    }

    /// A new key is the only one from now on. Returns its id.
    pub(crate) fn replace(&self) -> Result<String, KeyError> {
        let key = Arc::new(SigningKey::generate()?);
        let kid = key.kid.clone();
        self.0.with(|keys| *keys = vec![key]);
        Ok(kid)
    }

    /// The key that signs, or nothing in the impossible case of an empty ring.
    pub(crate) fn current(&self) -> Option<Arc<SigningKey>> {
        self.0.with(|keys| keys.first().cloned())
    }

    /// The key set of B2C: without Entra's own members and without certificates.
    pub(crate) fn bare_jwks(&self) -> Value {
        self.0.with(|keys| json!({ "keys": keys.iter().map(|key| key.bare_jwk()).collect::<Vec<_>>() }))
    }

    /// Whether a published key signed this compact JWS. Its claims are not looked at.
    pub(crate) fn signed(&self, token: &str) -> bool {
        let Some((input, signature)) = token.rsplit_once('.') else { return false };
        self.0.with(|keys| {
            keys.iter().any(|key| {
                let decoding = DecodingKey::from_jwk(&Jwk {
                    common: CommonParameters::default(),
                    algorithm: key.parameters.clone(),
                });
                decoding.is_ok_and(|decoding| {
                    crypto::verify(signature, input.as_bytes(), &decoding, Algorithm::RS256).unwrap_or(false)
                })
            })
        })
    }

    pub(crate) fn jwks(&self, issuer: &str, cloud: &str) -> Value {
        self.0.with(|keys| json!({ "keys": keys.iter().map(|key| key.jwk(issuer, cloud)).collect::<Vec<_>>() }))
    }
}
