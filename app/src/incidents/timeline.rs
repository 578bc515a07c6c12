//! What happened, line by line.

use domain::IncidentNumber;
use leptos::prelude::*;

use super::views::{Line, Mark, TimelineView};
use crate::components::Time;
use crate::hydration::part;
use crate::routes;

/// A page of the timeline, with links to the other order and to the next page.
#[component]
pub(crate) fn Timeline(number: IncidentNumber, view: TimelineView) -> impl IntoView {
    part(move || {
        let newest = view.newest_first;
        let (order, other) =
            if newest { ("Newest first", "Show oldest first") } else { ("Oldest first", "Show newest first") };
        let more = if newest { "Older" } else { "Newer" };
        view! {
            <section class="timeline" id="timeline" aria-labelledby="timeline-heading">
                <header>
                    <h2 id="timeline-heading">"Timeline"</h2>
                    <p>
                        {order} " · "
                        <a href=routes::timeline(number, !newest, None)>{other}</a>
                    </p>
                </header>
                <ol>{view.lines.into_iter().map(line).collect_view()}</ol>
                <nav class="pager" aria-label="Pages of the timeline">
                    {(!view.first)
                        .then(|| {
                            view! {
                                <a class="button" href=routes::timeline(number, newest, None)>
                                    "First page"
                                </a>
                            }
                        })}
                    {view
                        .next
                        .map(|after| {
                            view! {
                                <a
                                    class="button"
                                    rel="next"
                                    href=routes::timeline(number, newest, Some(&after))
                                >
                                    {more}
                                </a>
                            }
                        })}
                </nav>
            </section>
        }
        .into_any()
    })
}

fn line(line: Line) -> impl IntoView {
    let class = match line.mark {
        Mark::Start => "start",
        Mark::Status => "moved",
        Mark::Field => "edited",
        Mark::Note => "note",
    };
    let recorded = line.recorded_at.map(|at| {
        view! {
            <span class="recorded">
                "recorded "
                <Time at=at />
            </span>
        }
    });
    view! {
        <li id=format!("entry-{}", line.seq) class=class>
            <p class="what">
                <Time at=line.change.at />
                <span>
                    <strong>{line.change.actor}</strong>
                    " "
                    {line.change.words}
                </span>
                {recorded}
            </p>
            {(!line.html.is_empty())
                .then(|| view! { <div class="prose" inner_html=line.html></div> })}
        </li>
    }
    .into_any()
}
