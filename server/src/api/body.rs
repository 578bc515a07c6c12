//! Reading JSON. What is no JSON is malformed (400); what is JSON and not what was asked for is invalid (422), and the
//! field is named.

use axum::body::to_bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, StatusCode, header};
use domain::{IncidentNumber, Invalid};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::error::{Refused, invalid, refuse};
use crate::http::problem::Problem;
use crate::http::size::LARGEST;

/// The body of a request as `T`.
///
/// # Errors
/// 415, 413, 400 or 422.
pub async fn json<T: DeserializeOwned>(request: Request) -> Result<T, Refused> {
    if !is_json(request.headers()) {
        let sentence = "Send JSON, and say so in Content-Type: application/json.";
        return Err(refuse(Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "json_expected", sentence)));
    }
    let Ok(bytes) = to_bytes(request.into_body(), LARGEST).await else {
        let sentence = format!("The body is larger than the {LARGEST} bytes that Muster takes.");
        return Err(refuse(Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", sentence)));
    };
    let value: Value = serde_json::from_slice(&bytes).map_err(|why| {
        let sentence = format!("The body is no JSON: see line {}, column {}.", why.line(), why.column());
        refuse(Problem::new(StatusCode::BAD_REQUEST, "malformed_json", sentence))
    })?;
    // A list would be read as the members in their order.
    if !value.is_object() {
        return Err(refuse(invalid(vec![Invalid::new("body", "must be an object")])));
    }
    serde_path_to_error::deserialize(value).map_err(|why| {
        let path = why.path().to_string();
        refuse(invalid(vec![fault(&path, &why.into_inner().to_string())]))
    })
}

/// What is wrong, in words that go on after the name of the field. `why` is serde's, which speaks to those who wrote the type;
/// what a type of ours says of itself stays.
fn fault(path: &str, why: &str) -> Invalid {
    let member = |name: &str| match path.rsplit_once('.') {
        Some((parent, _)) if !parent.is_empty() => format!("{parent}.{name}"),
        _ => name.to_owned(),
    };
    let named = |start: &str| why.strip_prefix(start)?.split_once('`');
    if let Some((name, _)) = named("missing field `") {
        let field = if path == "." { name.to_owned() } else { format!("{path}.{name}") };
        return Invalid::new(&field, "is missing");
    }
    if let Some((name, rest)) = named("unknown field `") {
        let known = rest.trim_start_matches(", expected ").trim_start_matches("one of ").replace('`', "");
        return Invalid::new(&member(name), format!("is not a field here ({known})"));
    }
    let field = if path == "." { "body" } else { path };
    if let Some((_, rest)) = named("unknown variant `") {
        let known = rest.trim_start_matches(", expected ").replace('`', "");
        return Invalid::new(field, format!("must be {known}"));
    }
    match why.strip_prefix("invalid type: ").and_then(|rest| rest.rsplit_once(", expected ")) {
        Some((given, wanted)) => {
            let wanted = wanted.replace("a sequence", "a list").replace("string or map", "a string");
            Invalid::new(field, format!("must be {wanted}, not {}", given.replace('`', "")))
        }
        None => Invalid::new(field, why),
    }
}

/// `application/json`, and for changes `application/merge-patch+json` (RFC 7396), which ours are.
fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    ["application/json", "application/merge-patch+json"].iter().any(|known| essence.eq_ignore_ascii_case(known))
}

/// For a field that may be left out but not be null: there is nothing that null could mean.
pub fn given<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// The incident of an address. What is no number of an incident is not found.
///
/// # Errors
/// 404.
pub fn number(text: &str) -> Result<IncidentNumber, Refused> {
    text.parse().map_err(|_| refuse(Problem::not_found()))
}

/// The caller's own name for a request ("The Idempotency-Key HTTP Header Field", draft of the IETF). The whole value is the
/// key, quotation marks included.
///
/// # Errors
/// 400 if it is malformed or given twice.
pub fn idempotency_key(headers: &HeaderMap) -> Result<Option<String>, Refused> {
    let mut all = headers.get_all("idempotency-key").iter();
    let Some(value) = all.next() else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| {
        (1..=128).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()) && all.next().is_none()
    });
    key.map(|key| Some(key.to_owned())).ok_or_else(|| {
        let sentence = "Idempotency-Key must be one value of 1 to 128 visible ASCII characters.";
        refuse(Problem::new(StatusCode::BAD_REQUEST, "malformed_idempotency_key", sentence))
    })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use axum::body::Body;
    use axum::http::HeaderValue;

    use super::*;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only whether it can be read matters")]
    struct Thing {
        #[serde(default, deserialize_with = "given")]
        name: Option<String>,
        #[serde(default)]
        parts: Vec<u8>,
    }

    async fn status(kind: &str, body: impl Into<Body>) -> u16 {
        let request = Request::post("/").header(header::CONTENT_TYPE, kind).body(body.into()).unwrap();
        json::<Thing>(request).await.map_or_else(|refused| refused.0.status().as_u16(), |_| 200)
    }

    #[tokio::test]
    async fn what_is_malformed_is_told_from_what_is_wrong() {
        for kind in ["application/json", "Application/JSON; charset=utf-8", "application/merge-patch+json"] {
            assert_eq!(status(kind, "{\"name\":\"a\"}").await, 200, "{kind}");
        }
        for kind in ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonx"] {
            assert_eq!(status(kind, "{}").await, 415, "{kind}");
        }
        let json = "application/json";
        for malformed in ["", "{", "{}{}", "{\"name\":\"\\ud800\"}", "nonsense"] {
            assert_eq!(status(json, malformed).await, 400, "{malformed}");
        }
        assert_eq!(status(json, "[".repeat(10_000)).await, 400, "nested for ever");
        assert_eq!(status(json, vec![b'"', 0xff, b'"']).await, 400, "no UTF-8");
        for wrong in ["null", "[]", "7", "{\"name\":null}", "{\"name\":7}", "{\"other\":1}", "{\"parts\":[\"x\"]}"] {
            assert_eq!(status(json, wrong).await, 422, "{wrong}");
        }
        assert_eq!(status(json, vec![b' '; LARGEST + 1]).await, 413);
    }

    #[test]
    fn a_fault_names_the_field_and_what_is_wanted() {
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields, rename_all = "lowercase")]
        enum Colour {
            Red,
            Green,
        }
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[expect(dead_code, reason = "only what is wrong with it matters")]
        struct Dot {
            x: u8,
            colour: Option<Colour>,
        }
        #[derive(Debug, Deserialize)]
        #[expect(dead_code, reason = "only what is wrong with it matters")]
        struct Picture {
            dots: Vec<Dot>,
        }
        let faults = |text: &str| {
            let value: Value = serde_json::from_str(text).unwrap();
            let error = serde_path_to_error::deserialize::<_, Picture>(value).unwrap_err();
            let Invalid { field, why } = fault(&error.path().to_string(), &error.into_inner().to_string());
            format!("{field} {why}")
        };
        for (text, said) in [
            (r"{}", "dots is missing"),
            (r#"{ "dots": [{}] }"#, "dots[0].x is missing"),
            (r#"{ "dots": 7 }"#, "dots must be a list, not integer 7"),
            (r#"{ "dots": [{ "y": 1 }] }"#, "dots[0].y is not a field here (x or colour)"),
            (r#"{ "dots": [{ "x": 1, "colour": "blue" }] }"#, "dots[0].colour must be red or green"),
            (r#"{ "dots": [{ "x": 1, "colour": 7 }] }"#, "dots[0].colour must be a string, not integer 7"),
        ] {
            assert_eq!(faults(text), said, "{text}");
        }
    }

    #[test]
    fn a_key_is_one_word() {
        let key = |values: &[&[u8]]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append("idempotency-key", HeaderValue::from_bytes(value).unwrap());
            }
            idempotency_key(&headers).map_err(|refused| refused.0.status().as_u16())
        };
        assert_eq!(key(&[]), Ok(None));
        assert_eq!(key(&[b"\"8e03978e\""]), Ok(Some("\"8e03978e\"".to_owned())));
        assert_eq!(key(&[&[b'k'; 128]]).map(|key| key.is_some()), Ok(true));
        for wrong in [&[b"" as &[u8]][..], &[b"a b"], &[&[b'k'; 129]], &[b"\xff"], &[b"a", b"a"]] {
            assert_eq!(key(wrong), Err(400), "{wrong:?}");
        }
    }
}
