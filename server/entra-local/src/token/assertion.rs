//! Client assertions (RFC 7523 section 3): of a registered certificate's key, or of somebody the registration trusts
//! ("Workload identity federation").

use std::collections::HashSet;

use aws_lc_rs::digest;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, dangerous, decode, decode_header};
use rustls::pki_types::{CertificateDer, pem::PemObject};
use serde::Deserialize;
use time::OffsetDateTime;

use super::error::TokenError;
use crate::{authority::Authority, idp::Idp, scenario::AppRegistration};

const TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// How far clocks may be apart, in seconds.
const LEEWAY: f64 = 300.0;
/// How long an assertion may last, in seconds.
const LONGEST: f64 = 600.0;

#[derive(Deserialize)]
struct Claims {
    aud: String,
    iss: String,
    sub: String,
    /// Seconds, whole or not (RFC 7519 section 2, `NumericDate`).
    exp: f64,
    #[serde(default)]
    nbf: Option<f64>,
    #[serde(default)]
    jti: Option<String>,
}

pub(super) fn verify(
    idp: &Idp,
    authority: Authority,
    app: &AppRegistration,
    kind: &str,
    assertion: &str,
) -> Result<(), TokenError> {
    if kind != TYPE {
        return Err(TokenError::AssertionMalformed);
    }
    let header = decode_header(assertion).map_err(|_| TokenError::AssertionMalformed)?;
    let unverified =
        dangerous::insecure_decode::<Claims>(assertion).map_err(|_| TokenError::AssertionMalformed)?.claims;
    let own_name = app.client_id.to_string();
    if unverified.iss != own_name && unverified.sub != own_name {
        return federated(idp, app, assertion, &unverified);
    }
    // MSAL for Python leaves the padding on, and Entra does not mind.
    let named = header.x5t_s256.as_deref().map(|named| named.trim_end_matches('=')).ok_or(TokenError::AssertionKey)?;
    let registered = app.certificates.iter().find(|pem| thumbprint(pem).as_deref() == Some(named));
    let pem = registered.ok_or(TokenError::AssertionKey)?;
    let claims = signed(assertion, header.alg, pem)?;
    if claims.iss != own_name || claims.sub != own_name {
        return Err(TokenError::AssertionClient);
    }
    if !endpoints(idp, authority).contains(&claims.aud) {
        return Err(TokenError::AssertionAudience);
    }
    let in_time = is_current(&claims, idp.now()) && claims.exp - claims.nbf.unwrap_or(claims.exp) <= LONGEST;
    if in_time && claims.jti.is_some() { Ok(()) } else { Err(TokenError::AssertionTime) }
}

fn federated(idp: &Idp, app: &AppRegistration, assertion: &str, unverified: &Claims) -> Result<(), TokenError> {
    let fits = |known: &&crate::scenario::FederatedCredential| {
        (known.issuer.as_str(), known.subject.as_str(), known.audience.as_str())
            == (unverified.iss.as_str(), unverified.sub.as_str(), unverified.aud.as_str())
    };
    let known = app.federated_credentials.iter().find(fits).ok_or(TokenError::AssertionFederation)?;
    let claims = signed(assertion, Algorithm::RS256, &known.public_key)?;
    if is_current(&claims, idp.now()) { Ok(()) } else { Err(TokenError::AssertionTime) }
}

/// The claims, if the key of `pem` has signed them with `algorithm`, which must be one of RSA's. Times are looked at by the
/// stand-in's own clock.
fn signed(assertion: &str, algorithm: Algorithm, pem: &str) -> Result<Claims, TokenError> {
    if !matches!(algorithm, Algorithm::PS256 | Algorithm::RS256) {
        return Err(TokenError::AssertionMalformed);
    }
    let key = DecodingKey::from_rsa_pem(pem.as_bytes()).map_err(|_| TokenError::AssertionKey)?;
    let mut rules = Validation::new(algorithm);
    rules.validate_exp = false;
    rules.validate_aud = false;
    rules.required_spec_claims = HashSet::new();
    Ok(decode::<Claims>(assertion, &key, &rules).map_err(|_| TokenError::AssertionKey)?.claims)
}

fn is_current(claims: &Claims, now: OffsetDateTime) -> bool {
    let now = (now - OffsetDateTime::UNIX_EPOCH).as_seconds_f64();
    claims.exp + LEEWAY > now && claims.nbf.is_none_or(|nbf| nbf - LEEWAY <= now)
}

/// `x5t#S256` of a certificate (RFC 7515 section 4.1.8).
fn thumbprint(pem: &str) -> Option<String> {
    let der = CertificateDer::from_pem_slice(pem.as_bytes()).ok()?;
    Some(URL_SAFE_NO_PAD.encode(digest::digest(&digest::SHA256, &der)))
}

/// The token endpoint by the names that its authority goes by.
fn endpoints(idp: &Idp, authority: Authority) -> Vec<String> {
    let segments = match authority {
        Authority::Tenant(id) => vec![id.to_string(), "consumers".to_owned()],
        Authority::Organizations => vec!["organizations".to_owned()],
        Authority::Common => vec!["common".to_owned()],
    };
    segments.into_iter().map(|segment| format!("{}/{segment}/oauth2/v2.0/token", idp.base)).collect()
}
