//! Where the key ring comes from: sessions and cursors are sealed and signed with it.

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use identity::KeyRing;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::reader::Reader;

/// Where the key ring comes from.
#[derive(Debug)]
pub enum KeySource {
    /// The settings hold it.
    Given(SecretString),
    /// A file in the data folder, made at first start.
    File(PathBuf),
}

/// Why there is no key ring.
#[derive(Debug, thiserror::Error)]
pub enum KeyRingError {
    /// The file cannot be read or made.
    #[error("the key ring {path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The setting holds no key ring.
    #[error("MUSTER_KEY_RING: {0}")]
    Given(identity::KeyRingError),
    /// The file holds no key ring.
    #[error("the key ring {path}: {source}")]
    Content {
        /// The file.
        path: PathBuf,
        /// Why.
        source: identity::KeyRingError,
    },
    /// The machine gave no randomness.
    #[error("no key could be made: the machine gave no randomness")]
    Randomness,
}

/// `MUSTER_KEY_RING` or `MUSTER_KEY_RING_FILE`; on this machine only, a file that is made when it is missing.
pub(super) fn source(reader: &mut Reader<'_>, public_url: Option<&Url>, data_dir: &Path) -> KeySource {
    const NAME: &str = "MUSTER_KEY_RING";
    const FILE: &str = "MUSTER_KEY_RING_FILE";
    let file = KeySource::File(data_dir.join("key-ring"));
    let given = reader.quiet(NAME).is_some() || reader.quiet(FILE).is_some();
    if !given && public_url.is_none_or(|url| url.scheme() != "https") {
        return file;
    }
    let what = "the key ring that all replicas share; `muster key` makes a key";
    let Some(secret) = reader.secret(NAME, what) else {
        return file;
    };
    if let Err(error) = KeyRing::parse(secret.expose_secret()) {
        // The name of the file may be repeated, its content and the setting's value may not.
        let path = reader.quiet(FILE);
        let name = if path.is_some() { FILE } else { NAME };
        reader.problem(name, path, error.to_string());
    }
    KeySource::Given(secret)
}

impl KeySource {
    /// Reads the key ring, making the file at first start, readable by nobody else.
    ///
    /// # Errors
    /// [`KeyRingError`] if the file cannot be read or made, or holds no key ring.
    pub fn load(&self) -> Result<KeyRing, KeyRingError> {
        match self {
            Self::Given(secret) => KeyRing::parse(secret.expose_secret()).map_err(KeyRingError::Given),
            Self::File(path) => from_file(path),
        }
    }
}

fn from_file(path: &Path) -> Result<KeyRing, KeyRingError> {
    let wrong = |source| KeyRingError::File { path: path.to_owned(), source };
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let text = KeyRing::generate().map_err(|_| KeyRingError::Randomness)?;
            match create(path, &text) {
                Ok(()) => text,
                // Another replica on the same folder was faster; its key counts.
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
                    std::fs::read_to_string(path).map_err(wrong)?
                }
                Err(error) => return Err(wrong(error)),
            }
        }
        Err(error) => return Err(wrong(error)),
    };
    KeyRing::parse(text.trim()).map_err(|source| KeyRingError::Content { path: path.to_owned(), source })
}

/// Writes beside and links into place, so that nobody ever reads half a key.
fn create(path: &Path, text: &str) -> std::io::Result<()> {
    let draft = path.with_extension(format!("{}", std::process::id()));
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&draft)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    let linked = std::fs::hard_link(&draft, path);
    std::fs::remove_file(&draft)?;
    linked
}
