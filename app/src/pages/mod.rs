//! Pages that are not about one thing.

mod frame;
mod not_found;
mod onboard;
mod operators;
mod organisations;
mod signed_in;
mod signed_out;
mod start;

pub(crate) use frame::{Frame, read_frame};
pub(crate) use not_found::NotFoundPage;
pub(crate) use onboard::OnboardPage;
pub(crate) use operators::SignInSettingsPage;
pub(crate) use organisations::OrganisationsPage;
pub(crate) use signed_in::SignedInPage;
pub(crate) use signed_out::SignedOutPage;
pub(crate) use start::StartPage;
