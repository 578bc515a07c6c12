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
    /// Files have faults; nothing was written.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Faults(Vec<FileFaults>),
    /// The file holds something else now than when it was checked.
    #[error("{0} was changed while it was imported; run the import again")]
    Changed(String),
    /// The anchor date puts outages into the future; nothing was written.
    #[error(transparent)]
    Anchor(#[from] super::AnchorError),
    /// The records refused. Batches before this one are written; running the import again finishes it.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

/// What is wrong with one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFaults {
    /// The file.
    pub name: String,
    /// The first twenty faults.
    pub shown: Vec<Fault>,
    /// How many there are.
    pub total: u64,
}

impl FileFaults {
    pub(super) fn none(name: &str) -> Self {
        Self { name: name.to_owned(), shown: Vec::new(), total: 0 }
    }

    pub(super) fn add(&mut self, fault: Fault) {
        self.total += 1;
        if self.shown.len() < 20 {
            self.shown.push(fault);
        }
    }
}

impl fmt::Display for FileFaults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines = if self.total == 1 { "line is" } else { "lines are" };
        write!(f, "{}: {} {lines} wrong, nothing was imported", self.name, self.total)?;
        for fault in &self.shown {
            write!(f, "\n  {fault}")?;
        }
        match self.total - self.shown.len() as u64 {
            0 => Ok(()),
            more => write!(f, "\n  and {more} more"),
        }
    }
}
