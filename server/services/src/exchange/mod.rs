//! Incidents in and out of files.
//!
//! A file is read twice: once to find everything that is wrong with it, each fault with its line, and only if there is
//! none a second time to write it, batch by batch. A batch is one transaction, and every incident has an origin, so an
//! import that was interrupted is finished by running it again.

mod archive;
mod export;
mod fault;
mod import;
mod incident_line;
mod lines;

pub use archive::{Anchor, AnchorError, SEVERITY_TABLE};
pub use export::ExportService;
pub use fault::{Fault, ImportError};
pub use import::{Format, ImportFile, ImportService, Progress};
pub use incident_line::IncidentLine;
