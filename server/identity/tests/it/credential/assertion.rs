//! Assertions that somebody else signs.

use std::{
    fs,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use identity::{AssertionError, AssertionRequest, AssertionSource, unsigned_assertion};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use secrecy::SecretString;
use serde_json::json;
use tempfile::TempDir;
use time::OffsetDateTime;

use super::*;

/// A token of the cluster's, as Kubernetes writes it into the file.
fn token(pair: &Pair, subject: &str, seconds: i64) -> String {
    let now = OffsetDateTime::now_utc().unix_timestamp();
    let claims = json!({ "iss": ISSUER, "sub": subject, "aud": "api://AzureADTokenExchange", "iat": now, "nbf": now - 3600,
        "exp": now + seconds });
    let key = EncodingKey::from_rsa_pem(pair.key.serialize_pem().as_bytes()).unwrap();
    encode(&Header::new(Algorithm::RS256), &claims, &key).unwrap()
}

#[tokio::test]
async fn a_federated_token_is_read_anew_for_each_request() {
    let cluster = Pair::new();
    let world = World::start(&[], &[&cluster]).await;
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("token");
    let good = token(&cluster, SUBJECT, 3600);
    watch::never(&good);
    fs::write(&path, format!("{good}\n")).unwrap();
    let site = world.site(ClientCredential::FederatedTokenFile(path.clone())).await;
    assert_eq!(world.sign_in(&site).await, GOOD);
    assert!(world.by_assertion());
    let refused = (StatusCode::INTERNAL_SERVER_ERROR, 1);
    for (content, expected) in [
        (token(&cluster, SUBJECT, -3600), refused),
        (token(&cluster, "system:serviceaccount:muster:another", 3600), refused),
        (token(&Pair::new(), SUBJECT, 3600), refused),
        (String::from(" \n"), (StatusCode::INTERNAL_SERVER_ERROR, 0)),
        (good, GOOD),
    ] {
        fs::write(&path, content).unwrap();
        assert_eq!(world.sign_in(&site).await, expected);
    }
    fs::remove_file(&path).unwrap();
    assert_eq!(world.sign_in(&site).await, (StatusCode::INTERNAL_SERVER_ERROR, 0));
    let problems = world.config(ClientCredential::FederatedTokenFile(path)).validate().unwrap_err();
    assert_eq!(problems[0].name, "credential.federated_token_file");
}

/// A key vault: it signs, and keeps its key. What it gave last it gives again until it is told that it was refused.
#[derive(Debug)]
struct Vault {
    key: KeyPair,
    thumbprint: [u8; 32],
    kept: Mutex<String>,
    asked: Mutex<Vec<AssertionRequest>>,
}

impl Vault {
    fn sign(&self, unsigned: &str) -> String {
        use aws_lc_rs::{rand::SystemRandom, rsa, signature::RSA_PSS_SHA256};
        let key = rsa::KeyPair::from_pkcs8(&self.key.serialize_der()).unwrap();
        let mut signature = vec![0; key.public_modulus_len()];
        key.sign(&RSA_PSS_SHA256, &SystemRandom::new(), unsigned.as_bytes(), &mut signature).unwrap();
        format!("{unsigned}.{}", URL_SAFE_NO_PAD.encode(signature))
    }
}

#[async_trait]
impl AssertionSource for Vault {
    async fn assertion(&self, request: &AssertionRequest) -> Result<SecretString, AssertionError> {
        self.asked.lock().unwrap().push(request.clone());
        let mut kept = self.kept.lock().unwrap();
        if request.refused {
            let id = Uuid::from_u128(self.asked.lock().unwrap().len() as u128).to_string();
            let unsigned = unsigned_assertion(request, &self.thumbprint, &[], &id, OffsetDateTime::now_utc());
            *kept = self.sign(&unsigned);
        }
        Ok(kept.clone().into())
    }
}

#[tokio::test]
async fn a_key_vault_signs_and_is_asked_once_more_after_a_refusal() {
    let pair = Pair::new();
    let world = World::start(&[&pair], &[]).await;
    let mut thumbprint = [0; 32];
    thumbprint.copy_from_slice(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, pair.certificate.der()).as_ref());
    let (kept, asked) = (Mutex::default(), Mutex::default());
    let vault = Arc::new(Vault { key: pair.key, thumbprint, kept, asked });
    let endpoint = world.running.base_url.join("organizations/oauth2/v2.0/token").unwrap();
    let ended = OffsetDateTime::now_utc() - time::Duration::HOUR;
    let request = AssertionRequest { client_id: CLIENT.to_string(), token_endpoint: endpoint.into(), refused: false };
    let old = vault.sign(&unsigned_assertion(&request, &thumbprint, &[], "0", ended));
    *vault.kept.lock().unwrap() = old;
    let site = world.site(ClientCredential::Assertion(vault.clone())).await;
    assert_eq!(world.sign_in(&site).await, (StatusCode::SEE_OTHER, 2), "the one that was kept had ended");
    assert!(world.by_assertion());
    assert_eq!(world.sign_in(&site).await, GOOD);
    let again = AssertionRequest { refused: true, ..request.clone() };
    assert_eq!(*vault.asked.lock().unwrap(), [request.clone(), again, request]);
}

#[derive(Debug)]
struct Broken(AssertionError);

#[async_trait]
impl AssertionSource for Broken {
    async fn assertion(&self, _: &AssertionRequest) -> Result<SecretString, AssertionError> {
        Err(self.0.clone())
    }
}

#[tokio::test]
async fn a_source_that_is_away_is_waited_for_and_one_that_refuses_is_the_operators_business() {
    let world = World::start(&[], &[]).await;
    for (error, status) in [
        (AssertionError::Unavailable("no route to the vault".to_owned()), StatusCode::SERVICE_UNAVAILABLE),
        (AssertionError::Refused("no such key".to_owned()), StatusCode::INTERNAL_SERVER_ERROR),
    ] {
        let site = world.site(ClientCredential::Assertion(Arc::new(Broken(error)))).await;
        assert_eq!(world.sign_in(&site).await, (status, 0));
    }
}
