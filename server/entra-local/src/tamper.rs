//! ID tokens that a relying party must refuse, each wrong in one way.

use serde::Deserialize;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::{
    jwt::{Draft, Signing},
    keys::SigningKey,
};

/// One way to spoil an ID token.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tamper {
    /// The signature does not fit the content.
    BadSignature,
    /// Signed by an RSA key that is published nowhere, under a published key id.
    ForeignKey,
    /// Header `alg` is `none` and the signature is empty.
    AlgNone,
    /// HS256, keyed with the published public key in PEM.
    Hs256WithPublicKey,
    /// HS256, keyed with the client secret.
    Hs256WithClientSecret,
    /// The key id of no published key.
    UnknownKid,
    /// No key id.
    MissingKid,
    /// An issuer at another host.
    WrongIssuer,
    /// The issuer of another tenant, while `tid` stays.
    OtherTenantIssuer,
    /// The `tid` of another tenant, while the issuer stays.
    OtherTenantId,
    /// Issuer and `tid` of another tenant, which fit each other.
    OtherTenant,
    /// No `tid`.
    MissingTenantId,
    /// A `tid` that is not a GUID, in an issuer that fits it.
    NonGuidTenantId,
    /// Another application's audience.
    WrongAudience,
    /// No `aud`.
    MissingAudience,
    /// The right audience in an array with another one.
    ExtraAudience,
    /// `exp` an hour ago.
    Expired,
    /// No `exp`.
    MissingExpiry,
    /// `nbf` an hour ahead.
    NotYetValid,
    /// `iat` an hour ahead.
    IssuedInTheFuture,
    /// Another nonce.
    WrongNonce,
    /// No nonce.
    MissingNonce,
    /// No `sub`.
    MissingSubject,
    /// No `oid`.
    MissingObjectId,
    /// Claims to set and to remove, for everything else.
    Claims {
        /// Claims to add or replace.
        set: Map<String, Value>,
        /// Claims to remove.
        remove: Vec<String>,
    },
}

/// What a tampered token may be built from besides the honest draft.
pub(crate) struct Material<'a> {
    pub(crate) key: &'a SigningKey,
    pub(crate) client_secret: &'a str,
    pub(crate) base: &'a str,
    pub(crate) other_tenant: Uuid,
    pub(crate) now: OffsetDateTime,
}

impl Tamper {
    pub(crate) fn apply(self, draft: &mut Draft, material: &Material<'_>) {
        let other_issuer = format!("{}/{}/v2.0", material.base, material.other_tenant);
        let hours = |hours: i64| json!(material.now.unix_timestamp() + hours * 3600);
        match self {
            Self::BadSignature => draft.signing = Signing::Corrupted,
            Self::ForeignKey => draft.signing = Signing::Unpublished,
            Self::AlgNone => sign_as(draft, "none", Signing::Unsigned),
            Self::Hs256WithPublicKey => {
                sign_as(draft, "HS256", Signing::Hs256(material.key.public_pem.clone().into_bytes()));
            }
            Self::Hs256WithClientSecret => {
                sign_as(draft, "HS256", Signing::Hs256(material.client_secret.as_bytes().to_vec()));
            }
            Self::UnknownKid => set(&mut draft.header, "kid", json!("no-published-key-has-this-id")),
            Self::MissingKid => remove(&mut draft.header, "kid"),
            Self::WrongIssuer => set(&mut draft.claims, "iss", json!("https://login.attacker.example/v2.0")),
            Self::OtherTenantIssuer => set(&mut draft.claims, "iss", json!(other_issuer)),
            Self::OtherTenantId => set(&mut draft.claims, "tid", json!(material.other_tenant)),
            Self::OtherTenant => {
                set(&mut draft.claims, "iss", json!(other_issuer));
                set(&mut draft.claims, "tid", json!(material.other_tenant));
            }
            Self::MissingTenantId => remove(&mut draft.claims, "tid"),
            Self::NonGuidTenantId => {
                set(&mut draft.claims, "iss", json!(format!("{}/organizations/v2.0", material.base)));
                set(&mut draft.claims, "tid", json!("organizations"));
            }
            Self::WrongAudience => set(&mut draft.claims, "aud", json!(Uuid::nil())),
            Self::MissingAudience => remove(&mut draft.claims, "aud"),
            Self::ExtraAudience => {
                let own = draft.claims.get("aud").cloned().unwrap_or_default();
                set(&mut draft.claims, "aud", json!([own, Uuid::nil()]));
            }
            Self::Expired => set(&mut draft.claims, "exp", hours(-1)),
            Self::MissingExpiry => remove(&mut draft.claims, "exp"),
            Self::NotYetValid => set(&mut draft.claims, "nbf", hours(1)),
            Self::IssuedInTheFuture => set(&mut draft.claims, "iat", hours(1)),
            Self::WrongNonce => set(&mut draft.claims, "nonce", json!("a nonce of another request")),
            Self::MissingNonce => remove(&mut draft.claims, "nonce"),
            Self::MissingSubject => remove(&mut draft.claims, "sub"),
            Self::MissingObjectId => remove(&mut draft.claims, "oid"),
            Self::Claims { set: added, remove: removed } => {
                draft.claims.extend(added);
                draft.claims.retain(|name, _| !removed.contains(name));
            }
        }
    }
}

fn sign_as(draft: &mut Draft, alg: &str, signing: Signing) {
    set(&mut draft.header, "alg", json!(alg));
    draft.signing = signing;
}

fn set(object: &mut Map<String, Value>, name: &str, value: Value) {
    object.insert(name.to_owned(), value);
}

fn remove(object: &mut Map<String, Value>, name: &str) {
    object.remove(name);
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test that cannot build its input should stop")]
mod tests {
    use super::*;

    #[test]
    fn the_confused_hmac_is_keyed_with_the_published_key_in_pem() {
        let key = SigningKey::generate().unwrap();
        let mut draft = Draft::new(&key, Map::new());
        let material = Material {
            key: &key,
            client_secret: "a secret",
            base: "http://localhost",
            other_tenant: Uuid::nil(),
            now: OffsetDateTime::UNIX_EPOCH,
        };
        Tamper::Hs256WithPublicKey.apply(&mut draft, &material);
        let Signing::Hs256(secret) = draft.signing else { panic!("not HS256") };
        assert!(secret.starts_with(b"-----BEGIN PUBLIC KEY-----"));
        assert_eq!(draft.header["alg"], "HS256");
    }
}
