//! `muster doctor`: looks at the settings, the stores and the identity provider before people do. It changes nothing, signs
//! nobody in, and says what it found in plain words, each problem with the way to fix it. No finding holds a secret or
//! anything about a person.

mod authority;
mod credential_life;
mod entry;
mod finding;
pub mod manifest;
mod ring;
mod stores;
mod tenants;

pub use finding::{Finding, Level, as_json, as_text, exit_code};
use identity::Clock;
use storage::Records;

use crate::config::{Settings, SettingsError, SignIn};

/// What is wrong with settings that cannot be used: each is a finding.
pub fn unreadable(error: &SettingsError) -> Vec<Finding> {
    let finding = |problem: &crate::config::Problem| {
        let read = problem.read.as_ref().map_or_else(String::new, |read| format!(" (it is `{read}`)"));
        Finding::problem("settings", format!("{} cannot be used{read}.", problem.name), sentence(problem))
    };
    error.0.iter().map(finding).collect()
}

fn sentence(problem: &crate::config::Problem) -> String {
    format!("{} {}.", problem.name, problem.fix)
}

/// What `muster serve` should say at its start about a credential that is about to end.
pub fn credential_warning(settings: &Settings, clock: &dyn Clock) -> Option<String> {
    let found = credential_life::finding(settings, clock.now())?;
    // That nobody wrote down when a secret ends is for the doctor to say.
    let known = settings.client_secret_expires.is_some() || found.check != credential_life::CHECK;
    (known && found.level != Level::Ok).then_some(found.finding)
}

/// What `muster serve` should say at its start where nobody can sign in, because no organisation is on the list.
pub async fn tenants_warning(settings: &Settings, records: &Records) -> Option<String> {
    if !settings.tenants.listed {
        return None;
    }
    let count = tenants::let_in(&settings.tenants, records).await.ok()?;
    let found = tenants::of_count(count, settings.tenants.onboarding);
    found.fix.map(|fix| format!("{} {fix}", found.finding))
}

/// Everything there is to say about settings that can be used. `online` lets it ask the identity provider.
pub async fn examine(settings: &Settings, clock: &dyn Clock, online: bool) -> Vec<Finding> {
    let mut findings = vec![Finding::ok("settings", "Every setting can be used.".to_owned())];
    findings.extend(entry::findings(settings));
    findings.extend(ring::findings(&settings.keys));
    findings.extend(stores::findings(settings).await);
    match &settings.sign_in {
        SignIn::Local(_) => findings.push(Finding::warning(
            "authority",
            "The development sign-in is on: anybody at this machine can sign in as anybody.".to_owned(),
            "Set AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET and MUSTER_PUBLIC_URL to go public.".to_owned(),
        )),
        SignIn::Provider { .. } => {
            findings.extend(tenants::finding(settings).await);
            findings.extend(credential_life::finding(settings, clock.now()));
            if online {
                findings.extend(authority::findings(settings, clock).await);
            } else {
                findings.push(Finding::ok("authority", "Not asked, because of --offline.".to_owned()));
            }
        }
    }
    findings
}
