//! One incident: declaring, reading, changing and deleting it.
#![expect(unused_qualifications, reason = "what utoipa makes of the description names types in full")]

use axum::Json;
use axum::extract::{Extension, Path, Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::{IncidentNumber, Invalid, Kind, Name, Operation, SeverityKey, Source, Status, Text, UserId, Visibility};
use serde::Deserialize;
use services::audit::Caller;
use services::{Declare, Patch, ServiceError};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{PartialSchema, ToSchema};

use super::error::{Refused, failed, invalid, refuse};
use super::parameters::{InVersion, OneIncident};
use super::refusals::{Always, ForBody, ForKey, ForOne, ForVersion};
use super::views::Incident;
use super::{body, precondition, schema};
use crate::http::problem::Problem;
use crate::state::AppState;

/// A new incident.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewIncident {
    title: String,
    #[serde(default)]
    summary: String,
    #[serde(default, deserialize_with = "body::given")]
    status: Option<Status>,
    #[serde(default, deserialize_with = "body::given")]
    severity: Option<SeverityKey>,
    #[serde(default, deserialize_with = "body::given")]
    kind: Option<Kind>,
    #[serde(default)]
    services: Vec<String>,
    #[serde(default, deserialize_with = "body::given")]
    visibility: Option<Visibility>,
    #[serde(default, deserialize_with = "body::given")]
    people: Option<Vec<String>>,
}

impl PartialSchema for NewIncident {
    /// Work on it takes a severity, and naming people takes that only they may see it.
    fn schema() -> RefOr<Schema> {
        let form = |investigating: bool, restricted: bool| {
            let form = schema::form()
                .property("title", schema::title())
                .required("title")
                .property("summary", schema::summary())
                .property("kind", schema::new_kind())
                .property("services", schema::services())
                .property("severity", schema::severity())
                .property("status", schema::word(if investigating { Status::Investigating } else { Status::Triage }))
                .property(
                    "visibility",
                    schema::word(if restricted { Visibility::Restricted } else { Visibility::Tenant }),
                );
            let form = if investigating { form.required("status").required("severity") } else { form };
            if restricted { form.required("visibility").property("people", schema::people()) } else { form }
        };
        schema::one_of([form(false, false), form(true, false), form(false, true), form(true, true)])
    }
}

impl ToSchema for NewIncident {}

/// Changes of an incident; what is left out stays as it is. A severity can be changed and not be taken away.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IncidentChange {
    #[serde(default, deserialize_with = "body::given")]
    title: Option<String>,
    #[serde(default, deserialize_with = "body::given")]
    summary: Option<String>,
    #[serde(default, deserialize_with = "body::given")]
    severity: Option<SeverityKey>,
    #[serde(default, deserialize_with = "body::given")]
    services: Option<Vec<String>>,
    #[serde(default, deserialize_with = "body::given")]
    visibility: Option<Visibility>,
    #[serde(default, deserialize_with = "body::given")]
    people: Option<Vec<String>>,
}

impl PartialSchema for IncidentChange {
    /// Naming people goes with nothing but that only they may see it.
    fn schema() -> RefOr<Schema> {
        let form = || {
            schema::form()
                .property("title", schema::title())
                .property("summary", schema::summary())
                .property("severity", schema::severity())
                .property("services", schema::services())
        };
        let plain = form().property("visibility", schema::visibility());
        let people = form().property("visibility", schema::word(Visibility::Restricted));
        schema::one_of([plain, people.property("people", schema::people()).required("people")])
    }
}

impl ToSchema for IncidentChange {}

/// Declare an incident.
///
/// Sending the same request again under the same key, within 24 hours, declares nothing new and answers with the same
/// incident.
#[utoipa::path(
    post,
    path = "/api/incidents",
    tag = "Incidents",
    operation_id = "declareIncident",
    params(("Idempotency-Key" = String, Header, description = "Your own name for this request, new for every incident.",
        min_length = 1, max_length = 128, pattern = "^[!-~]+$")),
    request_body(content = NewIncident),
    responses(
        (status = 201, description = "The incident.", body = Incident, headers(
            ("Location" = String, description = "Its address."),
            ("ETag" = String, description = "Its version."),
        )),
        Always, ForBody, ForKey,
    ),
    security(("token" = ["Incidents.Write"]))
)]
pub async fn declare(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Result<Response, Refused> {
    let Some(key) = body::idempotency_key(request.headers())? else {
        let sentence = "Give this request a name of its own in Idempotency-Key, so that sending it again does it once.";
        return Err(refuse(Problem::new(StatusCode::BAD_REQUEST, "idempotency_key_needed", sentence)));
    };
    let new: NewIncident = body::json(request).await?;
    let failed = |why| failed(why, &caller);
    let triage = first(new.status)?;
    let kind = new.kind.unwrap_or(Kind::Incident);
    if kind == Kind::Retrospective {
        return Err(refuse(invalid(vec![Invalid::new("kind", "must be incident or test")])));
    }
    let named = new.people.as_deref().unwrap_or_default();
    are_names(&[("services", &new.services), ("people", named)])?;
    let restricted = new.visibility == Some(Visibility::Restricted);
    if new.people.is_some() && !restricted {
        return Err(named_but_open());
    }
    state.directory.made_ready(&caller).await.map_err(failed)?;
    let services =
        state.services.incidents.services_called(&caller, Operation::Declare, &new.services).await.map_err(failed)?;
    let (people, others) = people(named);
    let declare = Declare {
        title: new.title,
        summary: new.summary,
        severity: new.severity,
        services,
        restricted,
        people,
        others,
        triage,
        test: kind == Kind::Test,
        source: Source::Api,
        idempotency_key: Some(key),
    };
    let number = state.services.incidents.declare(&caller, &declare).await.map_err(failed)?;
    let mut response = one(&state, &caller, number).await?;
    *response.status_mut() = StatusCode::CREATED;
    if let Ok(location) = HeaderValue::try_from(format!("/api/incidents/{number}")) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// Whether it starts in triage.
fn first(status: Option<Status>) -> Result<bool, Refused> {
    match status {
        None | Some(Status::Triage) => Ok(true),
        Some(Status::Investigating) => Ok(false),
        Some(_) => Err(refuse(invalid(vec![Invalid::new("status", "must be triage or investigating")]))),
    }
}

/// Whether each word can be the name, or the id, of something.
fn are_names(lists: &[(&str, &[String])]) -> Result<(), Refused> {
    let mut faults = Vec::new();
    for (field, words) in lists {
        let wrong = words.iter().enumerate().filter_map(|(n, word)| Some((n, Name::read(word).err()?)));
        faults.extend(wrong.map(|(n, why)| Invalid::new(&format!("{field}[{n}]"), why)));
    }
    if faults.is_empty() { Ok(()) } else { Err(refuse(invalid(faults))) }
}

/// Naming people and leaving an incident open to all is a slip that must not go through unseen.
fn named_but_open() -> Refused {
    refuse(invalid(vec![Invalid::new("people", "goes with the visibility restricted and with no other")]))
}

/// Those that are named by their ids, and the others, one a line.
fn people(words: &[String]) -> (Vec<UserId>, String) {
    let ids = words.iter().filter_map(|word| word.parse().ok()).collect();
    let others = words.iter().filter(|word| word.parse::<UserId>().is_err());
    (ids, others.map(String::as_str).collect::<Vec<_>>().join("\n"))
}

/// The incident as the caller sees it now, with its version.
pub async fn one(state: &AppState, caller: &Caller, number: IncidentNumber) -> Result<Response, Refused> {
    let detail = state.services.incidents.get(caller, number).await.map_err(|why| failed(why, caller))?;
    let tag = precondition::tag(detail.version);
    Ok(([(header::ETAG, tag)], Json(Incident::from(detail))).into_response())
}

/// Read an incident.
///
/// With the version it has in `ETag`, which changes of it name in `If-Match`.
#[utoipa::path(
    get,
    path = "/api/incidents/{number}",
    tag = "Incidents",
    operation_id = "readIncident",
    params(
        OneIncident,
        ("If-None-Match" = Option<String>, Header, description = "The version that you have already."),
    ),
    responses(
        (status = 200, description = "The incident.", body = Incident, headers(("ETag" = String, description = "Its version."))),
        (status = 304, description = "It has the version that you have.", headers(("ETag" = String, description = "Its version."))),
        Always, ForOne,
    ),
    security(("token" = ["Incidents.Read"]))
)]
pub async fn read(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(number): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Refused> {
    let number = body::number(&number)?;
    let detail = state.services.incidents.get(&caller, number).await.map_err(|why| failed(why, &caller))?;
    let tag = [(header::ETAG, precondition::tag(detail.version))];
    if precondition::is_known(&headers, detail.version) {
        return Ok((StatusCode::NOT_MODIFIED, tag).into_response());
    }
    Ok((tag, Json(Incident::from(detail))).into_response())
}

/// Change an incident.
///
/// A JSON merge patch (RFC 7396): members that are there replace what the incident has.
#[utoipa::path(
    patch,
    path = "/api/incidents/{number}",
    tag = "Incidents",
    operation_id = "changeIncident",
    params(
        OneIncident,
        InVersion,
    ),
    request_body(content = IncidentChange),
    responses(
        (status = 200, description = "The incident after it.", body = Incident, headers(("ETag" = String, description = "Its version."))),
        Always, ForOne, ForBody, ForVersion,
    ),
    security(("token" = ["Incidents.Write"]))
)]
pub async fn edit(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(number): Path<String>,
    request: Request,
) -> Result<Response, Refused> {
    let number = body::number(&number)?;
    let incidents = &state.services.incidents;
    let headers = request.headers().clone();
    let change: IncidentChange = body::json(request).await?;
    let (services, people_named) = (change.services.as_deref(), change.people.as_deref());
    are_names(&[("services", services.unwrap_or_default()), ("people", people_named.unwrap_or_default())])?;
    if people_named.is_some() && change.visibility == Some(Visibility::Tenant) {
        return Err(named_but_open());
    }
    // Conditions are for requests that would be done without them (RFC 9110 section 13.2.1).
    let version = precondition::wanted(incidents, &caller, number, &headers).await?;
    let failed = |why| failed(why, &caller);
    let services = match services {
        None => None,
        Some(words) => Some(incidents.services_called(&caller, Operation::Edit, words).await.map_err(failed)?),
    };
    let named = people_named.map(people);
    let (people, others) = named.map_or((None, String::new()), |(people, others)| (Some(people), others));
    let patch = Patch {
        version,
        title: change.title,
        summary: change.summary,
        severity: change.severity,
        services,
        restricted: change.visibility.map(|visibility| visibility == Visibility::Restricted),
        people,
        others,
    };
    incidents.patch(&caller, number, &patch).await.map_err(failed)?;
    one(&state, &caller, number).await
}

/// Delete an incident.
///
/// Nobody finds it any more, and its number is never given again. It takes the role Admin or `IncidentManager`, or the
/// permission `Incidents.Delete.All`. Where the organisation wants it, people have to prove anew who they are: the answer is
/// then a claims challenge.
#[utoipa::path(
    delete,
    path = "/api/incidents/{number}",
    tag = "Incidents",
    operation_id = "deleteIncident",
    params(
        OneIncident,
        ("If-Match" = Option<String>, Header, pattern = "^(\\*|(W/)?\"[!#-~]*\"(, (W/)?\"[!#-~]*\")*)$", description = "Delete it only in this version."),
    ),
    responses((status = 204, description = "It is deleted."), Always, ForOne,
        (status = 412, response = inline(super::refusals::Stale))),
    security(("token" = ["Incidents.Delete"]))
)]
pub async fn delete(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    Path(number): Path<String>,
    headers: HeaderMap,
) -> Result<StatusCode, Refused> {
    let number = body::number(&number)?;
    let incidents = &state.services.incidents;
    let failed = |why| failed(why, &caller);
    let version = match precondition::wanted_if_given(&headers) {
        Ok(None) => None,
        Ok(Some(versions)) if versions.len() == 1 => versions.first().copied(),
        Ok(Some(versions)) => {
            let current = incidents.version(&caller, number).await.map_err(failed)?;
            Some(if versions.contains(&current) { current } else { 0 })
        }
        // Whoever may not see the incident learns nothing from what is wrong with their condition. No incident has version 0.
        Err(malformed) => {
            return Err(match incidents.delete(&caller, number, Some(0)).await {
                Ok(()) | Err(ServiceError::Stale(_)) => malformed,
                Err(why) => failed(why),
            });
        }
    };
    incidents.delete(&caller, number, version).await.map_err(failed)?;
    Ok(StatusCode::NO_CONTENT)
}
