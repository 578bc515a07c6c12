//! Tenants, people, services, severities.

mod people;
mod services;
mod store;
mod tenants;
