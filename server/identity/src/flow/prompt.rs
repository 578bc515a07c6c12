//! `prompt` (OpenID Connect Core 1.0 section 3.1.2.1).

use openidconnect::core::CoreAuthPrompt;
use serde::{Deserialize, Serialize};

use crate::{config::Realm, discovery::ProviderMetadata};

/// What the authority should ask although it might know the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Prompt {
    /// The password again.
    Login,
    /// Which account.
    SelectAccount,
    /// Consent again.
    Consent,
    /// Nothing, whatever it takes: an answer at once, or a refusal.
    None,
}

impl Prompt {
    /// Reads the parameter of a person; anything unknown is no prompt, and a sign-in that asks nothing is none.
    pub(crate) fn from_parameter(text: &str) -> Option<Self> {
        match text {
            "login" => Some(Self::Login),
            "select_account" => Some(Self::SelectAccount),
            "consent" => Some(Self::Consent),
            _ => None,
        }
    }

    /// The prompt to send. A picker must not be asked of a provider without one, it would refuse the whole request; asking
    /// for the password is what every provider knows (section 15.1). Entra has a picker and does not announce it, Azure AD
    /// B2C has none and knows `login` only.
    pub(super) fn understood_by(self, realm: &Realm, metadata: &ProviderMetadata) -> Option<Self> {
        match (self, realm) {
            (Self::SelectAccount, Realm::B2c { .. }) => Some(Self::Login),
            (Self::Consent, Realm::B2c { .. }) => None,
            (Self::SelectAccount, Realm::Oidc(_)) if !metadata.announces_account_picker() => Some(Self::Login),
            (prompt, Realm::B2c { .. } | Realm::Oidc(_) | Realm::Entra(_) | Realm::ExternalId(_)) => Some(prompt),
        }
    }
}

impl From<Prompt> for CoreAuthPrompt {
    fn from(prompt: Prompt) -> Self {
        match prompt {
            Prompt::Login => Self::Login,
            Prompt::SelectAccount => Self::SelectAccount,
            Prompt::Consent => Self::Consent,
            Prompt::None => Self::None,
        }
    }
}
