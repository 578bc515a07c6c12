//! Incidents: the list, one incident, and the forms.

mod actions;
mod address;
mod api;
mod audience;
mod choices;
mod composer;
mod declare;
mod detail;
mod edit;
mod filters;
mod header;
mod list;
mod rail;
mod row;
mod timeline;
mod views;

pub use address::{IncidentAddress, ListAddress};
pub(crate) use api::add_note;
pub(crate) use declare::DeclarePage;
pub(crate) use detail::IncidentPage;
pub(crate) use edit::EditPage;
pub(crate) use list::IncidentListPage;
pub use views::{DeclareView, EditView, IncidentView, Line, ListView, Mark, TimelineView};
