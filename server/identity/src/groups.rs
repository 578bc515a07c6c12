//! Roles by group: for organisations that put people into groups and do not assign app roles ("Configure group claims for
//! applications"). Where a token has no room for all groups of a person (overage), Graph is asked, and the endpoint that
//! the token names for it never is.

mod claim;
mod roles;
mod source;

pub(crate) use claim::GroupClaim;
pub use roles::GroupRoles;
pub(crate) use source::{GroupSource, KnownGroups};
