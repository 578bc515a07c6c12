//! How the application proves itself to the authority: exactly one of four ways.

mod assertion;
mod authentication;
mod certificate;
mod error;

use std::{path::PathBuf, sync::Arc};

use secrecy::SecretString;

pub use assertion::{AssertionRequest, AssertionSource, unsigned_assertion};
pub(crate) use authentication::{ClientAuthentication, Proof};
pub use certificate::CertificateInfo;
pub use error::{AssertionError, CertificateError, CredentialError};

/// Proof of being the registered client. `Debug` shows neither secrets nor keys.
#[derive(Clone, Debug)]
pub enum ClientCredential {
    /// A client secret (RFC 6749 section 2.3.1).
    Secret(SecretString),
    /// A certificate whose key signs an assertion for each request (RFC 7523 section 2.2; "Microsoft identity platform
    /// application authentication certificate credentials").
    Certificate(ClientCertificate),
    /// A file with an assertion that somebody else signs and renews, such as the token of a Kubernetes service account
    /// ("Workload identity federation"). Read anew for each request.
    FederatedTokenFile(PathBuf),
    /// Assertions that the application gets from elsewhere, such as a key vault that signs but never gives its key away.
    Assertion(Arc<dyn AssertionSource>),
}

/// A certificate with its private key.
#[derive(Clone, Debug)]
pub struct ClientCertificate {
    /// Where both are.
    pub source: CertificateSource,
    /// Whether each assertion carries the whole chain (`x5c`), so that the registration can name a subject and an issuer
    /// instead of one certificate.
    pub send_chain: bool,
}

/// Where a certificate and its private key are.
#[derive(Clone, Debug)]
pub enum CertificateSource {
    /// PEM, as it can stand in an environment variable.
    Pem(SecretString),
    /// A file of PEM blocks or a PKCS #12 archive (`.pfx`, `.p12`), told apart by what is in it. Looked at again for each
    /// request, so that a new certificate counts without a restart.
    File {
        /// Where it is.
        path: PathBuf,
        /// The password of the archive.
        password: Option<SecretString>,
    },
}
