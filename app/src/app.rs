//! The frame around every page, and which page stands at which address.

use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{SsrMode, path};

use crate::components::{DevelopmentBanner, FocusOnArrival, TopBar, localise_times};
use crate::hydration::part;
use crate::incidents::{DeclarePage, EditPage, IncidentListPage, IncidentPage};
use crate::keys::{Keys, KeysOfPage};
use crate::live::Live;
use crate::outbox::{Outbox, WaitingNotes};
use crate::pages::{
    NotFoundPage, OnboardPage, OrganisationsPage, SignInSettingsPage, SignedInPage, SignedOutPage, StartPage,
    read_frame,
};
use crate::sessions::{AdminSessionsPage, SessionsPage};
use crate::watch::{Session, StandingBar, Watch};

/// The app.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    localise_times();
    let watch = Watch::new();
    provide_context(watch);
    provide_context(Live::new());
    Outbox::provide();
    Keys::provide();
    let frame = Resource::new(|| (), |()| read_frame());
    view! {
        <Title formatter=document_title />
        <Router>
            <FocusOnArrival />
            <a class="skip" href="#main" rel="external">
                "Skip to content"
            </a>
            <Transition>
                {move || Suspend::new(async move {
                    let frame = frame.await.unwrap_or_default();
                    let viewer = frame.viewer.as_ref().map(|viewer| viewer.id);
                    let may_read = frame.viewer.as_ref().is_some_and(|viewer| viewer.may_read);
                    view! {
                        <Session viewer=viewer may_read=may_read />
                        <WaitingNotes viewer=viewer />
                        {viewer.map(|_| view! { <KeysOfPage /> })}
                        <TopBar frame=frame.clone() />
                        {frame.development_sign_in.then(|| view! { <DevelopmentBanner /> })}
                        {frame
                            .notice
                            .map(|sentence| {
                                view! {
                                    <p class="said told" role="status">
                                        {sentence}
                                    </p>
                                }
                            })}
                    }
                })}
            </Transition>
            <Pages />
            <StandingBar watch=watch />
        </Router>
    }
}

/// The page at the address that is open.
#[component]
fn Pages() -> impl IntoView {
    part(|| {
        view! {
            <main id="main" tabindex="-1">
                <Routes fallback=NotFoundPage>
                    <Route path=path!("/") view=StartPage ssr=SsrMode::Async />
                    <Route path=path!("/signed-out") view=SignedOutPage ssr=SsrMode::Async />
                    <Route path=path!("/signed-in") view=SignedInPage ssr=SsrMode::Async />
                    <Route path=path!("/onboard") view=OnboardPage ssr=SsrMode::Async />
                    <Route path=path!("/organisations") view=OrganisationsPage ssr=SsrMode::Async />
                    <Route path=path!("/incidents") view=IncidentListPage ssr=SsrMode::Async />
                    <Route path=path!("/incidents/new") view=DeclarePage ssr=SsrMode::Async />
                    <Route path=path!("/incidents/:number") view=IncidentPage ssr=SsrMode::Async />
                    <Route
                        path=path!("/incidents/:number/edit")
                        view=EditPage
                        ssr=SsrMode::Async
                    />
                    <Route path=path!("/sessions") view=SessionsPage ssr=SsrMode::Async />
                    <Route
                        path=path!("/admin/sessions")
                        view=AdminSessionsPage
                        ssr=SsrMode::Async
                    />
                    <Route path=path!("/admin/sign-in") view=SignInSettingsPage ssr=SsrMode::Async />
                </Routes>
            </main>
        }
        .into_any()
    })
}

/// What stands in the browser's tab. On the server `leptos_meta` writes it into the document as markup, so what people
/// typed is escaped here; in the browser it is set as text.
#[expect(clippy::needless_pass_by_value, reason = "the shape that `Title` asks for")]
fn document_title(text: String) -> String {
    let title = if text.is_empty() { "Muster".to_owned() } else { format!("{text} · Muster") };
    if cfg!(target_arch = "wasm32") { title } else { title.replace('&', "&amp;").replace('<', "&lt;") }
}
