//! The list, a page at a time.
#![expect(unused_qualifications, reason = "what utoipa makes of the description names types in full")]

use axum::Json;
use axum::extract::{Extension, RawQuery, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use domain::{IncidentQuery, Invalid};
use services::audit::Caller;
use utoipa::IntoParams;

use super::error::{Refused, failed, invalid, refuse};
use super::refusals::Always;
use super::schema;
use super::views::IncidentPage;
use crate::state::AppState;

/// What the list can be asked for.
#[derive(Default, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListQuery {
    /// Which incidents, by where they stand: `active` are those that are not over.
    #[param(schema_with = schema::tab, required = false)]
    tab: String,
    /// Only those of this severity.
    #[param(schema_with = schema::severity, required = false)]
    severity: String,
    /// In which order: last changed first, last declared first, worst first, or highest number first.
    #[param(schema_with = schema::sort, required = false)]
    sort: String,
    /// How many at a time.
    #[param(schema_with = schema::limit, required = false)]
    limit: String,
    /// The `next` of the page before, to go on with the same question.
    #[param(pattern = "^[A-Za-z0-9_-]{50}$", required = false)]
    after: String,
}

/// List incidents.
///
/// The incidents that the caller may see. Follow `next`, or the `Link` header (RFC 8288), until there is none.
#[utoipa::path(
    get,
    path = "/api/incidents",
    tag = "Incidents",
    operation_id = "listIncidents",
    params(ListQuery),
    responses(
        (status = 200, description = "One page.", body = IncidentPage, headers(
            ("Link" = String, description = "The next page as `<...>; rel=\"next\"`; missing on the last one."),
        )),
        Always,
    ),
    security(("token" = ["Incidents.Read"]))
)]
pub async fn list(
    State(state): State<AppState>,
    Extension(caller): Extension<Caller>,
    RawQuery(text): RawQuery,
) -> Result<Response, Refused> {
    let asked = ListQuery::read(text.as_deref().unwrap_or_default())?;
    let query = asked.query()?;
    let after = Some(asked.after.as_str()).filter(|after| !after.is_empty());
    let page = state.services.incidents.list(&caller, &query, after).await.map_err(|why| failed(why, &caller))?;
    let link = page.next.as_deref().and_then(|next| HeaderValue::try_from(asked.link(next)).ok());
    let items = page.items.into_iter().map(Into::into).collect();
    let mut response = Json(IncidentPage { items, next: page.next }).into_response();
    if let Some(link) = link {
        response.headers_mut().insert(header::LINK, link);
    }
    Ok(response)
}

/// The pairs of a query, of which each may be there once.
///
/// # Errors
/// 422 with every name that is not known or there twice.
pub fn pairs(text: &str, known: &[&'static str]) -> Result<Vec<(&'static str, String)>, Refused> {
    let (mut pairs, mut faults) = (Vec::<(&'static str, String)>::new(), Vec::new());
    for (name, value) in url::form_urlencoded::parse(text.as_bytes()) {
        match known.iter().find(|known| **known == name) {
            None => faults.push(Invalid::new(&name, "is nothing that can be asked here; leave it out")),
            Some(known) if pairs.iter().any(|(name, _)| name == known) => {
                faults.push(Invalid::new(&name, "is there twice; give it once"));
            }
            Some(known) => pairs.push((known, value.into_owned())),
        }
    }
    if faults.is_empty() { Ok(pairs) } else { Err(refuse(invalid(faults))) }
}

impl ListQuery {
    fn read(text: &str) -> Result<Self, Refused> {
        let mut asked = Self::default();
        let mut faults = Vec::new();
        for (name, value) in pairs(text, &["tab", "severity", "sort", "limit", "after"])? {
            if value.is_empty() {
                faults.push(Invalid::new(name, "must not be empty; leave it out"));
            }
            match name {
                "tab" => asked.tab = value,
                "severity" => asked.severity = value,
                "sort" => asked.sort = value,
                "limit" => asked.limit = value,
                _ => asked.after = value,
            }
        }
        if faults.is_empty() { Ok(asked) } else { Err(refuse(invalid(faults))) }
    }

    fn query(&self) -> Result<IncidentQuery, Refused> {
        let mut faults = Vec::new();
        let query = IncidentQuery {
            tab: word("tab", &self.tab, &mut faults).unwrap_or_default(),
            severity: word("severity", &self.severity, &mut faults),
            sort: word("sort", &self.sort, &mut faults).unwrap_or_default(),
            size: word("limit", &self.limit, &mut faults).unwrap_or_default(),
        };
        if faults.is_empty() { Ok(query) } else { Err(refuse(invalid(faults))) }
    }

    /// The same question from there on.
    fn link(&self, next: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let words = [
            ("tab", &*self.tab),
            ("severity", &*self.severity),
            ("sort", &*self.sort),
            ("limit", &*self.limit),
            ("after", next),
        ];
        for (name, value) in words.into_iter().filter(|(_, value)| !value.is_empty()) {
            query.append_pair(name, value);
        }
        format!("</api/incidents?{}>; rel=\"next\"", query.finish())
    }
}

fn word<T: std::str::FromStr>(field: &str, text: &str, faults: &mut Vec<Invalid>) -> Option<T>
where
    T::Err: ToString,
{
    if text.is_empty() {
        return None;
    }
    text.parse().map_err(|why: T::Err| faults.push(Invalid::new(field, why))).ok()
}
