//! Where a search stands: what was typed, who was found, which of them the keys are at.

use std::time::Duration;

use domain::Interaction;
use domain::view::{Beyond, Candidate, PersonView};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::hooks::use_location;

use super::api::{name_person, search_people};

/// Nobody is looked for while somebody types.
const PAUSE: Duration = Duration::from_millis(250);
/// With fewer letters there would be too many to choose from.
const LETTERS: usize = 2;

/// A search. Cheap to copy.
#[derive(Clone, Copy)]
pub(super) struct Finding {
    pub text: RwSignal<String>,
    pub found: RwSignal<Vec<Candidate>>,
    pub open: RwSignal<bool>,
    pub active: RwSignal<Option<usize>>,
    /// What came of it, in words.
    pub said: RwSignal<String>,
    /// What the person has to do before the directory is asked, and where.
    pub way: RwSignal<Option<(Interaction, String)>>,
    /// Counts what was typed, so that an answer that comes too late is known as such.
    round: StoredValue<u32>,
    here: Memo<String>,
    choose: Callback<PersonView>,
}

impl Finding {
    pub fn new(choose: Callback<PersonView>) -> Self {
        Self {
            text: RwSignal::default(),
            found: RwSignal::default(),
            open: RwSignal::new(false),
            active: RwSignal::new(None),
            said: RwSignal::default(),
            way: RwSignal::new(None),
            round: StoredValue::new(0),
            here: use_location().pathname,
            choose,
        }
    }

    /// Something was typed.
    pub fn typed(self, text: String) {
        let enough = text.chars().filter(|c| c.is_alphanumeric()).count() >= LETTERS;
        self.text.set(text);
        let round = self.next_round();
        if enough {
            set_timeout(move || self.ask(round), PAUSE);
        } else {
            self.close();
            self.said.set(String::new());
        }
    }

    /// What is on the way counts no longer.
    fn next_round(self) -> u32 {
        self.round.update_value(|round| *round = round.wrapping_add(1));
        self.round.get_value()
    }

    fn is_over(self, round: u32) -> bool {
        // The page may be gone.
        self.round.try_get_value() != Some(round)
    }

    fn ask(self, round: u32) {
        if self.is_over(round) {
            return;
        }
        let (text, here) = (self.text.get_untracked(), self.here.get_untracked());
        spawn_local(async move {
            let answer = search_people(text, here).await;
            if self.is_over(round) {
                return;
            }
            match answer {
                Ok(view) => {
                    self.said.set(words(view.people.len(), &view.beyond));
                    self.way.set(match view.beyond {
                        Beyond::Asked { step, way } => Some((step, way)),
                        Beyond::Searched | Beyond::NoDirectory | Beyond::Unavailable => None,
                    });
                    self.active.set(None);
                    self.open.set(!view.people.is_empty());
                    self.found.set(view.people);
                }
                Err(error) => {
                    self.close();
                    self.said.set(error.to_string());
                }
            }
        });
    }

    pub fn close(self) {
        self.open.set(false);
        self.active.set(None);
    }

    /// What a key does; false if it is not for the list ("Combobox Pattern", WAI-ARIA Authoring Practices).
    pub fn key(self, key: &str) -> bool {
        let count = self.found.with_untracked(Vec::len);
        let (open, active) = (self.open.get_untracked(), self.active.get_untracked());
        match key {
            "ArrowDown" | "ArrowUp" if count > 0 => {
                let next = match (key, active.filter(|_| open)) {
                    ("ArrowDown", Some(at)) => (at + 1) % count,
                    ("ArrowDown", None) => 0,
                    (_, Some(at)) => (at + count - 1) % count,
                    (_, None) => count - 1,
                };
                self.open.set(true);
                self.active.set(Some(next));
            }
            "Enter" => {
                // Never sends the form around it.
                if let Some(at) = active.filter(|_| open) {
                    self.take(at);
                }
            }
            "Escape" if open => self.close(),
            "Escape" if !self.text.with_untracked(String::is_empty) => self.typed(String::new()),
            _ => return false,
        }
        true
    }

    /// Somebody was chosen.
    pub fn take(self, at: usize) {
        let Some(person) = self.found.with_untracked(|found| found.get(at).cloned()) else {
            return;
        };
        self.next_round();
        self.close();
        self.text.set(String::new());
        self.found.set(Vec::new());
        let Some(subject) = person.subject else {
            self.added(PersonView { id: person.id, name: person.name });
            return;
        };
        self.said.set(format!("Adding {}…", person.name));
        spawn_local(async move {
            match name_person(subject).await {
                Ok(person) => self.added(person),
                Err(error) => drop(self.said.try_set(format!("{} was not added. {error}", person.name))),
            }
        });
    }

    fn added(self, person: PersonView) {
        let _ = self.said.try_set(format!("{} is on the list.", person.name));
        self.choose.try_run(person);
    }
}

fn words(count: usize, beyond: &Beyond) -> String {
    let found = match count {
        0 => "Nobody found.".to_owned(),
        1 => "1 person found. Press the down arrow to choose.".to_owned(),
        _ => format!("{count} people found. Use the arrow keys to choose."),
    };
    match beyond {
        Beyond::Searched | Beyond::NoDirectory => found,
        Beyond::Asked { .. } => format!("{found} Only people whom Muster knows were looked at."),
        Beyond::Unavailable => {
            format!(
                "{found} Your organisation's directory does not answer just now, so only people whom Muster knows were looked at."
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_said_how_many_and_where_was_not_looked() {
        assert_eq!(words(0, &Beyond::Searched), "Nobody found.");
        assert!(words(1, &Beyond::Searched).starts_with("1 person found."));
        assert!(words(3, &Beyond::NoDirectory).starts_with("3 people found."));
        assert!(words(0, &Beyond::Unavailable).contains("does not answer"));
        assert!(
            words(2, &Beyond::Asked { step: Interaction::Consent, way: String::new() }).contains("whom Muster knows")
        );
    }
}
