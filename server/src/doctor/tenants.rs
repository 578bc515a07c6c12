//! Whether anybody is on the list of organisations, where one has to be on it to sign in.

use std::sync::Arc;

use domain::TenantId;
use services::{Door, Onboarding, RandomIds, ServiceError, SystemClock, TenantPolicy, TenantService};
use storage::{Records, RecordsOptions};

use super::Finding;
use super::stores::PATIENCE;
use crate::config::Settings;

const CHECK: &str = "tenants";

/// None while the records cannot be read as they are, which is a finding of its own.
pub(super) async fn finding(settings: &Settings) -> Option<Finding> {
    let policy = &settings.tenants;
    if !policy.listed {
        return Some(Finding::ok(CHECK, "Organisations need not be on the list of `muster tenants`.".to_owned()));
    }
    if settings.records.path().is_some_and(|path| !path.exists()) {
        return Some(of_count(0, policy.onboarding));
    }
    let options = RecordsOptions { acquire_timeout: PATIENCE, ..RecordsOptions::default() };
    let records = Records::open(&settings.records, &options).await.ok()?;
    let is_current = records.schema_version().await.ok()? == Records::known_schema_version();
    let count = if is_current { let_in(policy, &records).await.ok() } else { None };
    // Nothing was written.
    drop(records.close().await);
    count.map(|count| of_count(count, policy.onboarding))
}

/// How many organisations the list lets in.
pub(super) async fn let_in(policy: &TenantPolicy, records: &Records) -> Result<usize, ServiceError> {
    let list =
        TenantService::new(Arc::new(records.clone()), policy.clone(), Arc::new(SystemClock), Arc::new(RandomIds));
    let is_in = |tenant: TenantId, line| policy.door(tenant, Some(line)) == Door::Open;
    Ok(list.list().await?.iter().filter(|line| is_in(line.tenant, line)).count())
}

pub(super) fn of_count(count: usize, onboarding: Onboarding) -> Finding {
    let onboards = match onboarding {
        Onboarding::Off => "off",
        Onboarding::Consent => "by consent",
        Onboarding::Approval => "by approval",
    };
    let organisations = if count == 1 { "organisation" } else { "organisations" };
    let found = format!(
        "An organisation has to be on the list (MUSTER_TENANTS is `listed`): {count} {organisations} let in; onboarding {onboards}"
    );
    if count > 0 || onboarding != Onboarding::Off {
        return Finding::ok(CHECK, format!("{found}."));
    }
    let fix = "Let one in with `muster tenants allow ID`, or set MUSTER_ONBOARDING, or set MUSTER_TENANTS to `any`.";
    Finding::problem(CHECK, format!("{found}, so nobody can sign in."), fix.to_owned())
}
