//! Which incidents the list shows, and in which order.

use domain::{IncidentQuery, PageSize, SeverityKey, Sort, Tab};
use leptos::html::Select;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use crate::hydration::part;
use crate::routes;

/// Incidents by state, as links.
#[component]
pub(crate) fn Tabs(query: Memo<IncidentQuery>) -> impl IntoView {
    part(move || {
        let tab = move |tab: Tab| {
            let href = move || routes::incidents(&IncidentQuery { tab, ..query.get() }, None);
            let current = move || (query.read().tab == tab).then_some("page");
            view! {
                <li>
                    <a href=href aria-current=current>
                        {tab.label()}
                    </a>
                </li>
            }
        };
        view! {
            <nav class="tabs" aria-label="Incidents by state">
                <ul>{Vec::from(Tab::ALL.map(tab))}</ul>
            </nav>
        }
        .into_any()
    })
}

/// Severity, order and page size: a plain form; with a script a choice takes effect at once.
#[component]
pub(crate) fn Filters(query: Memo<IncidentQuery>) -> impl IntoView {
    part(move || {
        let navigate = use_navigate();
        let show = Callback::new(move |query: IncidentQuery| {
            navigate(&routes::incidents(&query, None), NavigateOptions::default());
        });
        let tab = move || query.read().tab.as_str();
        let severities = std::iter::once((String::new(), "Any".to_owned()))
            .chain(SeverityKey::ALL.map(|key| (key.to_string(), format!("{key} {}", key.word()))));
        let sorts = Sort::ALL.map(|sort| (sort.to_string(), sort.label().to_owned()));
        let sizes = PageSize::ALL.map(|size| (size.to_string(), size.rows().to_string()));
        view! {
            <form class="filters" method="get" action=routes::INCIDENTS autocomplete="off">
                <input type="hidden" name="tab" value=tab />
                <Choice
                    name="severity"
                    label="Severity"
                    options=severities.collect()
                    chosen=Signal::derive(move || {
                        query.read().severity.map_or(String::new(), |key| key.to_string())
                    })
                    choose=Callback::new(move |word: String| {
                        let severity = word.parse().ok();
                        show.run(IncidentQuery { severity, ..query.get_untracked() });
                    })
                />
                <Choice
                    name="sort"
                    label="Order by"
                    options=sorts.to_vec()
                    chosen=Signal::derive(move || query.read().sort.to_string())
                    choose=Callback::new(move |word: String| {
                        let sort = word.parse().unwrap_or_default();
                        show.run(IncidentQuery { sort, ..query.get_untracked() });
                    })
                />
                <Choice
                    name="size"
                    label="Rows"
                    options=sizes.to_vec()
                    chosen=Signal::derive(move || query.read().size.to_string())
                    choose=Callback::new(move |word: String| {
                        let size = word.parse().unwrap_or_default();
                        show.run(IncidentQuery { size, ..query.get_untracked() });
                    })
                />
                <button type="submit" class="button apply">
                    "Apply"
                </button>
            </form>
        }
        .into_any()
    })
}

#[component]
fn Choice(
    name: &'static str,
    label: &'static str,
    options: Vec<(String, String)>,
    chosen: Signal<String>,
    choose: Callback<String>,
) -> impl IntoView {
    let option = move |(key, words): (String, String)| {
        let value = key.clone();
        let selected = move || *chosen.read() == key;
        view! {
            <option value=value selected=selected>
                {words}
            </option>
        }
    };
    let select = NodeRef::<Select>::new();
    let wanted = StoredValue::new(chosen.get_untracked());
    let want = move |value: String| {
        if wanted.try_get_value().is_some_and(|wanted| wanted != value) {
            wanted.set_value(value.clone());
            choose.run(value);
        }
    };
    Effect::new(move |before: Option<()>| {
        // It runs once more when the page is gone.
        let (Some(chosen), Some(select)) = (chosen.try_get(), select.try_get_untracked().flatten()) else { return };
        if before.is_none() && select.value() != chosen {
            // Chosen before the page listened. It leads to another page, and this one should be whole by then.
            let value = select.value();
            spawn_local(async move { want(value) });
        } else {
            select.set_value(&chosen);
            wanted.set_value(chosen);
        }
    });
    let id = format!("filter-{name}");
    view! {
        <div class="choice">
            <label for=id.clone()>{label}</label>
            <select
                id=id
                name=name
                on:change=move |event| want(event_target_value(&event))
                node_ref=select
            >
                {options.into_iter().map(option).collect_view()}
            </select>
        </div>
    }
    .into_any()
}
