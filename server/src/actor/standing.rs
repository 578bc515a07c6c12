//! How the session of a browser stands, as its poll is told: `GET /session-status`.

use app::AppError;
use axum::Json;
use axum::extract::{Request, State};
use axum::http::{Extensions, HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::{Interaction, SessionEnds, SessionState, SessionStatus, TenantId, Timestamp, TimestampError, UserId};
use identity::{ActiveStanding, ClientIp, InteractionStep, SessionStanding};
use services::audit::Caller;

use crate::pace::ask_in;
use crate::pages;
use crate::state::AppState;

/// Answers whoever asks; a stranger hears that no session is there. What is not known is not said: 503, and never that
/// somebody is signed out.
pub async fn session_status(State(state): State<AppState>, request: Request) -> Response {
    let (request, _) = request.into_parts();
    match status(&state, &request.extensions).await {
        Ok(status) => {
            let mut response = Json(status).into_response();
            response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        Err(error) => pages::app_error(&error),
    }
}

async fn status(state: &AppState, request: &Extensions) -> Result<SessionStatus, AppError> {
    let now = state.identity.now().try_into().map_err(|error: TimestampError| {
        tracing::error!(%error, "the time cannot be told");
        AppError::Unavailable
    })?;
    let standing = state.identity.session_standing(request).await.map_err(|error| {
        tracing::warn!(%error, "it is not known how a session stands");
        AppError::Unavailable
    })?;
    let (standing, person) = match (standing, request.get::<Caller>()) {
        (SessionStanding::Active(active), Some(caller)) => (SessionStanding::Active(active), Some(caller.actor.id)),
        // The organisation is not let in, unless nobody could be asked.
        (SessionStanding::Active(active), None) => {
            let tenant = TenantId(active.session.principal.tenant_id);
            state.services.tenants.door(tenant).await.map_err(|_| AppError::Unavailable)?;
            (SessionStanding::Ended, None)
        }
        (over, _) => (over, None),
    };
    let told = told(&standing, person, now).map_err(|error| {
        tracing::error!(%error, "a session ends at no time that can be told");
        AppError::Unavailable
    })?;
    let silent_check = match &standing {
        SessionStanding::Active(active) => {
            let from = request.get::<ClientIp>().map(|from| from.0);
            state.identity.offers_silent_check(&active.session, from).await
        }
        SessionStanding::SignedOutElsewhere | SessionStanding::Ended => false,
    };
    Ok(SessionStatus { silent_check, ..told })
}

fn told(standing: &SessionStanding, person: Option<UserId>, now: Timestamp) -> Result<SessionStatus, TimestampError> {
    let (state, ends) = match standing {
        SessionStanding::Active(active) => {
            let required = active.interaction.map(|step| SessionState::InteractionRequired(interaction(step)));
            (required.unwrap_or(SessionState::Active), Some(ends(active)?))
        }
        SessionStanding::SignedOutElsewhere => (SessionState::SignedOutElsewhere, None),
        SessionStanding::Ended => (SessionState::Ended, None),
    };
    let ask_in = ask_in(state, ends.as_ref(), now);
    Ok(SessionStatus { state, now, ask_in, person, ends, silent_check: false })
}

fn ends(active: &ActiveStanding) -> Result<SessionEnds, TimestampError> {
    Ok(SessionEnds {
        idle: active.session.idle_expires_at.try_into()?,
        absolute: active.session.absolute_expires_at.try_into()?,
        token: active.token_expires_at.map(Timestamp::try_from).transpose()?,
    })
}

/// What the authority asks for, in the product's words.
pub fn interaction(step: InteractionStep) -> Interaction {
    match step {
        InteractionStep::SignIn => Interaction::SignIn,
        InteractionStep::MultiFactor => Interaction::MultiFactor,
        InteractionStep::Consent => Interaction::Consent,
        InteractionStep::Password => Interaction::Password,
    }
}
