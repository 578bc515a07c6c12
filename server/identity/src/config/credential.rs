//! How the application proves itself to the authority.

use secrecy::SecretString;

/// Proof of being the registered client.
#[derive(Clone, Debug)]
pub enum ClientCredential {
    /// A client secret (RFC 6749 section 2.3.1). `Debug` redacts it.
    Secret(SecretString),
}
