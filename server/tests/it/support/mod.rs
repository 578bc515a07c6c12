//! Sites, browsers and processes for the tests.

mod app;
mod away;
mod broken;
mod browser;
mod html;
mod muster;
mod people;
mod ports;
mod scratch;
mod tokens;
mod unserved;
mod watched;
mod wire;

use std::future::Future;
use std::sync::LazyLock;

use tokio::runtime::Runtime;

pub use app::{Setup, TestApp};
pub use away::AwayState;
pub use broken::Broken;
pub use browser::{Browser, Reply};
pub use html::{filled, hidden, tags, text_area, unescape};
pub use muster::{Finished, Muster, Serving};
pub use people::{CONTOSO, FABRIKAM, Person};
pub use ports::free_port;
pub use scratch::site_root;
pub use tokens::{CP1, SCOPES};
pub use unserved::{Unserved, connection};
pub use watched::{Seen, Watched};
pub use wire::{Told, Wire};

/// One runtime for all tests, so that a site that several of them use outlives each.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// Runs a test.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    RUNTIME.block_on(test)
}

/// Any severity.
pub const SEVERITY: &str = "SEV3";
