//! The `Authorization` header (RFC 6750 section 2.1, RFC 9110 section 11.6.2).

use http::{HeaderMap, header};

use super::refusal::{BearerCode, BearerRefusal};
use crate::validator::TokenError;

/// Longer than any authority's token; whatever is behind it would only cost time.
const LONGEST: usize = 16 * 1024;

/// The one token of a request.
pub(super) fn token(headers: &HeaderMap) -> Result<&str, BearerRefusal> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let value = match (all.next(), all.next()) {
        (None, _) => return Err(BearerRefusal::new(BearerCode::Unauthorized)),
        // Whoever stands in front of us may have looked at another one than we would.
        (Some(_), Some(_)) => return Err(BearerRefusal::new(BearerCode::InvalidRequest)),
        (Some(value), None) => value.as_bytes(),
    };
    let end = value.iter().position(|byte| *byte == b' ').unwrap_or(value.len());
    let (scheme, rest) = value.split_at(end);
    if !scheme.eq_ignore_ascii_case(b"bearer") {
        return Err(BearerRefusal::new(BearerCode::Unauthorized));
    }
    let token = &rest[rest.iter().take_while(|byte| **byte == b' ').count()..];
    if token.len() > LONGEST {
        return Err(TokenError::TooLong.into());
    }
    // A malformed token is an invalid one (RFC 6750 section 3.1). Which characters it has is found out as it is read.
    std::str::from_utf8(token).map_err(|_| TokenError::Malformed.into())
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn read(values: &[&[u8]]) -> Result<String, BearerCode> {
        let mut headers = HeaderMap::new();
        for value in values {
            headers.append(header::AUTHORIZATION, HeaderValue::from_bytes(value).unwrap());
        }
        token(&headers).map(str::to_owned).map_err(|refusal| refusal.code())
    }

    #[test]
    fn the_scheme_has_no_case_and_one_token() {
        for good in ["Bearer a.b-c_d~e+f/g==", "bearer a.b-c_d~e+f/g==", "BEARER   a.b-c_d~e+f/g=="] {
            assert_eq!(read(&[good.as_bytes()]), Ok("a.b-c_d~e+f/g==".to_owned()), "{good}");
        }
        assert_eq!(read(&[b"Bearer \xff"]), Err(BearerCode::InvalidToken));
    }

    #[test]
    fn nothing_of_ours_is_as_good_as_nothing() {
        assert_eq!(read(&[]), Err(BearerCode::Unauthorized));
        for other in ["", "Basic YTpi", "Bearera", "Bearer\ta", "DPoP a", "Bearer,a"] {
            assert_eq!(read(&[other.as_bytes()]), Err(BearerCode::Unauthorized), "{other}");
        }
    }

    #[test]
    fn of_two_none_counts() {
        assert_eq!(read(&[b"Bearer a", b"Bearer a"]), Err(BearerCode::InvalidRequest));
        assert_eq!(read(&[b"Basic YTpi", b"Bearer a"]), Err(BearerCode::InvalidRequest));
    }

    #[test]
    fn a_token_has_a_longest() {
        let of = |length: usize| read(&[format!("Bearer {}", "a".repeat(length)).as_bytes()]);
        assert!(of(LONGEST).is_ok());
        assert_eq!(of(LONGEST + 1), Err(BearerCode::InvalidToken));
    }
}
