//! The page for addresses that lead nowhere.

use leptos::prelude::*;

use crate::AppError;
use crate::components::Failure;

/// Nothing here.
#[component]
pub(crate) fn NotFoundPage() -> impl IntoView {
    crate::answer(&AppError::NotFound);
    view! { <Failure error=AppError::NotFound /> }
}
