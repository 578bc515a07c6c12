//! How Muster proves itself to Microsoft's directories, by the names that Azure's own libraries read: exactly one of a
//! client secret, a certificate and a federated token.

use identity::{CertificateSource, ClientCertificate, ClientCredential};
use secrecy::SecretString;

use crate::config::reader::Reader;

const SECRET: &str = "AZURE_CLIENT_SECRET";
const SECRET_FILE: &str = "AZURE_CLIENT_SECRET_FILE";
const CERTIFICATE: &str = "AZURE_CLIENT_CERTIFICATE";
const CERTIFICATE_PATH: &str = "AZURE_CLIENT_CERTIFICATE_PATH";
const CERTIFICATE_PASSWORD: &str = "AZURE_CLIENT_CERTIFICATE_PASSWORD";
const SEND_CHAIN: &str = "AZURE_CLIENT_SEND_CERTIFICATE_CHAIN";
const TOKEN_FILE: &str = "AZURE_FEDERATED_TOKEN_FILE";

pub(super) fn read(reader: &mut Reader<'_>) -> Option<ClientCredential> {
    let named =
        |reader: &Reader<'_>, names: &[&'static str]| names.iter().copied().find(|name| reader.quiet(name).is_some());
    let secret = named(reader, &[SECRET, SECRET_FILE]);
    let found: Vec<_> =
        [secret, named(reader, &[CERTIFICATE]), named(reader, &[CERTIFICATE_PATH]), named(reader, &[TOKEN_FILE])]
            .into_iter()
            .flatten()
            .collect();
    match found.as_slice() {
        [] => {
            let what = format!(
                "a client secret of the application, unless {CERTIFICATE_PATH} names a certificate or {TOKEN_FILE} a token"
            );
            reader.secret(SECRET, &what).map(ClientCredential::Secret)
        }
        [CERTIFICATE | CERTIFICATE_PATH] => certificate(reader),
        [TOKEN_FILE] => token_file(reader),
        [_] => reader.secret(SECRET, "a client secret of the application").map(ClientCredential::Secret),
        [first, others @ ..] => {
            reader.problem(first, None, format!("is set beside {}; keep one credential", others.join(" and ")));
            None
        }
    }
}

fn certificate(reader: &mut Reader<'_>) -> Option<ClientCredential> {
    let send_chain = flag(reader, SEND_CHAIN)?;
    let (name, shown, source) = match (reader.text(CERTIFICATE), reader.text(CERTIFICATE_PATH)) {
        (Some(pem), _) => (CERTIFICATE, None, CertificateSource::Pem(SecretString::from(pem))),
        (None, Some(path)) => {
            let password = reader.text(CERTIFICATE_PASSWORD).map(SecretString::from);
            let source = CertificateSource::File { path: path.clone().into(), password };
            (CERTIFICATE_PATH, Some(path), source)
        }
        (None, None) => return None,
    };
    let certificate = ClientCertificate { source, send_chain };
    if let Err(error) = certificate.inspect() {
        let fix = format!(
            "{error}; it must be a certificate with its RSA private key, as PEM or, with {CERTIFICATE_PASSWORD}, as a PKCS #12 archive"
        );
        reader.problem(name, shown, fix);
        return None;
    }
    Some(ClientCredential::Certificate(certificate))
}

fn token_file(reader: &mut Reader<'_>) -> Option<ClientCredential> {
    let path = reader.text(TOKEN_FILE)?;
    let fix = match std::fs::read_to_string(&path) {
        Ok(token) if !token.trim().is_empty() => return Some(ClientCredential::FederatedTokenFile(path.into())),
        Ok(_) => "names an empty file; whoever issues the token has to write it there".to_owned(),
        Err(error) => format!("names a file that cannot be read: {error}"),
    };
    reader.problem(TOKEN_FILE, Some(path), fix);
    None
}

/// As Azure's libraries read it: `true` or `1`.
fn flag(reader: &mut Reader<'_>, name: &str) -> Option<bool> {
    match reader.text(name) {
        None => Some(false),
        Some(text) if text == "1" || text.eq_ignore_ascii_case("true") => Some(true),
        Some(text) if text == "0" || text.eq_ignore_ascii_case("false") => Some(false),
        Some(text) => {
            reader.problem(name, Some(text), "must be `true` or `false`");
            None
        }
    }
}
