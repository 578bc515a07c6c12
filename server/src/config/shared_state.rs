//! Where sessions and everything else that is short-lived is kept: a file, or Redis.

use std::path::{Path, PathBuf};
use std::time::Duration;

use identity::redis::{RedisOptions, RedisUrl};

use super::reader::Reader;

/// Begins the name of every key in Redis.
const PREFIX: &str = "muster:";

/// Where shared state is kept.
#[derive(Clone, Debug)]
pub enum StateSource {
    /// In a file, for the processes of this machine.
    File(PathBuf),
    /// In Redis, for any number of replicas.
    Redis(Box<RedisOptions>),
}

/// `MUSTER_STATE_URL` and what goes with it; without it a file in the data folder.
pub(super) fn source(reader: &mut Reader<'_>, data_dir: &Path) -> Option<StateSource> {
    const URL: &str = "MUSTER_STATE_URL";
    const PASSWORD: &str = "MUSTER_STATE_PASSWORD";
    const PASSWORD_FILE: &str = "MUSTER_STATE_PASSWORD_FILE";
    const CA_FILE: &str = "MUSTER_STATE_CA_FILE";
    const TIMEOUT: &str = "MUSTER_STATE_TIMEOUT";
    let Some(text) = reader.text(URL) else {
        for name in [PASSWORD, PASSWORD_FILE, CA_FILE, TIMEOUT] {
            if reader.text(name).is_some() {
                reader.problem(name, None, format!("is for Redis, and {URL} is not set; set it, or leave this out"));
            }
        }
        return Some(StateSource::File(data_dir.join("state.db")));
    };
    let url = match text.parse::<RedisUrl>() {
        Ok(url) => Some(url),
        Err(why) => {
            // What was read may hold a password, so it is not repeated.
            reader.problem(URL, None, why.to_string());
            None
        }
    };
    let asked = reader.text(PASSWORD).is_some() || reader.text(PASSWORD_FILE).is_some();
    let password = if asked { reader.secret(PASSWORD, "the password of the user at Redis") } else { None };
    let trusted = certificates(reader, CA_FILE, url.as_ref());
    let timeout = reader.duration(TIMEOUT, time::Duration::seconds(2)).map(time::Duration::unsigned_abs);
    if timeout.is_some_and(|timeout| timeout > Duration::from_mins(1)) {
        let read = reader.text(TIMEOUT);
        reader.problem(TIMEOUT, read, "must be a minute at the most: somebody waits for the page that long");
    }
    let options = RedisOptions { password, trusted, timeout: timeout?, ..RedisOptions::new(url?) };
    Some(StateSource::Redis(Box::new(RedisOptions { prefix: PREFIX.to_owned(), ..options })))
}

/// The file with the certificates of those who may vouch for Redis, read.
fn certificates(reader: &mut Reader<'_>, name: &str, url: Option<&RedisUrl>) -> Option<Vec<u8>> {
    let path = reader.text(name)?;
    if url.is_some_and(|url| !url.is_tls()) {
        reader.problem(name, Some(path), "is for TLS, and MUSTER_STATE_URL begins with redis; begin it with rediss");
        return None;
    }
    match std::fs::read(&path) {
        Ok(pem) => {
            if let Err(why) = RedisOptions::check_trusted(&pem) {
                reader.problem(name, Some(path), format!("must name a file with certificates in PEM: {why}"));
            }
            Some(pem)
        }
        Err(error) => {
            reader.problem(name, Some(path), format!("names a file that cannot be read: {error}"));
            None
        }
    }
}
