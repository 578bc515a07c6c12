//! Words that are read out when something was done.

/// The words as they have to stand on the page to be read out. A text that does not change is not: the same words a
/// second time, as for two notes in a row, differ by a space that nobody hears.
pub(crate) fn announcement(before: &str, words: String) -> String {
    if before == words { words + "\u{a0}" } else { words }
}

#[cfg(test)]
mod tests {
    use super::announcement;

    #[test]
    fn the_same_words_twice_are_two_announcements() {
        let mut before = String::new();
        for _ in 0..3 {
            let now = announcement(&before, "Your note is on the timeline.".to_owned());
            assert_ne!(now, before);
            assert_eq!(now.trim_end(), "Your note is on the timeline.");
            before = now;
        }
    }
}
