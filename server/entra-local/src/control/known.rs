//! Which OAuth error Entra sends with an AADSTS number (Microsoft Learn, "Microsoft Entra authentication and authorization
//! error codes").

use http::StatusCode;

/// What goes with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Class {
    pub(super) status: StatusCode,
    pub(super) error: &'static str,
    pub(super) suberror: Option<&'static str>,
}

/// `invalid_request` for a number that is not listed.
pub(super) fn class_of(code: u32) -> Class {
    let bad = |error, suberror| Class { status: StatusCode::BAD_REQUEST, error, suberror };
    match code {
        // A second factor, its enrolment, or another step of the person.
        50_072 | 50_074 | 50_076 | 50_078 | 50_079 | 50_158 | 53_004 => {
            bad("interaction_required", Some("basic_action"))
        }
        16_000..=16_002 => bad("interaction_required", None),
        50_058 | 160_021 => bad("login_required", None),
        65_001 => bad("consent_required", Some("consent_required")),
        65_004 | 90_094 | 90_095 | 50_105 => bad("access_denied", None),
        // A code or a refresh token that is no longer good.
        50_055 => bad("invalid_grant", Some("user_password_expired")),
        70_000 | 70_008 | 70_043 | 700_082 | 700_084 | 50_173 | 50_132 | 50_133 | 50_089 | 54_005 | 501_481
        | 50_126 | 50_053 | 50_057 | 50_034 | 50_020 | 50_013 | 50_196 | 500_133 | 500_131 => {
            bad("invalid_grant", None)
        }
        // Policies that no page of ours can satisfy.
        53_000 | 53_001 | 53_002 | 53_003 | 530_032 | 530_034 | 530_035 | 50_097 | 50_131 => {
            bad("invalid_grant", Some("message_only"))
        }
        7_000_215 | 7_000_218 | 7_000_222 | 700_024 | 700_027 | 7_000_214 | 1_000_502 | 7_000_274 | 7_000_277 => {
            Class { status: StatusCode::UNAUTHORIZED, error: "invalid_client", suberror: None }
        }
        650_052 | 650_056 | 650_057 => bad("invalid_client", None),
        700_016 | 7_000_112 | 7_000_114 => bad("unauthorized_client", None),
        500_011 => bad("invalid_resource", None),
        70_011 => bad("invalid_scope", None),
        700_054 => bad("unsupported_response_type", None),
        90_055 => Class { status: StatusCode::TOO_MANY_REQUESTS, error: "temporarily_unavailable", suberror: None },
        90_024 | 90_033 => {
            Class { status: StatusCode::SERVICE_UNAVAILABLE, error: "temporarily_unavailable", suberror: None }
        }
        _ => bad("invalid_request", None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_looked_up_whole() {
        assert_eq!(class_of(50_058).error, "login_required");
        assert_eq!(class_of(500_581).error, "invalid_request");
        assert_eq!(class_of(7_000_222).status, StatusCode::UNAUTHORIZED);
        assert_eq!(class_of(53_003).suberror, Some("message_only"));
    }
}
