//! The authorization code grant (RFC 6749 section 4.1.3, with PKCE, RFC 7636 section 4.6).

use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

use super::{
    error::TokenError,
    grant::{CodeGrant, Subject},
};
use crate::{authority::Authority, idp::Idp, params::Params, scope::Scopes};

/// Checks everything about the code and marks it redeemed, in one step, so that of two redemptions one wins.
pub(crate) fn redeem(idp: &Idp, authority: Authority, client_id: Uuid, form: &Params) -> Result<Subject, TokenError> {
    let code = form.get("code").ok_or(TokenError::Missing("code"))?;
    let redirect_uri = form.get("redirect_uri").ok_or(TokenError::Missing("redirect_uri"))?;
    let asked = form.get("scope").map(|scope| Scopes::parse(scope, &idp.directory)).transpose();
    let asked = asked.map_err(TokenError::Scope)?;
    let now = idp.now();
    idp.codes.with(|codes| {
        let known = codes.get_mut(code, now).filter(|grant| grant.client_id == client_id);
        let grant = known.ok_or(TokenError::UnknownCode)?;
        if grant.redeemed {
            return Err(TokenError::CodeReused);
        }
        if grant.expires <= now {
            return Err(TokenError::CodeExpired);
        }
        if grant.redirect_uri.as_str() != redirect_uri {
            return Err(TokenError::RedirectUri);
        }
        let verifier = form.get("code_verifier").ok_or(TokenError::NoVerifier)?;
        if !verifies(&grant.code_challenge, verifier) {
            return Err(TokenError::Verifier);
        }
        if !authority.admits(grant.account.tenant) {
            return Err(TokenError::OtherTenant);
        }
        let scopes = narrowed(grant, asked)?;
        grant.redeemed = true;
        Ok(Subject {
            account: Arc::clone(&grant.account),
            scopes,
            nonce: grant.nonce.clone(),
            session: grant.session,
            claims: grant.claims,
            refreshed: None,
        })
    })
}

fn narrowed(grant: &CodeGrant, asked: Option<Scopes>) -> Result<Scopes, TokenError> {
    match asked {
        None => Ok(grant.scopes.clone()),
        Some(scopes) if scopes.is_within(&grant.scopes) => Ok(scopes),
        Some(_) => Err(TokenError::ScopeExceedsGrant),
    }
}

/// Whether the verifier is the one behind an S256 challenge.
pub(crate) fn verifies(challenge: &str, verifier: &str) -> bool {
    let computed = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
    computed.as_bytes().ct_eq(challenge.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The pair of RFC 7636 appendix B.
    #[test]
    fn the_published_pair_verifies() {
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert!(verifies(challenge, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"));
        assert!(!verifies(challenge, "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXl"));
    }
}
