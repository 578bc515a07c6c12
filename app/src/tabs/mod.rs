//! All tabs of a browser as one: one of them asks the server and listens to it, and tells the others.

mod lock;
mod word;

use domain::UserId;
use leptos::prelude::*;
use leptos::wasm_bindgen::closure::Closure;
use leptos::wasm_bindgen::{JsCast, JsValue};
use leptos::web_sys::{BroadcastChannel, MessageEvent};

pub(crate) use word::{News, There, Word};

use crate::browser;

const NAME: &str = "muster";

/// This tab among the others. Cheap to copy.
#[derive(Clone, Copy)]
pub(crate) struct Tabs {
    /// Whether this is the tab that speaks with the server.
    pub leads: RwSignal<bool>,
    channel: StoredValue<Option<BroadcastChannel>, LocalStorage>,
    heard: Callback<Word>,
    /// For whom the page was drawn.
    viewer: UserId,
    /// What this tab is called when it asks for the lead.
    id: StoredValue<String>,
}

impl Tabs {
    /// A tab that is not among others yet. `heard` runs for what another tab says.
    pub fn new(viewer: UserId, heard: Callback<Word>) -> Self {
        Self {
            leads: RwSignal::new(false),
            channel: StoredValue::new_local(None),
            heard,
            viewer,
            id: StoredValue::new(String::new()),
        }
    }

    /// Joins the others. In the browser only, once for as long as the page is open.
    pub fn join(self) {
        self.id.set_value(browser::random_id());
        // Where there is no such channel, each tab is alone.
        let Ok(channel) = BroadcastChannel::new(NAME) else {
            self.leads.set(true);
            return;
        };
        let listen = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| self.hear(&event));
        channel.set_onmessage(Some(listen.as_ref().unchecked_ref()));
        listen.forget();
        self.channel.set_value(Some(channel));
        lock::wait_for(NAME, self.leads);
        self.look_for_lead();
    }

    /// Says something to the other tabs.
    pub fn say(self, word: &Word) {
        self.channel.with_value(|channel| {
            if let Some(channel) = channel {
                // A channel takes every text.
                let _ = channel.post_message(&JsValue::from_str(&word.to_text()));
            }
        });
    }

    /// The page is looked at: it should not depend on one that is not, whose timers the browser slows down.
    pub fn look_for_lead(self) {
        if !self.leads.get_untracked() && !browser::is_hidden() {
            self.say(&Word::WhoLeads { asks: self.id.get_value(), viewer: self.viewer });
        }
    }

    fn hear(self, event: &MessageEvent) {
        let Some(word) = event.data().as_string().and_then(|text| Word::of_text(&text)) else { return };
        match word {
            Word::WhoLeads { asks, viewer } if self.leads.get_untracked() => {
                if browser::is_hidden() {
                    self.say(&Word::Lead { to: asks });
                } else {
                    self.heard.run(Word::WhoLeads { asks, viewer });
                }
            }
            Word::WhoLeads { .. } => {}
            Word::Lead { to } => {
                if to == self.id.get_value() {
                    lock::take(NAME, self.leads);
                }
            }
            word => self.heard.run(word),
        }
    }
}
