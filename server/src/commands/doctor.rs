//! `muster doctor`.

use std::process::ExitCode;

use identity::Clock;
use uuid::Uuid;

use super::CommandError;
use super::output::say;
use crate::cli::Doctor;
use crate::config::{Environment, Settings};
use crate::doctor::manifest::Registration;
use crate::doctor::{as_json, as_text, examine, exit_code, unreadable};

/// Examines the settings and says what it found: 0 fine, 1 problems, 2 settings that cannot be used. `--manifest` prints
/// the app registration instead.
pub(super) async fn run(environment: &Environment, doctor: &Doctor) -> Result<ExitCode, CommandError> {
    if doctor.manifest {
        return manifest(environment);
    }
    let clock: &dyn Clock = &identity::SystemClock;
    let (findings, code) = match Settings::read(environment) {
        Ok(settings) => {
            let findings = examine(&settings, clock, !doctor.offline).await;
            let code = exit_code(&findings);
            (findings, code)
        }
        Err(error) => (unreadable(&error), 2),
    };
    if doctor.json {
        say(format_args!("{:#}", as_json(&findings)))?;
    } else {
        say(as_text(&findings))?;
    }
    Ok(ExitCode::from(code))
}

/// Needs no complete settings: whoever registers the application has none of the ids yet.
fn manifest(environment: &Environment) -> Result<ExitCode, CommandError> {
    let public_url = Settings::read_public_url(environment)?;
    let set = |name: &str| environment.get(name).map(|text| text.trim()).filter(|text| !text.is_empty());
    if set("MUSTER_OIDC_ISSUER").is_some() {
        let why = "--manifest is for applications of Microsoft Entra, and MUSTER_OIDC_ISSUER names another provider: \
                   register Muster there by its own ways, or take the setting out";
        return Err(CommandError::Usage(why.to_owned()));
    }
    let registration = Registration {
        public_url,
        tenant: set("AZURE_TENANT_ID").map(str::to_ascii_lowercase),
        b2c: set("MUSTER_B2C_AUTHORITY").is_some(),
        role_groups: set("MUSTER_ROLE_GROUPS").is_some(),
        client_id: set("AZURE_CLIENT_ID").and_then(|text| Uuid::try_parse(text).ok()),
    };
    say(format_args!("{:#}", registration.manifest()))?;
    eprintln!("{}", registration.instructions());
    Ok(ExitCode::SUCCESS)
}
