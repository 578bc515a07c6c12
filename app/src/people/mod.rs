//! Colleagues: finding them to name them, and what their organisation's directory says about whoever is looking.

mod api;
mod find;
mod finding;

pub(crate) use api::my_profile;
pub(crate) use find::FindPeople;
