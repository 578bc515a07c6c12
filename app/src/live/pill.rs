//! The button that brings in what has changed, where it would be in the way if it came by itself.

use leptos::prelude::*;

/// "3 updates". It floats over the list: nothing moves for it. Always in the document, so that it is read out.
#[component]
pub(crate) fn Pill(count: Signal<usize>, show: Callback<()>) -> impl IntoView {
    view! {
        <div class="pill-place" aria-live="polite">
            {move || {
                let count = count.get();
                (count > 0)
                    .then(|| {
                        view! {
                            <button type="button" class="button pill" on:click=move |_| show.run(())>
                                {words(count)}
                                <span class="unseen">": show"</span>
                            </button>
                        }
                    })
            }}
        </div>
    }
    .into_any()
}

fn words(count: usize) -> String {
    if count == 1 { "1 update".to_owned() } else { format!("{count} updates") }
}

#[cfg(test)]
mod tests {
    #[test]
    fn one_is_one() {
        assert_eq!((super::words(1), super::words(3)), ("1 update".to_owned(), "3 updates".to_owned()));
    }
}
