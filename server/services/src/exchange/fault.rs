//! What is wrong with a file.

use std::fmt;

use crate::ServiceError;

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Line of the file, counted from 1.
    pub line: u64,
    /// What is wrong with it, naming the field.
    pub why: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}

/// Why a file was not imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read.
    #[error("{name}: {source}")]
    Read {
        /// The file.
        name: String,
        /// Why.
        source: std::io::Error,
    },
    /// The file has faults; nothing of it was written.
    #[error("{}", faults_text(.name, .shown, *.total))]
    Faults {
        /// The file.
        name: String,
        /// The first of them.
        shown: Vec<Fault>,
        /// How many there are.
        total: u64,
    },
    /// The anchor date puts outages into the future; nothing was written.
    #[error(transparent)]
    Anchor(#[from] super::AnchorError),
    /// The records refused. Batches before this one are written; running the import again finishes it.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

fn faults_text(name: &str, shown: &[Fault], total: u64) -> String {
    let lines = if total == 1 { "line is" } else { "lines are" };
    let mut text = vec![format!("{name}: {total} {lines} wrong, nothing was imported")];
    text.extend(shown.iter().map(ToString::to_string));
    let more = total - shown.len() as u64;
    if more > 0 {
        text.push(format!("and {more} more"));
    }
    text.join("\n  ")
}

/// Faults as they are found: the first twenty are kept, the rest counted.
#[derive(Default)]
pub(super) struct Faults {
    shown: Vec<Fault>,
    total: u64,
}

impl Faults {
    pub(super) fn add(&mut self, fault: Fault) {
        self.total += 1;
        if self.shown.len() < 20 {
            self.shown.push(fault);
        }
    }

    pub(super) fn finish(self, name: &str) -> Result<(), ImportError> {
        if self.total == 0 {
            return Ok(());
        }
        Err(ImportError::Faults { name: name.to_owned(), shown: self.shown, total: self.total })
    }
}
