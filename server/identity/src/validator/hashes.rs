//! What ties an ID token to the things it came with: the left half of their SHA-256 in `at_hash`, `c_hash` and `s_hash`.
//! In the code flow they may be left out (OpenID Connect Core 1.0 section 3.1.3.6); if they are there, they have to fit.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq;

use super::{claims::Claims, error::TokenError};

/// What an ID token came with.
#[derive(Clone, Copy)]
pub(crate) struct Companions<'a> {
    pub(crate) access_token: &'a str,
    pub(crate) code: &'a str,
    pub(crate) state: &'a str,
}

impl Companions<'_> {
    /// Checks the hashes that the token has.
    pub(crate) fn check(&self, claims: &Claims) -> Result<(), TokenError> {
        for (claim, companion, error) in [
            ("at_hash", self.access_token, TokenError::AccessTokenHash),
            ("c_hash", self.code, TokenError::CodeHash),
            ("s_hash", self.state, TokenError::StateHash),
        ] {
            let Some(named) = claims.other.get(claim) else { continue };
            let expected = left_half(companion);
            let fits = named.as_str().is_some_and(|named| bool::from(named.as_bytes().ct_eq(expected.as_bytes())));
            if !fits {
                return Err(error);
            }
        }
        Ok(())
    }
}

/// RS256 hashes with SHA-256, and so does this.
fn left_half(text: &str) -> String {
    let hash = digest(&SHA256, text.as_bytes());
    URL_SAFE_NO_PAD.encode(&hash.as_ref()[..hash.as_ref().len() / 2])
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    /// The example of OpenID Connect Core 1.0 appendix A.3 and A.4: code, access token and their hashes.
    const CODE: &str = "Qcb0Orv1zh30vL1MPRsbm-diHiMwcLyZvn1arpZv-Jxf_11jnpEX3Tgfvk";
    const CODE_HASH: &str = "LDktKdoQak3Pk0cnXxCltA";
    const ACCESS_TOKEN: &str = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";
    const ACCESS_TOKEN_HASH: &str = "77QmUPtjPfzWtF2AnpK9RQ";

    fn outcome(claims: Value) -> Result<(), TokenError> {
        let claims: Claims = serde_json::from_value(claims).unwrap();
        Companions { access_token: ACCESS_TOKEN, code: CODE, state: "s" }.check(&claims)
    }

    #[test]
    fn the_specifications_own_example_fits() {
        assert_eq!(outcome(json!({ "at_hash": ACCESS_TOKEN_HASH, "c_hash": CODE_HASH })), Ok(()));
        assert_eq!(outcome(json!({ "s_hash": left_half("s") })), Ok(()));
        assert_eq!(outcome(json!({})), Ok(()), "they may be left out");
    }

    #[test]
    fn each_hash_that_is_there_has_to_fit() {
        for odd in [json!(CODE_HASH), json!(""), json!(null), json!(7), json!(format!("{ACCESS_TOKEN_HASH}="))] {
            assert_eq!(outcome(json!({ "at_hash": odd })), Err(TokenError::AccessTokenHash), "{odd}");
        }
        assert_eq!(outcome(json!({ "c_hash": ACCESS_TOKEN_HASH })), Err(TokenError::CodeHash));
        assert_eq!(outcome(json!({ "s_hash": CODE_HASH })), Err(TokenError::StateHash));
    }
}
