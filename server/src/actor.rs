//! From a person the identity layer knows to one the product knows. The only file that speaks both vocabularies.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use axum::extract::Request;
use axum::http::header::USER_AGENT;
use axum::middleware::Next;
use axum::response::Response;
use domain::{Actor, Roles, TenantId};
use identity::{Authority, Principal, Refusal, SignInEvents, SignInFailurePage, SignInRefused};
use services::audit::{Caller, RequestFacts};
use services::{DirectoryService, ServiceError, SignIn, user_id};
use uuid::Uuid;

use crate::http::request_log::RequestId;
use crate::pages;

/// The middleware inside the session layer: puts a [`Caller`] into the request if somebody is signed in.
pub async fn identify(mut request: Request, next: Next) -> Response {
    if let Some(principal) = request.extensions().get::<Principal>() {
        let caller = Caller { actor: actor(principal), request: facts(&request) };
        request.extensions_mut().insert(caller);
    }
    next.run(request).await
}

fn actor(principal: &Principal) -> Actor {
    let tenant = TenantId(principal.tenant_id);
    Actor {
        id: user_id(tenant, &principal.subject),
        tenant,
        name: principal.name.clone(),
        roles: roles(&principal.roles),
    }
}

/// Roles that are not Muster's are passed over: a registration may declare others for other programs.
fn roles(claims: &[String]) -> Roles {
    claims.iter().filter_map(|role| role.parse().ok()).collect()
}

fn facts(request: &Request) -> RequestFacts {
    let agent = request.headers().get(USER_AGENT).and_then(|agent| agent.to_str().ok());
    RequestFacts {
        request_id: request.extensions().get::<RequestId>().map(|id| id.0.clone()),
        ip: request.extensions().get::<identity::ClientIp>().map(|ip| ip.0.to_string()),
        user_agent: agent.map(|agent| agent.chars().take(256).collect()),
    }
}

fn facts_of(request: &identity::RequestFacts) -> RequestFacts {
    RequestFacts {
        request_id: request.request_id.clone(),
        ip: request.ip.map(|ip| ip.to_string()),
        user_agent: request.user_agent.clone(),
    }
}

/// What Muster does when somebody signs in or out: keeps the directory and the audit log.
pub struct SignIns {
    directory: DirectoryService,
    tenant_names: BTreeMap<Uuid, String>,
    pages: pages::Pages,
}

impl SignIns {
    /// For people whom `authority` vouches for.
    pub fn new(directory: DirectoryService, authority: &Authority, pages: pages::Pages) -> Arc<Self> {
        let tenant_names = match authority {
            Authority::Entra(_) => BTreeMap::new(),
            Authority::Oidc(oidc) => BTreeMap::from([(oidc.tenant_id, oidc.tenant_name.clone())]),
        };
        Arc::new(Self { directory, tenant_names, pages })
    }
}

#[async_trait]
impl SignInEvents for SignIns {
    async fn signing_in(&self, principal: &Principal, request: &identity::RequestFacts) -> Result<(), SignInRefused> {
        let sign_in = SignIn {
            tenant: TenantId(principal.tenant_id),
            tenant_name: self.tenant_names.get(&principal.tenant_id).cloned(),
            subject: principal.subject.clone(),
            name: principal.name.clone(),
            roles: roles(&principal.roles),
        };
        match self.directory.signed_in(&sign_in, &facts_of(request)).await {
            Ok(_) => Ok(()),
            Err(error) => {
                tracing::error!(%error, cause = ?std::error::Error::source(&error), "nobody can sign in: the sign-in cannot be recorded");
                let unavailable = matches!(error, ServiceError::Unavailable(_));
                Err(SignInRefused {
                    code: "records_unavailable",
                    title: "Signing in is not possible right now".to_owned(),
                    sentence: "Muster's records cannot be written at the moment. Try again in a minute.".to_owned(),
                    unavailable,
                })
            }
        }
    }

    async fn signed_out(&self, principal: &Principal, request: &identity::RequestFacts) {
        let caller = Caller { actor: actor(principal), request: facts_of(request) };
        if let Err(error) = self.directory.signed_out(&caller).await {
            // The person is signed out all the same: that must never fail.
            tracing::error!(%error, "a sign-out could not be audited");
        }
    }

    async fn refused(&self, refusal: &Refusal, request: &identity::RequestFacts) {
        let noted =
            self.directory.sign_in_refused(None, refusal.class.as_str(), &refusal.reference, &facts_of(request)).await;
        if let Err(error) = noted {
            tracing::error!(%error, "a refused sign-in could not be audited");
        }
    }

    fn page(&self, page: SignInFailurePage) -> Response {
        self.pages.sign_in_failure(&page)
    }
}
