//! Microsoft Entra ID, in any of its clouds.

use std::collections::BTreeSet;

use identity::{Authority, EntraAuthority, EntraTenant};
use services::PERSONAL_ACCOUNTS;
use url::Url;
use uuid::Uuid;

use super::{SignIn, client, trust::Trust, vouching};
use crate::config::reader::Reader;

const ALLOWED_TENANTS: &str = "MUSTER_ALLOWED_TENANTS";

pub(super) fn read(reader: &mut Reader<'_>, trust: &Trust) -> Option<SignIn> {
    const TENANT: &str = "AZURE_TENANT_ID";
    const HOST: &str = "AZURE_AUTHORITY_HOST";
    let what = "a directory (tenant) id, or organizations, common or consumers";
    let other = format!(
        "{what}; for another provider than Entra ID set MUSTER_CIAM_AUTHORITY, MUSTER_B2C_AUTHORITY or MUSTER_OIDC_ISSUER"
    );
    let tenant = reader.required(TENANT, &other).and_then(|text| match text.to_ascii_lowercase().as_str() {
        "organizations" => Some(EntraTenant::Organizations),
        "common" => Some(EntraTenant::Common),
        "consumers" => Some(EntraTenant::Consumers),
        _ => {
            let tenant = Uuid::try_parse(&text).ok().map(EntraTenant::Single);
            if tenant.is_none() {
                reader.problem(TENANT, Some(text), format!("must be {what}"));
            }
            tenant
        }
    });
    let base: Option<Url> = match reader.text(HOST) {
        None => Url::parse(identity::PUBLIC_CLOUD).ok(),
        Some(text) => {
            let with_scheme = if text.contains("://") { text.clone() } else { format!("https://{text}") };
            match Url::parse(&with_scheme).ok().filter(|url| url.host().is_some()) {
                None => {
                    reader.problem(HOST, Some(text), "must be a host such as login.microsoftonline.com");
                    None
                }
                Some(url) => vouching(reader, HOST, url),
            }
        }
    };
    let client = client(reader);
    let allowed_tenants = allowed_tenants(reader);
    if let (Some(tenant), Some(allowed)) = (tenant, &allowed_tenants) {
        lets_somebody_in(reader, tenant, allowed);
    }
    let authority = Authority::Entra(EntraAuthority { base: base?, tenant: tenant?, allowed_tenants });
    let known = trust.admits(reader, HOST, &authority);
    client.filter(|_| known).map(|client| client.of(authority))
}

/// `MUSTER_ALLOWED_TENANTS`: beyond these no tenant is let in.
pub(in crate::config) fn allowed_tenants(reader: &mut Reader<'_>) -> Option<BTreeSet<Uuid>> {
    let text = reader.text(ALLOWED_TENANTS)?;
    let ids: Result<BTreeSet<Uuid>, _> =
        text.split([',', ' ']).filter(|id| !id.is_empty()).map(Uuid::try_parse).collect();
    let fix = match &ids {
        Ok(ids) if ids.is_empty() => "must name at least one directory (tenant) id, or be left out to admit all",
        Ok(_) => return ids.ok(),
        Err(_) => "must be directory (tenant) ids with commas between them",
    };
    reader.problem(ALLOWED_TENANTS, Some(text), fix);
    None
}

/// Where people of one tenant only come from the authority, a bound without that tenant would turn away all of them, and
/// nothing else would say why.
fn lets_somebody_in(reader: &mut Reader<'_>, tenant: EntraTenant, allowed: &BTreeSet<Uuid>) {
    let only = match tenant {
        EntraTenant::Single(only) => only,
        EntraTenant::Consumers => PERSONAL_ACCOUNTS.0,
        EntraTenant::Organizations | EntraTenant::Common => return,
    };
    if !allowed.contains(&only) {
        let segment = tenant.segment();
        let fix = format!(
            "does not name the tenant of AZURE_TENANT_ID `{segment}`, so nobody could sign in; add {only}, or leave it out"
        );
        let read = reader.text(ALLOWED_TENANTS);
        reader.problem(ALLOWED_TENANTS, read, fix);
    }
}
