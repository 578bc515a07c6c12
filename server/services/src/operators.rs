//! What whoever runs the site can see of it.
//!
//! The quota of a sign-in provider is one for the whole site, so what is used of it is nothing for the administrators
//! of one customer among many.

use std::sync::Arc;

use async_trait::async_trait;
use domain::view::SignInView;
use domain::{DomainError, Operation, TenantId, may};
use uuid::Uuid;

use crate::audit::{AuditRecord, Caller};
use crate::ports::{AuditStore, StoreError};
use crate::{Clock, IdSource, ServiceError};

/// The word of the audit log for looking at how signing in stands; written only where it was refused.
const SIGN_IN: &str = "operator.sign_in";

/// Whose administrators run the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operators {
    /// Those of each organisation: there is one, or none of it is real.
    Each,
    /// Those of this organisation.
    Of(TenantId),
    /// Nobody who signs in.
    Nobody,
}

impl Operators {
    /// Those of the organisation with this tenant id.
    pub fn of(tenant: Uuid) -> Self {
        Self::Of(TenantId(tenant))
    }

    fn include(self, tenant: TenantId) -> bool {
        match self {
            Self::Each => true,
            Self::Of(theirs) => tenant == theirs,
            Self::Nobody => false,
        }
    }
}

/// How signing in is set up and used, as the identity layer knows it.
#[async_trait]
pub trait SignInGauge: Send + Sync {
    /// As of now. Costs the same however many sessions there are.
    async fn read(&self) -> Result<SignInView, StoreError>;
}

/// What operators look at. Cheap to clone.
#[derive(Clone)]
pub struct OperatorService {
    operators: Operators,
    gauge: Arc<dyn SignInGauge>,
    audit: Arc<dyn AuditStore>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn IdSource>,
}

impl OperatorService {
    /// Over these ports.
    pub fn new(
        operators: Operators,
        gauge: Arc<dyn SignInGauge>,
        audit: Arc<dyn AuditStore>,
        clock: Arc<dyn Clock>,
        ids: Arc<dyn IdSource>,
    ) -> Self {
        Self { operators, gauge, audit, clock, ids }
    }

    /// Whether the caller runs the site, for the links of a page.
    pub fn is_operator(&self, caller: &Caller) -> bool {
        self.operators.include(caller.actor.tenant) && may(&caller.actor, Operation::Operate)
    }

    /// How signing in stands.
    ///
    /// # Errors
    /// Not found for people of an organisation that does not run the site; forbidden without the role, and audited;
    /// unavailable or internal if the counts cannot be read.
    pub async fn sign_in(&self, caller: &Caller) -> Result<SignInView, ServiceError> {
        if !self.operators.include(caller.actor.tenant) {
            return Err(DomainError::NotFound.into());
        }
        if !may(&caller.actor, Operation::Operate) {
            let target = format!("tenant:{}", caller.actor.tenant);
            let line = AuditRecord::of(self.ids.next(), self.clock.now(), caller, SIGN_IN, target);
            self.audit.append(&line.denied()).await?;
            return Err(DomainError::Forbidden.into());
        }
        Ok(self.gauge.read().await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_those_of_the_operating_organisation_are_operators() {
        let [ours, theirs] = [1, 2].map(Uuid::from_u128);
        assert!(Operators::Each.include(TenantId(ours)));
        assert!(Operators::of(ours).include(TenantId(ours)));
        assert!(!Operators::of(ours).include(TenantId(theirs)));
        assert!(!Operators::Nobody.include(TenantId(ours)));
    }
}
