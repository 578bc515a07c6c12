//! The token endpoint, with what it is asked counted.

use std::sync::Arc;

use async_trait::async_trait;

use super::Budget;
use crate::tokens::{GrantError, Granted, TokenAsk, TokenEndpoint};

/// Counts every request before it is made.
#[derive(Debug)]
pub(crate) struct Counted {
    pub(crate) endpoint: Arc<dyn TokenEndpoint>,
    pub(crate) budget: Arc<Budget>,
}

#[async_trait]
impl TokenEndpoint for Counted {
    async fn grant(&self, ask: &TokenAsk) -> Result<Granted, GrantError> {
        self.budget.spend_own().await;
        self.endpoint.grant(ask).await
    }
}
