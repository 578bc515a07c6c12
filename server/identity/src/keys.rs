//! The authority's signing keys (RFC 7517), read by ourselves because Entra binds each key to an issuer.

use std::sync::OnceLock;

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;
use time::Duration;

use crate::{cached::Freshness, error::UpstreamError, outgoing};

/// Hourly; keys that worked stay good for a day if the authority cannot be reached; a token with an unknown `kid` causes
/// a fetch every 30 seconds at most, so a flood of them does not become a flood of fetches.
pub(crate) const FRESHNESS: Freshness =
    Freshness { refresh_after: Duration::hours(1), last_known_good: Duration::hours(24), floor: Duration::seconds(30) };

/// A JSON Web Key Set.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct KeySet {
    pub(crate) keys: Vec<SigningKey>,
}

/// What is needed of a JSON Web Key. Only RSA keys can be used here, others are carried along and never match.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct SigningKey {
    pub(crate) kty: String,
    #[serde(default)]
    pub(crate) kid: Option<String>,
    #[serde(default, rename = "use")]
    pub(crate) usage: Option<String>,
    #[serde(default)]
    pub(crate) key_ops: Option<Vec<String>>,
    #[serde(default)]
    pub(crate) alg: Option<String>,
    #[serde(default)]
    pub(crate) n: Option<String>,
    #[serde(default)]
    pub(crate) e: Option<String>,
    /// Entra only: the issuer this key signs for, possibly with `{tenantid}`.
    #[serde(default)]
    pub(crate) issuer: Option<String>,
    /// Entra only: the cloud this key belongs to.
    #[serde(default)]
    pub(crate) cloud_instance_name: Option<String>,
    /// `n` and `e` as the check wants them, made once for each key and not for each token.
    #[serde(skip)]
    pub(crate) parsed: OnceLock<Option<ParsedPublicKey>>,
}

impl SigningKey {
    /// The public key; none if it is no RSA key.
    pub(crate) fn parsed(&self) -> Option<&ParsedPublicKey> {
        let number = |text: &Option<String>| URL_SAFE_NO_PAD.decode(text.as_deref()?).ok();
        let parse = || {
            let components = RsaPublicKeyComponents { n: number(&self.n)?, e: number(&self.e)? };
            components.to_parsed_public_key(&RSA_PKCS1_2048_8192_SHA256).ok()
        };
        self.parsed.get_or_init(parse).as_ref()
    }

    /// Whether it is published with the same members, so that what the one has signed the other has.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        let Self { kty, kid, usage, key_ops, alg, n, e, issuer, cloud_instance_name, parsed: _ } = self;
        (kty, kid, usage, key_ops, alg) == (&other.kty, &other.kid, &other.usage, &other.key_ops, &other.alg)
            && (n, e, issuer, cloud_instance_name) == (&other.n, &other.e, &other.issuer, &other.cloud_instance_name)
    }
}

impl KeySet {
    /// Fetches the keys at `url`; of another cloud than the metadata's they are as good as not there.
    pub(crate) async fn fetch(http: &reqwest::Client, url: &str, cloud: Option<&str>) -> Result<Self, UpstreamError> {
        let fetched: Self = outgoing::get_json(http, "keys", url).await?;
        Ok(fetched.of_cloud(cloud))
    }

    fn of_cloud(mut self, cloud: Option<&str>) -> Self {
        self.keys.retain(|key| match (&key.cloud_instance_name, cloud) {
            (Some(named), Some(cloud)) => named == cloud,
            (None, _) | (_, None) => true,
        });
        self
    }

    /// The keys that can check an RS256 signature.
    pub(crate) fn for_rs256(&self) -> impl Iterator<Item = &SigningKey> {
        self.keys.iter().filter(|key| {
            key.kty == "RSA"
                && key.usage.as_deref().is_none_or(|usage| usage == "sig")
                && key.key_ops.as_ref().is_none_or(|uses| uses.iter().any(|usage| usage == "verify"))
                && key.alg.as_deref().is_none_or(|alg| alg == "RS256")
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_of_another_cloud_is_not_there() {
        let key =
            |cloud: Option<&str>| SigningKey { cloud_instance_name: cloud.map(str::to_owned), ..SigningKey::default() };
        let set =
            || KeySet { keys: vec![key(None), key(Some("microsoftonline.com")), key(Some("microsoftonline.us"))] };
        assert_eq!(set().of_cloud(Some("microsoftonline.com")).keys.len(), 2);
        assert_eq!(set().of_cloud(None).keys.len(), 3);
    }
}
