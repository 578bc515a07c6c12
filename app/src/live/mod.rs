//! Changes as they happen. Pages hear that something is other than it was, and look at it again when somebody sees them.

mod api;
mod pill;
mod stream;
mod waiting;

use std::time::Duration;

use domain::live::Gathered;
use leptos::prelude::*;
use leptos::web_sys::EventSource;

pub(crate) use api::{live_incident, live_list};
pub(crate) use pill::Pill;
pub(crate) use waiting::Waiting;

use crate::browser;
use crate::tabs::{News, Tabs, Word};
use crate::watch::Watch;
use stream::Ears;

/// What happens within this time is looked at once.
const TOGETHER: Duration = Duration::from_millis(300);
/// The wait before a stream that was refused is asked for again.
const AFTER_REFUSAL: Duration = Duration::from_secs(15);

/// The ear on the stream. Cheap to copy; in the context of everything inside the app.
#[derive(Clone, Copy)]
pub(crate) struct Live {
    /// What to look at again, and how often there has been anything.
    pub news: RwSignal<(u32, Waiting)>,
    /// Other people than before are somewhere.
    pub gathered: RwSignal<Option<Gathered>>,
    /// Whether the stream is open; none before it was first tried.
    pub open: RwSignal<Option<bool>>,
    waiting: StoredValue<Waiting>,
    last: StoredValue<Option<String>>,
    begun: StoredValue<Option<Begun>>,
}

/// What there is once it listens; in the browser only.
#[derive(Clone, Copy)]
struct Begun {
    tabs: Tabs,
    watch: Watch,
    source: StoredValue<Option<EventSource>, LocalStorage>,
}

impl Live {
    /// An ear that hears nothing yet.
    pub fn new() -> Self {
        Self {
            news: RwSignal::default(),
            gathered: RwSignal::default(),
            open: RwSignal::default(),
            waiting: StoredValue::default(),
            last: StoredValue::default(),
            begun: StoredValue::new(None),
        }
    }

    /// How often there has been anything to look at again.
    pub fn round(self) -> u32 {
        self.news.with_untracked(|(round, _)| *round)
    }

    /// Listens from now on, through the tab that leads.
    pub fn begin(self, tabs: Tabs, watch: Watch) {
        self.begun.set_value(Some(Begun { tabs, watch, source: StoredValue::new_local(None) }));
        Effect::new(move |_| if tabs.leads.get() { self.connect() } else { self.disconnect() });
        window_event_listener_untyped("visibilitychange", move |_| self.tell());
    }

    /// What another tab has heard.
    pub fn hear(self, word: Word) {
        let (id, news) = match word {
            Word::Live { id, news } => (id, news),
            // A tab has just been opened, and waits to hear whether anybody listens.
            Word::WhoLeads { .. } => return self.say_whether_open(),
            _ => return,
        };
        let first = self.last.with_value(Option::is_none);
        if id.is_some() {
            self.last.set_value(id);
        }
        match news {
            News::Changed(changed) => self.wait(|waiting| changed.into_iter().for_each(|one| waiting.add(one))),
            News::Reset => self.wait(|waiting| waiting.all = true),
            News::Gathered(gathered) => self.gathered.set(Some(gathered)),
            News::Open(open) => {
                self.open.set(Some(open));
                // From here on nothing is missed. What was on the page is older.
                if open && first {
                    self.wait(|waiting| waiting.all = true);
                }
            }
        }
    }

    fn say_whether_open(self) {
        let Some(Begun { tabs, .. }) = self.begun.get_value() else { return };
        if let (true, Some(open)) = (tabs.leads.get_untracked(), self.open.get_untracked()) {
            tabs.say(&Word::Live { id: None, news: News::Open(open) });
        }
    }

    fn wait(self, add: impl FnOnce(&mut Waiting)) {
        let first = self.waiting.with_value(|waiting| *waiting == Waiting::default());
        self.waiting.update_value(add);
        if first {
            set_timeout(move || self.tell(), TOGETHER);
        }
    }

    /// Tells the pages, if anybody looks at them.
    fn tell(self) {
        if browser::is_hidden() || !self.begun.get_value().is_some_and(|begun| begun.watch.is_active()) {
            return;
        }
        if let Some(news) = self.waiting.try_update_value(Waiting::take).flatten() {
            self.news.update(|(round, last)| {
                *round = round.wrapping_add(1);
                *last = news;
            });
        }
    }

    fn connect(self) {
        self.disconnect();
        let Some(Begun { tabs, watch, source }) = self.begun.get_value() else { return };
        let news = Callback::new(move |(id, news): (Option<String>, News)| {
            let word = Word::Live { id, news };
            tabs.say(&word);
            self.hear(word);
        });
        let ended = Callback::new(move |()| {
            self.disconnect();
            watch.ask_now();
            self.later(tabs);
        });
        let refused = Callback::new(move |()| {
            watch.ask_now();
            self.later(tabs);
        });
        source.set_value(stream::open(self.last.get_value().as_deref(), Ears { news, ended, refused }));
    }

    fn later(self, tabs: Tabs) {
        let again = move || {
            if tabs.leads.get_untracked() {
                self.connect();
            }
        };
        set_timeout(again, AFTER_REFUSAL);
    }

    fn disconnect(self) {
        let open = self.begun.get_value().and_then(|begun| begun.source.try_update_value(Option::take).flatten());
        if let Some(open) = open {
            open.close();
        }
    }
}
