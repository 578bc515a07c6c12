//! How signing in is set up, and how much of the provider's quota is used: for whoever runs the site.

use domain::Role;
use domain::view::{QuotaView, SignInView, UsedView};
use leptos::prelude::*;
use leptos_meta::Title;

use crate::AppError;
use crate::components::{Time, loaded_for};
use crate::json::Json;
use crate::routes;

/// How signing in stands, for operators.
#[server(endpoint = "operators/sign-in", input = Json, output = Json)]
pub async fn sign_in_settings() -> Result<SignInView, AppError> {
    let request = crate::ssr::request()?;
    let read = request.services.operators.sign_in(&request.caller).await;
    read.map_err(|error| request.fail(error))
}

/// What is set, and what is used. It stands still until somebody looks again: what moves while it is read helps nobody.
#[component]
pub(crate) fn SignInSettingsPage() -> impl IntoView {
    let settings = Resource::new(|| (), |()| sign_in_settings());
    view! {
        <Title text="Signing in" />
        <div class="page narrow">
            {loaded_for(Some(Role::Admin), settings, |view| view! { <Settings view=view /> })}
        </div>
    }
    .into_any()
}

#[component]
fn Settings(view: SignInView) -> impl IntoView {
    let checks = if view.quota.is_some() {
        "On: every five minutes at most, a browser asks in a hidden frame whether its person is still signed in there."
    } else {
        "Off. MUSTER_SILENT_CHECK=on turns them on."
    };
    let ends =
        format!("After {} without use, after {} in any case.", span(view.idle_seconds), span(view.absolute_seconds));
    view! {
        <h1>"Signing in"</h1>
        <p class="intro">"How people get into Muster. The settings are those it was started with."</p>
        <dl class="settings">
            <dt>"Accounts are kept at"</dt>
            <dd>{view.authority}</dd>
            <dt>"A session ends"</dt>
            <dd>{ends}</dd>
            <dt>"Silent checks"</dt>
            <dd>{checks}</dd>
        </dl>
        {view.quota.map(|quota| view! { <Quota quota=quota /> })}
        <p class="as-of">
            "As of " <Time at=view.at /> ". "
            // Past the router, which would find itself there already.
            <a href=routes::ADMIN_SIGN_IN rel="external">
                "Look again"
            </a>
        </p>
    }
    .into_any()
}

#[component]
fn Quota(quota: QuotaView) -> impl IntoView {
    view! {
        <section aria-labelledby="quota">
            <h2 id="quota">"Quota in use"</h2>
            <p>
                "Azure AD B2C takes 200 requests a second for a tenant, and 6,000 in five minutes from one address; other providers are counted by the same measure. All replicas of Muster count together what they and people's browsers ask. Silent checks stop at half, so that signing in always has room."
            </p>
            <Meter id="last-second" label="In about the last second" used=quota.last_second />
            <Meter id="own-requests" label="Of Muster itself, in about the last five minutes" used=quota.own_requests />
        </section>
    }
    .into_any()
}

/// The sentence says all that the bar shows.
#[component]
fn Meter(id: &'static str, label: &'static str, used: UsedView) -> impl IntoView {
    let UsedView { used, checks_until, limit } = used;
    let state = if used < checks_until { "" } else { " Silent checks wait." };
    view! {
        <div class="meter">
            <p id=id>{label}</p>
            <meter aria-labelledby=id max=limit high=checks_until value=used></meter>
            <p>{format!("{} of {} requests.{state}", grouped(used), grouped(limit))}</p>
        </div>
    }
    .into_any()
}

/// `6,000`.
fn grouped(number: u64) -> String {
    match number {
        0..1_000 => number.to_string(),
        _ => format!("{},{:03}", grouped(number / 1_000), number % 1_000),
    }
}

/// A setting's span of time in words, by its largest unit that divides it.
fn span(seconds: u64) -> String {
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute")];
    let fits = units.into_iter().find(|(length, _)| seconds > 0 && seconds.is_multiple_of(*length));
    let (length, unit) = fits.unwrap_or((1, "second"));
    let count = seconds / length;
    format!("{count} {unit}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let words = [0, 999, 6_000, 1_234_567].map(grouped);
        assert_eq!(words, ["0", "999", "6,000", "1,234,567"]);
    }

    #[test]
    fn spans_are_said_in_their_largest_whole_unit() {
        for (seconds, words) in [
            (604_800, "7 days"),
            (86_400, "1 day"),
            (90_000, "25 hours"),
            (1_800, "30 minutes"),
            (61, "61 seconds"),
            (0, "0 seconds"),
        ] {
            assert_eq!(span(seconds), words);
        }
    }
}
