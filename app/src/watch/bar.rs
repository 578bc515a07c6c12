//! The bar that says how the session stands, at the foot of the window: nothing on the page moves for it.

use domain::Interaction;
use leptos::prelude::*;

use super::Watch;
use super::standing::Standing;
use crate::browser;
use crate::hydration::part;
use crate::routes;

/// What can be done about it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Stay,
    SignIn,
    Continue,
    Reload,
    TryAgain,
}

impl Way {
    fn words(self) -> &'static str {
        match self {
            Self::Stay => "Stay signed in",
            Self::SignIn => "Sign in again",
            Self::Continue => "Continue",
            Self::Reload => "Reload the page",
            Self::TryAgain => "Try again",
        }
    }
}

/// What is said, and the one thing to do. None where there is nothing to say.
fn said(standing: Standing) -> Option<(&'static str, Way)> {
    Some(match standing {
        Standing::Fine => return None,
        Standing::EndsIdle => {
            ("You will be signed out soon, because nothing has happened here for a while.", Way::Stay)
        }
        Standing::EndsForGood => {
            ("Your session ends soon. Sign in again to go on; what you have typed is kept.", Way::SignIn)
        }
        Standing::Ended => ("Your session has ended. What you have typed is kept.", Way::SignIn),
        Standing::SignedOutElsewhere => {
            ("You were signed out from somewhere else. What you have typed is kept.", Way::SignIn)
        }
        Standing::Interaction(Interaction::SignIn) => {
            ("Your organisation asks you to sign in again. What you have typed is kept.", Way::SignIn)
        }
        Standing::Interaction(Interaction::MultiFactor) => {
            ("Your organisation asks for a second proof that it is you. What you have typed is kept.", Way::Continue)
        }
        Standing::Interaction(Interaction::Consent) => {
            ("Muster needs your consent to act in your name. What you have typed is kept.", Way::Continue)
        }
        Standing::Interaction(Interaction::Password) => {
            ("Your password has to be changed before you can go on. What you have typed is kept.", Way::Continue)
        }
        Standing::SignedOutThere => {
            ("You have signed out at your organisation. What you have typed is kept.", Way::SignIn)
        }
        Standing::OtherPersonThere => {
            ("Another account is signed in at your organisation now. Sign in again to go on as yourself.", Way::SignIn)
        }
        Standing::OtherPerson => {
            ("Somebody else is signed in here now. Nothing on this page can be saved any more.", Way::Reload)
        }
        Standing::Offline => ("No connection. What you see may be out of date.", Way::TryAgain),
        Standing::ServerAway => ("Muster cannot be reached. It is tried again by itself.", Way::TryAgain),
    })
}

/// The bar. It stands in the document from the start, so that what comes into it is read out, once.
#[component]
pub(crate) fn StandingBar(watch: Watch) -> impl IntoView {
    part(move || {
        let standing = watch.standing;
        let words = move || said(standing.get()).map(|(words, _)| words);
        let way = Memo::new(move |_| said(standing.get()).map(|(_, way)| way));
        let act = move |way: Way| match way {
            Way::Stay => watch.stay(),
            Way::SignIn | Way::Continue => sign_in(),
            Way::Reload => browser::reload(),
            Way::TryAgain => watch.ask_now(),
        };
        view! {
            <aside class="standing" class:quiet=move || way.get().is_none() aria-label="Your session">
                <p aria-live="polite" id="standing">
                    {words}
                </p>
                {move || {
                    matches!(standing.get(), Standing::EndsIdle | Standing::EndsForGood)
                        .then(|| view! { <p class="left">{move || left(watch)}</p> })
                }}
                {move || {
                    way.get()
                        .map(|way| {
                            view! {
                                <button
                                    type="button"
                                    class="button primary"
                                    aria-describedby="standing"
                                    on:click=move |_| act(way)
                                >
                                    {way.words()}
                                </button>
                            }
                        })
                }}
            </aside>
        }
        .into_any()
    })
}

/// To the sign-in and back here. Whoever is in the middle of writing keeps the page and signs in in a window of its own,
/// where the browser allows one.
fn sign_in() {
    if !crate::drafts::on_this_page() || !browser::open_window(&routes::sign_in(routes::SIGNED_IN)) {
        browser::sign_in_again();
    }
}

/// How long there is, in words that change once a second near the end.
fn left(watch: Watch) -> String {
    let now = watch.now.get();
    let left = watch.known.with(|known| known.left(now)).unwrap_or_default().as_secs();
    let (minutes, seconds) = (left / 60, left % 60);
    if minutes > 0 { format!("{minutes} min {seconds:02} s left") } else { format!("{seconds} s left") }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn each_standing_has_its_own_words() {
        let all = [
            Standing::EndsIdle,
            Standing::EndsForGood,
            Standing::Ended,
            Standing::SignedOutElsewhere,
            Standing::Interaction(Interaction::SignIn),
            Standing::Interaction(Interaction::MultiFactor),
            Standing::Interaction(Interaction::Consent),
            Standing::Interaction(Interaction::Password),
            Standing::SignedOutThere,
            Standing::OtherPersonThere,
            Standing::OtherPerson,
            Standing::Offline,
            Standing::ServerAway,
        ];
        let words: std::collections::BTreeSet<_> = all.iter().map(|standing| said(*standing).unwrap().0).collect();
        assert_eq!(words.len(), all.len());
        assert!(said(Standing::Fine).is_none());
    }
}
