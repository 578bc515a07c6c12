//! The authority's keys, as ID tokens will meet them.

use url::Url;

use crate::{
    discovery::ProviderMetadata,
    error::UpstreamError,
    keys::{KeySet, SigningKey},
};

/// How many keys there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeysReading {
    /// All of them.
    pub published: usize,
    /// Those that can check an RS256 signature of this authority.
    pub usable: usize,
}

pub(super) async fn read(http: &reqwest::Client, metadata: &ProviderMetadata) -> Result<KeysReading, UpstreamError> {
    let cloud = metadata.cloud_instance_name.as_deref();
    let set = KeySet::fetch(http, metadata.jwks_uri.as_str(), cloud).await?;
    Ok(reading(&set, &metadata.issuer))
}

fn reading(set: &KeySet, issuer: &str) -> KeysReading {
    let whole = |key: &&SigningKey| key.n.is_some() && key.e.is_some();
    let usable = set.for_rs256().filter(whole).filter(|key| signs_for(key, issuer)).count();
    KeysReading { published: set.keys.len(), usable }
}

/// Entra binds each key to an issuer, in which the tenant may be a placeholder: the host has to be the same.
fn signs_for(key: &SigningKey, issuer: &str) -> bool {
    let host = |text: &str| Url::parse(text).ok().and_then(|url| url.host_str().map(str::to_owned));
    key.issuer.as_deref().is_none_or(|bound| host(bound) == host(issuer))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(kty: &str, usage: &str, modulus: Option<&str>, issuer: Option<&str>) -> SigningKey {
        SigningKey {
            kty: kty.to_owned(),
            usage: Some(usage.to_owned()),
            n: modulus.map(str::to_owned),
            e: Some("AQAB".to_owned()),
            issuer: issuer.map(str::to_owned),
            ..SigningKey::default()
        }
    }

    #[test]
    fn only_whole_rsa_keys_for_signatures_of_this_cloud_are_usable() {
        let keys = vec![
            key("RSA", "sig", Some("n"), None),
            key("RSA", "sig", Some("n"), Some("https://login.example/{tenantid}/v2.0")),
            key("RSA", "sig", Some("n"), Some("https://login.example.us/{tenantid}/v2.0")),
            key("RSA", "enc", Some("n"), None),
            key("RSA", "sig", None, None),
            key("EC", "sig", Some("n"), None),
        ];
        let found = reading(&KeySet { keys }, "https://login.example/7c1f0e52-3b64-4d0a-9a57-2f0c8e61b9d4/v2.0");
        assert_eq!(found, KeysReading { published: 6, usable: 2 });
    }
}
