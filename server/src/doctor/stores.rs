//! The two stores. What the server makes at its first start is not made here: a doctor changes nothing.

use std::cmp::Ordering;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use identity::state::{EmbeddedFile, EmbeddedState, StateError};
use storage::{Records, RecordsOptions};

use super::Finding;
use crate::assembly;
use crate::commands::CommandError;
use crate::config::Settings;

const RECORDS: &str = "records";
const SHARED: &str = "shared_state";
/// Somebody waits for the answer; a database that takes longer would not do for pages either.
pub(super) const PATIENCE: Duration = Duration::from_secs(3);

pub(super) async fn findings(settings: &Settings) -> Vec<Finding> {
    let mut findings = records(settings).await;
    findings.push(shared(settings).await);
    findings
}

async fn records(settings: &Settings) -> Vec<Finding> {
    if let Some(missing) = settings.records.path().filter(|path| !path.exists()) {
        return vec![not_yet(RECORDS, missing, "MUSTER_DATABASE_URL")];
    }
    match look(settings).await {
        Ok(findings) => findings,
        Err(why) => vec![Finding::problem(
            RECORDS,
            format!("The records cannot be read: {why}."),
            "See that the database of MUSTER_DATABASE_URL runs and lets this user in, or that MUSTER_DATA_DIR is Muster's own."
                .to_owned(),
        )],
    }
}

async fn look(settings: &Settings) -> Result<Vec<Finding>, String> {
    let options = RecordsOptions { acquire_timeout: PATIENCE, ..RecordsOptions::default() };
    let records = Records::open(&settings.records, &options).await.map_err(with_causes)?;
    let engine = records.engine_version().await.map_err(with_causes)?;
    let schema = (records.schema_version().await.map_err(with_causes)?, Records::known_schema_version());
    let passes_the_fence = records.passes_the_fence().await.map_err(with_causes)?;
    records.close().await.map_err(with_causes)?;
    Ok(looked_at(&engine, schema, passes_the_fence))
}

fn looked_at(engine: &str, (found, known): (u32, u32), passes_the_fence: bool) -> Vec<Finding> {
    let at = format!("{engine} answers, schema version {found}");
    let mut findings = vec![match found.cmp(&known) {
        Ordering::Greater => {
            let fix = "Start the newer Muster that wrote them, or restore a backup from before the upgrade.";
            Finding::problem(RECORDS, format!("{at}; this Muster knows versions up to {known}."), fix.to_owned())
        }
        Ordering::Less => {
            Finding::ok(RECORDS, format!("{at}; `muster serve` or `muster migrate` will bring it to {known}."))
        }
        Ordering::Equal => Finding::ok(RECORDS, format!("{at}, which is up to date.")),
    }];
    findings.extend(passes_the_fence.then(unfenced));
    findings
}

fn unfenced() -> Finding {
    Finding::warning(
        RECORDS,
        "The role in MUSTER_DATABASE_URL is a superuser or has BYPASSRLS: row-level security, the second fence between \
         organisations, does not bind it."
            .to_owned(),
        "Use a role of Muster's own in MUSTER_DATABASE_URL: `create role muster_app login nosuperuser nobypassrls`, with the \
         grants in server/storage/README.md."
            .to_owned(),
    )
}

async fn shared(settings: &Settings) -> Finding {
    if let Some(missing) = assembly::state_file(settings).filter(|path| !path.exists()) {
        return not_yet(SHARED, &missing, "MUSTER_DATA_DIR");
    }
    match shared_answers(settings).await {
        Ok(found) => Finding::ok(SHARED, found),
        Err(error) => Finding::problem(
            SHARED,
            format!("Sessions cannot be read: {error}."),
            "See that the Redis of MUSTER_STATE_URL runs and lets Muster in, or that the file belongs to this user; without it \
             nobody can sign in or stay signed in."
                .to_owned(),
        ),
    }
}

/// What keeps sessions, and that it answers. A file is only read: an older server may still be using it.
async fn shared_answers(settings: &Settings) -> Result<String, StateError> {
    let Some(file) = assembly::state_file(settings) else {
        let clock: Arc<dyn identity::Clock> = Arc::new(identity::SystemClock);
        return Ok(format!("{} answers.", assembly::shared_state(settings, &clock).await?.describe().await?));
    };
    let EmbeddedFile { engine, layout, known } = EmbeddedState::look(&file).await?;
    Ok(if layout < known {
        format!("{engine} answers, layout {layout}; `muster serve` will bring it to {known}.")
    } else {
        format!("{engine} answers.")
    })
}

/// A file that the server will make, if it can.
fn not_yet(check: &'static str, path: &Path, setting: &str) -> Finding {
    let ancestor = path.ancestors().skip(1).find(|folder| folder.exists());
    let writable = ancestor.is_some_and(may_write);
    let shown = path.display();
    if writable {
        return Finding::ok(check, format!("{shown} will be made at the first start."));
    }
    Finding::problem(
        check,
        format!("{shown} is not there, and this user cannot make it."),
        format!("Set {setting} to a place that belongs to the user that Muster runs as."),
    )
}

/// Asked by the only way that is sure, with a file that has no name and is gone at once.
fn may_write(folder: &Path) -> bool {
    folder.is_dir() && tempfile::tempfile_in(folder).is_ok()
}

fn with_causes(error: impl std::error::Error) -> String {
    match CommandError::failed(error) {
        CommandError::Usage(why) | CommandError::Failed(why) => why,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doctor::Level;

    #[test]
    fn a_role_that_row_level_security_does_not_bind_is_a_warning() {
        let levels = |passes| -> Vec<Level> {
            looked_at("PostgreSQL 15.8", (3, 3), passes).iter().map(|found| found.level).collect()
        };
        assert_eq!(levels(false), [Level::Ok]);
        assert_eq!(levels(true), [Level::Ok, Level::Warning]);
    }
}
