//! What proxies say about the address of a client: `X-Forwarded-For`, or `Forwarded` (RFC 7239). Anybody can send these
//! headers, so they count as far as trusted proxies wrote them and no further.

use std::net::{IpAddr, SocketAddr};

use axum::http::{HeaderMap, HeaderName, header};

use crate::config::{AddressHeader, TrustedProxies};

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of the client behind the connection from `peer`. Each proxy adds whom it was asked by at the right end, so
/// the list is read from there: as long as the last one named is a trusted proxy, the entry to its left is its word. What
/// no address is ends the walk at the proxy that wrote it.
pub(super) fn client_address(peer: IpAddr, headers: &HeaderMap, proxies: &TrustedProxies) -> IpAddr {
    let mut client = peer.to_canonical();
    if !proxies.contains(client) {
        return client;
    }
    for entry in entries(headers, proxies.header).iter().rev() {
        let Some(address) = entry.as_deref().and_then(address) else {
            break;
        };
        client = address.to_canonical();
        if !proxies.contains(client) {
            break;
        }
    }
    client
}

/// Whether a proxy seems to be between this process and the client.
pub(super) fn speaks_of_a_proxy(headers: &HeaderMap) -> bool {
    headers.contains_key(header::FORWARDED) || headers.contains_key(X_FORWARDED_FOR)
}

/// One for each hop, the oldest first; lines of the same header are one list (RFC 9110 section 5.3).
fn entries(headers: &HeaderMap, header: AddressHeader) -> Vec<Option<String>> {
    let name = match header {
        AddressHeader::XForwardedFor => X_FORWARDED_FOR,
        AddressHeader::Forwarded => header::FORWARDED,
    };
    let lines = headers.get_all(name).iter().map(|line| line.to_str().unwrap_or_default());
    let words = lines.flat_map(|line| line.split(','));
    words
        .map(|word| match header {
            AddressHeader::XForwardedFor => Some(word.trim().to_owned()),
            AddressHeader::Forwarded => parameter_for(word),
        })
        .collect()
}

/// `for` of one element: `for=192.0.2.43;proto=https`, `For="[2001:db8::1]:4711"`. Addresses hold neither comma nor
/// semicolon, so an element that does is none that could be used.
fn parameter_for(element: &str) -> Option<String> {
    let pairs = element.split(';').filter_map(|pair| pair.split_once('='));
    let mut named = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("for"));
    let (_, value) = named.next()?;
    named.next().is_none().then(|| value.trim().trim_matches('"').to_owned())
}

/// An address, with or without a port, IPv6 in brackets where it has one.
fn address(text: &str) -> Option<IpAddr> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    bare.parse().ok().or_else(with_port)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    fn client(peer: &str, header: AddressHeader, lines: &[(&'static str, &'static str)]) -> String {
        let networks = ["10.0.0.0/8", "2001:db8:a::/48"].map(|network| network.parse().unwrap()).to_vec();
        let mut headers = HeaderMap::new();
        for (name, value) in lines {
            headers.append(*name, value.parse().unwrap());
        }
        client_address(peer.parse().unwrap(), &headers, &TrustedProxies { networks, header }).to_string()
    }

    fn by_x(peer: &str, value: &'static str) -> String {
        client(peer, AddressHeader::XForwardedFor, &[("x-forwarded-for", value)])
    }

    fn by_forwarded(value: &'static str) -> String {
        client("10.0.0.1", AddressHeader::Forwarded, &[("forwarded", value)])
    }

    #[test]
    fn a_stranger_is_who_they_are_whatever_they_say() {
        let said: [(&'static str, &'static str); 4] = [
            ("x-forwarded-for", "192.0.2.1"),
            ("forwarded", "for=192.0.2.1"),
            ("x-real-ip", "192.0.2.1"),
            ("x_forwarded_for", "192.0.2.1"),
        ];
        for header in [AddressHeader::XForwardedFor, AddressHeader::Forwarded] {
            assert_eq!(client("203.0.113.9", header, &said), "203.0.113.9");
        }
    }

    #[test]
    fn a_trusted_proxy_is_believed_and_what_its_client_wrote_is_not() {
        assert_eq!(by_x("10.0.0.1", "203.0.113.9"), "203.0.113.9");
        assert_eq!(by_x("10.0.0.1", "192.0.2.1, 203.0.113.9"), "203.0.113.9", "the left end is anybody's");
        assert_eq!(by_x("10.0.0.1", "192.0.2.1, 203.0.113.9,10.0.0.2"), "203.0.113.9", "proxies are skipped");
        assert_eq!(by_x("10.0.0.1", "10.9.9.9, 203.0.113.9"), "203.0.113.9", "a stranger names no proxy of ours");
        assert_eq!(by_x("::ffff:10.0.0.1", "::ffff:203.0.113.9"), "203.0.113.9");
        let two = [("x-forwarded-for", "192.0.2.1"), ("x-forwarded-for", "203.0.113.9")];
        assert_eq!(client("10.0.0.1", AddressHeader::XForwardedFor, &two), "203.0.113.9", "lines are one list");
    }

    #[test]
    fn only_the_header_that_the_proxy_writes_counts() {
        let both =
            [("forwarded", "for=192.0.2.1"), ("x-forwarded-for", "203.0.113.9"), ("x_forwarded_for", "192.0.2.2")];
        assert_eq!(client("10.0.0.1", AddressHeader::XForwardedFor, &both), "203.0.113.9");
        assert_eq!(client("10.0.0.1", AddressHeader::Forwarded, &both[1..]), "10.0.0.1");
    }

    #[test]
    fn what_is_no_address_ends_the_walk() {
        assert_eq!(by_x("10.0.0.1", "192.0.2.1, unknown"), "10.0.0.1");
        assert_eq!(by_x("10.0.0.1", "192.0.2.1, , 10.0.0.2"), "10.0.0.2");
        assert_eq!(by_x("10.0.0.1", ""), "10.0.0.1");
        assert_eq!(by_x("10.0.0.1", "10.0.0.3, 10.0.0.2"), "10.0.0.3", "all of them proxies: the first");
        assert_eq!(by_forwarded("for=192.0.2.1, for=_hidden"), "10.0.0.1");
        assert_eq!(by_forwarded("for=192.0.2.1, proto=https"), "10.0.0.1");
        assert_eq!(by_forwarded("for=192.0.2.1;for=203.0.113.9"), "10.0.0.1", "twice is no word at all");
    }

    #[test]
    fn ports_brackets_and_quotes_are_part_of_the_spelling() {
        assert_eq!(by_x("10.0.0.1", "203.0.113.9:4711"), "203.0.113.9");
        assert_eq!(by_x("10.0.0.1", "[2001:db8::1]:4711"), "2001:db8::1");
        assert_eq!(by_x("10.0.0.1", "2001:db8::1"), "2001:db8::1");
        assert_eq!(by_forwarded("for=192.0.2.1, For=\"[2001:db8::1]:80\";proto=https;by=10.0.0.1"), "2001:db8::1");
        assert_eq!(by_forwarded("for=\"[2001:db8:a::1]\", for=10.0.0.2"), "2001:db8:a::1");
    }
}
