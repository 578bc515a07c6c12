//! The description of the API (`OpenAPI` 3.1), for everybody: it says what there is, not what is in it.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::schema::{SchemaType, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{Modify, OpenApi};

use super::{incidents, list, notes, refusals, timeline, transitions, views};

/// Where it is.
pub const ADDRESS: &str = "/api/openapi.json";

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Muster",
        description = "Incidents, for programs. Show an access token of Microsoft Entra ID for Muster's application: one that \
            a client got for a person, with the scopes Incidents.Read, Incidents.Write or Incidents.Delete, and then the \
            person's roles decide as on the pages; or one that an application got for itself, with the permissions \
            Incidents.Read.All, Incidents.ReadWrite.All or Incidents.Delete.All. Every refusal is a problem (RFC 9457).",
    ),
    servers((url = "/", description = "This Muster.")),
    paths(
        list::list,
        incidents::declare,
        incidents::read,
        incidents::edit,
        incidents::delete,
        transitions::act,
        timeline::read,
        notes::write,
    ),
    components(schemas(refusals::ProblemBody, views::Incident)),
    tags(
        (name = "Incidents", description = "Incidents and what can be done with them."),
        (name = "Timeline", description = "What happened to an incident."),
    ),
    modifiers(&Token, &Plain)
)]
struct Document;

/// How callers show who they are.
struct Token;

impl Modify for Token {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("JWT")
            .description(Some("An access token of Microsoft Entra ID for Muster's application."));
        if let Some(components) = document.components.as_mut() {
            components.add_security_scheme("token", SecurityScheme::Http(scheme.build()));
        }
    }
}

/// A parameter can be left out; it cannot be null.
struct Plain;

impl Modify for Plain {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        for item in document.paths.paths.values_mut() {
            let all = [&mut item.get, &mut item.post, &mut item.patch, &mut item.delete];
            let parameters = all.into_iter().flatten().filter_map(|operation| operation.parameters.as_mut()).flatten();
            for parameter in parameters {
                if let Some(RefOr::T(Schema::Object(schema))) = &mut parameter.schema
                    && let SchemaType::Array(_) = schema.schema_type
                {
                    schema.schema_type = SchemaType::Type(Type::String);
                }
            }
        }
    }
}

static DOCUMENT: LazyLock<String> = LazyLock::new(|| Document::openapi().to_json().unwrap_or_default());

/// The document.
pub async fn serve() -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-cache")];
    (headers, DOCUMENT.as_str()).into_response()
}
