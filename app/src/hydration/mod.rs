//! Taking over what the server drew, part by part.
//!
//! A browser compiles WebAssembly when it is first called, so whoever takes a page over in one go keeps its one thread busy all
//! that time: nothing scrolls, no key is heard (adr/0006). A [`part`] waits for a turn of its own. Until then it is what the
//! server drew: it can be read, and links and forms in it work as they do without a script.

#[cfg(feature = "hydrate")]
mod part;
pub mod turns;

#[cfg(feature = "hydrate")]
pub(crate) use part::part;

/// A view of exactly one element, which the browser takes over in a turn of its own. The server draws it at once.
///
/// Resources and `Suspense` are found by the order in which they come up, on both sides: the page's own part may hold them, and
/// nothing that is taken over after it. Signals are read in closures of their own; what the view itself reads is not followed.
#[cfg(not(feature = "hydrate"))]
pub(crate) fn part(view: impl FnOnce() -> leptos::prelude::AnyView + Send + 'static) -> impl leptos::prelude::IntoView {
    view()
}
