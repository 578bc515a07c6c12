//! The keyboard: a palette that jumps anywhere, shortcuts of one key, and the sheet that lists them. All of it leads to
//! links and buttons that are on the page anyway; nothing can be done by key alone.

mod help;
mod matching;
mod meaning;
mod palette;
mod reach;
mod state;
mod switch;

pub(crate) use palette::{KeysOfPage, OpenPalette};
pub(crate) use state::Keys;
