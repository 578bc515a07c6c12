//! Who vouches for people: Microsoft Entra ID, External ID, Azure AD B2C, a plain OpenID Connect provider, or the local
//! stand-in. One file for each kind of provider.

mod b2c;
mod credential;
pub(super) mod entra;
mod external_id;
mod oidc;
pub(super) mod trust;

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use identity::{Authority, ClientCredential};
use url::Url;
use uuid::Uuid;

use super::access::is_https_or_local;
use super::reader::Reader;
pub use trust::Trust;

/// Who vouches for people.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one of it")]
pub enum SignIn {
    /// A registered application at a real provider.
    Provider {
        /// The provider.
        authority: Authority,
        /// The application's id there.
        client_id: String,
        /// How it proves itself.
        credential: ClientCredential,
    },
    /// `entra-local`, served by this process at this address. Development only.
    Local(SocketAddr),
}

const ENTRA: &[&str] = &["AZURE_", "MUSTER_ALLOWED_TENANTS", "MUSTER_KNOWN_AUTHORITIES", "MUSTER_CUSTOM_SIGNING_KEYS"];
/// Those of them that say anything to Muster; other programs have theirs, such as `AZURE_CONFIG_DIR`.
const ENTRA_SETTINGS: &[&str] = &[
    "AZURE_TENANT_ID",
    "AZURE_CLIENT_ID",
    "AZURE_CLIENT_SECRET",
    "AZURE_CLIENT_SECRET_FILE",
    "AZURE_CLIENT_CERTIFICATE",
    "AZURE_CLIENT_CERTIFICATE_PATH",
    "AZURE_FEDERATED_TOKEN_FILE",
    "AZURE_AUTHORITY_HOST",
    "MUSTER_ALLOWED_TENANTS",
];
const OIDC: &[&str] = &["MUSTER_OIDC_"];
const B2C: &[&str] = &["MUSTER_B2C_"];
const EXTERNAL: &[&str] = &["MUSTER_CIAM_"];
const PUBLIC_URL: &str = "MUSTER_PUBLIC_URL";

/// The local stand-in only where it is a part of this program and nothing at all speaks of a real provider or of a public
/// address, not even the bare name of a setting; whatever is there but incomplete is a problem and never a reason to fall
/// back.
pub(super) fn read(
    reader: &mut Reader<'_>,
    public_url: Option<&Url>,
    listen: SocketAddr,
    local_available: bool,
    trust: &Trust,
) -> Option<SignIn> {
    let kinds = [ENTRA, OIDC, B2C, EXTERNAL];
    let named = kinds.iter().any(|kind| reader.named(kind)) || reader.named(&[PUBLIC_URL]);
    if !named && local_available {
        return local(reader, listen);
    }
    if public_url.is_none() && reader.quiet(PUBLIC_URL).is_none() {
        reader.problem(PUBLIC_URL, None, "is not set; it must be the address of the site, as registered");
    }
    // Customers' directories are told apart by a setting of their own and share the client's.
    match (reader.filled(B2C), reader.filled(EXTERNAL), reader.filled(OIDC)) {
        (true, false, false) => return b2c::read(reader, trust),
        (false, true, false) => return external_id::read(reader, trust),
        (false, false, _) => {}
        _ => {
            let fix = "is set beside those of another kind of provider; keep one of MUSTER_B2C_…, MUSTER_CIAM_AUTHORITY and MUSTER_OIDC_…";
            let name = if reader.filled(EXTERNAL) { external_id::AUTHORITY } else { "MUSTER_B2C_AUTHORITY" };
            reader.problem(name, None, fix);
            return None;
        }
    }
    match (reader.filled(ENTRA_SETTINGS), reader.filled(OIDC)) {
        (true, true) => {
            reader.problem("MUSTER_OIDC_ISSUER", None, "is set beside AZURE_ settings or MUSTER_ALLOWED_TENANTS, which are for Entra; keep one of the two providers");
            None
        }
        (false, true) => oidc::read(reader),
        (false, false) if reader.named(OIDC) && !reader.named(ENTRA) => oidc::read(reader),
        (false, false) => {
            for name in reader.names(&["AZURE_"]) {
                if !ENTRA_SETTINGS.contains(&name.as_str()) {
                    let fix = "is set, which speaks of a real provider: complete the settings, or take it out of the environment for the development sign-in";
                    reader.problem(&name, None, fix);
                }
            }
            entra::read(reader, trust)
        }
        (_, false) => entra::read(reader, trust),
    }
}

/// An application as Microsoft's directories know it.
struct Client {
    id: String,
    credential: ClientCredential,
}

impl Client {
    fn of(self, authority: Authority) -> SignIn {
        SignIn::Provider { authority, client_id: self.id, credential: self.credential }
    }
}

/// `AZURE_CLIENT_ID` and the credential, by the names that Azure's own libraries read.
fn client(reader: &mut Reader<'_>) -> Option<Client> {
    const CLIENT: &str = "AZURE_CLIENT_ID";
    let id = reader.required(CLIENT, "the application (client) id, a GUID");
    if let Some(text) = id.clone().filter(|text| Uuid::try_parse(text).is_err()) {
        reader.problem(CLIENT, Some(text), "must be the application (client) id of the registration, a GUID");
    }
    let credential = credential::read(reader);
    Some(Client { id: id?, credential: credential? })
}

/// Complains about settings that mean nothing beside `chosen`.
fn not_beside(reader: &mut Reader<'_>, chosen: &str, names: &[&str]) {
    for name in names {
        if let Some(read) = reader.text(name) {
            reader.problem(
                name,
                Some(read),
                format!("is for Entra ID and says nothing beside {chosen}; take one of them out"),
            );
        }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Environment;

    /// What is complained about where nothing at all is set.
    fn refused(local_available: bool) -> Vec<String> {
        let environment = Environment::new();
        let mut reader = Reader::new(&environment);
        let sign_in =
            read(&mut reader, None, SocketAddr::from((Ipv4Addr::LOCALHOST, 3000)), local_available, &Trust::default());
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
