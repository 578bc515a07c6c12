//! Which step the person has to take at the authority, in the few words that a page can say.

use serde::{Deserialize, Serialize};

use super::error::InteractionRequired;
use crate::error::ErrorClass;

/// A password that is to be changed first (AADSTS50055, 50144).
const PASSWORD: [u32; 2] = [50_055, 50_144];
/// A second factor, or enrolment for one (AADSTS50072 to 50079, 53004).
const SECOND_FACTOR: [u32; 6] = [50_072, 50_074, 50_076, 50_078, 50_079, 53_004];

/// What the person has to do at the authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InteractionStep {
    /// Sign in once more; also whatever has no more exact word.
    SignIn,
    /// Prove who they are by a second factor, or enrol for one.
    MultiFactor,
    /// Consent.
    Consent,
    /// Change their password.
    Password,
}

impl InteractionRequired {
    /// The step that is asked for, by the authority's numbers and its suberror.
    #[must_use]
    pub fn step(&self) -> InteractionStep {
        if self.class == ErrorClass::Consent {
            return InteractionStep::Consent;
        }
        let Some(error) = &self.error else { return InteractionStep::SignIn };
        let has = |numbers: &[u32]| error.codes.iter().any(|code| numbers.contains(code));
        if error.suberror == Some("user_password_expired") || has(&PASSWORD) {
            InteractionStep::Password
        } else if has(&SECOND_FACTOR) {
            InteractionStep::MultiFactor
        } else {
            InteractionStep::SignIn
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{error::ProviderError, tokens::Scopes};

    fn step(error: &'static str, suberror: Option<&'static str>, codes: &[u32]) -> InteractionStep {
        let error = ProviderError { error, suberror, codes: codes.to_vec(), ..ProviderError::default() };
        let (scopes, class) = (Scopes::openid(), error.class());
        InteractionRequired { scopes, tenant: None, claims: None, class, error: Some(error) }.step()
    }

    #[test]
    fn each_refusal_names_its_step() {
        assert_eq!(step("invalid_grant", None, &[50_076]), InteractionStep::MultiFactor);
        assert_eq!(step("interaction_required", None, &[50_079]), InteractionStep::MultiFactor);
        assert_eq!(step("invalid_grant", Some("consent_required"), &[65_001]), InteractionStep::Consent);
        assert_eq!(step("consent_required", None, &[]), InteractionStep::Consent);
        assert_eq!(step("invalid_grant", Some("user_password_expired"), &[]), InteractionStep::Password);
        assert_eq!(step("invalid_grant", None, &[50_055]), InteractionStep::Password);
        assert_eq!(step("invalid_grant", None, &[700_082]), InteractionStep::SignIn);
        assert_eq!(step("login_required", None, &[50_058]), InteractionStep::SignIn);
    }

    #[test]
    fn nothing_asked_means_sign_in() {
        let class = ErrorClass::SessionExpired;
        let required = InteractionRequired { scopes: Scopes::openid(), tenant: None, claims: None, class, error: None };
        assert_eq!(required.step(), InteractionStep::SignIn);
    }
}
