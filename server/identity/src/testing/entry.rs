//! The doors through which input of strangers comes in, for random-input tests: property tests and fuzzers call the same
//! functions. Each takes bytes from anywhere, runs what runs on them in production, and panics if one of these does not hold:
//!
//! - nothing panics, and no answer is a server fault (5xx) that a stranger's input caused;
//! - nothing of the input is repeated in a page or a header;
//! - a redirect after a sign-in stays on the site, as the WHATWG URL algorithm of browsers sees it;
//! - what is signed or sealed counts as it was written or not at all.
//!
//! Words in capitals stand for what the input cannot know beforehand: `STATE` for the state of a sign-in that is open,
//! `SESSION` for the cookie of somebody signed in, `HEADER`, `PAYLOAD` and `SIGNATURE` for the parts of a good token.

mod access_tokens;
mod documents;
mod provider;
mod sealed;
mod signer;
mod site;
mod tokens;

pub use access_tokens::AccessTokens;
pub use documents::Documents;
pub use sealed::Sealed;
pub use site::Site;
pub use tokens::Tokens;

use url::Url;

use crate::return_to::ReturnTo;

/// Any text as the place to go to after a sign-in: refused, or on this site however a page uses it.
///
/// # Panics
/// If it leads elsewhere.
pub fn return_to(data: &[u8]) -> Option<ReturnTo> {
    let return_to: ReturnTo = String::from_utf8_lossy(data).parse().ok()?;
    let base = Url::parse("https://muster.example/some/page?x#y").expect("a URL");
    let joined = base.join(return_to.as_str()).expect("a reference of a path");
    assert_eq!(joined.origin(), base.origin(), "it leaves the site");
    assert!(!joined.path().starts_with("//"), "it would leave the site if it were used once more");
    // Put behind an origin as text, as a careless page might.
    let glued = Url::parse(&format!("https://muster.example{return_to}")).expect("a URL");
    assert_eq!(glued.origin(), base.origin(), "it leaves the site when it is glued to the origin");
    Some(return_to)
}
