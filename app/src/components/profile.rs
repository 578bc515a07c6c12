//! What the organisation's directory says about whoever is signed in.

use domain::view::ProfileView;
use leptos::prelude::*;

/// One line in the menu, once it has been asked for: room while it is on its way, nothing if there is nothing to say.
#[component]
pub(crate) fn ProfileLine(profile: RwSignal<Option<ProfileView>>) -> impl IntoView {
    let line = move || profile.with(|profile| profile.as_ref().map(words));
    view! {
        <p
            class="profile"
            aria-busy=move || line().is_none().then_some("true")
            hidden=move || line().is_some_and(|line| line.is_empty())
        >
            {line}
        </p>
    }
    .into_any()
}

fn words(profile: &ProfileView) -> String {
    let parts = [&profile.job_title, &profile.department].into_iter().flatten();
    parts.map(|part| part.trim()).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_leaves_no_mark() {
        let profile = |job: Option<&str>, department: Option<&str>| {
            words(&ProfileView { job_title: job.map(str::to_owned), department: department.map(str::to_owned) })
        };
        assert_eq!(profile(Some("Engineer"), Some("Platform")), "Engineer · Platform");
        assert_eq!(profile(None, Some("Platform")), "Platform");
        assert_eq!(profile(Some(" "), None), "");
    }
}
