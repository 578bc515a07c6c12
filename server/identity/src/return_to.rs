//! Where to go after sign-in: a path on our own origin and nothing else.

use std::{fmt, str::FromStr};

use url::Url;

const LONGEST: usize = 2048;

/// A path-absolute, same-origin reference (RFC 3986 section 4.2) such as `/incidents?status=open`. However it is put
/// after an origin, a browser stays on that origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReturnTo(String);

/// Why a text is not a safe place to return to. The text is not repeated: somebody else may have written it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReturnToError {
    /// Empty, or longer than 2048 bytes.
    #[error("must have 1 to 2048 bytes")]
    Length,
    /// Does not start with exactly one slash.
    #[error("must start with a single slash")]
    NotPathAbsolute,
    /// Holds a backslash, a control character, white space or anything outside ASCII.
    #[error("must consist of printable ASCII without backslashes")]
    Characters,
    /// Would leave the site, or become `//`, once a browser or a proxy has normalised it.
    #[error("must stay on this site after normalisation")]
    LeavesSite,
    /// Belongs to sign-in itself, which would go round in circles.
    #[error("must not be a page of the sign-in")]
    AuthRoute,
}

impl ReturnTo {
    /// The start page, `/`.
    #[must_use]
    pub fn home() -> Self {
        Self("/".to_owned())
    }

    /// The reference as text, starting with a slash.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ReturnTo {
    type Err = ReturnToError;

    fn from_str(text: &str) -> Result<Self, ReturnToError> {
        if text.is_empty() || text.len() > LONGEST {
            return Err(ReturnToError::Length);
        }
        if !text.starts_with('/') || text.starts_with("//") {
            return Err(ReturnToError::NotPathAbsolute);
        }
        if !text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\') {
            return Err(ReturnToError::Characters);
        }
        let path = text.split(['?', '#']).next().unwrap_or_default();
        if path_is_ambiguous(path) {
            return Err(ReturnToError::LeavesSite);
        }
        // The judge of last resort is the algorithm that browsers use (WHATWG URL).
        let base = Url::parse("https://site.invalid/").map_err(|_| ReturnToError::LeavesSite)?;
        let joined = base.join(text).map_err(|_| ReturnToError::LeavesSite)?;
        if joined.origin() != base.origin() || joined.path().starts_with("//") {
            return Err(ReturnToError::LeavesSite);
        }
        if is_auth_route(joined.path()) {
            return Err(ReturnToError::AuthRoute);
        }
        Ok(Self(text.to_owned()))
    }
}

/// Decodes as often as it changes something, as a chain of proxies might, and looks for what turns into `//` or `\`, or
/// for dots that climb.
fn path_is_ambiguous(path: &str) -> bool {
    let mut current = path.to_owned();
    loop {
        let hostile = |byte: u8| byte == b'\\' || byte.is_ascii_control();
        if current.contains("//") || current.contains("/ ") || current.bytes().any(hostile) {
            return true;
        }
        if current.split('/').any(|segment| segment == "." || segment == "..") {
            return true;
        }
        let decoded = decode_delimiters(&current);
        if decoded == current {
            return false;
        }
        current = decoded;
    }
}

/// Percent-decodes one level of ASCII.
fn decode_delimiters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        out.push_str(before);
        let byte = after
            .get(..2)
            .filter(|hex| hex.bytes().all(|digit| digit.is_ascii_hexdigit()))
            .and_then(|hex| u8::from_str_radix(hex, 16).ok())
            .filter(u8::is_ascii);
        if let Some(byte) = byte {
            out.push(char::from(byte));
            rest = &after[2..];
        } else {
            out.push('%');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

fn is_auth_route(path: &str) -> bool {
    let mut path = path.to_ascii_lowercase();
    while decode_delimiters(&path) != path {
        path = decode_delimiters(&path).to_ascii_lowercase();
    }
    let first = path.trim_start_matches('/').split(['/', ';']).next().unwrap_or_default();
    first == "auth" || first == "signed-out"
}

impl fmt::Display for ReturnTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl serde::Serialize for ReturnTo {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for ReturnTo {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn ordinary_places_are_kept_as_they_are() {
        for text in
            ["/", "/incidents", "/incidents?status=open&q=a%20b", "/incidents/INC-7#note-3", "/a%2520b", "/?x=//y"]
        {
            assert_eq!(text.parse::<ReturnTo>().unwrap().as_str(), text);
        }
    }

    #[test]
    fn every_known_spelling_of_an_open_redirect_is_refused() {
        let hostile = [
            "",
            " ",
            "incidents",
            "evil.example",
            "https://evil.example",
            "https:evil.example",
            "http:/evil.example",
            "javascript:alert(1)",
            "data:text/html,x",
            "//evil.example",
            "///evil.example",
            "////evil.example",
            "/\\evil.example",
            "\\/evil.example",
            "\\\\evil.example",
            "/\\/evil.example",
            "/\\\\evil.example",
            "/%2fevil.example",
            "/%2Fevil.example",
            "/%5cevil.example",
            "/%5Cevil.example",
            "/%252fevil.example",
            "/%255cevil.example",
            "/%25252fevil.example",
            "/\t/evil.example",
            "/\n/evil.example",
            "/\r/evil.example",
            "/%09/evil.example",
            "/%0a/evil.example",
            "/%0d%0aLocation:x",
            "/ /evil.example",
            "/%20/evil.example",
            "/./evil.example/..//evil.example",
            "/.//evil.example",
            "/..//evil.example",
            "/a/..//evil.example",
            "/%2e//evil.example",
            "/%2e%2e//evil.example",
            "/./\\evil.example",
            "/a/../\\evil.example",
            "/incidents//evil.example",
            "/.",
            "/..",
            "/a/../b",
            "/%2e%2e/b",
            "/\u{0}",
            "/\u{7f}",
            "/%00",
            "/\u{2f}\u{2f}x",
            "/\u{ff0f}evil.example",
            "/\u{2215}evil.example",
            "/\u{3002}evil",
            "?x=1",
            "#x",
            "@evil.example",
            ":80",
            "/;/../..//evil.example",
            "/%2f%2fevil.example",
            "/x/%2e%2e/%2fevil.example",
        ];
        for text in hostile {
            assert!(text.parse::<ReturnTo>().is_err(), "{text:?} was accepted");
        }
        assert_eq!(format!("/{}", "a".repeat(LONGEST)).parse::<ReturnTo>(), Err(ReturnToError::Length));
    }

    #[test]
    fn sign_in_does_not_return_to_itself() {
        for text in [
            "/auth",
            "/auth/",
            "/auth/sign-in",
            "/AUTH/callback",
            "/%61uth/callback",
            "/%2561uth/x",
            "/auth;x/y",
            "/auth?x",
            "/signed-out",
        ] {
            assert_eq!(text.parse::<ReturnTo>(), Err(ReturnToError::AuthRoute), "{text}");
        }
        assert!("/authors".parse::<ReturnTo>().is_ok());
    }
}
