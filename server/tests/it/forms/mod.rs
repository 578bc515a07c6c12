//! Forms that come without a script.

mod act;
mod declare;
mod edit;
mod note;
mod other_person;
mod refused;

use crate::support::{Reply, unescape};

/// Every text in a page, without its tags.
fn words(reply: &Reply) -> String {
    let mut text = String::new();
    let mut inside = false;
    for c in reply.body.chars() {
        match c {
            '<' => inside = true,
            '>' => inside = false,
            _ if !inside => text.push(c),
            _ => {}
        }
    }
    unescape(&text)
}
