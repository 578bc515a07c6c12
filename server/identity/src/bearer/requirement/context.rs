//! Step-up authentication with authentication contexts ("Developer guide to Conditional Access authentication context").

use super::has;
use crate::{
    bearer::{BearerCode, BearerPrincipal, BearerRefusal, CallerKind},
    error::ClaimsChallenge,
};

impl BearerPrincipal {
    /// A sign-in that satisfied this authentication context, such as `c1`. Clients that understand it are told how to come
    /// back with one; to others, and to programs, which nobody can sign in, there is nothing to say.
    ///
    /// # Errors
    /// 401 `insufficient_claims` with a claims challenge, or 403 `forbidden`.
    pub fn require_authentication_context(&self, context: &str) -> Result<(), BearerRefusal> {
        if has(&self.acrs, context) {
            return Ok(());
        }
        if self.accepts_claims_challenges && self.kind == CallerKind::Delegated {
            let claims = ClaimsChallenge::authentication_context(context);
            return Err(BearerRefusal::challenge(claims, &self.authorization_uri));
        }
        Err(BearerRefusal::new(BearerCode::Forbidden))
    }
}
