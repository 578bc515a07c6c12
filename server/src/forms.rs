//! Forms that come without a script: each posts to the address of the page it is on. Done, the answer leads to the page
//! that shows it (303); refused, it is the same page with what was typed and what is wrong with it.

mod sessions;

use app::AppError;
use app::forms::{ActForm, DeclareForm, EditForm, FormReply, FormValues, IncidentForm, NoteForm, Pairs};
use app::ssr::{Services, act, add_note, declare, edit, to_app_error};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::post;
use domain::IncidentNumber;
use services::audit::Caller;

use crate::http::kind::{is_form, is_navigation};
use crate::http::problem::Problem;
use crate::http::size::LARGEST;
use crate::state::AppState;

/// The addresses that take forms.
pub fn router() -> Router<AppState> {
    Router::new()
        .route("/incidents/new", post(declared))
        .route("/incidents/{number}", post(worked_on))
        .route("/incidents/{number}/edit", post(edited))
        .route(app::routes::SESSIONS, post(sessions::end))
        .route(app::routes::ADMIN_SESSIONS, post(sessions::end))
}

/// The fields of a form's body.
pub fn pairs(body: &[u8]) -> Pairs {
    Pairs::new(url::form_urlencoded::parse(body).into_owned().collect())
}

async fn declared(State(state): State<AppState>, request: Request) -> Response {
    let form = match Posted::read(&state, request).await {
        Ok(form) => form,
        Err(refused) => return refused,
    };
    let typed = DeclareForm::from_pairs(&form.pairs);
    match declare(&form.services, &form.caller, &typed).await {
        Ok(number) => see(&app::routes::incident(number)),
        Err(error) => {
            let error = to_app_error(error, &form.caller);
            form.again(FormValues::Declare(typed), error).await
        }
    }
}

async fn worked_on(State(state): State<AppState>, Path(number): Path<String>, request: Request) -> Response {
    let form = match Posted::read(&state, request).await {
        Ok(form) => form,
        Err(refused) => return refused,
    };
    let Ok(number) = number.parse::<IncidentNumber>() else {
        return form.give_back(&AppError::NotFound);
    };
    match IncidentForm::from_pairs(&form.pairs) {
        None => form.state.no_form(StatusCode::BAD_REQUEST, "unknown_form", form.page.headers()),
        Some(IncidentForm::Note(typed)) => form.note(number, typed).await,
        Some(IncidentForm::Act(typed)) => form.act(number, typed).await,
    }
}

async fn edited(State(state): State<AppState>, Path(number): Path<String>, request: Request) -> Response {
    let form = match Posted::read(&state, request).await {
        Ok(form) => form,
        Err(refused) => return refused,
    };
    let Ok(number) = number.parse::<IncidentNumber>() else {
        return form.give_back(&AppError::NotFound);
    };
    let typed = EditForm::from_pairs(&form.pairs);
    match edit(&form.services, &form.caller, number, &typed).await {
        Ok(()) => see(&app::routes::incident(number)),
        Err(error) => form.again(FormValues::Edit(typed), error).await,
    }
}

/// A form, who sent it, and what it takes to show the page again.
struct Posted {
    state: AppState,
    services: Services,
    caller: Caller,
    pairs: Pairs,
    /// The request as it would be for the page alone.
    page: Request,
}

impl Posted {
    async fn read(state: &AppState, request: Request) -> Result<Self, Response> {
        // The gate lets nobody else through; this says so where it matters.
        let Some(caller) = request.extensions().get::<Caller>().cloned() else {
            return Err(StatusCode::UNAUTHORIZED.into_response());
        };
        if !is_form(request.headers()) {
            return Err(state.no_form(StatusCode::UNSUPPORTED_MEDIA_TYPE, "form_expected", request.headers()));
        }
        let (mut parts, body) = request.into_parts();
        let Ok(body) = to_bytes(body, LARGEST).await else {
            return Err(state.pages.too_large(Vec::new()));
        };
        parts.method = Method::GET;
        parts.headers.remove(header::CONTENT_LENGTH);
        parts.headers.remove(header::CONTENT_TYPE);
        Ok(Self {
            state: state.clone(),
            services: state.services.clone(),
            caller,
            pairs: pairs(&body),
            page: Request::from_parts(parts, Body::empty()),
        })
    }

    async fn note(self, number: IncidentNumber, typed: NoteForm) -> Response {
        match add_note(&self.services, &self.caller, number, &typed).await {
            Ok(()) => see(&format!("{}#timeline", app::routes::incident(number))),
            Err(error) => {
                let error = to_app_error(error, &self.caller);
                self.again(FormValues::Note(typed), error).await
            }
        }
    }

    async fn act(self, number: IncidentNumber, typed: ActForm) -> Response {
        match act(&self.services, &self.caller, number, &typed).await {
            Ok(()) => see(&app::routes::incident(number)),
            Err(error) => {
                let error = to_app_error(error, &self.caller);
                self.again(FormValues::Act(typed), error).await
            }
        }
    }

    /// The same page, with the form as it was typed. A person who may not see that page gets the text alone.
    async fn again(self, values: FormValues, error: AppError) -> Response {
        if matches!(error, AppError::Forbidden | AppError::NotFound) {
            return self.give_back(&error);
        }
        // Drawing a page takes a future of 20 kB, which only a refused form should carry.
        Box::pin(self.page(FormReply { values, error })).await
    }

    /// A page of its own for the text of a form that has no page to be shown on.
    fn give_back(&self, error: &AppError) -> Response {
        self.state.pages.not_done(error, self.pairs.typed())
    }

    async fn page(mut self, reply: FormReply) -> Response {
        let unavailable = reply.error == AppError::Unavailable;
        self.page.extensions_mut().insert(reply);
        let unreachable = unavailable && self.services.catalog.ready().await.is_err();
        if unreachable {
            self.state.pages.unavailable(self.page.uri().path(), self.pairs.typed())
        } else {
            crate::router::render(State(self.state), self.page).await
        }
    }
}

impl AppState {
    /// A body that is no form of ours: a page for a person, a word for a program.
    fn no_form(&self, status: StatusCode, word: &'static str, headers: &HeaderMap) -> Response {
        if is_navigation(headers) {
            return self.pages.no_form(status);
        }
        Problem::new(status, word, "This address takes the forms of its own page only.").into_response()
    }
}

/// 303: the browser goes there with GET, and reloading it does not send the form again.
fn see(path: &str) -> Response {
    Redirect::to(path).into_response()
}
