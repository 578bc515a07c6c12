//! What the application can do with an answer, told to the authority in the `claims` parameter ("Claims challenges, claims
//! requests, and client capabilities", Microsoft identity platform).

use crate::{config::Realm, error::ClaimsChallenge};

/// This client handles claims challenges, so its access tokens may live longer and are refused the moment they should be
/// (continuous access evaluation).
const CAPABILITIES: [&str; 1] = ["cp1"];

/// The `claims` parameter: what a challenge asks for, together with what this client is able to do. Nothing at an authority
/// that knows of neither.
pub(super) fn claims_parameter(realm: &Realm, challenge: Option<&ClaimsChallenge>) -> Option<String> {
    match realm {
        Realm::Entra(_) | Realm::ExternalId(_) => Some(with_capabilities(challenge)),
        Realm::B2c { .. } | Realm::Oidc(_) => challenge.map(|challenge| challenge.as_str().to_owned()),
    }
}

fn with_capabilities(challenge: Option<&ClaimsChallenge>) -> String {
    let ours = ClaimsChallenge::capabilities(&CAPABILITIES);
    challenge.map_or(ours.clone(), |challenge| challenge.merged_with(&ours)).as_str().to_owned()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn a_challenge_and_the_capabilities_are_one_document() {
        let challenge = r#"{"access_token":{"nbf":{"essential":true,"value":"1"}},"id_token":{"acrs":null}}"#;
        let merged = with_capabilities(Some(&ClaimsChallenge::read(challenge).unwrap()));
        let merged: Value = serde_json::from_str(&merged).unwrap();
        assert_eq!(merged["access_token"]["nbf"]["value"], "1");
        assert_eq!(merged["access_token"]["xms_cc"]["values"], json!(["cp1"]));
        assert!(merged["id_token"].is_object());
        let alone: Value = serde_json::from_str(&with_capabilities(None)).unwrap();
        assert_eq!(alone, json!({ "access_token": { "xms_cc": { "values": ["cp1"] } } }));
        let odd = with_capabilities(Some(&ClaimsChallenge::read(r#"{"access_token":null}"#).unwrap()));
        assert_eq!(serde_json::from_str::<Value>(&odd).unwrap(), alone);
    }
}
