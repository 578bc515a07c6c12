//! A round picture of whoever is signed in, over their initials.

use domain::view::Viewer;
use leptos::prelude::*;

use crate::routes;

/// So many grounds are there for initials.
const TINTS: usize = 6;

/// Says nothing by itself: the name always stands beside it. Where there is no picture the initials are seen, at the same
/// place and size.
#[component]
pub(crate) fn Avatar<'a>(viewer: &'a Viewer, photo: bool) -> impl IntoView + use<> {
    let class = format!("avatar tint-{}", tint(&viewer.name));
    let photo = photo.then(|| {
        view! {
            <img
                src=routes::photo(viewer.id)
                alt=""
                width="32"
                height="32"
                loading="lazy"
                decoding="async"
            />
        }
    });
    view! {
        <span class=class aria-hidden="true">
            <span class="initials">{initials(&viewer.name)}</span>
            {photo}
        </span>
    }
    .into_any()
}

/// The first letters of the first and the last word that begin with a letter.
fn initials(name: &str) -> String {
    let mut letters = name.split_whitespace().filter_map(|word| word.chars().next()).filter(|c| c.is_alphabetic());
    let (first, last) = (letters.next(), letters.next_back());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// The same for the same name.
fn tint(name: &str) -> usize {
    name.bytes().fold(0_usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into())) % TINTS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_those_of_the_first_and_the_last_word() {
        for (name, expected) in [
            ("Amara Lindqvist", "AL"),
            ("amara van der berg", "AB"),
            ("Zoë", "Z"),
            ("Ana (Sales)", "A"),
            ("李 小龙", "李小"),
            ("", ""),
            ("42", ""),
        ] {
            assert_eq!(initials(name), expected, "{name}");
        }
    }

    #[test]
    fn a_name_keeps_its_tint() {
        assert_eq!(tint("Amara"), tint("Amara"));
        assert!(["Amara", "", "Zoë", "Ishaan Okafor"].iter().all(|name| tint(name) < TINTS));
    }
}
