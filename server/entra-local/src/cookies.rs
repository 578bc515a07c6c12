//! The stand-in's own cookies. They belong to its host alone.

use http::{HeaderMap, HeaderValue, header};

/// The browser's single-sign-on session, as `ESTSAUTH` at Entra.
pub(crate) const SESSION: &str = "ESTSAUTH-local";
/// Ties the sign-in forms to the browser they were shown to.
pub(crate) const BROWSER: &str = "buid-local";

pub(crate) fn read(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(known, value)| *known == name && !value.is_empty())
        .map(|(_, value)| value.to_owned())
}

/// Over TLS the cookie works in a cross-site frame too, as Entra's does; plain http allows no better than Lax.
pub(crate) fn set(name: &str, value: &str, tls: bool) -> Option<HeaderValue> {
    let scope = if tls { "SameSite=None; Secure" } else { "SameSite=Lax" };
    HeaderValue::from_str(&format!("{name}={value}; Path=/; HttpOnly; {scope}")).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; ESTSAUTH-local=xyz; b=2"));
        assert_eq!(read(&headers, SESSION).as_deref(), Some("xyz"));
        assert_eq!(read(&headers, BROWSER), None);
    }

    #[test]
    fn only_tls_gets_a_cross_site_cookie() {
        let plain = set(SESSION, "v", false).map(|value| value.to_str().unwrap_or_default().to_owned());
        let tls = set(SESSION, "v", true).map(|value| value.to_str().unwrap_or_default().to_owned());
        assert_eq!(plain.as_deref(), Some("ESTSAUTH-local=v; Path=/; HttpOnly; SameSite=Lax"));
        assert_eq!(tls.as_deref(), Some("ESTSAUTH-local=v; Path=/; HttpOnly; SameSite=None; Secure"));
    }
}
