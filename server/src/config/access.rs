//! Under which address the site is reached.

use std::net::SocketAddr;

use url::{Host, Url};

use super::reader::Reader;

/// Whether a host name or address means this machine.
pub fn is_loopback_host<S: AsRef<str>>(host: &Host<S>) -> bool {
    match host {
        Host::Domain(name) => name.as_ref() == "localhost" || name.as_ref().ends_with(".localhost"),
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

/// TLS, or a connection that does not leave this machine.
pub(super) fn is_https_or_local(url: &Url) -> bool {
    let local = url.host().is_some_and(|host| is_loopback_host(&host));
    url.has_host() && (url.scheme() == "https" || url.scheme() == "http" && local)
}

/// `MUSTER_PUBLIC_URL`, an origin without a path; https, or http on this machine.
pub(super) fn public_url(reader: &mut Reader<'_>) -> Option<Url> {
    const NAME: &str = "MUSTER_PUBLIC_URL";
    let url: Url = reader.parsed(NAME, "a URL such as https://muster.example")?;
    let nobody = url.username().is_empty() && url.password().is_none();
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none() && nobody;
    let local = url.host().is_some_and(|host| is_loopback_host(&host));
    let fix = if !bare || url.host().is_none() {
        "must be a scheme, a host and at most a port, such as https://muster.example"
    } else if url.scheme() == "http" && !local {
        "must begin with https: plain http is accepted on this machine only"
    } else if url.scheme() != "https" && url.scheme() != "http" {
        "must begin with https"
    } else {
        return Some(url);
    };
    reader.problem(NAME, Some(url.to_string()), fix);
    None
}

/// The address of a site that nobody gave one: this machine.
///
/// # Errors
/// Never for a port, but the parser does not know that.
pub(super) fn local_url(listen: SocketAddr) -> Result<Url, url::ParseError> {
    Url::parse(&format!("http://localhost:{}/", listen.port()))
}
