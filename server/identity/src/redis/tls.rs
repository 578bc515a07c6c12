//! TLS to Redis: rustls on aws-lc, the system's trusted certificates or the operator's own.

use std::sync::Arc;

use fred::types::config::TlsConnector;
use rustls::{
    ClientConfig, RootCertStore,
    crypto::aws_lc_rs,
    pki_types::{CertificateDer, pem::PemObject},
};

use super::options::RedisConfigError;

pub(super) fn connector(trusted: Option<&[u8]>) -> Result<TlsConnector, RedisConfigError> {
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|error| RedisConfigError::Client(error.to_string()))?
        .with_root_certificates(roots(trusted)?)
        .with_no_client_auth();
    Ok(config.into())
}

pub(super) fn roots(trusted: Option<&[u8]>) -> Result<RootCertStore, RedisConfigError> {
    let mut roots = RootCertStore::empty();
    let Some(pem) = trusted else {
        // A broken file among many is no reason to trust nobody.
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        return Ok(roots);
    };
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| RedisConfigError::Trusted(error.to_string()))?;
        roots.add(certificate).map_err(|error| RedisConfigError::Trusted(error.to_string()))?;
    }
    if roots.is_empty() {
        return Err(RedisConfigError::Trusted("there is no certificate in PEM among them".to_owned()));
    }
    Ok(roots)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_refused() {
        for pem in [&b""[..], b"no PEM", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
            assert!(matches!(roots(Some(pem)), Err(RedisConfigError::Trusted(_))));
        }
    }
}
