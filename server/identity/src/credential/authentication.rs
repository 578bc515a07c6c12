//! What a request to the token endpoint carries to prove where it comes from.

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use secrecy::{ExposeSecret, SecretString};
use time::OffsetDateTime;

use super::{
    CertificateSource, ClientCertificate, ClientCredential,
    assertion::{self, AssertionRequest},
    certificate::Certificate,
    error::{CertificateError, CredentialError},
};
use crate::{error::ProviderError, random};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// A proof for one request.
#[derive(Clone, Debug)]
pub(crate) enum Proof {
    Secret(SecretString),
    Assertion(SecretString),
}

impl Proof {
    /// What goes into the body besides what the protocol crate puts there.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = (&'static str, String)> {
        let assertion = match self {
            Self::Secret(_) => None,
            Self::Assertion(text) => Some(text.expose_secret().to_owned()),
        };
        assertion
            .into_iter()
            .flat_map(|text| [("client_assertion_type", ASSERTION_TYPE.to_owned()), ("client_assertion", text)])
    }
}

/// The credential with what was read of it.
#[derive(Debug)]
pub(crate) struct ClientAuthentication {
    client_id: String,
    credential: ClientCredential,
    loaded: Mutex<Option<Loaded>>,
}

#[derive(Clone, Debug)]
struct Loaded {
    certificate: Arc<Certificate>,
    stamp: Option<Stamp>,
}

/// A file that has another is another file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
}

impl ClientAuthentication {
    pub(crate) fn new(client_id: String, credential: ClientCredential) -> Self {
        Self { client_id, credential, loaded: Mutex::default() }
    }

    /// A proof for a request to `token_endpoint`.
    pub(crate) async fn prove(&self, token_endpoint: &str, now: OffsetDateTime) -> Result<Proof, CredentialError> {
        self.prove_again(token_endpoint, now, false).await
    }

    /// Another proof than `refused`, if there can be one: a certificate or a token file that has been replaced meanwhile, or a
    /// source that is asked once more. A wrong secret stays wrong, and so does an application that is not registered.
    pub(crate) async fn after_refusal(
        &self,
        error: &ProviderError,
        refused: &Proof,
        token_endpoint: &str,
        now: OffsetDateTime,
    ) -> Result<Option<Proof>, CredentialError> {
        if !error.blames_the_assertion() {
            return Ok(None);
        }
        let before = self.thumbprint();
        let changed = match &self.credential {
            ClientCredential::Secret(_) => false,
            ClientCredential::Certificate(ClientCertificate { source, .. }) => {
                let stamp = Stamp::of(source).await;
                Some(self.load(source.clone(), stamp).await?.info.thumbprint) != before
            }
            ClientCredential::FederatedTokenFile(_) | ClientCredential::Assertion(_) => true,
        };
        if !changed {
            return Ok(None);
        }
        let proof = self.prove_again(token_endpoint, now, true).await?;
        let same = matches!((&proof, refused), (Proof::Assertion(new), Proof::Assertion(old))
            if new.expose_secret() == old.expose_secret());
        Ok((!same).then_some(proof))
    }

    async fn prove_again(
        &self,
        token_endpoint: &str,
        now: OffsetDateTime,
        refused: bool,
    ) -> Result<Proof, CredentialError> {
        let (client_id, token_endpoint) = (self.client_id.clone(), token_endpoint.to_owned());
        let request = AssertionRequest { client_id, token_endpoint, refused };
        Ok(match &self.credential {
            ClientCredential::Secret(secret) => Proof::Secret(secret.clone()),
            ClientCredential::Certificate(ClientCertificate { source, send_chain }) => {
                let certificate = self.certificate(source).await?;
                let id = random::token().map_err(|_| CertificateError::Signing)?;
                Proof::Assertion(assertion::sign(&certificate, *send_chain, &request, &id, now)?)
            }
            ClientCredential::FederatedTokenFile(path) => Proof::Assertion(token_file(path).await?),
            ClientCredential::Assertion(source) => Proof::Assertion(source.assertion(&request).await?),
        })
    }

    fn thumbprint(&self) -> Option<[u8; 32]> {
        let loaded = self.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        loaded.as_ref().map(|loaded| loaded.certificate.info.thumbprint)
    }

    /// The certificate, read again if its file has changed. A file that cannot be used for the moment, because somebody is
    /// still writing it, does not take the one from before away.
    async fn certificate(&self, source: &CertificateSource) -> Result<Arc<Certificate>, CertificateError> {
        let stamp = Stamp::of(source).await;
        let known = self.loaded.lock().unwrap_or_else(PoisonError::into_inner).clone();
        match known {
            Some(known) if known.stamp == stamp => Ok(known.certificate),
            Some(known) => Ok(self.load(source.clone(), stamp).await.unwrap_or_else(|error| {
                tracing::warn!(%error, "the client certificate was replaced by one that cannot be used; the one from before stays");
                known.certificate
            })),
            None => self.load(source.clone(), stamp).await,
        }
    }

    async fn load(
        &self,
        source: CertificateSource,
        stamp: Option<Stamp>,
    ) -> Result<Arc<Certificate>, CertificateError> {
        // Opening an archive is slow on purpose.
        let read = tokio::task::spawn_blocking(move || Certificate::read(&source)).await;
        let certificate = Arc::new(read.map_err(|_| CertificateError::Unreadable)??);
        let loaded = Loaded { certificate: Arc::clone(&certificate), stamp };
        *self.loaded.lock().unwrap_or_else(PoisonError::into_inner) = Some(loaded);
        Ok(certificate)
    }
}

impl Stamp {
    async fn of(source: &CertificateSource) -> Option<Self> {
        let CertificateSource::File { path, .. } = source else { return None };
        let found = tokio::fs::metadata(path).await.ok()?;
        Some(Self { modified: found.modified().ok(), length: found.len() })
    }
}

async fn token_file(path: &Path) -> Result<SecretString, CredentialError> {
    let text = tokio::fs::read_to_string(path).await.map_err(|error| CredentialError::TokenFile(error.kind()))?;
    let text = text.trim();
    if text.is_empty() { Err(CredentialError::TokenFileEmpty) } else { Ok(text.to_owned().into()) }
}
