//! `muster tenants`.

use std::sync::Arc;

use domain::{Name, Reason, TenantId, Text};
use services::ports::Admission;
use services::{Onboarding, RandomIds, SystemClock, TenantPolicy, TenantService};

use super::CommandError;
use super::output::say;
use crate::cli::Tenants;
use crate::config::{Environment, Settings};

/// Shows or changes the list of organisations, beside the running server or without it.
pub(super) async fn run(environment: &Environment, what: Tenants) -> Result<(), CommandError> {
    match what {
        Tenants::List => {
            for line in service(environment).await?.list().await.map_err(CommandError::failed)? {
                say(shown(&line))?;
            }
        }
        Tenants::Allow(allow) => {
            let name = allow.name.as_deref().map(|text| read::<Name>("--name", text)).transpose()?;
            let tenant = TenantId(allow.tenant);
            if Settings::read_allowed_tenants(environment)?.is_some_and(|within| !within.contains(&allow.tenant)) {
                return Err(CommandError::Usage(format!(
                    "MUSTER_ALLOWED_TENANTS does not name {tenant}, and the list lets in nobody beyond it: add the id \
                     there first, or leave the setting out"
                )));
            }
            let service = service(environment).await?;
            service.allow(tenant, name, "muster tenants allow").await.map_err(CommandError::failed)?;
            say(format_args!("{tenant}: allowed"))?;
        }
        Tenants::Block(block) => {
            let reason = match block.reason.as_str() {
                "" => String::new(),
                text => read::<Reason>("--reason", text)?.into(),
            };
            let tenant = TenantId(block.tenant);
            let service = service(environment).await?;
            let was = service.line(tenant).await.map_err(CommandError::failed)?;
            service.block(tenant, reason, "muster tenants block").await.map_err(CommandError::failed)?;
            say(blocked(tenant, was))?;
        }
    }
    Ok(())
}

/// What settings say about strangers plays no part in what the list holds.
async fn service(environment: &Environment) -> Result<TenantService, CommandError> {
    let (_, records) = super::existing_records(environment).await?;
    let policy = TenantPolicy { listed: true, within: None, onboarding: Onboarding::Off };
    Ok(TenantService::new(Arc::new(records), policy, Arc::new(SystemClock), Arc::new(RandomIds)))
}

/// Says whom that was, because an id is easily another one than was meant.
fn blocked(tenant: TenantId, was: Option<Admission>) -> String {
    match was.map(|line| line.name) {
        Some(Some(name)) => format!("{tenant} ({}): blocked; its sessions are over", name.as_str()),
        Some(None) => format!("{tenant}: blocked; its sessions are over"),
        None => format!("{tenant}: blocked; it was not known here before"),
    }
}

fn read<T: Text>(option: &str, text: &str) -> Result<T, CommandError> {
    T::read(text).map_err(|why| CommandError::Usage(format!("{option} {why}")))
}

fn shown(line: &Admission) -> String {
    let name = line.name.as_ref().map_or("-", |name| name.as_str());
    // A reason can have several lines, the list has one for each organisation.
    let reason = line.reason.replace(['\n', '\t'], " ");
    format!("{}\t{}\t{}\t{name}\t{}\t{reason}", line.tenant, line.standing, line.since, line.decided_by)
}
