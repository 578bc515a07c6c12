//! From the caller that an access token names to one the product knows.

use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::{Actor, Permission, Roles, TenantId, Timestamp};
use identity::{BearerLayer, BearerPrincipal, CallerKind, RequireLayer, Requirement};
use services::audit::{Caller, RequestFacts};
use services::{Clock, Door, ServiceError, SystemClock, user_id};

use super::{facts, roles, subject_of};
use crate::http::problem::Problem;
use crate::state::AppState;

/// The layers of the API that know tokens.
pub struct Api {
    bearer: identity::Bearer,
}

impl Api {
    /// For the tokens that the site accepts.
    pub fn new(state: &AppState) -> Self {
        let draw = |refusal: &identity::BearerRefusal| {
            Problem::new(refusal.status(), refusal.code().as_str(), refusal.detail()).into_response()
        };
        Self { bearer: state.bearer.clone().with_answers(draw) }
    }

    /// Lets requests with a good token through.
    pub fn token(&self) -> BearerLayer {
        self.bearer.layer()
    }

    /// What reading asks for.
    pub fn reading(&self) -> RequireLayer {
        needs("Incidents.Read", &[Permission::Read, Permission::ReadWrite])
    }

    /// What declaring and changing ask for.
    pub fn writing(&self) -> RequireLayer {
        needs("Incidents.Write", &[Permission::ReadWrite])
    }

    /// What deleting asks for.
    pub fn deleting(&self) -> RequireLayer {
        needs("Incidents.Delete", &[Permission::Delete])
    }
}

/// A client with the scope that acts for a person, or an application with a permission of its own. What the person's roles
/// allow is asked later, as on the pages.
fn needs(scope: &str, permissions: &[Permission]) -> RequireLayer {
    let permissions: Vec<&str> = permissions.iter().map(|permission| permission.as_str()).collect();
    Requirement::scope_or_app_role(&[scope], &permissions).layer()
}

/// A use case asks for a fresh proof of identity first. In the extensions of an answer that nobody sees.
#[derive(Clone, Copy)]
pub struct ProofNeeded;

/// The middleware inside the layer that checks tokens: puts a [`Caller`] into the request if their organisation is let in.
pub async fn identify_token(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let Some(principal) = request.extensions().get::<Arc<BearerPrincipal>>().cloned() else {
        return Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", "This API needs an access token.")
            .into_response();
    };
    let tenant = TenantId(principal.tenant_id);
    match is_let_in(&state, tenant).await {
        Ok(true) => {}
        // Among no tenants is none of ours: the refusal of a tenant that may not use the API.
        Ok(false) => {
            let refused = principal.require_tenant(&[]).err();
            return refused.map_or_else(|| Problem::not_found().into_response(), IntoResponse::into_response);
        }
        Err(error) => {
            super::log(&error, "it is not known whether an organisation is let in");
            let sentence = "Muster cannot reach its records just now. Try again in a moment.";
            return Problem::new(StatusCode::SERVICE_UNAVAILABLE, "unavailable", sentence).into_response();
        }
    }
    let context = state.api.step_up.as_deref();
    let needs_step_up = context.is_some_and(|context| needs_proof(&principal, context));
    let request_facts = RequestFacts { needs_step_up, ..facts(&request) };
    request.extensions_mut().insert(Caller { actor: actor(&principal), request: request_facts });
    let response = next.run(request).await;
    match context {
        Some(context) if response.extensions().get::<ProofNeeded>().is_some() => proof_needed(&principal, context),
        _ => response,
    }
}

/// Whether people of the organisation may sign in now. The copy of the list is seconds old, so that what was let in a moment
/// ago is looked up before it is refused.
async fn is_let_in(state: &AppState, tenant: TenantId) -> Result<bool, ServiceError> {
    let tenants = &state.services.tenants;
    // A token says when it ends, and that is soon: it is no session that could have begun before a block.
    Ok(tenants.holds(tenant, now()).await? || tenants.door(tenant).await?.0 == Door::Open)
}

fn now() -> Timestamp {
    SystemClock.now()
}

/// Nobody can prove anew who they are for an application that acts by itself.
fn needs_proof(principal: &BearerPrincipal, context: &str) -> bool {
    principal.kind == CallerKind::Delegated && !principal.acrs.iter().any(|satisfied| satisfied == context)
}

/// A claims challenge for clients that understand one ("Claims challenges, claims requests, and client capabilities").
fn proof_needed(principal: &BearerPrincipal, context: &str) -> Response {
    match principal.require_authentication_context(context) {
        Err(refusal) if refusal.claims_challenge().is_some() => refusal.into_response(),
        _ => {
            let sentence = format!(
                "This needs a sign-in that satisfies the authentication context {context}. A client that says it \
                 understands claims challenges (cp1) is told how to get one."
            );
            Problem::new(StatusCode::FORBIDDEN, "step_up_needed", sentence).into_response()
        }
    }
}

/// Whose request it is. A person is the one whom the same account signs in as; an application is named by its client id,
/// which no person's subject looks like.
fn actor(principal: &BearerPrincipal) -> Actor {
    let tenant = TenantId(principal.tenant_id);
    match principal.kind {
        CallerKind::Delegated => Actor {
            id: user_id(tenant, subject_of(&principal.account, &principal.subject, principal.tenant_id)),
            tenant,
            name: principal.name.clone().unwrap_or_default(),
            roles: roles(&principal.roles),
        },
        CallerKind::App => Actor {
            id: user_id(tenant, &format!("application {}", principal.client_id)),
            tenant,
            name: match &principal.name {
                Some(name) => format!("{name} (application)"),
                None => format!("{} (application)", principal.client_id),
            },
            roles: permissions(principal),
        },
    }
}

/// Entra gives applications roles; a plain provider gives them scopes.
fn permissions(principal: &BearerPrincipal) -> Roles {
    let by_role = principal.roles.iter().filter_map(|role| role.parse::<Permission>().ok());
    let by_scope = principal.scopes.iter().filter_map(|scope| match scope.as_str() {
        "Incidents.Read" => Some(Permission::Read),
        "Incidents.Write" => Some(Permission::ReadWrite),
        "Incidents.Delete" => Some(Permission::Delete),
        _ => None,
    });
    by_role.chain(by_scope).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use std::sync::Arc;

    use domain::{Operation, may};
    use identity::AccountId;
    use secrecy::SecretString;
    use time::OffsetDateTime;
    use uuid::Uuid;

    use super::*;

    const TENANT: Uuid = Uuid::from_u128(7);
    const OID: &str = "0a6d2b91-4c1e-4f87-b3a5-91e7c05d4821";

    fn principal(kind: CallerKind, scopes: &[&str], roles: &[&str]) -> BearerPrincipal {
        let owned = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        BearerPrincipal {
            tenant_id: TENANT,
            subject: OID.to_owned(),
            account: AccountId::entra(OID, TENANT),
            name: None,
            kind,
            client_id: "3d0b6c1e".to_owned(),
            scopes: owned(scopes),
            roles: owned(roles),
            acrs: vec!["c2".to_owned()],
            accepts_claims_challenges: false,
            expires_at: OffsetDateTime::UNIX_EPOCH,
            authorization_uri: Arc::from("https://login.example/authorize"),
            assertion: SecretString::from("token"),
        }
    }

    #[test]
    fn a_person_is_the_one_who_signs_in_and_an_application_nobody_else() {
        let tenant = TenantId(TENANT);
        let person = actor(&principal(CallerKind::Delegated, &[], &["Responder"]));
        assert_eq!(person.id, user_id(tenant, OID));
        let application = actor(&principal(CallerKind::App, &[], &["Incidents.Read.All"]));
        assert_ne!(application.id, person.id);
        assert_eq!(application.name, "3d0b6c1e (application)");
        assert_eq!(application.id, user_id(tenant, "application 3d0b6c1e"));
    }

    #[test]
    fn roles_are_for_people_and_permissions_for_applications() {
        let all = ["Admin", "Incidents.ReadWrite.All", "Incidents.Delete.All"];
        let person = actor(&principal(CallerKind::Delegated, &[], &all[1..]));
        assert!(!may(&person, Operation::Read) && !may(&person, Operation::Delete));
        let application = actor(&principal(CallerKind::App, &[], &all[..1]));
        assert!(!may(&application, Operation::Read));
        let application = actor(&principal(CallerKind::App, &[], &all));
        assert!(may(&application, Operation::Delete) && !may(&application, Operation::Restrict));
        let plain = actor(&principal(CallerKind::App, &["Incidents.Read"], &[]));
        assert!(may(&plain, Operation::Read) && !may(&plain, Operation::Declare));
        let person = actor(&principal(CallerKind::Delegated, &["Incidents.Read", "Incidents.Write"], &[]));
        assert!(!may(&person, Operation::Read), "a scope gives a person nothing");
    }

    #[test]
    fn only_people_prove_who_they_are() {
        let person = principal(CallerKind::Delegated, &[], &[]);
        assert!(needs_proof(&person, "c1") && !needs_proof(&person, "c2"));
        assert!(!needs_proof(&principal(CallerKind::App, &[], &[]), "c1"));
    }

    #[test]
    fn who_understands_a_challenge_is_sent_one() {
        let mut person = principal(CallerKind::Delegated, &[], &[]);
        let refused = proof_needed(&person, "c1");
        assert_eq!((refused.status(), refused.headers().get("www-authenticate")), (StatusCode::FORBIDDEN, None));
        person.accepts_claims_challenges = true;
        let challenged = proof_needed(&person, "c1");
        assert_eq!(challenged.status(), StatusCode::UNAUTHORIZED);
        let header = challenged.headers()["www-authenticate"].to_str().unwrap();
        assert!(header.contains("insufficient_claims") && header.contains("claims="), "{header}");
    }
}
