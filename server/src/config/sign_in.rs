//! Who vouches for people: Microsoft Entra ID, a plain OpenID Connect provider, or the local stand-in.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use identity::{Authority, EntraAuthority, EntraTenant, OidcAuthority};
use secrecy::SecretString;
use url::Url;
use uuid::Uuid;

use super::reader::Reader;

/// Who vouches for people.
#[derive(Debug)]
pub enum SignIn {
    /// A registered application at a real provider.
    Provider {
        /// The provider.
        authority: Authority,
        /// The application's id there.
        client_id: String,
        /// Its secret.
        client_secret: SecretString,
    },
    /// `entra-local`, served by this process at this address. Development only.
    Local(SocketAddr),
}

/// The local stand-in only where nothing at all speaks of a real provider or of a public address; whatever is there but
/// incomplete is a problem and never a reason to fall back.
pub(super) fn read(reader: &mut Reader<'_>, public_url: Option<&Url>, listen: SocketAddr) -> Option<SignIn> {
    let entra = reader.any(&["AZURE_", "MUSTER_ALLOWED_TENANTS"]);
    let oidc = reader.any(&["MUSTER_OIDC_"]);
    if !entra && !oidc && !reader.any(&["MUSTER_PUBLIC_URL"]) {
        return local(reader, listen);
    }
    if public_url.is_none() && reader.quiet("MUSTER_PUBLIC_URL").is_none() {
        reader.problem("MUSTER_PUBLIC_URL", None, "is not set; it must be the address of the site, as registered");
    }
    match (entra, oidc) {
        (true, true) => {
            reader.problem("MUSTER_OIDC_ISSUER", None, "is set beside AZURE_ settings or MUSTER_ALLOWED_TENANTS, which are for Entra; keep one of the two providers");
            None
        }
        (_, true) => oidc_provider(reader),
        (_, false) => entra_provider(reader),
    }
}

fn local(reader: &mut Reader<'_>, listen: SocketAddr) -> Option<SignIn> {
    let default = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 3001);
    let at = reader.parsed("MUSTER_ENTRA_LOCAL_LISTEN", "an address and port such as 127.0.0.1:3001");
    let at: SocketAddr = at.unwrap_or(default);
    let mut fine = true;
    for (name, address) in [("MUSTER_LISTEN", listen), ("MUSTER_ENTRA_LOCAL_LISTEN", at)] {
        if !address.ip().is_loopback() {
            let fix = "must be on the loopback interface while the development sign-in is on; \
                       set AZURE_TENANT_ID, AZURE_CLIENT_ID, AZURE_CLIENT_SECRET and MUSTER_PUBLIC_URL to go public";
            reader.problem(name, Some(address.to_string()), fix);
            fine = false;
        }
    }
    fine.then_some(SignIn::Local(at))
}

fn entra_provider(reader: &mut Reader<'_>) -> Option<SignIn> {
    const TENANT: &str = "AZURE_TENANT_ID";
    let what = "a directory (tenant) id, or organizations, or common";
    let tenant = reader.required(TENANT, what).and_then(|text| match text.to_ascii_lowercase().as_str() {
        "organizations" => Some(EntraTenant::Organizations),
        "common" => Some(EntraTenant::Common),
        _ => {
            let tenant = Uuid::try_parse(&text).ok().map(EntraTenant::Single);
            if tenant.is_none() {
                reader.problem(TENANT, Some(text), format!("must be {what}"));
            }
            tenant
        }
    });
    let base: Option<Url> = match reader.text("AZURE_AUTHORITY_HOST") {
        None => Url::parse(identity::PUBLIC_CLOUD).ok(),
        Some(text) => {
            let with_scheme = if text.contains("://") { text.clone() } else { format!("https://{text}") };
            let url = Url::parse(&with_scheme).ok().filter(|url| url.host().is_some());
            if url.is_none() {
                reader.problem("AZURE_AUTHORITY_HOST", Some(text), "must be a host such as login.microsoftonline.com");
            }
            url
        }
    };
    let client_id = reader.required("AZURE_CLIENT_ID", "the application (client) id");
    let client_secret = reader.secret("AZURE_CLIENT_SECRET", "a client secret of the application");
    let allowed_tenants = allowed_tenants(reader);
    let authority = Authority::Entra(EntraAuthority { base: base?, tenant: tenant?, allowed_tenants });
    Some(SignIn::Provider { authority, client_id: client_id?, client_secret: client_secret? })
}

fn allowed_tenants(reader: &mut Reader<'_>) -> Option<BTreeSet<Uuid>> {
    const NAME: &str = "MUSTER_ALLOWED_TENANTS";
    let text = reader.text(NAME)?;
    let ids: Result<BTreeSet<Uuid>, _> =
        text.split([',', ' ']).filter(|id| !id.is_empty()).map(Uuid::try_parse).collect();
    if ids.is_err() {
        reader.problem(NAME, Some(text), "must be directory (tenant) ids with commas between them");
    }
    Some(ids.unwrap_or_default())
}

fn oidc_provider(reader: &mut Reader<'_>) -> Option<SignIn> {
    const ISSUER: &str = "MUSTER_OIDC_ISSUER";
    reader.required(ISSUER, "the provider's issuer URL");
    let issuer = reader.parsed(ISSUER, "the provider's issuer URL, exactly as its discovery document has it");
    let client_id = reader.required("MUSTER_OIDC_CLIENT_ID", "the client id at the provider");
    let client_secret = reader.secret("MUSTER_OIDC_CLIENT_SECRET", "the client secret at the provider");
    reader.required("MUSTER_OIDC_TENANT_ID", "a UUID of your choice that stands for the organisation");
    let tenant_id = reader.parsed("MUSTER_OIDC_TENANT_ID", "a UUID of your choice that stands for the organisation");
    let tenant_name = reader.text("MUSTER_OIDC_TENANT_NAME").unwrap_or_else(|| "Our organisation".to_owned());
    let role_claim = reader.text("MUSTER_OIDC_ROLE_CLAIM").unwrap_or_else(|| "roles".to_owned());
    let authority = Authority::Oidc(OidcAuthority { issuer: issuer?, tenant_id: tenant_id?, tenant_name, role_claim });
    Some(SignIn::Provider { authority, client_id: client_id?, client_secret: client_secret? })
}
