//! Who vouches for people: Microsoft Entra ID, a plain OpenID Connect provider, or the local stand-in.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use identity::{Authority, EntraAuthority, EntraTenant, OidcAuthority};
use secrecy::SecretString;
use url::Url;
use uuid::Uuid;

use super::access::is_https_or_local;
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

const ENTRA: &[&str] = &["AZURE_", "MUSTER_ALLOWED_TENANTS"];
/// Those of them that say anything to Muster; other programs have theirs, such as `AZURE_CONFIG_DIR`.
const ENTRA_SETTINGS: &[&str] = &[
    "AZURE_TENANT_ID",
    "AZURE_CLIENT_ID",
    "AZURE_CLIENT_SECRET",
    "AZURE_CLIENT_SECRET_FILE",
    "AZURE_AUTHORITY_HOST",
    "MUSTER_ALLOWED_TENANTS",
];
const OIDC: &[&str] = &["MUSTER_OIDC_"];
const PUBLIC_URL: &str = "MUSTER_PUBLIC_URL";

/// The local stand-in only where it is a part of this program and nothing at all speaks of a real provider or of a public
/// address, not even the bare name of a setting; whatever is there but incomplete is a problem and never a reason to fall
/// back.
pub(super) fn read(
    reader: &mut Reader<'_>,
    public_url: Option<&Url>,
    listen: SocketAddr,
    local_available: bool,
) -> Option<SignIn> {
    let named = reader.named(ENTRA) || reader.named(OIDC) || reader.named(&[PUBLIC_URL]);
    if !named && local_available {
        return local(reader, listen);
    }
    if public_url.is_none() && reader.quiet(PUBLIC_URL).is_none() {
        reader.problem(PUBLIC_URL, None, "is not set; it must be the address of the site, as registered");
    }
    match (reader.filled(ENTRA_SETTINGS), reader.filled(OIDC)) {
        (true, true) => {
            reader.problem("MUSTER_OIDC_ISSUER", None, "is set beside AZURE_ settings or MUSTER_ALLOWED_TENANTS, which are for Entra; keep one of the two providers");
            None
        }
        (false, true) => oidc_provider(reader),
        (false, false) if reader.named(OIDC) && !reader.named(ENTRA) => oidc_provider(reader),
        (false, false) => {
            for name in reader.names(ENTRA) {
                if !ENTRA_SETTINGS.contains(&name.as_str()) {
                    let fix = "is set, which speaks of a real provider: complete the settings, or take it out of the environment for the development sign-in";
                    reader.problem(&name, None, fix);
                }
            }
            entra_provider(reader)
        }
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
    const CLIENT: &str = "AZURE_CLIENT_ID";
    let what = "a directory (tenant) id, or organizations, or common";
    let other = format!("{what}; for another provider than Entra ID set MUSTER_OIDC_ISSUER and the others of its kind");
    let tenant = reader.required(TENANT, &other).and_then(|text| match text.to_ascii_lowercase().as_str() {
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
            match url {
                None => {
                    reader.problem(
                        "AZURE_AUTHORITY_HOST",
                        Some(text),
                        "must be a host such as login.microsoftonline.com",
                    );
                    None
                }
                Some(url) => vouching(reader, "AZURE_AUTHORITY_HOST", url),
            }
        }
    };
    let client_id = reader.required(CLIENT, "the application (client) id, a GUID");
    if let Some(text) = client_id.clone().filter(|text| Uuid::try_parse(text).is_err()) {
        reader.problem(CLIENT, Some(text), "must be the application (client) id of the registration, a GUID");
    }
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
    let fix = match &ids {
        Ok(ids) if ids.is_empty() => "must name at least one directory (tenant) id, or be left out to admit all",
        Ok(_) => return ids.ok(),
        Err(_) => "must be directory (tenant) ids with commas between them",
    };
    reader.problem(NAME, Some(text), fix);
    None
}

/// The URL of whoever vouches for people: what it says must reach us as it was sent.
fn vouching(reader: &mut Reader<'_>, name: &str, url: Url) -> Option<Url> {
    let nobody = url.username().is_empty() && url.password().is_none();
    if is_https_or_local(&url) && nobody && url.query().is_none() && url.fragment().is_none() {
        return Some(url);
    }
    let fix = "must be https (plain http is accepted on this machine only), without user name, query and fragment";
    reader.problem(name, Some(url.to_string()), fix);
    None
}

fn oidc_provider(reader: &mut Reader<'_>) -> Option<SignIn> {
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
    Some(SignIn::Provider { authority, client_id: client_id?, client_secret: client_secret? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Environment;

    /// What is complained about where nothing at all is set.
    fn refused(local_available: bool) -> Vec<String> {
        let environment = Environment::new();
        let mut reader = Reader::new(&environment);
        let sign_in = read(&mut reader, None, SocketAddr::from((Ipv4Addr::LOCALHOST, 3000)), local_available);
        let problems = reader.finish().err().unwrap_or_default();
        assert_eq!(sign_in.is_some(), problems.is_empty());
        problems.into_iter().map(|problem| problem.name).collect()
    }

    #[test]
    fn a_program_without_the_development_sign_in_asks_for_a_provider() {
        let asked = ["MUSTER_PUBLIC_URL", "AZURE_TENANT_ID", "AZURE_CLIENT_ID", "AZURE_CLIENT_SECRET"];
        assert_eq!(refused(false), asked);
        assert!(refused(true).is_empty());
    }
}
