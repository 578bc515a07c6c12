//! Certificates: from text, from PEM files and from archives, replaced while the site runs.

use std::{fs, fs::File};

use p12_keystore::{Certificate, KeyStore, KeyStoreEntry, PrivateKey, PrivateKeyChain};
use tempfile::TempDir;

use super::*;

fn archive(pair: &Pair, password: &str) -> Vec<u8> {
    let certificate = Certificate::from_der(pair.certificate.der()).unwrap();
    let key = PrivateKey::from_der(&pair.key.serialize_der()).unwrap();
    let mut store = KeyStore::new();
    store.add_entry("muster", KeyStoreEntry::PrivateKeyChain(PrivateKeyChain::new("1", key, [certificate])));
    store.writer(password).write().unwrap()
}

#[tokio::test]
async fn a_certificate_signs_in_from_text_from_a_file_and_from_an_archive() {
    let (own, other) = (Pair::new(), Pair::new());
    let world = World::start(&[&other, &own], &[]).await;
    let folder = TempDir::new().unwrap();
    let (pem, pfx) = (folder.path().join("muster.pem"), folder.path().join("muster.pfx"));
    watch::never(own.key.serialize_pem().lines().nth(1).unwrap());
    // A certificate of the chain comes before the own one.
    fs::write(&pem, format!("{}{}", other.certificate.pem(), own.pem())).unwrap();
    fs::write(&pfx, archive(&own, "correct horse")).unwrap();
    let text = |send_chain| {
        let source = CertificateSource::Pem(own.pem().into());
        ClientCredential::Certificate(ClientCertificate { source, send_chain })
    };
    for credential in [text(false), text(true), file(&pem, None), file(&pfx, Some("correct horse"))] {
        let shown = format!("{credential:?}");
        assert!(!shown.contains("PRIVATE KEY") && !shown.contains("correct horse"), "{shown}");
        let site = world.site(credential).await;
        assert_eq!(world.sign_in(&site).await, GOOD, "{shown}");
        assert!(world.by_assertion());
    }
}

#[tokio::test]
async fn a_new_certificate_counts_without_a_restart() {
    let (old, new) = (Pair::new(), Pair::new());
    let world = World::start(&[&new], &[]).await;
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("muster.pem");
    fs::write(&path, old.pem()).unwrap();
    let site = world.site(file(&path, None)).await;
    let refused = world.sign_in(&site).await;
    assert_eq!(refused, (StatusCode::INTERNAL_SERVER_ERROR, 1), "the same certificate is not tried twice");
    fs::write(&path, format!("{}\n", new.pem())).unwrap();
    assert_eq!(world.sign_in(&site).await, GOOD);
    // Somebody is still writing the next one.
    fs::write(&path, "-----BEGIN PRIVATE KEY-----\n").unwrap();
    assert_eq!(world.sign_in(&site).await, GOOD);
}

#[tokio::test]
async fn a_certificate_that_was_replaced_without_a_trace_is_read_again_once_it_is_refused() {
    let (old, new) = (Pair::new(), Pair::new());
    let world = World::start(&[&new], &[]).await;
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("muster.pem");
    let (mut before, mut after) = (old.pem(), new.pem());
    let longest = before.len().max(after.len());
    before.extend(std::iter::repeat_n('\n', longest - before.len()));
    after.extend(std::iter::repeat_n('\n', longest - after.len()));
    fs::write(&path, before).unwrap();
    let modified = fs::metadata(&path).unwrap().modified().unwrap();
    let site = world.site(file(&path, None)).await;
    assert_eq!(world.sign_in(&site).await.1, 1);
    fs::write(&path, after).unwrap();
    File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
    assert_eq!(world.sign_in(&site).await, (StatusCode::SEE_OTHER, 2), "refused, read again, taken");
    assert_eq!(world.sign_in(&site).await, GOOD);
}

#[tokio::test]
async fn what_is_wrong_with_a_certificate_is_said_at_the_start() {
    let (own, other) = (Pair::new(), Pair::new());
    let folder = TempDir::new().unwrap();
    let curve = KeyPair::generate().unwrap();
    let on_curve = CertificateParams::new(Vec::<String>::new()).unwrap().self_signed(&curve).unwrap();
    let encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n";
    let cases = [
        (own.certificate.pem().into_bytes(), "no PRIVATE KEY block"),
        (own.key.serialize_pem().into_bytes(), "no CERTIFICATE block"),
        (format!("{}{encrypted}", own.certificate.pem()).into_bytes(), "is encrypted"),
        (format!("{}{}", own.key.serialize_pem(), other.certificate.pem()).into_bytes(), "does not belong to"),
        (format!("{}{}", curve.serialize_pem(), on_curve.pem()).into_bytes(), "not an RSA key"),
        (archive(&own, "right"), "that the password opens"),
        (b"nothing of the kind".to_vec(), "neither PEM nor"),
    ];
    let world = World::start(&[], &[]).await;
    let path = folder.path().join("muster.pem");
    for (bytes, expected) in cases {
        fs::write(&path, bytes).unwrap();
        let problems = world.config(file(&path, Some("wrong"))).validate().unwrap_err();
        assert_eq!(problems.len(), 1);
        let (name, said) = (problems[0].name, problems[0].to_string());
        assert_eq!(name, "credential.certificate");
        assert!(said.contains(expected) && said.contains("muster.pem") && !said.contains("wrong"), "{said}");
    }
    let missing = world.config(file(&folder.path().join("missing"), None)).validate().unwrap_err();
    assert!(missing[0].to_string().contains("entity not found"), "{}", missing[0]);
}
