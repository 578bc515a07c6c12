//! Client assertions: JSON Web Tokens by which the application proves itself (RFC 7523 section 2.2).

use async_trait::async_trait;
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use secrecy::SecretString;
use serde::Serialize;
use time::{Duration, OffsetDateTime};

use super::{
    certificate::Certificate,
    error::{AssertionError, CertificateError},
};

/// Entra takes five to ten minutes. A new one is signed for each request, so that none is used that is about to end.
const LIFE: Duration = Duration::minutes(10);

/// What an assertion has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssertionRequest {
    /// `iss` and `sub`, where the application itself is the issuer.
    pub client_id: String,
    /// `aud`, where the application itself is the issuer: the token endpoint's URL.
    pub token_endpoint: String,
    /// Whether the authority has refused the one before, so that none that was kept will do.
    pub refused: bool,
}

/// Somebody who has assertions to give.
///
/// A key vault signs what [`unsigned_assertion`] makes; a managed identity or another token service has assertions of its
/// own.
#[async_trait]
pub trait AssertionSource: std::fmt::Debug + Send + Sync + 'static {
    /// An assertion for one request to the token endpoint. There is no time limit around it: the source has to have its own.
    async fn assertion(&self, request: &AssertionRequest) -> Result<SecretString, AssertionError>;
}

#[derive(Serialize)]
struct Header {
    alg: &'static str,
    typ: &'static str,
    #[serde(rename = "x5t#S256")]
    thumbprint: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    x5c: Vec<String>,
}

#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    iss: &'a str,
    sub: &'a str,
    jti: &'a str,
    nbf: i64,
    iat: i64,
    exp: i64,
}

/// Header and claims of an assertion for the key of a certificate, joined by a dot: what PS256 has to be computed over
/// ("Microsoft identity platform application authentication certificate credentials"). The assertion is this, another dot, and
/// the signature in base64url. `chain` is in DER, the certificate of the key first; it goes along if there is one. `id` must
/// never come again.
#[must_use]
pub fn unsigned_assertion(
    request: &AssertionRequest,
    thumbprint: &[u8; 32],
    chain: &[Vec<u8>],
    id: &str,
    now: OffsetDateTime,
) -> String {
    let header = Header {
        alg: "PS256",
        typ: "JWT",
        thumbprint: URL_SAFE_NO_PAD.encode(thumbprint),
        x5c: chain.iter().map(|der| STANDARD.encode(der)).collect(),
    };
    let (client_id, iat) = (request.client_id.as_str(), now.unix_timestamp());
    let exp = (now + LIFE).unix_timestamp();
    let claims = Claims { aud: &request.token_endpoint, iss: client_id, sub: client_id, jti: id, nbf: iat, iat, exp };
    format!("{}.{}", encoded(&header), encoded(&claims))
}

fn encoded(part: &impl Serialize) -> String {
    // Text and numbers only: there is nothing in it that could not be written.
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(part).unwrap_or_default())
}

pub(super) fn sign(
    certificate: &Certificate,
    send_chain: bool,
    request: &AssertionRequest,
    id: &str,
    now: OffsetDateTime,
) -> Result<SecretString, CertificateError> {
    let chain = if send_chain { certificate.chain.as_slice() } else { &[] };
    let unsigned = unsigned_assertion(request, &certificate.info.thumbprint, chain, id, now);
    let signature = certificate.sign(unsigned.as_bytes())?;
    Ok(format!("{unsigned}.{}", URL_SAFE_NO_PAD.encode(signature)).into())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn it_says_what_entra_reads_and_nothing_else() {
        let request = AssertionRequest {
            client_id: "id".to_owned(),
            token_endpoint: "https://login.example/token".to_owned(),
            refused: false,
        };
        let now = OffsetDateTime::from_unix_timestamp(1_000).unwrap();
        let part = |text: &str, nth| -> Value {
            let part = text.split('.').nth(nth).unwrap();
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
        };
        let bare = unsigned_assertion(&request, &[0xff; 32], &[], "one", now);
        // The hash itself in base64url, not its digits.
        let thumbprint = format!("{}8", "_".repeat(42));
        assert_eq!(part(&bare, 0), json!({ "alg": "PS256", "typ": "JWT", "x5t#S256": thumbprint }));
        let claims = json!({ "aud": "https://login.example/token", "iss": "id", "sub": "id", "jti": "one", "nbf": 1_000,
            "iat": 1_000, "exp": 1_600 });
        assert_eq!(part(&bare, 1), claims);
        let chain = [vec![0xfb, 0xff], vec![1]];
        let chained = unsigned_assertion(&request, &[0xff; 32], &chain, "one", now);
        assert_eq!(part(&chained, 0)["x5c"], json!(["+/8=", "AQ=="]), "plain base64, the certificate of the key first");
    }
}
