#![doc = include_str!("../README.md")]

mod access;
mod authority;
mod authorize;
mod b2c;
mod claims;
mod clock;
mod control;
mod cookies;
mod directory;
mod discovery;
mod entra;
mod error;
mod expiring;
mod graph;
mod idp;
mod jwt;
mod keys;
mod local_only;
mod logout;
mod pages;
mod params;
mod quota;
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

pub use claims::AuthenticationContext;
pub use control::{Answer, Control, Endpoint, Failure, Names, Recorded, SignUp, Times, TokenRequest};
pub use entra::{EntraLocal, StartError};
pub use keys::KeyError;
pub use quota::{Quota, QuotaUsed};
pub use scenario::{
    Access, Account, AppRegistration, ApplicationPermissions, Audience, B2c, B2cClaim, B2cIssuer, Consent,
    FederatedCredential, Group, HomeAccount, Inconsistency, OptionalClaim, PasswordReset, PolicyClaim, Resource,
    Scenario, ScenarioError, Secret, Tenant, TenantKind, TokenVersion, UserFlow, UserFlowKind,
};
pub use serve::{Running, Tls};
pub use tamper::Tamper;
