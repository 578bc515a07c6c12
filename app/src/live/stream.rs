//! The stream of changes (WHATWG HTML, section 9.2): one for all tabs, opened by the one that leads. The browser connects anew
//! by itself, and says where it was.

use domain::live::event;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::wasm_bindgen::closure::Closure;
use leptos::web_sys::{EventSource, MessageEvent};

use crate::routes;
use crate::tabs::News;

/// What is told of the stream.
#[derive(Clone, Copy)]
pub(super) struct Ears {
    /// Something came, with its place in the feed.
    pub news: Callback<(Option<String>, News)>,
    /// The session has ended.
    pub ended: Callback<()>,
    /// The server does not want this browser, or not now: the browser gives up.
    pub refused: Callback<()>,
}

/// Opens the stream after `last`. None if the browser has no streams.
pub(super) fn open(last: Option<&str>, ears: Ears) -> Option<EventSource> {
    let source = EventSource::new(&routes::live(last)).ok()?;
    on(&source, event::CHANGED, move |id, data| {
        if let Ok(changed) = serde_json::from_str(data) {
            ears.news.run((id, News::Changed(vec![changed])));
        }
    });
    on(&source, event::RESET, move |id, _| ears.news.run((id, News::Reset)));
    on(&source, event::GATHERED, move |_, data| {
        if let Ok(gathered) = serde_json::from_str(data) {
            ears.news.run((None, News::Gathered(gathered)));
        }
    });
    on(&source, event::SESSION, move |_, _| ears.ended.run(()));
    on(&source, event::OPENED, move |id, _| ears.news.run((id, News::Open(true))));
    let target = source.clone();
    let failed = Closure::<dyn FnMut()>::new(move || {
        ears.news.run((None, News::Open(false)));
        if target.ready_state() == EventSource::CLOSED {
            ears.refused.run(());
        }
    });
    source.set_onerror(Some(failed.as_ref().unchecked_ref()));
    failed.forget();
    Some(source)
}

fn on(source: &EventSource, event: &str, then: impl Fn(Option<String>, &str) + 'static) {
    let listener = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let id = event.last_event_id();
        let data = event.data().as_string().unwrap_or_default();
        then((!id.is_empty()).then_some(id), &data);
    });
    // Streams can be listened to.
    let _ = source.add_event_listener_with_callback(event, listener.as_ref().unchecked_ref());
    listener.forget();
}
