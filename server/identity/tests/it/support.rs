//! A site with sign-in, an authority beside it, and a browser in front of both.

mod browser;
mod entra;
mod events;
mod site;

pub use browser::{Browser, Reply};
pub use entra::{AMARA, CONTOSO, DARIO, Entra, FABRIKAM, NURI};
pub use site::{HTTPS, LOCAL, Site};
