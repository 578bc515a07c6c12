//! Words that are read out, at most one sentence in two seconds, so that a page that changes often can be listened to.

use std::time::Duration;

use leptos::prelude::*;

use super::announcement;

/// How long a sentence has for itself, in milliseconds.
const PAUSE: f64 = 2_000.0;

/// What is read out next. Cheap to copy. Each place on a page that says something has one of its own.
#[derive(Clone, Copy)]
pub(crate) struct Calm {
    words: RwSignal<String>,
    turn: StoredValue<Turn>,
}

impl Calm {
    /// Nothing said yet.
    pub fn new() -> Self {
        Self { words: RwSignal::default(), turn: StoredValue::new(Turn::default()) }
    }

    /// What stands on the page to be read out.
    pub fn words(self) -> String {
        self.words.get()
    }

    /// Says it, at once or when the sentence before had its time. In the browser only.
    pub fn say(self, words: String) {
        match self.turn.try_update_value(|turn| turn.offer(words, js_sys::Date::now())) {
            Some(Next::Now(words)) => self.write(words),
            Some(Next::After(pause)) => set_timeout(move || self.due(), pause),
            // Said together with what waits already, or the page is gone.
            Some(Next::Joined) | None => {}
        }
    }

    fn due(self) {
        if let Some(words) = self.turn.try_update_value(|turn| turn.due(js_sys::Date::now())).flatten() {
            self.write(words);
        }
    }

    fn write(self, words: String) {
        let _ = self.words.try_update(|said| *said = announcement(said, words));
    }
}

/// Whose turn it is to be said.
#[derive(Debug, Default)]
struct Turn {
    /// When the last sentence was said, in milliseconds.
    last: Option<f64>,
    waiting: Option<String>,
}

#[derive(Debug, PartialEq)]
enum Next {
    Now(String),
    After(Duration),
    Joined,
}

impl Turn {
    /// A sentence that comes too soon waits; a later one takes its place, for it knows more.
    fn offer(&mut self, words: String, now: f64) -> Next {
        if self.waiting.is_some() {
            self.waiting = Some(words);
            return Next::Joined;
        }
        // A clock that was set back must not silence the page.
        let elapsed = self.last.map_or(PAUSE, |last| now - last);
        if (0.0..PAUSE).contains(&elapsed) {
            self.waiting = Some(words);
            return Next::After(Duration::from_secs_f64((PAUSE - elapsed) / 1_000.0));
        }
        self.last = Some(now);
        Next::Now(words)
    }

    fn due(&mut self, now: f64) -> Option<String> {
        let words = self.waiting.take()?;
        self.last = Some(now);
        Some(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_sentence_in_two_seconds_and_the_last_word_wins() {
        let mut turn = Turn::default();
        let offer = |turn: &mut Turn, words: &str, now| turn.offer(words.to_owned(), now);
        assert_eq!(offer(&mut turn, "1 note waits.", 10_000.0), Next::Now("1 note waits.".to_owned()));
        assert_eq!(offer(&mut turn, "2 notes wait.", 10_500.0), Next::After(Duration::from_millis(1_500)));
        assert_eq!(offer(&mut turn, "3 notes wait.", 11_000.0), Next::Joined);
        assert_eq!(turn.due(12_000.0).as_deref(), Some("3 notes wait."));
        assert_eq!(turn.due(12_000.0), None);
        assert_eq!(offer(&mut turn, "Sent.", 13_000.0), Next::After(Duration::from_secs(1)));
        assert_eq!(turn.due(14_000.0).as_deref(), Some("Sent."));
        assert_eq!(offer(&mut turn, "Later.", 16_000.0), Next::Now("Later.".to_owned()));
    }

    #[test]
    fn a_clock_that_was_set_back_silences_nothing() {
        let mut turn = Turn { last: Some(90_000.0), waiting: None };
        assert_eq!(turn.offer("Heard.".to_owned(), 1_000.0), Next::Now("Heard.".to_owned()));
    }
}
