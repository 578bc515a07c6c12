//! Why there is no proof of being the client.

use std::io;

/// Why the application could not prove itself. Free of anything secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// The certificate or its key.
    #[error("the client certificate cannot be used: {0}")]
    Certificate(#[from] CertificateError),
    /// The file with the assertion.
    #[error("the federated token file cannot be read: {0}")]
    TokenFile(io::ErrorKind),
    /// There is such a file and nothing in it.
    #[error("the federated token file is empty")]
    TokenFileEmpty,
    /// The source of assertions gave none.
    #[error(transparent)]
    Assertion(#[from] AssertionError),
}

/// What is wrong with a certificate.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CertificateError {
    /// The file cannot be read.
    #[error("the file cannot be read: {0}")]
    File(io::ErrorKind),
    /// PEM without a certificate.
    #[error("there is no CERTIFICATE block in it")]
    NoCertificate,
    /// PEM without a private key.
    #[error("there is no PRIVATE KEY block in it")]
    NoKey,
    /// PEM whose key wants a password.
    #[error("its private key is encrypted; decrypt it, or use a PKCS #12 archive with a password")]
    EncryptedKey,
    /// Neither PEM nor an archive that the password opens.
    #[error("it is neither PEM nor a PKCS #12 archive that the password opens")]
    Archive,
    /// A certificate that cannot be read.
    #[error("the certificate cannot be read")]
    Unreadable,
    /// The authority takes RSA keys only.
    #[error("its private key is not an RSA key of 2048 bits or more")]
    NotRsa,
    /// The key is another certificate's.
    #[error("its private key does not belong to any certificate in it")]
    OtherKey,
    /// The key could not sign.
    #[error("the private key could not sign")]
    Signing,
}

/// Why a source of assertions gave none. The texts go to the log, so they must be free of secrets.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssertionError {
    /// It is away for the moment.
    #[error("the source of client assertions is away: {0}")]
    Unavailable(String),
    /// An operator has to do something about it.
    #[error("the source of client assertions refused: {0}")]
    Refused(String),
}
