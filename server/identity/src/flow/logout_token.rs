//! Logout tokens, checked with the authority's keys.

use super::Flow;
use crate::{
    error::SignInError,
    keys::KeySet,
    validator::{self, IssuerRule, LogoutToken, TokenError},
};

impl Flow {
    /// What `token` asks for, if it is a logout token of this authority for us. Checked once more with newer keys if its key
    /// is not known: keys roll without notice.
    pub(crate) async fn logout_token(&self, token: &str) -> Result<LogoutToken, SignInError> {
        let now = self.now();
        let known = self.realms.main();
        let metadata = known.metadata(now).await?;
        let issuer = IssuerRule::of(known.realm(), &metadata.issuer);
        let check = |keys: &KeySet| validator::verify_logout(token, keys, &self.config.client_id, &issuer, now);
        match check(&*known.keys(&metadata, now).await?) {
            Err(TokenError::KeyUnknown) => {}
            done => return Ok(done?),
        }
        Ok(check(&*known.newer_keys(&metadata, now).await?)?)
    }
}
