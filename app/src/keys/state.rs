//! What the palette and the sheet share, and the one listener for keys.

use leptos::html::Dialog;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys::{Element, KeyboardEvent};

use super::matching::{Entry, Target, count_words, matching};
use super::meaning::{Command, Meaning, Press};
use super::{reach, switch};
use crate::components::Calm;

/// The keys of the app. Cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Keys {
    pub(super) palette: NodeRef<Dialog>,
    pub(super) help: NodeRef<Dialog>,
    /// The sheet is drawn once somebody has asked for it.
    pub(super) asked_for_help: RwSignal<bool>,
    /// Whether single keys mean anything.
    pub(super) single: RwSignal<bool>,
    pub(super) text: RwSignal<String>,
    /// What there is to choose from on the page as it was when the palette opened.
    entries: RwSignal<Vec<Entry>>,
    pub(super) found: Memo<Vec<Entry>>,
    pub(super) active: RwSignal<usize>,
    pub(super) calm: Calm,
    meaning: StoredValue<Meaning>,
}

impl Keys {
    /// For the whole app.
    pub fn provide() {
        let (text, entries) = (RwSignal::new(String::new()), RwSignal::new(Vec::new()));
        provide_context(Self {
            palette: NodeRef::new(),
            help: NodeRef::new(),
            asked_for_help: RwSignal::new(false),
            single: RwSignal::new(true),
            text,
            entries,
            found: Memo::new(move |_| matching(&entries.read(), &text.read())),
            active: RwSignal::new(0),
            calm: Calm::new(),
            meaning: StoredValue::new(Meaning::default()),
        });
    }

    /// From now on keys mean something. In the browser only, once.
    pub(super) fn listen(self) {
        self.single.set(switch::is_on());
        let pressed = window_event_listener(leptos::ev::keydown, move |event| self.pressed(&event));
        on_cleanup(move || pressed.remove());
    }

    fn pressed(self, event: &KeyboardEvent) {
        if event.default_prevented() || event.is_composing() {
            return;
        }
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let press = Press {
            key: &event.key(),
            control: event.ctrl_key() || event.meta_key(),
            alt: event.alt_key(),
            shift: event.shift_key(),
            typing: reach::is_field(target.as_ref()) || reach::is_covered(),
            at: event.time_stamp(),
        };
        let single = self.single.get_untracked();
        let command = self.meaning.try_update_value(|meaning| meaning.of(&press, single)).flatten();
        if command.is_some_and(|command| self.run(command)) {
            event.prevent_default();
        }
    }

    /// False if the page has nothing for it.
    fn run(self, command: Command) -> bool {
        match command {
            Command::Palette => self.toggle_palette(),
            Command::Help => self.open_help(),
            Command::Down => return reach::step(true),
            Command::Up => return reach::step(false),
            Command::Reach(place) => return reach::place(place),
        }
        true
    }

    /// Opens the palette, or closes it.
    pub(super) fn toggle_palette(self) {
        let (Some(palette), Some(help)) = (self.palette.get_untracked(), self.help.get_untracked()) else {
            return;
        };
        if palette.open() {
            palette.close();
            return;
        }
        help.close();
        self.text.set(String::new());
        self.active.set(0);
        self.entries.set(reach::entries());
        // It is on the page and not open, which is all that can be wrong.
        let _ = palette.show_modal();
    }

    /// The palette was closed, however that came about.
    pub(super) fn closed(self) {
        self.entries.set(Vec::new());
    }

    /// Opens the sheet, once it is drawn.
    pub(super) fn open_help(self) {
        self.asked_for_help.set(true);
        request_animation_frame(move || {
            if let Some(help) = self.help.get_untracked()
                && !help.open()
            {
                let _ = help.show_modal();
            }
        });
    }

    /// Turns single keys on or off.
    pub(super) fn turn(self, on: bool) {
        self.single.set(on);
        switch::turn(on);
    }

    /// Something was typed into the palette.
    pub(super) fn typed(self, text: String) {
        self.text.set(text);
        self.active.set(0);
        self.calm.say(count_words(self.found.with_untracked(Vec::len)));
    }

    /// Moves between the entries, around the ends.
    pub(super) fn step(self, down: bool) {
        let count = self.found.with_untracked(Vec::len);
        if count > 0 {
            self.active.update(|at| *at = if down { (*at + 1) % count } else { (*at + count - 1) % count });
        }
    }

    /// Closes the palette, which gives the focus back, and goes where the entry leads.
    pub(super) fn choose(self, at: usize, navigate: impl Fn(&str)) {
        let entry = self.found.with_untracked(|found| found.get(at).cloned());
        let (Some(palette), Some(entry)) = (self.palette.get_untracked(), entry) else {
            return;
        };
        palette.close();
        match entry.target {
            Target::Control(mark) => reach::marked(mark),
            Target::Path(path) => navigate(&path),
            Target::Help => self.open_help(),
        }
    }
}
