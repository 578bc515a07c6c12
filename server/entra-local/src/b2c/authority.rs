//! `/{tenant}/{user flow}` and `/tfp/{tenant}/{user flow}`: which user flow a request is about.

use std::sync::Arc;

use axum::{
    extract::{FromRequestParts, Path},
    response::{IntoResponse as _, Response},
};
use http::{StatusCode, header, request::Parts};
use uuid::Uuid;

use super::error::B2cError;
use crate::{
    idp::Idp,
    quota,
    scenario::{B2c, B2cIssuer, UserFlow},
    trace::Trace,
};

/// A user flow of a B2C tenant, as one request addressed it.
#[derive(Debug, Clone)]
pub(crate) struct PolicyAuthority {
    pub(crate) tenant: Uuid,
    pub(crate) settings: B2c,
    pub(crate) flow: UserFlow,
    /// The path of its endpoints: as asked for, in lower case.
    path: String,
}

impl PolicyAuthority {
    fn find(idp: &Idp, path: &str, tenant: &str, policy: &str) -> Option<Self> {
        let tenant = idp.directory.tenant_named(tenant)?;
        let settings = tenant.b2c.clone()?;
        let flow = settings.user_flows.iter().find(|flow| flow.name.eq_ignore_ascii_case(policy))?.clone();
        Some(Self { tenant: tenant.id, settings, flow, path: path.to_ascii_lowercase() })
    }

    /// The name of the user flow in lower case, as B2C writes it into tokens and URLs.
    pub(crate) fn policy(&self) -> String {
        self.flow.name.to_ascii_lowercase()
    }

    pub(crate) fn endpoint(&self, idp: &Idp, tail: &str) -> String {
        format!("{}/{}/{tail}", idp.base, self.path)
    }

    /// Never the authority itself, and with a slash at its end.
    pub(crate) fn issuer(&self, idp: &Idp) -> String {
        match self.settings.issuer {
            B2cIssuer::Tenant => format!("{}/{}/v2.0/", idp.base, self.tenant),
            B2cIssuer::Policy => format!("{}/tfp/{}/{}/v2.0/", idp.base, self.tenant, self.policy()),
        }
    }

    /// The cookie of the single-sign-on session, one for each tenant as at B2C.
    pub(crate) fn cookie(&self) -> String {
        format!("x-ms-cpim-sso-local-{}", self.tenant)
    }
}

impl FromRequestParts<Arc<Idp>> for PolicyAuthority {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, idp: &Arc<Idp>) -> Result<Self, Response> {
        let gone = || (StatusCode::NOT_FOUND, "There is no such tenant or user flow.\n").into_response();
        let Ok(Path((tenant, policy))) = Path::<(String, String)>::from_request_parts(parts, idp).await else {
            return Err(gone());
        };
        let prefix = if parts.uri.path().starts_with("/tfp/") { "tfp/" } else { "" };
        let authority = Self::find(idp, &format!("{prefix}{tenant}/{policy}"), &tenant, &policy).ok_or_else(gone)?;
        let cost = if parts.uri.path().ends_with("/authorize") { quota::USER_FLOW } else { quota::REQUEST };
        match idp.control.take_quota(authority.tenant, cost) {
            Ok(()) => Ok(authority),
            Err(seconds) => {
                let trace = Trace::from_request_parts(parts, idp).await.map_err(|never| match never {})?;
                let mut response = B2cError::TooManyRequests.json(&trace);
                response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
                Err(response)
            }
        }
    }
}
