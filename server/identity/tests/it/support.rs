//! A site with sign-in, an authority beside it, and a browser in front of both.

mod browser;
mod customers;
mod entra;
mod events;
mod provider;
mod site;
pub mod watch;

pub use browser::{Browser, Reply};
pub use customers::{Customers, INES, KOFI, PAT, TOVE, WOODGROVE};
pub use entra::{AMARA, CONTOSO, DARIO, Entra, FABRIKAM, NURI, TILDA, group};
pub use events::{Busy, Telling};
pub use provider::Provider;
pub use site::{HTTPS, LOCAL, Site};
