//! The list of incidents.

use std::collections::BTreeSet;

use domain::{IncidentNumber, IncidentQuery, Tab};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

use super::address::ListAddress;
use super::api::list_incidents;
use super::filters::{Filters, Tabs};
use super::row::row;
use super::views::ListView;
use crate::browser;
use crate::components::loaded;
use crate::hydration::part;
use crate::live::{Live, Pill, live_list};
use crate::routes;

/// The list: tabs, filters, rows, paging. All of it works as plain links and a plain form.
#[component]
pub(crate) fn IncidentListPage() -> impl IntoView {
    let map = use_query_map();
    let address = Memo::new(move |_| ListAddress::of(&map.read()));
    let answer = Resource::new(move || address.get(), list_incidents);
    let query = Memo::new(move |_| address.read().query().unwrap_or_default());
    let updates = RwSignal::new(BTreeSet::new());
    let newer = RwSignal::new(None);
    follow(address, updates, newer);
    let count = Signal::derive(move || updates.with(BTreeSet::len));
    let show = Callback::new(move |()| look_again(address, updates, newer));
    loaded(answer, move |view| {
        // The page may be gone by the time the answer comes.
        let shown = address.try_get_untracked().unwrap_or_default();
        // What was fetched for another address, or before this answer, is older than it.
        let _ = newer.try_set(None);
        view! {
            <Title text="Incidents" />
            <div class="page wide">
                <h1>"Incidents"</h1>
                <Tabs query=query />
                <Filters query=query />
                <Pill count=count show=show />
                {move || {
                    let view = newer.try_get().flatten().unwrap_or_else(|| view.clone());
                    let query = query.try_get_untracked().unwrap_or_default();
                    view! { <Rows view=view query=query after=shown.after.clone() /> }
                }}
            </div>
        }
    })
}

/// Counts what has changed, and brings it in where it is in nobody's way: rows do not move under a pointer, from under the
/// focus, or away from somebody who has scrolled.
fn follow(address: Memo<ListAddress>, updates: RwSignal<BTreeSet<IncidentNumber>>, newer: RwSignal<Option<ListView>>) {
    let Some(live) = use_context::<Live>() else { return };
    // An effect begins a little later, and there may be news by then.
    let drawn = live.round();
    Effect::new(move |before: Option<u32>| {
        let (round, waiting) = live.news.get();
        if before.unwrap_or(drawn) != round {
            let in_the_way = browser::is_scrolled() || browser::is_there("table.incidents:is(:hover, :focus-within)");
            if in_the_way {
                updates.update(|updates| updates.extend(waiting.changed.keys().copied()));
            } else {
                look_again(address, updates, newer);
            }
        }
        round
    });
}

fn look_again(
    address: Memo<ListAddress>,
    updates: RwSignal<BTreeSet<IncidentNumber>>,
    newer: RwSignal<Option<ListView>>,
) {
    let asked = address.get_untracked();
    updates.set(BTreeSet::new());
    spawn_local(async move {
        // Without an answer the page stays as it is, and the watch says why.
        if let Ok(view) = live_list(asked.clone()).await
            && address.try_get_untracked() == Some(asked)
        {
            let _ = newer.try_set(Some(view));
        }
    });
}

#[component]
fn Rows(view: ListView, query: IncidentQuery, after: String) -> impl IntoView {
    let first = after.is_empty();
    if view.page.items.is_empty() {
        return view! { <Nothing query=query first=first may_declare=view.may_declare /> }.into_any();
    }
    let next = view.page.next.map(|after| {
        view! {
            <a class="button" rel="next" href=routes::incidents(&query, Some(&after))>
                "Next page"
            </a>
        }
    });
    let back = (!first).then(|| {
        view! {
            <a class="button" href=routes::incidents(&query, None)>
                "First page"
            </a>
        }
    });
    let table = part(move || {
        view! {
            <table class="incidents" role="table">
                <caption class="unseen">"Incidents, " {query.tab.label()}</caption>
                <thead role="rowgroup">
                    <tr role="row">
                        <th scope="col" role="columnheader">"Severity"</th>
                        <th scope="col" role="columnheader">"Number"</th>
                        <th scope="col" role="columnheader">"Title"</th>
                        <th scope="col" role="columnheader">"Status"</th>
                        <th scope="col" role="columnheader">"Last update"</th>
                        <th scope="col" role="columnheader">"Started"</th>
                    </tr>
                </thead>
                <tbody role="rowgroup">{view.page.items.into_iter().map(row).collect_view()}</tbody>
            </table>
        }
        .into_any()
    });
    view! {
        {table}
        <nav class="pager" aria-label="Pages">
            {back}
            {next}
        </nav>
    }
    .into_any()
}

/// Three kinds of nothing: none at all, none that match, and the good one.
#[component]
fn Nothing(query: IncidentQuery, first: bool, may_declare: bool) -> impl IntoView {
    let all = IncidentQuery { tab: Tab::All, ..IncidentQuery::default() };
    let filtered = query.severity.is_some();
    let unfiltered = IncidentQuery { severity: None, ..query };
    let (title, sentence) = if !first {
        ("No more incidents", "The list ends here.")
    } else if filtered {
        ("No incident matches", "Nothing in this tab has the severity you chose.")
    } else {
        match query.tab {
            Tab::All => {
                ("No incidents yet", "When something breaks, declare it here: a title and a severity are enough.")
            }
            Tab::Active => ("All quiet", "No incident is being worked on or waits to be."),
            Tab::Triage => ("Nothing to triage", "No report waits to be taken up."),
            Tab::Resolved => ("Nothing to write up", "No incident is resolved and still open."),
            Tab::Done => ("Nothing done yet", "Closed and declined incidents end up here."),
        }
    };
    let link = |href: String, words: &'static str| {
        view! {
            <a class="button" href=href>
                {words}
            </a>
        }
    };
    view! {
        <section class="empty">
            <h2>{title}</h2>
            <p>{sentence}</p>
            <p class="ways-out">
                {(!first).then(|| link(routes::incidents(&query, None), "First page"))}
                {(first && filtered)
                    .then(|| link(routes::incidents(&unfiltered, None), "Clear the severity filter"))}
                {(first && query.tab != Tab::All)
                    .then(|| link(routes::incidents(&all, None), "Show all incidents"))}
                {(first && !filtered && query.tab == Tab::All && may_declare)
                    .then(|| link(routes::DECLARE.to_owned(), "Declare the first incident"))}
            </p>
        </section>
    }
    .into_any()
}
