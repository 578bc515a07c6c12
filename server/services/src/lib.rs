//! Muster's use cases and the ports they need.
//!
//! A use case is a method of a service. Its first line asks the policy whether the caller may, its second part reads
//! the input, and only then does it work. Everything it writes for one request goes through one call of a store, so
//! that the record, its timeline, the change feed and the audit log are committed together or not at all.
//!
//! To add a use case: write the rule in `domain`, the method here, the query in `storage`, and a line in the contract
//! suite that every store must pass.

#![deny(missing_docs)]

pub mod audit;
mod catalog;
mod clock;
mod cursor;
mod directory;
mod error;
pub mod exchange;
mod ids;
mod incidents;
mod operators;
pub mod people;
pub mod ports;
mod presence;
mod ringing;
pub mod seed;
pub mod sessions;
mod tenants;
#[cfg(feature = "testing")]
pub mod testing;

pub use catalog::CatalogService;
pub use clock::{Clock, SystemClock};
pub use cursor::CursorKey;
pub use directory::{DirectoryService, SignIn, SignInRefusal, SignOut};
pub use error::ServiceError;
pub use ids::{IdSource, RandomIds, user_id};
pub use incidents::{Act, AddNote, Declare, Edit, IncidentService, Patch, TimelineOrder};
pub use operators::{OperatorService, Operators, SignInGauge};
pub use presence::PresenceService;
pub use ringing::RingingStore;
pub use tenants::{Door, Onboarding, PERSONAL_ACCOUNTS, TenantPolicy, TenantService};
