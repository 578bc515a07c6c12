//! Exactly one of a secret, a certificate and a federated token.

use identity::{CertificateSource, ClientCredential};
use server::config::SignIn;
use tempfile::TempDir;

use super::settings::{SECRET, entra_but, read};

/// A key with its certificate in PEM.
fn certificate() -> String {
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_RSA_SHA256).unwrap();
    let params = rcgen::CertificateParams::new(Vec::<String>::new()).unwrap();
    format!("{}{}", key.serialize_pem(), params.self_signed(&key).unwrap().pem())
}

#[test]
fn exactly_one_credential_is_taken() {
    let folder = TempDir::new().unwrap();
    let path = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    };
    let pem = certificate();
    let (pem_file, token, empty) = (path("muster.pem", &pem), path("token", "a.b.c"), path("empty", ""));
    let with = |settings: &[(&'static str, &str)]| {
        let mut all =
            entra_but("AZURE_CLIENT_SECRET", "").into_iter().map(|(n, v)| (n, v.to_owned())).collect::<Vec<_>>();
        all.extend(settings.iter().map(|(name, value)| (*name, (*value).to_owned())));
        let all: Vec<_> = all.iter().map(|(name, value)| (*name, value.as_str())).collect();
        read(&all).map(|settings| match settings.sign_in {
            SignIn::Provider { credential, .. } => credential,
            SignIn::Local(_) => unreachable!(),
        })
    };
    let source = |credential| match credential {
        Ok(ClientCredential::Certificate(certificate)) => Some((certificate.send_chain, certificate.source)),
        _ => None,
    };
    let (chain, from) = source(with(&[("AZURE_CLIENT_CERTIFICATE_PATH", &pem_file)])).unwrap();
    assert!(!chain && matches!(from, CertificateSource::File { password: None, .. }));
    let sent = [("AZURE_CLIENT_CERTIFICATE", pem.as_str()), ("AZURE_CLIENT_SEND_CERTIFICATE_CHAIN", "true")];
    let (chain, from) = source(with(&sent)).unwrap();
    assert!(chain && matches!(from, CertificateSource::Pem(_)));
    let federated = with(&[("AZURE_FEDERATED_TOKEN_FILE", &token)]).unwrap();
    assert!(matches!(federated, ClientCredential::FederatedTokenFile(_)));

    let refused = |settings: &[(&'static str, &str)], words: &str| {
        let text = with(settings).unwrap_err();
        assert!(text.contains(words) && !text.contains("PRIVATE KEY-"), "{text}");
    };
    let secret = ("AZURE_CLIENT_SECRET", SECRET);
    let (file, federated) =
        (("AZURE_CLIENT_CERTIFICATE_PATH", pem_file.as_str()), ("AZURE_FEDERATED_TOKEN_FILE", token.as_str()));
    refused(
        &[],
        "AZURE_CLIENT_SECRET: is not set, nor is AZURE_CLIENT_SECRET_FILE; one must be a client secret of the application, unless AZURE_CLIENT_CERTIFICATE_PATH names a certificate or AZURE_FEDERATED_TOKEN_FILE a token",
    );
    refused(&[secret, file], "AZURE_CLIENT_SECRET: is set beside AZURE_CLIENT_CERTIFICATE_PATH; keep one credential");
    refused(&[file, federated], "AZURE_CLIENT_CERTIFICATE_PATH: is set beside AZURE_FEDERATED_TOKEN_FILE; keep one");
    refused(&[secret, federated], "AZURE_CLIENT_SECRET: is set beside AZURE_FEDERATED_TOKEN_FILE; keep one");
    refused(&[("AZURE_CLIENT_CERTIFICATE_PATH", &token)], "it is neither PEM nor a PKCS #12 archive");
    refused(
        &[("AZURE_CLIENT_CERTIFICATE_PATH", "/nonexistent")],
        "AZURE_CLIENT_CERTIFICATE_PATH is `/nonexistent`: the file cannot be read",
    );
    refused(
        &[("AZURE_CLIENT_CERTIFICATE", "hunter2")],
        "AZURE_CLIENT_CERTIFICATE: there is no PRIVATE KEY block in it",
    );
    refused(&[("AZURE_FEDERATED_TOKEN_FILE", &empty)], "names an empty file");
    refused(&[("AZURE_FEDERATED_TOKEN_FILE", "/nonexistent")], "names a file that cannot be read");
    refused(&[file, ("AZURE_CLIENT_SEND_CERTIFICATE_CHAIN", "yes")], "must be `true` or `false`");
}
