//! What a caller has to have, as functions on the caller and as layers. An empty list is had by nobody.

mod context;
mod layer;
#[cfg(test)]
pub(super) mod tests;

use uuid::Uuid;

pub use layer::{RequireLayer, RequireService};

use super::{BearerCode, BearerPrincipal, BearerRefusal, CallerKind};

/// One thing that a caller has to have. As a layer, it belongs inside of [`crate::Bearer::layer`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement(What);

#[derive(Clone, Debug, PartialEq, Eq)]
enum What {
    AnyRole(Vec<String>),
    AllScopes(Vec<String>),
    AnyScope(Vec<String>),
    ScopeOrAppRole { scopes: Vec<String>, roles: Vec<String> },
    Tenant(Vec<Uuid>),
    Delegated,
    AuthenticationContext(String),
}

impl Requirement {
    /// As [`BearerPrincipal::require_any_role`].
    #[must_use]
    pub fn any_role(roles: &[&str]) -> Self {
        Self(What::AnyRole(owned(roles)))
    }

    /// As [`BearerPrincipal::require_all_scopes`].
    #[must_use]
    pub fn all_scopes(scopes: &[&str]) -> Self {
        Self(What::AllScopes(owned(scopes)))
    }

    /// As [`BearerPrincipal::require_any_scope`].
    #[must_use]
    pub fn any_scope(scopes: &[&str]) -> Self {
        Self(What::AnyScope(owned(scopes)))
    }

    /// As [`BearerPrincipal::require_scope_or_app_role`].
    #[must_use]
    pub fn scope_or_app_role(scopes: &[&str], roles: &[&str]) -> Self {
        Self(What::ScopeOrAppRole { scopes: owned(scopes), roles: owned(roles) })
    }

    /// As [`BearerPrincipal::require_tenant`].
    #[must_use]
    pub fn tenant(tenants: &[Uuid]) -> Self {
        Self(What::Tenant(tenants.to_vec()))
    }

    /// As [`BearerPrincipal::require_person`].
    #[must_use]
    pub fn person() -> Self {
        Self(What::Delegated)
    }

    /// As [`BearerPrincipal::require_authentication_context`].
    #[must_use]
    pub fn authentication_context(context: &str) -> Self {
        Self(What::AuthenticationContext(context.to_owned()))
    }

    /// Whether `principal` has it.
    ///
    /// # Errors
    /// What is missing.
    pub fn check(&self, principal: &BearerPrincipal) -> Result<(), BearerRefusal> {
        match &self.0 {
            What::AnyRole(roles) => principal.require_any_role(roles),
            What::AllScopes(scopes) => principal.require_all_scopes(scopes),
            What::AnyScope(scopes) => principal.require_any_scope(scopes),
            What::ScopeOrAppRole { scopes, roles } => principal.require_scope_or_app_role(scopes, roles),
            What::Tenant(tenants) => principal.require_tenant(tenants),
            What::Delegated => principal.require_person(),
            What::AuthenticationContext(context) => principal.require_authentication_context(context),
        }
    }

    /// A tower layer that lets only callers through who have it.
    #[must_use]
    pub fn layer(self) -> RequireLayer {
        RequireLayer::new(self)
    }
}

impl BearerPrincipal {
    /// At least one of these app roles, whether the caller is a person or a program.
    ///
    /// # Errors
    /// 403 `insufficient_role`.
    pub fn require_any_role<R: AsRef<str>>(&self, roles: &[R]) -> Result<(), BearerRefusal> {
        permit(has_any(&self.roles, roles), || BearerRefusal::new(BearerCode::InsufficientRole))
    }

    /// Every one of these scopes.
    ///
    /// # Errors
    /// 403 `insufficient_scope`, which names them.
    pub fn require_all_scopes<R: AsRef<str>>(&self, scopes: &[R]) -> Result<(), BearerRefusal> {
        let all = !scopes.is_empty() && scopes.iter().all(|scope| has(&self.scopes, scope.as_ref()));
        permit(all, || BearerRefusal::lacks_scope(joined(scopes)))
    }

    /// At least one of these scopes; the one that gives least should come first.
    ///
    /// # Errors
    /// 403 `insufficient_scope`, which names the first.
    pub fn require_any_scope<R: AsRef<str>>(&self, scopes: &[R]) -> Result<(), BearerRefusal> {
        permit(has_any(&self.scopes, scopes), || {
            BearerRefusal::lacks_scope(joined(scopes.get(..1).unwrap_or_default()))
        })
    }

    /// A person through a client with one of these scopes, or a program with one of these app roles. A role does not stand in
    /// for a scope: what a person may do, the client may not for that reason.
    ///
    /// # Errors
    /// 403 `insufficient_scope` for a person, `insufficient_role` for a program.
    pub fn require_scope_or_app_role<R: AsRef<str>>(&self, scopes: &[R], roles: &[R]) -> Result<(), BearerRefusal> {
        match self.kind {
            CallerKind::Delegated => self.require_any_scope(scopes),
            // A plain provider gives programs scopes instead of roles; Entra never does.
            CallerKind::App if has_any(&self.scopes, scopes) => Ok(()),
            CallerKind::App => self.require_any_role(roles),
        }
    }

    /// One of these tenants.
    ///
    /// # Errors
    /// 403 `tenant_not_authorized`.
    pub fn require_tenant(&self, tenants: &[Uuid]) -> Result<(), BearerRefusal> {
        permit(tenants.contains(&self.tenant_id), || BearerRefusal::new(BearerCode::TenantNotAuthorized))
    }

    /// A person, and not a program by itself.
    ///
    /// # Errors
    /// 403 `forbidden`.
    pub fn require_person(&self) -> Result<(), BearerRefusal> {
        permit(self.kind == CallerKind::Delegated, || BearerRefusal::new(BearerCode::Forbidden))
    }
}

fn permit(permitted: bool, refusal: impl FnOnce() -> BearerRefusal) -> Result<(), BearerRefusal> {
    if permitted { Ok(()) } else { Err(refusal()) }
}

fn has(all: &[String], one: &str) -> bool {
    all.iter().any(|own| own == one)
}

fn has_any<R: AsRef<str>>(all: &[String], some: &[R]) -> bool {
    some.iter().any(|one| has(all, one.as_ref()))
}

fn joined<R: AsRef<str>>(words: &[R]) -> String {
    words.iter().map(AsRef::as_ref).collect::<Vec<_>>().join(" ")
}

fn owned(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}
