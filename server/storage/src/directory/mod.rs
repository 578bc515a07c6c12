//! Tenants, people, services, severities.

mod admissions;
mod people;
mod services;
mod store;
mod tenants;

pub(crate) use services::{Ensured, ensure};
