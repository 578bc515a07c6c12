//! Muster's vocabulary: incidents, the states they move through, who may do what, and the views that may leave the
//! server.
//!
//! The rule of this crate: no clock, no randomness, no I/O. Instants, identifiers and people are arguments, so every
//! decision made here can be tested by calling a function, in the browser as well as on the server.

#![deny(missing_docs)]

mod action;
mod actor;
mod error;
mod id;
mod incident;
pub mod live;
mod milestones;
mod policy;
mod query;
mod service;
mod session;
mod severity;
mod status;
mod tenant;
mod text;
mod time;
mod timeline;
mod transition;
pub mod view;

pub use action::Action;
pub use actor::{Actor, Permission, Role, Roles};
pub use error::{DomainError, Invalid};
pub use id::{EntryId, IdError, IncidentId, IncidentNumber, ServiceId, TenantId, UserId};
pub use incident::{Applied, Decision, Incident, Kind, Source, Visibility};
pub use milestones::{Cleared, Milestones};
pub use policy::{
    Operation, Reach, allowed, may, may_ever, may_see, may_sign_out, needs_step_up, permissions_for, reach, roles_for,
};
pub use query::{IncidentQuery, PageSize, Sort, Tab};
pub use service::Service;
pub use session::{Interaction, SessionEnds, SessionState, SessionStatus};
pub use severity::{Severity, SeverityKey};
pub use status::{Phase, Status};
pub use tenant::{ClosePolicy, Standing, StandingError, Tenant};
pub use text::{Name, Note, Reason, Summary, Text, TextError, Title};
pub use time::{Timestamp, TimestampError};
pub use timeline::{Entry, EntryKind, Field};
pub use transition::{TransitionError, next};
