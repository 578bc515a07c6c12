//! A server that speaks TLS only, with a certificate of a private authority, and lets in one user who may do no more than the
//! README says.

use identity::{
    SharedState, StateError,
    redis::RedisOptions,
    testing::redis_servers::{RedisServer, RedisServers, free_port},
};
use rcgen::{BasicConstraints, CertificateParams, DnType, IsCa, Issuer, KeyPair};
use secrecy::SecretString;

use super::{LONG, clock, open};

pub const PASSWORD: &str = "a password: with @ and / in it";

pub struct Secured {
    server: RedisServer,
    authority: String,
    _servers: RedisServers,
}

impl Secured {
    pub async fn start() -> Self {
        Self::start_as("127.0.0.1").await
    }

    /// With a certificate for this name.
    async fn start_as(name: &str) -> Self {
        let servers = RedisServers::new();
        let (authority, certificate, key) = certificates(name);
        let file = |name: &str, text: &str| {
            let path = servers.folder().join(name);
            std::fs::write(&path, text).unwrap();
            path.display().to_string()
        };
        let trusted = file("ca.pem", &authority);
        let port = free_port();
        let directives = [
            "port 0".to_owned(),
            format!("tls-port {port}"),
            format!("tls-cert-file {}", file("server.pem", &certificate)),
            format!("tls-key-file {}", file("server.key", &key)),
            format!("tls-ca-cert-file {trusted}"),
            "tls-auth-clients no".to_owned(),
            "user default off".to_owned(),
            access_rules(),
        ];
        let directives: Vec<_> = directives.iter().map(String::as_str).collect();
        let credentials = ["--tls", "--cacert", &trusted, "--user", "muster", "--pass", PASSWORD, "--no-auth-warning"];
        let server = servers.start(port, &directives, &credentials).await;
        Self { server, authority, _servers: servers }
    }

    pub fn options(&self) -> RedisOptions {
        let mut options = RedisOptions::new(format!("rediss://muster@127.0.0.1:{}", self.server.port).parse().unwrap());
        options.password = Some(SecretString::from(PASSWORD));
        options.trusted = Some(self.authority.clone().into_bytes());
        "muster:".clone_into(&mut options.prefix);
        options.timeout = LONG;
        options
    }
}

/// The line of the README that makes the user, with [`PASSWORD`].
pub fn access_rules() -> String {
    let readme = include_str!("../../../README.md");
    let line = readme.lines().find(|line| line.starts_with("user muster ")).unwrap();
    line.replace(">PASSWORD", &format!("#{}", sha256(PASSWORD)))
}

/// A private authority and a certificate of it for `name`, in PEM, with its key.
fn certificates(name: &str) -> (String, String, String) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.distinguished_name.push(DnType::CommonName, "A private authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().unwrap();
    let authority = params.self_signed(&key).unwrap().pem();
    let issuer = Issuer::new(params, key);
    let key = KeyPair::generate().unwrap();
    let certificate = CertificateParams::new([name.to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
    (authority, certificate.pem(), key.serialize_pem())
}

fn sha256(text: &str) -> String {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes());
    digest.as_ref().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// Why a server that may not be used is out of reach.
async fn refused(change: impl FnOnce(&mut RedisOptions)) -> String {
    let secured = Secured::start().await;
    let mut options = secured.options();
    options.timeout = std::time::Duration::from_secs(1);
    change(&mut options);
    match open(options, &clock()).get("k").await {
        Err(StateError::Unavailable { reason }) => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn a_server_that_a_stranger_vouches_for_is_not_talked_to() {
    let stranger = certificates("127.0.0.1").0;
    let reason = refused(|options| options.trusted = Some(stranger.into_bytes())).await;
    assert!(reason.contains("InvalidCertificate"), "{reason}");
    let reason = refused(|options| options.trusted = None).await;
    assert!(reason.contains("InvalidCertificate"), "{reason}");
}

#[tokio::test]
async fn a_server_with_somebody_elses_certificate_is_not_talked_to() {
    let elsewhere = Secured::start_as("redis.example").await;
    let options = RedisOptions { timeout: std::time::Duration::from_secs(1), ..elsewhere.options() };
    let refused = open(options, &clock()).get("k").await;
    assert!(
        matches!(&refused, Err(StateError::Unavailable { reason }) if reason.contains("NotValidForName")),
        "{refused:?}"
    );
}

#[tokio::test]
async fn a_wrong_password_is_said_and_not_shown() {
    let reason = refused(|options| options.password = Some(SecretString::from("guessed-password"))).await;
    assert!(reason.contains("WRONGPASS") && !reason.contains("guessed"), "{reason}");
}

#[tokio::test]
async fn the_user_may_not_touch_other_keys() {
    let secured = Secured::start().await;
    let options = RedisOptions { prefix: "other:".to_owned(), ..secured.options() };
    let state = open(options, &clock());
    let refused = state.increment("n", 1, time::Duration::HOUR).await;
    assert!(matches!(&refused, Err(StateError::Unavailable { reason }) if reason.contains("NOPERM")), "{refused:?}");
}
