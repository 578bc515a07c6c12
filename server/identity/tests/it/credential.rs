//! An application that proves itself without a secret.

mod assertion;
mod certificate;
mod key_vault;

use std::path::Path;

use entra_local::{
    Answer, AppRegistration, Audience, Endpoint, EntraLocal, FederatedCredential, Running, Scenario, Tls,
};
use http::StatusCode;
use identity::{
    Authority, CertificateSource, ClientCertificate, ClientCredential, EntraAuthority, EntraTenant, IdentityConfig,
};
use rcgen::{CertificateParams, KeyPair, PKCS_RSA_SHA256};
use uuid::Uuid;

use crate::support::{AMARA, Browser, LOCAL, Site, watch};

const CLIENT: Uuid = Uuid::from_u128(0xc0de);
const ISSUER: &str = "https://cluster.example";
const SUBJECT: &str = "system:serviceaccount:muster:muster";

/// A key with its certificate.
struct Pair {
    key: KeyPair,
    certificate: rcgen::Certificate,
}

impl Pair {
    fn new() -> Self {
        let key = KeyPair::generate_for(&PKCS_RSA_SHA256).unwrap();
        let certificate = CertificateParams::new(Vec::<String>::new()).unwrap().self_signed(&key).unwrap();
        Self { key, certificate }
    }

    /// The key first, as some tools write it.
    fn pem(&self) -> String {
        format!("{}{}", self.key.serialize_pem(), self.certificate.pem())
    }
}

/// An authority at which the application has no secret that it knows of.
struct World {
    running: Running,
}

impl World {
    async fn start(certificates: &[&Pair], federated: &[&Pair]) -> Self {
        let credential = |pair: &&Pair| FederatedCredential {
            issuer: ISSUER.to_owned(),
            subject: SUBJECT.to_owned(),
            audience: "api://AzureADTokenExchange".to_owned(),
            public_key: pair.key.public_key_pem(),
        };
        let app = AppRegistration {
            client_id: CLIENT,
            redirect_uris: vec![format!("{LOCAL}/auth/callback").parse().unwrap()],
            audience: Audience::Organizations,
            certificates: certificates.iter().map(|pair| pair.certificate.pem()).collect(),
            federated_credentials: federated.iter().map(credential).collect(),
            ..Scenario::demo().apps.remove(0)
        };
        let scenario = Scenario::demo().with_app(app);
        let running = EntraLocal::serve(scenario, "127.0.0.1:0".parse().unwrap(), Tls::Off).await.unwrap();
        Self { running }
    }

    fn config(&self, credential: ClientCredential) -> IdentityConfig {
        let authority = Authority::Entra(EntraAuthority {
            base: self.running.base_url.clone(),
            tenant: EntraTenant::Organizations,
            allowed_tenants: None,
        });
        let home = "/incidents".parse().unwrap();
        IdentityConfig::new(LOCAL.parse().unwrap(), authority, CLIENT.to_string(), credential, home)
    }

    async fn site(&self, credential: ClientCredential) -> Site {
        Site::start(self.config(credential)).await
    }

    /// Whether somebody gets in, and how many token requests that took.
    async fn sign_in(&self, site: &Site) -> (StatusCode, u64) {
        let control = self.running.entra().control();
        control.answer_next(Answer::SignInAs(AMARA.to_owned()));
        let before = control.requests(Endpoint::Token);
        let reply = Browser::new(site).sign_in("/auth/sign-in").await;
        (reply.status, control.requests(Endpoint::Token) - before)
    }

    /// Whether the last token request proved itself by an assertion and by nothing else.
    fn by_assertion(&self) -> bool {
        let token = self.running.entra().control().last_token_request().unwrap();
        token.has("client_assertion")
            && token.get("client_assertion_type") == Some("urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
            && token.get("client_id") == Some(CLIENT.to_string().as_str())
            && !token.has("client_secret")
            && !token.basic_credentials()
    }
}

fn file(path: &Path, password: Option<&str>) -> ClientCredential {
    let password = password.map(Into::into);
    let source = CertificateSource::File { path: path.to_owned(), password };
    ClientCredential::Certificate(ClientCertificate { source, send_chain: false })
}

const GOOD: (StatusCode, u64) = (StatusCode::SEE_OTHER, 1);
