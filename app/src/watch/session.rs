//! Where the watch begins: on the first page that is drawn for somebody.

use domain::UserId;
use leptos::prelude::*;

use super::Watch;
use crate::drafts;
use crate::live::Live;
use crate::tabs::{Tabs, Word};

/// Draws nothing. Begins once, for whoever the page was drawn for.
#[component]
pub(crate) fn Session(viewer: Option<UserId>, may_read: bool) -> impl IntoView {
    let (Some(watch), Some(live)) = (use_context::<Watch>(), use_context::<Live>()) else { return };
    Effect::new(move |_| {
        let Some(viewer) = viewer else { return };
        if watch.has_begun() {
            return;
        }
        drafts::forget_others(Some(viewer));
        let tabs = Tabs::new(
            viewer,
            Callback::new(move |word: Word| {
                watch.hear(&word);
                live.hear(word);
            }),
        );
        watch.begin(viewer, tabs);
        if may_read {
            live.begin(tabs, watch);
        }
        tabs.join();
    });
}
