//! Challenges of an API to us (`WWW-Authenticate`, RFC 9110 section 11.6.1), and what is to be read in them.

mod grammar;

use base64::{
    Engine,
    alphabet::{STANDARD, URL_SAFE},
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use http::{HeaderMap, header};

use crate::error::ClaimsChallenge;
use grammar::Challenge;

impl ClaimsChallenge {
    /// The claims challenge in the answer of an API ("Claims challenges, claims requests, and client capabilities"): the first
    /// one, wherever it stands among other challenges in one or several lines. None if there is none that can be read.
    #[must_use]
    pub fn from_www_authenticate(headers: &HeaderMap) -> Option<Self> {
        let lines = headers.get_all(header::WWW_AUTHENTICATE).iter();
        let mut challenges = lines.flat_map(|line| grammar::read(line.as_bytes()));
        challenges.find_map(|challenge| claims_of(&challenge))
    }
}

fn claims_of(challenge: &Challenge) -> Option<ClaimsChallenge> {
    let asks = challenge.is("bearer") && challenge.parameter("error")? == "insufficient_claims";
    let text = challenge.parameter("claims").filter(|_| asks)?;
    ClaimsChallenge::read(&String::from_utf8(decoded(text)?).ok()?)
}

/// Base64 of either alphabet, with padding, without, or with less than there should be: each of them has been seen.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let lenient = GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
    let alphabet = if text.contains(['-', '_']) { &URL_SAFE } else { &STANDARD };
    GeneralPurpose::new(alphabet, lenient).decode(text.trim_end_matches('=')).ok()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use base64::engine::general_purpose;
    use http::HeaderValue;

    use super::*;

    /// Chosen so that its base64 has padding, and letters that differ between the alphabets.
    const CLAIMS: &str = "{\"access_token\":{\"acrs\":{\"essential\":true,\"value\":\"c1>>>??\"}}}";

    fn read(lines: &[&str]) -> Option<String> {
        let mut headers = HeaderMap::new();
        for line in lines {
            headers.append(header::WWW_AUTHENTICATE, HeaderValue::from_bytes(line.as_bytes()).unwrap());
        }
        ClaimsChallenge::from_www_authenticate(&headers).map(|claims| claims.as_str().to_owned())
    }

    #[test]
    fn each_way_to_write_base64_is_read() {
        let (standard, url_safe) = (general_purpose::STANDARD.encode(CLAIMS), general_purpose::URL_SAFE.encode(CLAIMS));
        assert!(standard.ends_with('=') && standard != url_safe, "{standard}");
        for text in [&standard, &url_safe] {
            for text in [text.as_str(), text.trim_end_matches('=')] {
                let line = format!("Bearer error=\"insufficient_claims\", claims=\"{text}\"");
                assert_eq!(read(&[&line]).as_deref(), Some(CLAIMS), "{line}");
            }
        }
    }

    #[test]
    fn it_is_found_among_others_in_one_line_or_several() {
        let ours = format!(
            "Bearer realm=\"\", authorization_uri=\"https://login.example/authorize?a=b,c\", error=\"insufficient_claims\", \
             claims=\"{}\"",
            general_purpose::STANDARD.encode(CLAIMS)
        );
        let decoy = "Basic realm=\"a, Bearer error=\\\"insufficient_claims\\\", claims=\\\"e30=\\\"\"";
        for lines in [
            vec![ours.clone()],
            vec![decoy.to_owned(), ours.clone()],
            vec![format!("{decoy}, {ours}")],
            vec![format!("{ours}, PoP nonce=\"x\"")],
            vec![format!("Negotiate, Negotiate YTpi==, {ours}")],
            vec![format!("Bearer error=\"invalid_token\" , {ours}")],
            vec![ours.replace("Bearer", "bEARER").replace("claims=", "CLAIMS = ")],
        ] {
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            assert_eq!(read(&lines).as_deref(), Some(CLAIMS), "{lines:?}");
        }
        assert_eq!(read(&[decoy]), None);
    }

    #[test]
    fn nothing_else_is_one() {
        for line in [
            "",
            "Bearer",
            "Bearer claims=\"e30=\"",
            "Bearer error=\"invalid_token\", claims=\"e30=\"",
            "Basic error=\"insufficient_claims\", claims=\"e30=\"",
            "Bearer error=\"insufficient_claims\"",
            "Bearer error=\"insufficient_claims\", claims=\"\"",
            "Bearer error=\"insufficient_claims\", claims=\"%\"",
            "Bearer error=\"insufficient_claims\", claims=\"W10=\"",
            "Bearer error=\"insufficient_claims\", claims=\"e30=\", claims=\"e30=\"",
            "Bearer error=\"insufficient_claims\", claims=\"e30=",
        ] {
            assert_eq!(read(&[line]), None, "{line}");
        }
        assert_eq!(read(&["Bearer error=insufficient_claims, claims=e30"]).as_deref(), Some("{}"), "as words");
        assert_eq!(read(&["Bearer error=\"insufficient_claims\", claims=\"e30=\""]).as_deref(), Some("{}"));
    }
}
