//! What only the server knows. The one place that asks Leptos for its context, so that a server function starts with
//! one call and everything it needs is there before it first waits.

mod assets;
mod change;
mod convert;
mod error_page;
mod markdown;
mod reply;
mod sessions;
mod views;
mod words;

use std::future::{Ready, ready};
use std::sync::Arc;

use domain::view::Viewer;
use domain::{Operation, may};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use services::audit::Caller;
use services::people::{Colleagues, Nobody, PeopleService};
use services::sessions::SessionService;
use services::{CatalogService, IdSource, IncidentService, OperatorService, PresenceService, TenantService};

pub(crate) use assets::Assets;
pub use change::{act, add_note, declare, edit};
pub(crate) use convert::conflict_of;
pub use error_page::ErrorPage;
pub(crate) use markdown::to_html;
pub use reply::{status_of, to_app_error};
pub use sessions::end_sessions;
pub(crate) use sessions::{admin_sessions_view, sessions_view};
pub(crate) use views::{declare_view, edit_view, incident_view, list_view};
pub(crate) use words::{change, mark};

use crate::AppError;
use crate::forms::FormReply;

/// The use cases that pages call. Cheap to clone.
#[derive(Clone)]
pub struct Services {
    /// Incidents.
    pub incidents: IncidentService,
    /// What forms offer.
    pub catalog: CatalogService,
    /// Where people are signed in.
    pub sessions: SessionService,
    /// Which organisations there are.
    pub tenants: TenantService,
    /// Who else is in the caller's.
    pub people: PeopleService,
    /// Who else is at an incident.
    pub presence: PresenceService,
    /// What whoever runs the site can see of it.
    pub operators: OperatorService,
    /// Mints the keys that forms carry.
    pub ids: Arc<dyn IdSource>,
}

/// Who sends the request; none for somebody who is not signed in.
#[derive(Clone, Debug)]
pub struct RequestCaller(pub Option<Caller>);

/// The directory of the caller's organisation, asked in their name; none where there is none.
#[derive(Clone)]
pub struct RequestColleagues(pub Arc<dyn Colleagues>);

/// What else a page shows.
#[derive(Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "facts of their own, in any combination")]
pub struct PageFacts {
    /// Accounts come from `entra-local`; every page says so.
    pub development_sign_in: bool,
    /// An organisation can set itself up.
    pub onboarding: bool,
    /// People of several organisations can sign in here.
    pub many_organisations: bool,
    /// Where accounts are kept, people can change their own profile.
    pub edit_profile: bool,
    /// Organisations have a directory that can be asked about colleagues and has their pictures.
    pub colleagues: bool,
    /// What whoever looks is called by those who know them.
    pub given_name: Option<String>,
    /// What has just happened where accounts are kept, as a sentence to be shown once.
    pub notice: Option<&'static str>,
    /// The form that was posted to this page and refused.
    pub form: Option<FormReply>,
}

/// One request by somebody who is signed in.
pub(crate) struct Request {
    pub services: Services,
    pub caller: Caller,
    pub colleagues: Arc<dyn Colleagues>,
    response: Option<ResponseOptions>,
    facts: PageFacts,
}

/// Everything a server function may see. Called before its first await.
pub(crate) fn request() -> Result<Request, AppError> {
    let response = use_context::<ResponseOptions>();
    let caller = use_context::<RequestCaller>().and_then(|caller| caller.0);
    let Some(services) = use_context::<Services>() else {
        tracing::error!("the server gave no services to this page");
        let reference = String::new();
        return Err(refuse(response.as_ref(), AppError::Internal { reference }));
    };
    let Some(caller) = caller else {
        return Err(refuse(response.as_ref(), AppError::Unauthenticated));
    };
    let colleagues = use_context::<RequestColleagues>().map_or_else(|| Arc::new(Nobody) as _, |found| found.0);
    Ok(Request { services, caller, colleagues, response, facts: facts() })
}

/// What the frame of a page shows; there for everybody.
pub(crate) fn facts() -> PageFacts {
    use_context().unwrap_or_default()
}

/// [`request`], for pages that are also there for people who are not signed in.
pub(crate) fn signed_in() -> Option<Request> {
    use_context::<RequestCaller>().is_some_and(|caller| caller.0.is_some()).then(request).and_then(Result::ok)
}

/// Whether organisations can set themselves up; there for everybody. Known at once, and awaited as a server function is.
pub(crate) fn onboarding() -> Ready<Result<(), AppError>> {
    let response = use_context::<ResponseOptions>();
    ready(if facts().onboarding { Ok(()) } else { Err(refuse(response.as_ref(), AppError::NotFound)) })
}

/// Gives the answer to this request the status of an error that no use case made.
pub(crate) fn answer(error: &AppError) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(status_of(error));
    }
}

impl Request {
    /// What a failed use case means for the person: sets the status, keeps the cause here.
    pub fn fail(&self, error: services::ServiceError) -> AppError {
        self.refuse(to_app_error(error, &self.caller))
    }

    /// Who is looking. Where the records do not answer, what the session says is enough.
    pub async fn viewer(&self) -> Viewer {
        let actor = &self.caller.actor;
        let known = self.services.catalog.viewer(&self.caller).await;
        known.unwrap_or_else(|error| {
            to_app_error(error, &self.caller);
            Viewer {
                id: actor.id,
                name: actor.name.clone(),
                tenant: String::new(),
                may_read: may(actor, Operation::Read),
                may_declare: may(actor, Operation::Declare),
                may_manage_sessions: may(actor, Operation::Sessions),
            }
        })
    }

    /// Gives the answer the status that goes with the error.
    pub fn refuse(&self, error: AppError) -> AppError {
        refuse(self.response.as_ref(), error)
    }

    /// The form that was posted to this page and refused; the answer takes its status.
    pub fn reply(&self) -> Option<FormReply> {
        let reply = self.facts.form.clone()?;
        refuse(self.response.as_ref(), reply.error.clone());
        Some(reply)
    }

    /// Whether there is a directory to look for colleagues in.
    pub fn has_colleagues(&self) -> bool {
        self.facts.colleagues
    }

    /// A fresh key for a form, so that sending it twice does it once.
    pub fn form_key(&self) -> String {
        self.services.ids.next().to_string()
    }
}

fn refuse(response: Option<&ResponseOptions>, error: AppError) -> AppError {
    if let Some(response) = response {
        response.set_status(status_of(&error));
        if error == AppError::Unavailable {
            response.insert_header(http::header::RETRY_AFTER, http::HeaderValue::from_static("5"));
        }
    }
    error
}
