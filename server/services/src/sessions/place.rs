//! Where a session is used from, in words. Nobody's address is looked up anywhere: what it says by itself has to do.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// `Address 203.0.113.…`, or what sort of network it is, and whether it is that of whoever looks. Of an address only the
/// network is said: enough to tell the office from home.
pub(super) fn place(ip: Option<IpAddr>, viewer: Option<IpAddr>) -> String {
    let Some(ip) = ip.map(|ip| ip.to_canonical()) else {
        return "Place not known".to_owned();
    };
    if ip.is_loopback() {
        return "The computer that runs Muster".to_owned();
    }
    let kind = if is_private(ip) { "Private network" } else { "Address" };
    let here = viewer.is_some_and(|viewer| network(viewer.to_canonical()) == network(ip));
    let words = format!("{kind} {}", shown(ip));
    if here { format!("{words}, the network you are on") } else { words }
}

/// RFC 1918, RFC 6598 (carriers' shared addresses), RFC 3927 and RFC 4291 (link-local), RFC 4193 (unique local).
fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, ..] = ip.octets();
            ip.is_private() || ip.is_link_local() || (a == 100 && (64..128).contains(&b))
        }
        IpAddr::V6(ip) => ip.is_unique_local() || ip.is_unicast_link_local(),
    }
}

/// The first 24 bits of an IPv4 address, the first 48 of an IPv6 address: what is usually given out as one piece.
fn network(ip: IpAddr) -> IpAddr {
    match ip {
        IpAddr::V4(ip) => Ipv4Addr::from_bits(ip.to_bits() & !0xff).into(),
        IpAddr::V6(ip) => Ipv6Addr::from_bits(ip.to_bits() & !(u128::MAX >> 48)).into(),
    }
}

fn shown(ip: IpAddr) -> String {
    match ip {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            format!("{a}.{b}.{c}.…")
        }
        IpAddr::V6(ip) => {
            let [a, b, c, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:…")
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    fn words(ip: &str, viewer: &str) -> String {
        place(Some(ip.parse().unwrap()), viewer.parse().ok())
    }

    #[test]
    fn an_address_is_said_by_its_network() {
        assert_eq!(place(None, None), "Place not known");
        assert_eq!(words("127.0.0.1", ""), "The computer that runs Muster");
        assert_eq!(words("::1", "::1"), "The computer that runs Muster");
        assert_eq!(words("203.0.113.77", ""), "Address 203.0.113.…");
        assert_eq!(words("2001:db8:7::1", ""), "Address 2001:db8:7:…");
        assert_eq!(words("::ffff:203.0.113.77", ""), "Address 203.0.113.…");
        for private in ["10.0.0.9", "172.16.3.9", "192.168.4.9", "100.64.0.9", "169.254.1.1", "fd00:1:2::9", "fe80::9"]
        {
            assert!(words(private, "").starts_with("Private network "), "{private}");
        }
        for public in ["100.128.0.1", "172.32.0.1", "11.0.0.1", "2001:db8::1"] {
            assert!(words(public, "").starts_with("Address "), "{public}");
        }
    }

    #[test]
    fn the_network_of_whoever_looks_is_pointed_out() {
        let here = ", the network you are on";
        assert!(words("203.0.113.77", "203.0.113.2").ends_with(here));
        assert!(words("2001:db8:7:1::1", "2001:db8:7:2::1").ends_with(here));
        assert!(words("::ffff:192.168.4.9", "192.168.4.1").ends_with(here));
        assert!(!words("203.0.113.77", "203.0.114.77").ends_with(here));
        assert!(!words("2001:db8:7::1", "2001:db8:8::1").ends_with(here));
    }
}
