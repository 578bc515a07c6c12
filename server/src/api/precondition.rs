//! Versions as entity tags (RFC 9110 section 8.8.3): `"v7"` is the seventh version of an incident. Notes are no part of it.

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use domain::IncidentNumber;
use services::IncidentService;
use services::audit::Caller;

use super::error::{Refused, failed, refuse};
use crate::http::problem::Problem;

/// The tag of a version.
pub fn tag(version: u32) -> HeaderValue {
    HeaderValue::try_from(format!("\"v{version}\"")).unwrap_or(HeaderValue::from_static("\"\""))
}

/// What a condition names.
enum Named {
    /// `*`: whichever there is.
    Any,
    /// These versions. A tag that is none of ours names version 0, which no incident has.
    Versions(Vec<u32>),
}

/// The version that a change is meant for (`If-Match`, RFC 9110 section 13.1.1).
///
/// # Errors
/// As reading the incident; 428 (RFC 6585 section 3) without the header; 400 if it is malformed.
pub async fn wanted(
    incidents: &IncidentService,
    caller: &Caller,
    number: IncidentNumber,
    headers: &HeaderMap,
) -> Result<u32, Refused> {
    let named = read(headers, &header::IF_MATCH);
    if let Ok(Some(Named::Versions(versions))) = &named
        && let [version] = versions[..]
    {
        return Ok(version);
    }
    // Whoever may not see the incident learns nothing from what is wrong with their condition.
    let current = incidents.version(caller, number).await.map_err(|error| failed(error, caller))?;
    match named? {
        None => {
            let sentence =
                "Say in If-Match which version the change is meant for: the ETag of the incident as you read it.";
            Err(refuse(Problem::new(StatusCode::PRECONDITION_REQUIRED, "version_needed", sentence)))
        }
        Some(Named::Any) => Ok(current),
        Some(Named::Versions(versions)) => Ok(if versions.contains(&current) { current } else { 0 }),
    }
}

/// The version that a deletion is meant for, if it says so. `*` is any.
///
/// # Errors
/// 400 if the header is malformed.
pub fn wanted_if_given(headers: &HeaderMap) -> Result<Option<Vec<u32>>, Refused> {
    Ok(match read(headers, &header::IF_MATCH)? {
        None | Some(Named::Any) => None,
        Some(Named::Versions(versions)) => Some(versions),
    })
}

/// Whether the caller has this version already (`If-None-Match`, RFC 9110 section 13.1.2). A header that cannot be read names
/// nothing: then they are sent what they may have.
pub fn is_known(headers: &HeaderMap, version: u32) -> bool {
    match read(headers, &header::IF_NONE_MATCH) {
        Ok(None) | Err(_) => false,
        Ok(Some(Named::Any)) => true,
        Ok(Some(Named::Versions(versions))) => versions.contains(&version),
    }
}

fn read(headers: &HeaderMap, name: &HeaderName) -> Result<Option<Named>, Refused> {
    let mut versions = Vec::new();
    let mut lines = headers.get_all(name).iter().peekable();
    if lines.peek().is_none() {
        return Ok(None);
    }
    let weak_counts = *name == header::IF_NONE_MATCH;
    for line in lines {
        let malformed = || {
            let sentence = format!("{name} must be entity tags in quotation marks with commas between them, or *.");
            refuse(Problem::new(StatusCode::BAD_REQUEST, "malformed_condition", sentence))
        };
        let line = line.to_str().map_err(|_| malformed())?.trim();
        if line == "*" {
            return Ok(Some(Named::Any));
        }
        tags(line, weak_counts, &mut versions).ok_or_else(malformed)?;
    }
    Ok(Some(Named::Versions(versions)))
}

/// The versions of a list of tags; none if it is malformed. A tag may hold a comma, so the list is walked.
fn tags(mut rest: &str, weak_counts: bool, versions: &mut Vec<u32>) -> Option<()> {
    loop {
        rest = rest.trim_start_matches([' ', '\t', ',']);
        if rest.is_empty() {
            return (!versions.is_empty()).then_some(());
        }
        let (weak, quoted) = rest.strip_prefix("W/").map_or((false, rest), |quoted| (true, quoted));
        let (opaque, behind) = quoted.strip_prefix('"')?.split_once('"')?;
        if opaque.contains([' ', '\t']) || !(behind.is_empty() || behind.trim_start().starts_with(',')) {
            return None;
        }
        let version = opaque.strip_prefix('v').filter(|digits| !digits.starts_with(['0', '+']));
        let version = version.and_then(|digits| digits.parse().ok()).filter(|_| !weak || weak_counts);
        versions.push(version.unwrap_or_default());
        rest = behind;
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    fn versions(line: &str, weak_counts: bool) -> Option<Vec<u32>> {
        let mut versions = Vec::new();
        tags(line, weak_counts, &mut versions).map(|()| versions)
    }

    #[test]
    fn tags_are_versions_and_what_is_none_is_no_version() {
        assert_eq!(versions("\"v7\"", false), Some(vec![7]));
        assert_eq!(versions("\"v7\", \"v8\" ,W/\"v9\"", false), Some(vec![7, 8, 0]), "If-Match compares strongly");
        assert_eq!(versions("W/\"v9\"", true), Some(vec![9]), "If-None-Match does not");
        for none in ["\"7\"", "\"v07\"", "\"v+7\"", "\"v\"", "\"\"", "\"v4294967296\"", "\"a,b\""] {
            assert_eq!(versions(none, false), Some(vec![0]), "{none}");
        }
        for malformed in ["", "v7", "\"v7", "\"v7\" \"v8\"", "\"v 7\"", "'v7'", ",", "w/\"v7\""] {
            assert_eq!(versions(malformed, false), None, "{malformed}");
        }
    }

    #[test]
    fn lines_are_one_list_and_a_star_is_any() {
        let mut headers = HeaderMap::new();
        assert!(!is_known(&headers, 1));
        headers.append(header::IF_NONE_MATCH, "\"v1\"".parse().unwrap());
        headers.append(header::IF_NONE_MATCH, "\"v2\"".parse().unwrap());
        assert!(is_known(&headers, 1) && is_known(&headers, 2) && !is_known(&headers, 3));
        headers.append(header::IF_NONE_MATCH, "*".parse().unwrap());
        assert!(is_known(&headers, 3));
        headers.insert(header::IF_NONE_MATCH, HeaderValue::from_bytes(b"\xff").unwrap());
        assert!(!is_known(&headers, 1));
    }
}
