//! Incidents in and out of files.
//!
//! Files are read twice: all of them once to find everything that is wrong, each fault with its line, and only if there is
//! none in any of them a second time to write them, batch by batch. A batch is one transaction, and every incident has an
//! origin, so an import that was interrupted is finished by running it again.

mod archive;
mod export;
mod fault;
mod import;
mod incident_line;
mod lines;
mod numbered;

pub use archive::{Anchor, AnchorError, SEVERITY_TABLE};
pub use export::ExportService;
pub use fault::{Fault, FileFaults, ImportError};
pub use import::{Checked, Format, ImportFile, ImportService, Progress};
pub use incident_line::{DeclaredBy, IncidentLine};
