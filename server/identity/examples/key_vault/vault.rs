//! A key in Azure Key Vault as the source of client assertions ("Azure Key Vault REST API reference": Get Certificate, Sign).

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use aws_lc_rs::{
    digest::{SHA256, digest},
    rand,
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use identity::{AssertionError, AssertionRequest, AssertionSource, Clock, unsigned_assertion};
use reqwest::{Client, RequestBuilder, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::json;
use time::OffsetDateTime;
use tokio::sync::Mutex;
use url::Url;

const VERSION: &str = "api-version=7.4";

/// A certificate in a vault, whose key stays there.
#[derive(Debug)]
pub struct KeyVault {
    /// The vault's address.
    pub url: Url,
    /// The certificate's name; its newest version signs.
    pub certificate: String,
    /// Who may ask the vault.
    pub identity: ManagedIdentity,
    /// The client, with its time limit.
    pub http: Client,
    /// The time.
    pub clock: Arc<dyn Clock>,
}

#[derive(Deserialize)]
struct Certificate {
    kid: Url,
    cer: String,
}

#[derive(Deserialize)]
struct Signed {
    value: String,
}

#[async_trait]
impl AssertionSource for KeyVault {
    async fn assertion(&self, request: &AssertionRequest) -> Result<SecretString, AssertionError> {
        let token = self.identity.token(self.clock.now()).await?;
        // Asked for each time: a certificate that the vault has renewed counts at once.
        let mut place = self.url.clone();
        place.set_path(&format!("/certificates/{}", self.certificate));
        place.set_query(Some(VERSION));
        let get = self.http.get(place).bearer_auth(token.expose_secret());
        let certificate: Certificate = answered("the certificate", get).await?;
        let der = STANDARD.decode(&certificate.cer).map_err(|_| refused("a certificate that is not base64"))?;
        let mut thumbprint = [0; 32];
        thumbprint.copy_from_slice(digest(&SHA256, &der).as_ref());
        // Not the vault's own word for where to ask: the token goes to the vault of the settings only.
        if certificate.kid.origin() != self.url.origin() {
            return Err(refused("a key in another vault"));
        }

        let mut id = [0; 16];
        rand::fill(&mut id).map_err(|_| AssertionError::Unavailable("no randomness".to_owned()))?;
        let id = URL_SAFE_NO_PAD.encode(id);
        let unsigned = unsigned_assertion(request, &thumbprint, &[], &id, self.clock.now());
        let hash = URL_SAFE_NO_PAD.encode(digest(&SHA256, unsigned.as_bytes()));
        let mut sign = certificate.kid;
        sign.set_path(&format!("{}/sign", sign.path()));
        sign.set_query(Some(VERSION));
        let body = json!({ "alg": "PS256", "value": hash });
        let post = self.http.post(sign).bearer_auth(token.expose_secret()).json(&body);
        let signed: Signed = answered("the signature", post).await?;
        Ok(format!("{unsigned}.{}", signed.value).into())
    }
}

/// The identity that Azure gives to a machine ("How to use managed identities for Azure resources to acquire an access
/// token").
pub struct ManagedIdentity {
    endpoint: Url,
    http: Client,
    kept: Mutex<Option<(SecretString, OffsetDateTime)>>,
}

impl fmt::Debug for ManagedIdentity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ManagedIdentity").finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
struct Token {
    access_token: String,
    /// Seconds since 1970, as text.
    expires_on: String,
}

impl ManagedIdentity {
    /// The identity whose tokens `endpoint` gives out.
    pub fn at(endpoint: Url, http: Client) -> Self {
        Self { endpoint, http, kept: Mutex::default() }
    }

    async fn token(&self, now: OffsetDateTime) -> Result<SecretString, AssertionError> {
        let mut kept = self.kept.lock().await;
        if let Some((token, _)) = kept.as_ref().filter(|(_, until)| *until > now + time::Duration::minutes(5)) {
            return Ok(token.clone());
        }
        let query = [("api-version", "2018-02-01"), ("resource", "https://vault.azure.net")];
        let mut url = self.endpoint.clone();
        url.query_pairs_mut().extend_pairs(query);
        let token: Token = answered("the managed identity", self.http.get(url).header("Metadata", "true")).await?;
        let until = token.expires_on.parse().ok().and_then(|at| OffsetDateTime::from_unix_timestamp(at).ok());
        let until = until.ok_or_else(|| refused("a token without an end"))?;
        let token = SecretString::from(token.access_token);
        *kept = Some((token.clone(), until));
        Ok(token)
    }
}

async fn answered<T: DeserializeOwned>(what: &str, request: RequestBuilder) -> Result<T, AssertionError> {
    let away = |why: &str| AssertionError::Unavailable(format!("{what}: {why}"));
    let response = request.send().await.map_err(|_| away("no answer"))?;
    match response.status() {
        StatusCode::OK => response.json().await.map_err(|_| away("not the JSON it should be")),
        status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => Err(away(status.as_str())),
        status => Err(AssertionError::Refused(format!("{what}: status {status}"))),
    }
}

fn refused(what: &str) -> AssertionError {
    AssertionError::Refused(format!("the vault has {what}"))
}
