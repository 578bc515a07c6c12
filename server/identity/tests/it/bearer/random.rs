//! Headers that anybody may send.

use http::{HeaderMap, HeaderValue, header};
use identity::ClaimsChallenge;
use proptest::prelude::*;
use serde_json::json;

use base64::{Engine, engine::general_purpose::STANDARD};

fn headers(lines: &[Vec<u8>]) -> HeaderMap {
    let values = lines.iter().filter_map(|line| HeaderValue::from_bytes(line).ok());
    values.map(|value| (header::WWW_AUTHENTICATE, value)).collect()
}

proptest! {
    #[test]
    fn any_bytes_are_a_challenge_or_none(lines in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..200), 0..4)) {
        let _ = ClaimsChallenge::from_www_authenticate(&headers(&lines));
    }

    #[test]
    fn what_is_almost_a_challenge_is_read_without_harm(line in "(Bearer|Basic|,| |=|\"|\\\\|error|claims|insufficient_claims|e30=|e30){0,40}") {
        if let Some(claims) = ClaimsChallenge::from_www_authenticate(&headers(&[line.into_bytes()])) {
            prop_assert_eq!(claims.as_str(), "{}");
        }
    }

    #[test]
    fn any_claims_are_found_behind_any_value(value in "\\PC{0,40}", before in "[ -~]{0,40}") {
        let claims = json!({ "access_token": { "acrs": { "value": value } } }).to_string();
        let before = before.replace('\\', "\\\\").replace('"', "\\\"");
        let line = format!(
            "Basic realm=\"{before}\", Bearer error=\"insufficient_claims\", claims=\"{}\", x=\"{before}\"",
            STANDARD.encode(&claims)
        );
        let read = ClaimsChallenge::from_www_authenticate(&headers(&[line.into_bytes()]));
        prop_assert_eq!(read.as_ref().map(ClaimsChallenge::as_str), Some(claims.as_str()));
    }
}
