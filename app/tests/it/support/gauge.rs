//! How signing in stands, for pages that are drawn without it.

use async_trait::async_trait;
use domain::view::{QuotaView, SignInView, UsedView};
use services::SignInGauge;
use services::ports::StoreError;

/// Half of one quota is used up, and of the other nearly nothing.
pub struct HalfUsed;

#[async_trait]
impl SignInGauge for HalfUsed {
    async fn read(&self) -> Result<SignInView, StoreError> {
        Ok(SignInView {
            at: "2026-08-19T12:00:00Z".parse().unwrap(),
            authority: "login.example".to_owned(),
            idle_seconds: 86_400,
            absolute_seconds: 604_800,
            quota: Some(QuotaView {
                last_second: UsedView { used: 100, checks_until: 100, limit: 200 },
                own_requests: UsedView { used: 12, checks_until: 3_000, limit: 6_000 },
            }),
        })
    }
}
