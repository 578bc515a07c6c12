//! What can go wrong between a click on "Sign in" and a session, one enum per operation, and the classes that the
//! pages, the log level and the audit trail go by.

mod b2c;
mod claims;
mod class;
mod codes;
mod provider;
mod sign_in;
mod wording;

pub(crate) use b2c::{CANCELLED, Described, FORGOTTEN_PASSWORD, NO_SESSION as B2C_NO_SESSION, timestamp};
pub use claims::ClaimsChallenge;
pub use class::ErrorClass;
pub use provider::ProviderError;
pub use sign_in::{CallbackProblem, SignInError, SignInRefused, UpstreamError};
