//! Which keys mean what. Nothing here knows a browser.

/// What a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Command {
    /// Opens the palette, or closes it.
    Palette,
    /// Opens the sheet of shortcuts.
    Help,
    /// Moves down in a list.
    Down,
    /// Moves up in a list.
    Up,
    /// Follows what stands on the page for it.
    Reach(Place),
}

/// Something of a page that a key leads to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// The form that declares an incident.
    Declare,
    /// The field for a note.
    Note,
    /// The form that edits an incident.
    Edit,
    /// The list.
    Incidents,
    /// Where the viewer is signed in.
    Sessions,
}

/// One press of a key.
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own, and none follows from another")]
#[derive(Clone, Copy, Debug)]
pub(super) struct Press<'a> {
    /// What it writes, or its name.
    pub key: &'a str,
    /// Control, or Command on a Mac.
    pub control: bool,
    pub alt: bool,
    pub shift: bool,
    /// It goes into a field.
    pub typing: bool,
    /// When, in milliseconds.
    pub at: f64,
}

/// How long the first key of two is remembered, in milliseconds.
const PATIENCE: f64 = 1_500.0;

/// What was pressed so far.
#[derive(Debug, Default)]
pub(super) struct Meaning {
    /// When `g` was pressed, if nothing followed yet.
    going: Option<f64>,
}

impl Meaning {
    /// What a press means. `single` says whether keys without Control mean anything (WCAG 2.2, 2.1.4).
    pub fn of(&mut self, press: &Press<'_>, single: bool) -> Option<Command> {
        let going = self.going.take().is_some_and(|since| (0.0..PATIENCE).contains(&(press.at - since)));
        if press.control && !press.alt && !press.shift && press.key.eq_ignore_ascii_case("k") {
            return Some(Command::Palette);
        }
        if !single || press.typing || press.control || press.alt {
            return None;
        }
        match press.key {
            "i" if going => Some(Command::Reach(Place::Incidents)),
            "s" if going => Some(Command::Reach(Place::Sessions)),
            _ if going => None,
            "g" => {
                self.going = Some(press.at);
                None
            }
            "?" => Some(Command::Help),
            "j" => Some(Command::Down),
            "k" => Some(Command::Up),
            "c" => Some(Command::Reach(Place::Declare)),
            "n" => Some(Command::Reach(Place::Note)),
            "e" => Some(Command::Reach(Place::Edit)),
            _ => None,
        }
    }
}

/// A line of the sheet: the keys one after the other, and what they do.
pub(super) type Line = (&'static [&'static str], &'static str);

/// The keys that mean something by themselves.
pub(super) const SINGLE: [Line; 9] = [
    (&["?"], "Show this sheet"),
    (&["j"], "Next incident in the list"),
    (&["k"], "Previous incident in the list"),
    (&["Enter"], "Open the incident"),
    (&["c"], "Declare an incident"),
    (&["n"], "Write a note"),
    (&["e"], "Edit the incident"),
    (&["g", "i"], "Go to the incidents"),
    (&["g", "s"], "Go to your sessions"),
];

/// The keys that always work.
pub(super) const ALWAYS: [Line; 2] = [(&["Ctrl K"], "Search or jump (⌘ K on a Mac)"), (&["Esc"], "Close what is open")];

#[cfg(test)]
mod tests {
    use super::*;

    fn press(key: &str) -> Press<'_> {
        Press { key, control: false, alt: false, shift: false, typing: false, at: 0.0 }
    }

    fn alone(press: Press<'_>) -> Option<Command> {
        Meaning::default().of(&press, true)
    }

    #[test]
    fn single_keys_mean_something_outside_fields_and_without_modifiers() {
        for (key, command) in [
            ("?", Command::Help),
            ("j", Command::Down),
            ("k", Command::Up),
            ("c", Command::Reach(Place::Declare)),
            ("n", Command::Reach(Place::Note)),
            ("e", Command::Reach(Place::Edit)),
        ] {
            assert_eq!(alone(press(key)), Some(command), "{key}");
            assert_eq!(alone(Press { typing: true, ..press(key) }), None, "{key} in a field");
            assert_eq!(alone(Press { alt: true, ..press(key) }), None, "Alt {key}");
            assert_eq!(Meaning::default().of(&press(key), false), None, "{key} switched off");
            if key != "k" {
                assert_eq!(alone(Press { control: true, ..press(key) }), None, "Ctrl {key}");
            }
        }
        for key in ["C", "J", "/", "Escape", "Enter", "x", "i", "s"] {
            assert_eq!(alone(press(key)), None, "{key}");
        }
    }

    #[test]
    fn the_palette_opens_from_everywhere() {
        let pressed = Press { control: true, typing: true, ..press("k") };
        assert_eq!(Meaning::default().of(&pressed, false), Some(Command::Palette));
        assert_eq!(alone(Press { key: "K", ..pressed }), Some(Command::Palette), "with Caps Lock");
        assert_eq!(alone(Press { shift: true, ..pressed }), None);
        assert_eq!(alone(Press { alt: true, ..pressed }), None);
    }

    #[test]
    fn g_waits_a_moment_for_where_to() {
        let mut keys = Meaning::default();
        let mut at = |key, at| keys.of(&Press { at, ..press(key) }, true);
        assert_eq!(at("g", 0.0), None);
        assert_eq!(at("i", 1_400.0), Some(Command::Reach(Place::Incidents)));
        assert_eq!(at("i", 1_500.0), None, "g was used up");
        assert_eq!(at("g", 2_000.0), None);
        assert_eq!(at("s", 3_499.0), Some(Command::Reach(Place::Sessions)));
        assert_eq!(at("g", 4_000.0), None);
        assert_eq!(at("s", 5_500.0), None, "too late");
        assert_eq!(at("g", 6_000.0), None);
        assert_eq!(at("c", 6_100.0), None, "not another shortcut by accident");
        assert_eq!(at("c", 6_200.0), Some(Command::Reach(Place::Declare)));
        assert_eq!(at("g", 7_000.0), None);
        assert_eq!(at("i", 6_000.0), None, "the clock was set back");
    }

    #[test]
    fn the_sheet_lists_every_key() {
        for (keys, words) in SINGLE.iter().filter(|(keys, _)| *keys != ["Enter"]) {
            let mut meaning = Meaning::default();
            let command = keys.iter().fold(None, |_, key| meaning.of(&press(key), true));
            assert!(command.is_some(), "{keys:?} {words}");
        }
    }
}
