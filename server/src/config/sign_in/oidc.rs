//! Any other OpenID Connect provider.

use identity::{Authority, ClientCredential, OidcAuthority};

use super::{SignIn, vouching};
use crate::config::reader::Reader;

pub(super) fn read(reader: &mut Reader<'_>) -> Option<SignIn> {
    const ISSUER: &str = "MUSTER_OIDC_ISSUER";
    reader.required(ISSUER, "the provider's issuer URL");
    let issuer = reader.parsed(ISSUER, "the provider's issuer URL, exactly as its discovery document has it");
    let issuer = issuer.and_then(|issuer| vouching(reader, ISSUER, issuer));
    let client_id = reader.required("MUSTER_OIDC_CLIENT_ID", "the client id at the provider");
    let client_secret = reader.secret("MUSTER_OIDC_CLIENT_SECRET", "the client secret at the provider");
    reader.required("MUSTER_OIDC_TENANT_ID", "a UUID of your choice that stands for the organisation");
    let tenant_id = reader.parsed("MUSTER_OIDC_TENANT_ID", "a UUID of your choice that stands for the organisation");
    let tenant_name = reader.text("MUSTER_OIDC_TENANT_NAME").unwrap_or_else(|| "Our organisation".to_owned());
    let role_claim = reader.text("MUSTER_OIDC_ROLE_CLAIM").unwrap_or_else(|| "roles".to_owned());
    let authority = Authority::Oidc(OidcAuthority { issuer: issuer?, tenant_id: tenant_id?, tenant_name, role_claim });
    Some(SignIn::Provider { authority, client_id: client_id?, credential: ClientCredential::Secret(client_secret?) })
}
