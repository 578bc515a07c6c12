//! The forms that end sessions.

use app::forms::{FormValues, SessionsForm};
use app::routes::{ADMIN_SESSIONS, SIGNED_OUT};
use app::ssr::{end_sessions, to_app_error};
use axum::extract::{Request, State};
use axum::response::Response;
use identity::Notice;

use super::{Posted, see};
use crate::state::AppState;

/// Back to the same list, with a word that it is done and without the question that was answered. A browser that ended its
/// own session has no list to go back to.
pub(super) async fn end(State(state): State<AppState>, request: Request) -> Response {
    let form = match Posted::read(&state, request).await {
        Ok(form) => form,
        Err(refused) => return refused,
    };
    let typed = SessionsForm::from_pairs(&form.pairs);
    match end_sessions(&form.services, &form.caller, &typed).await {
        Ok(ended) if ended.here => see(SIGNED_OUT),
        Ok(ended) => {
            let uri = form.page.uri();
            let here = uri.path_and_query().map_or(uri.path(), |path| path.as_str());
            let mut response = see(if typed.end == SessionsForm::EVERYONE { ADMIN_SESSIONS } else { here });
            let notice = if ended.count > 0 { Notice::SessionsEnded } else { Notice::NoSessionEnded };
            state.identity.leave_notice(&mut response, notice);
            response
        }
        Err(error) => {
            let error = to_app_error(error, &form.caller);
            form.again(FormValues::Sessions(typed), error).await
        }
    }
}
