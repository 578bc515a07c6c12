//! A certificate for one run.

use rcgen::CertifiedKey;
use rustls::{
    ServerConfig,
    crypto::aws_lc_rs,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
};

use crate::entra::StartError;

/// A server's TLS configuration and the certificate its clients must trust.
pub(crate) struct Identity {
    pub(crate) config: ServerConfig,
    pub(crate) certificate_pem: String,
}

/// A self-signed certificate for the names of loopback.
pub(crate) fn generate() -> Result<Identity, StartError> {
    let names = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
    let CertifiedKey { cert, signing_key } = rcgen::generate_simple_self_signed(names)?;
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(signing_key.serialize_der()));
    let mut config = ServerConfig::builder_with_provider(aws_lc_rs::default_provider().into())
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![cert.der().clone()], key)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Identity { config, certificate_pem: cert.pem() })
}
