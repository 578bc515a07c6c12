#![doc = include_str!("../README.md")]

mod authority;
mod authorize;
mod clock;
mod control;
mod cookies;
mod directory;
mod discovery;
mod entra;
mod error;
mod expiring;
mod idp;
mod jwt;
mod keys;
mod local_only;
mod logout;
mod pages;
mod params;
mod random;
mod redirect;
mod routes;
mod scenario;
mod scope;
mod serve;
mod session;
mod shared;
mod tamper;
mod tls;
mod token;
mod trace;

pub use control::{Answer, Control, Endpoint, Failure, Recorded};
pub use entra::{EntraLocal, StartError};
pub use keys::KeyError;
pub use scenario::{
    Account, AppRegistration, Audience, Consent, HomeAccount, Inconsistency, Scenario, ScenarioError, Secret, Tenant,
};
pub use serve::{Running, Tls};
pub use tamper::Tamper;
