//! A certificate with its key, from PEM or from a PKCS #12 archive.

use std::fmt;

use aws_lc_rs::{
    digest,
    rand::SystemRandom,
    rsa::KeyPair,
    signature::{KeyPair as _, RSA_PSS_SHA256},
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use time::OffsetDateTime;
use x509_cert::{Certificate as X509, der::Decode};

use super::{CertificateSource, ClientCertificate, error::CertificateError};

/// The smallest modulus that NIST SP 800-131A and Entra still take.
const SMALLEST_MODULUS: usize = 2048 / 8;

/// What can be told about a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateInfo {
    /// SHA-256 of the DER form.
    pub thumbprint: [u8; 32],
    /// It counts from then on.
    pub not_before: OffsetDateTime,
    /// It no longer counts after that.
    pub not_after: OffsetDateTime,
}

/// A certificate that can sign.
pub(super) struct Certificate {
    pub(super) info: CertificateInfo,
    /// DER, the certificate of the key first.
    pub(super) chain: Vec<Vec<u8>>,
    key: KeyPair,
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").field("info", &self.info).finish_non_exhaustive()
    }
}

impl ClientCertificate {
    /// Reads it, so that a mistake is found before anybody signs in. Blocks on the file.
    ///
    /// # Errors
    /// When it cannot be read, or its key is missing, another certificate's or no RSA key.
    pub fn inspect(&self) -> Result<CertificateInfo, CertificateError> {
        Ok(Certificate::read(&self.source)?.info)
    }
}

impl Certificate {
    pub(super) fn read(source: &CertificateSource) -> Result<Self, CertificateError> {
        use secrecy::ExposeSecret as _;
        match source {
            CertificateSource::Pem(text) => Self::from_pem(text.expose_secret().as_bytes()),
            CertificateSource::File { path, password } => {
                let bytes = std::fs::read(path).map_err(|error| CertificateError::File(error.kind()))?;
                let password = password.as_ref().map_or("", |password| password.expose_secret());
                if is_pem(&bytes) { Self::from_pem(&bytes) } else { Self::from_archive(&bytes, password) }
            }
        }
    }

    fn from_pem(bytes: &[u8]) -> Result<Self, CertificateError> {
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(bytes).collect();
        let chain = chain.map_err(|_| CertificateError::Unreadable)?;
        let key = PrivateKeyDer::from_pem_slice(bytes).map_err(|_| {
            if contains(bytes, b"BEGIN ENCRYPTED PRIVATE KEY") {
                CertificateError::EncryptedKey
            } else {
                CertificateError::NoKey
            }
        })?;
        let key = match &key {
            PrivateKeyDer::Pkcs8(der) => KeyPair::from_pkcs8(der.secret_pkcs8_der()),
            PrivateKeyDer::Pkcs1(der) => KeyPair::from_der(der.secret_pkcs1_der()),
            _ => return Err(CertificateError::NotRsa),
        };
        let key = key.map_err(|_| CertificateError::NotRsa)?;
        Self::new(key, chain.into_iter().map(|der| der.as_ref().to_vec()).collect())
    }

    fn from_archive(bytes: &[u8], password: &str) -> Result<Self, CertificateError> {
        let store = p12_keystore::KeyStore::from_pkcs12(bytes, password, p12_keystore::Pkcs12ImportPolicy::Relaxed);
        let store = store.map_err(|_| CertificateError::Archive)?;
        let (_, entry) = store.private_key_chain().ok_or(CertificateError::NoKey)?;
        let key = KeyPair::from_pkcs8(entry.key().as_der()).map_err(|_| CertificateError::NotRsa)?;
        Self::new(key, entry.certs().iter().map(|certificate| certificate.as_der().to_vec()).collect())
    }

    /// Puts the certificate of the key first: in a file they stand in any order.
    fn new(key: KeyPair, mut chain: Vec<Vec<u8>>) -> Result<Self, CertificateError> {
        if key.public_modulus_len() < SMALLEST_MODULUS {
            return Err(CertificateError::NotRsa);
        }
        if chain.is_empty() {
            return Err(CertificateError::NoCertificate);
        }
        let read: Result<Vec<_>, _> = chain.iter().map(|der| X509::from_der(der)).collect();
        let read = read.map_err(|_| CertificateError::Unreadable)?;
        let of_the_key = |certificate: &X509| {
            let public = &certificate.tbs_certificate().subject_public_key_info().subject_public_key;
            public.as_bytes() == Some(key.public_key().as_ref())
        };
        let own = read.iter().position(of_the_key).ok_or(CertificateError::OtherKey)?;
        let leaf = chain.remove(own);
        let validity = *read[own].tbs_certificate().validity();
        let time = |time: x509_cert::time::Time| {
            let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
            OffsetDateTime::from_unix_timestamp(seconds).map_err(|_| CertificateError::Unreadable)
        };
        let mut thumbprint = [0; 32];
        thumbprint.copy_from_slice(digest::digest(&digest::SHA256, &leaf).as_ref());
        let (not_before, not_after) = (time(validity.not_before)?, time(validity.not_after)?);
        chain.insert(0, leaf);
        Ok(Self { info: CertificateInfo { thumbprint, not_before, not_after }, chain, key })
    }

    /// RSASSA-PSS with SHA-256, MGF1 with SHA-256 and a salt as long as the hash (RFC 7518 section 3.5).
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, CertificateError> {
        let mut signature = vec![0; self.key.public_modulus_len()];
        let signed = self.key.sign(&RSA_PSS_SHA256, &SystemRandom::new(), message, &mut signature);
        signed.map_err(|_| CertificateError::Signing)?;
        Ok(signature)
    }
}

fn is_pem(bytes: &[u8]) -> bool {
    contains(bytes, b"-----BEGIN ")
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
