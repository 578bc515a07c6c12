//! Whom to believe besides Microsoft's own hosts, and with which keys.

use identity::Authority;

use crate::config::reader::Reader;

const KNOWN: &str = "MUSTER_KNOWN_AUTHORITIES";
const KEYS: &str = "MUSTER_CUSTOM_SIGNING_KEYS";

/// What the settings say about it.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// Hosts that may vouch for people although they are not Microsoft's.
    pub known_authorities: Vec<String>,
    /// Whether the registration has signing keys of its own.
    pub custom_signing_keys: bool,
}

/// `MUSTER_KNOWN_AUTHORITIES`, hosts with commas between, and `MUSTER_CUSTOM_SIGNING_KEYS`, `yes` or `no`.
pub(in crate::config) fn read(reader: &mut Reader<'_>) -> Trust {
    let text = reader.text(KNOWN);
    let hosts = text.as_deref().unwrap_or_default().split([',', ' ']).filter(|host| !host.is_empty());
    let known_authorities: Vec<String> = hosts.map(str::to_ascii_lowercase).collect();
    let is_host = |host: &String| host.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-');
    if !known_authorities.iter().all(is_host) || text.is_some() && known_authorities.is_empty() {
        reader.problem(KNOWN, text, "must be hosts such as login.example.com with commas between, without https://");
    }
    let custom_signing_keys = match reader.text(KEYS).as_deref() {
        None | Some("no") => false,
        Some("yes") => true,
        Some(other) => {
            reader.problem(KEYS, Some(other.to_owned()), "must be `yes` or `no`");
            false
        }
    };
    Trust { known_authorities, custom_signing_keys }
}

impl Trust {
    /// Whether the authority's host is one to be believed; else it is a problem of the setting `name`.
    pub(super) fn admits(&self, reader: &mut Reader<'_>, name: &str, authority: &Authority) -> bool {
        let known = authority.is_known(&self.known_authorities);
        if !known {
            let fix = format!("is no host of Microsoft's; if it is yours, name its host in {KNOWN}");
            reader.problem(name, Some(authority.base().to_string()), fix);
        }
        known
    }
}
