//! The client credentials grant (RFC 6749 section 4.4): a token for the application itself, without a person.

use serde_json::{Value, json};
use uuid::Uuid;

use super::{access_token, error::TokenError, life::Life};
use crate::{
    authority::Authority,
    claims::ClaimsRequest,
    idp::Idp,
    params::Params,
    scenario::{AppRegistration, Resource},
    scope::{DEFAULT, resource_named},
};

/// What the token of an application says.
#[derive(Debug)]
pub(crate) struct AppSubject {
    pub(crate) tenant: Uuid,
    pub(crate) resource: Resource,
    pub(crate) roles: Vec<String>,
    /// `1` for a secret, `2` for an assertion.
    pub(crate) proof: &'static str,
    pub(crate) claims: ClaimsRequest,
}

pub(crate) fn answer(
    idp: &Idp,
    authority: Authority,
    app: &AppRegistration,
    form: &Params,
) -> Result<Value, TokenError> {
    let Authority::Tenant(tenant) = authority else { return Err(TokenError::TenantNeeded) };
    let scope = form.get("scope").ok_or(TokenError::Missing("scope"))?;
    let name = scope.strip_suffix(DEFAULT).and_then(|name| name.strip_suffix('/'));
    let name = name.filter(|name| !name.contains(' ')).ok_or_else(|| TokenError::NotDefault(scope.to_owned()))?;
    let resource = resource_named(name, &idp.directory).ok_or_else(|| TokenError::UnknownApi(name.to_owned()))?;
    let roles = roles(app, resource, tenant);
    if let Resource::App(id) = resource
        && roles.is_empty()
        && idp.directory.app_of(id).is_some_and(|api| api.assignment_required)
    {
        return Err(TokenError::ApplicationNotAssigned);
    }
    let claims = ClaimsRequest::parse(form.get("claims")).map_err(TokenError::Claims)?;
    let proof = if form.get("client_assertion").is_some() { "2" } else { "1" };
    let subject = AppSubject { tenant, resource, roles, proof, claims };
    let key = idp.keys.current().ok_or(TokenError::NoKey)?;
    let life = Life::draw(idp, app, resource, claims.cp1);
    let mut body = json!({
        "token_type": "Bearer",
        "expires_in": life.span.whole_seconds(),
        "ext_expires_in": life.span.whole_seconds(),
        "access_token": access_token::sign_app_only(idp, &key, app, &subject, life)?,
    });
    if let Some(seconds) = life.refresh_in {
        body["refresh_in"] = json!(seconds);
    }
    Ok(body)
}

/// The app roles that were assigned to the application in this tenant.
fn roles(app: &AppRegistration, resource: Resource, tenant: Uuid) -> Vec<String> {
    let granted = app.application_permissions.iter().filter(|granted| {
        granted.resource == resource && granted.tenants.as_ref().is_none_or(|tenants| tenants.contains(&tenant))
    });
    granted.flat_map(|granted| granted.roles.iter().cloned()).collect()
}
