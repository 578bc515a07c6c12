//! An error that the authority reported, at the authorization or at the token endpoint.

use std::fmt;

use time::OffsetDateTime;
use uuid::Uuid;

use super::{b2c, claims::ClaimsChallenge, class::ErrorClass, codes::class_of};

/// The parts of an OAuth error (RFC 6749 sections 4.1.2.1 and 5.2, Entra's additions) that may be logged: words from
/// fixed vocabularies, numbers and correlation ids. The description is left behind, it can name people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProviderError {
    /// `error`, or `unrecognised` for a word that no standard has.
    pub error: &'static str,
    /// `suberror`, if it is one of Entra's.
    pub suberror: Option<&'static str>,
    /// `error_codes`, or the number in `error_uri`.
    pub codes: Vec<u32>,
    /// The number in a description of Azure AD B2C's.
    pub b2c_code: Option<u32>,
    /// What the next attempt has to bring along.
    pub claims: Option<ClaimsChallenge>,
    /// With this Microsoft's support finds the request.
    pub correlation_id: Option<Uuid>,
    /// And with this the server that answered it.
    pub trace_id: Option<Uuid>,
    /// When it was answered, by the authority's clock.
    pub timestamp: Option<OffsetDateTime>,
}

/// RFC 6749 section 4.1.2.1 and 5.2, OpenID Connect Core 1.0 section 3.1.2.6, Entra.
const ERRORS: [&str; 24] = [
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "invalid_scope",
    "invalid_resource",
    "invalid_target",
    "unauthorized_client",
    "unsupported_grant_type",
    "unsupported_response_type",
    "unsupported_response_mode",
    "access_denied",
    "server_error",
    "temporarily_unavailable",
    "interaction_required",
    "login_required",
    "account_selection_required",
    "consent_required",
    "invalid_request_uri",
    "invalid_request_object",
    "request_not_supported",
    "request_uri_not_supported",
    "registration_not_supported",
    "unmet_authentication_requirements",
    "slow_down",
];

const SUBERRORS: [&str; 12] = [
    "message_only",
    "additional_action",
    "basic_action",
    "user_password_expired",
    "consent_required",
    "bad_token",
    "ui_not_allowed",
    "interrupted_user",
    "client_mismatch",
    "protection_policy_required",
    "token_expired",
    "device_authentication_failed",
];

impl ProviderError {
    /// Keeps an error word if it is known.
    pub(crate) fn known_error(word: &str) -> &'static str {
        ERRORS.into_iter().find(|known| *known == word).unwrap_or("unrecognised")
    }

    /// Keeps a suberror if it is known.
    pub(crate) fn known_suberror(word: &str) -> Option<&'static str> {
        SUBERRORS.into_iter().find(|known| *known == word)
    }

    /// The class: numbers first, because they say most, then the words.
    #[must_use]
    pub fn class(&self) -> ErrorClass {
        let by_number = self.codes.iter().find_map(|number| class_of(*number));
        by_number.or_else(|| b2c::class_of(self.b2c_code?)).unwrap_or_else(|| self.class_of_words())
    }

    /// Whether only the person at the authority can help, whatever the numbers say: the answer to a request that was made
    /// without them. Every refused grant is one, be it old, revoked or missing a factor; except where a rule about the
    /// application or the device stands against it, which no sign-in changes.
    #[must_use]
    pub fn requires_interaction(&self) -> bool {
        match self.error {
            "interaction_required" | "login_required" | "consent_required" | "account_selection_required" => true,
            "invalid_grant" => !matches!(self.suberror, Some("client_mismatch" | "protection_policy_required")),
            _ => self.claims.is_some(),
        }
    }

    /// A short fixed word for the audit trail.
    pub(super) fn code(&self) -> String {
        let number = self.codes.first().map(|number| format!("AADSTS{number}"));
        number.or_else(|| Some(format!("AADB2C{}", self.b2c_code?))).unwrap_or_else(|| self.error.to_owned())
    }

    fn class_of_words(&self) -> ErrorClass {
        match self.error {
            "access_denied" => ErrorClass::UserCancelled,
            "consent_required" => ErrorClass::Consent,
            "interaction_required"
            | "login_required"
            | "account_selection_required"
            | "unmet_authentication_requirements" => ErrorClass::InteractionRequired,
            "invalid_grant" => match self.suberror {
                Some("client_mismatch" | "protection_policy_required") => ErrorClass::PolicyBlock,
                Some("consent_required") => ErrorClass::Consent,
                Some("bad_token" | "token_expired") | None => ErrorClass::SessionExpired,
                Some(_) => ErrorClass::InteractionRequired,
            },
            "server_error" | "temporarily_unavailable" => ErrorClass::Transient,
            "slow_down" => ErrorClass::Throttled,
            _ => ErrorClass::Configuration,
        }
    }
}

impl ProviderError {
    /// Whether another assertion may fare better: a certificate that was replaced meanwhile, a token that is too old. A wrong
    /// secret (7000215) or an unknown application (700016) is not of these.
    pub(crate) fn blames_the_assertion(&self) -> bool {
        const NUMBERS: [u32; 6] = [700_027, 700_024, 7_000_214, 1_000_502, 7_000_274, 7_000_277];
        let named = self.codes.iter().any(|number| NUMBERS.contains(number));
        named || (self.error == "invalid_client" && self.codes.is_empty() && self.b2c_code.is_none())
    }

    /// Whether only an administrator's consent would help (AADSTS90094, AADSTS90095).
    pub(crate) fn needs_administrator(&self) -> bool {
        self.codes.iter().any(|number| matches!(number, 90_094 | 90_095))
    }
}

impl fmt::Display for ProviderError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the authority answered {}", self.error)?;
        if let Some(suberror) = self.suberror {
            write!(f, "/{suberror}")?;
        }
        if !self.codes.is_empty() {
            write!(f, " {:?}", self.codes)?;
        }
        if let Some(number) = self.b2c_code {
            write!(f, " AADB2C{number}")?;
        }
        if let Some(id) = self.correlation_id {
            write!(f, " correlation_id={id}")?;
        }
        if let Some(id) = self.trace_id {
            write!(f, " trace_id={id}")?;
        }
        if let Some(time) = self.timestamp {
            write!(f, " timestamp={time}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ProviderError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(error: &'static str, suberror: Option<&'static str>, codes: &[u32]) -> ErrorClass {
        ProviderError { error, suberror, codes: codes.to_vec(), ..ProviderError::default() }.class()
    }

    #[test]
    fn numbers_are_matched_whole() {
        assert_eq!(with("invalid_grant", None, &[70_008]), ErrorClass::SessionExpired);
        assert_eq!(with("invalid_request", None, &[50_011]), ErrorClass::Configuration);
        assert_eq!(with("login_required", None, &[500_581]), ErrorClass::InteractionRequired);
        assert_eq!(with("access_denied", None, &[500_581]), ErrorClass::UserCancelled, "not mistaken for 50058");
    }

    #[test]
    fn a_number_says_more_than_the_word() {
        assert_eq!(with("access_denied", None, &[65_004]), ErrorClass::UserCancelled);
        assert_eq!(with("access_denied", None, &[50_105]), ErrorClass::PolicyBlock);
        assert_eq!(with("invalid_grant", None, &[54_005]), ErrorClass::InvalidCallback);
        assert_eq!(with("invalid_grant", None, &[65_001]), ErrorClass::Consent);
        assert_eq!(with("invalid_client", None, &[7_000_215]), ErrorClass::Configuration);
        assert_eq!(with("invalid_request", None, &[50_020]), ErrorClass::TenantNotAllowed);
        assert_eq!(with("temporarily_unavailable", None, &[90_055]), ErrorClass::Throttled);
    }

    #[test]
    fn a_plain_invalid_grant_means_sign_in_again() {
        assert_eq!(with("invalid_grant", None, &[]), ErrorClass::SessionExpired);
        assert_eq!(with("invalid_grant", Some("additional_action"), &[]), ErrorClass::InteractionRequired);
        assert_eq!(with("invalid_grant", Some("client_mismatch"), &[]), ErrorClass::PolicyBlock);
    }

    #[test]
    fn every_refused_grant_asks_for_the_person_but_for_two() {
        let asks = |error, suberror, codes: &[u32]| {
            ProviderError { error, suberror, codes: codes.to_vec(), ..ProviderError::default() }.requires_interaction()
        };
        for suberror in SUBERRORS {
            let rule = matches!(suberror, "client_mismatch" | "protection_policy_required");
            assert_eq!(asks("invalid_grant", Some(suberror), &[]), !rule, "{suberror}");
        }
        for codes in [&[][..], &[70_008], &[700_082], &[50_173], &[53_003]] {
            assert!(asks("invalid_grant", None, codes), "{codes:?}");
        }
        for error in ["interaction_required", "login_required", "consent_required"] {
            assert!(asks(error, None, &[]), "{error}");
        }
        for error in ["invalid_client", "invalid_request", "temporarily_unavailable", "access_denied", "unrecognised"] {
            assert!(!asks(error, None, &[7_000_215]), "{error}");
        }
        let challenged = ProviderError { claims: ClaimsChallenge::read("{}"), ..ProviderError::default() };
        assert!(challenged.requires_interaction());
    }

    #[test]
    fn what_support_asks_for_is_in_the_log_line() {
        let (id, timestamp) = (Uuid::from_u128(1), OffsetDateTime::UNIX_EPOCH);
        let error = ProviderError {
            error: "access_denied",
            b2c_code: Some(90_118),
            correlation_id: Some(id),
            trace_id: Some(id),
            timestamp: Some(timestamp),
            ..ProviderError::default()
        };
        let line = format!("the authority answered access_denied AADB2C90118 correlation_id={id} trace_id={id}");
        assert_eq!(error.to_string(), format!("{line} timestamp={timestamp}"));
        assert_eq!((error.code().as_str(), error.class()), ("AADB2C90118", ErrorClass::Configuration));
    }

    #[test]
    fn only_known_words_are_kept() {
        assert_eq!(ProviderError::known_error("access_denied"), "access_denied");
        assert_eq!(ProviderError::known_error("<script>"), "unrecognised");
        assert_eq!(ProviderError::known_suberror("adele@contoso.example"), None);
    }
}
