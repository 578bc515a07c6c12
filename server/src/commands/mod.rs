//! One file per subcommand.

mod backup;
mod doctor;
mod exchange;
pub(crate) mod output;
mod serve;
mod sessions;
mod tenants;

use std::collections::BTreeMap;
use std::error::Error;
use std::fs::Permissions;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use storage::{Records, RecordsOptions};

use crate::cli::{Cli, Command};
use crate::config::{Environment, Settings, SettingsError};

/// Why a command failed, in words for the person who typed it.
#[derive(Debug)]
pub enum CommandError {
    /// Settings or arguments are wrong: exit code 2.
    Usage(String),
    /// Something else went wrong: exit code 1.
    Failed(String),
}

impl CommandError {
    /// A failure with what is behind it: nobody but the person at the shell reads it, and they need the cause.
    pub(crate) fn failed(error: impl Error) -> Self {
        let mut why = error.to_string();
        let mut cause = error.source();
        while let Some(error) = cause {
            let words = error.to_string();
            // Some errors say their cause themselves.
            if !why.ends_with(&words) {
                why = format!("{why}: {words}");
            }
            cause = error.source();
        }
        Self::Failed(why)
    }
}

impl From<SettingsError> for CommandError {
    fn from(error: SettingsError) -> Self {
        Self::Usage(error.to_string())
    }
}

/// Runs a command to its end.
pub async fn run(cli: Cli) -> ExitCode {
    let environment: Environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.to_string_lossy().into_owned())))
        .collect::<BTreeMap<_, _>>();
    let done = match cli.command {
        Command::Serve(serve) => serve::run(&environment, serve).await,
        Command::Migrate => migrate(&environment).await,
        Command::Import(import) => exchange::import(&environment, import).await,
        Command::Export(export) => exchange::export(&environment, export).await,
        Command::Backup(backup) => backup::backup(&environment, &backup.file).await,
        Command::Restore(restore) => backup::restore(&environment, &restore.file).await,
        Command::Tenants(what) => tenants::run(&environment, what).await,
        Command::Sessions(what) => sessions::run(&environment, what).await,
        Command::Key => key(),
        Command::Doctor(doctor) => return ended(doctor::run(&environment, &doctor).await),
    };
    ended(done.map(|()| ExitCode::SUCCESS))
}

fn ended(done: Result<ExitCode, CommandError>) -> ExitCode {
    match done {
        Ok(code) => code,
        Err(CommandError::Usage(why)) => {
            eprintln!("muster: {why}");
            ExitCode::from(2)
        }
        Err(CommandError::Failed(why)) => {
            eprintln!("muster: {why}");
            ExitCode::FAILURE
        }
    }
}

async fn migrate(environment: &Environment) -> Result<(), CommandError> {
    let (_, records) = records(environment).await?;
    let version = records.schema_version().await.map_err(CommandError::failed)?;
    output::say(format_args!("The records are at schema version {version}."))
}

fn key() -> Result<(), CommandError> {
    let key = identity::KeyRing::generate().map_err(CommandError::failed)?;
    output::say(key)
}

/// The data folder and the records, schema up to date: what every command but `serve` starts with.
async fn records(environment: &Environment) -> Result<(PathBuf, Records), CommandError> {
    let (data_dir, url) = Settings::read_records(environment)?;
    private_folder(&data_dir)?;
    let records = Records::open(&url, &RecordsOptions::default()).await.map_err(CommandError::failed)?;
    records.migrate().await.map_err(CommandError::failed)?;
    Ok((data_dir, records))
}

/// [`records`] for commands that mean records that are there: a wrong folder must not be taken for an empty one.
async fn existing_records(environment: &Environment) -> Result<(PathBuf, Records), CommandError> {
    let (_, url) = Settings::read_records(environment)?;
    match url.path().filter(|path| !path.exists()) {
        None => records(environment).await,
        Some(path) => Err(CommandError::Usage(format!(
            "there are no records at {}; set MUSTER_DATA_DIR to the folder that the server uses (`make run` uses .muster)",
            path.display()
        ))),
    }
}

/// Makes the data folder, open to nobody else. An empty one, or one of ours that somebody opened, is closed. A folder that
/// held other things before stays as it is: every file of ours is readable by its owner only.
pub(crate) fn private_folder(folder: &Path) -> Result<(), CommandError> {
    let wrong = |why: String| {
        CommandError::Usage(format!("MUSTER_DATA_DIR is `{}`, which cannot be used: {why}", folder.display()))
    };
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(|error| wrong(error.to_string()))?;
    let mode = std::fs::metadata(folder).map_err(|error| wrong(error.to_string()))?.permissions().mode();
    let others = mode & 0o077;
    if others == 0 {
        return Ok(());
    }
    let empty = std::fs::read_dir(folder).map_err(|error| wrong(error.to_string()))?.next().is_none();
    if empty || folder.join("key-ring").exists() || folder.join("records.db").exists() {
        return std::fs::set_permissions(folder, Permissions::from_mode(0o700))
            .map_err(|error| wrong(error.to_string()));
    }
    tracing::warn!("others can look into MUSTER_DATA_DIR, which holds other things too; a folder of its own is better");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Layer(&'static str, #[source] Option<Box<Layer>>);

    #[test]
    fn a_failure_is_said_with_its_causes() {
        let disk = Layer("the disk is full", None);
        let step = Layer("statement 3 failed: the disk is full", Some(Box::new(disk)));
        let error = Layer("migration 1 failed", Some(Box::new(step)));
        let CommandError::Failed(why) = CommandError::failed(error) else { panic!("a failure") };
        assert_eq!(why, "migration 1 failed: statement 3 failed: the disk is full");
    }
}
