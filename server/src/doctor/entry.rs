//! The way in: public URL, cookies, listening address, proxies.

use std::io::ErrorKind;
use std::net::TcpListener;

use ipnet::IpNet;

use super::Finding;
use crate::config::{Settings, SignIn};

pub(super) fn findings(settings: &Settings) -> Vec<Finding> {
    let mut findings = vec![public_url(settings), cookies(settings), listen(settings)];
    findings.extend(proxies(settings));
    findings
}

fn https(settings: &Settings) -> bool {
    settings.public_url.scheme() == "https"
}

fn public_url(settings: &Settings) -> Finding {
    let origin = settings.public_url.origin().ascii_serialization();
    let local = matches!(settings.sign_in, SignIn::Local(_));
    if https(settings) || local {
        let uris = "/auth/callback, /signed-out and, for onboarding, /auth/admin-consent/callback";
        return Finding::ok("public_url", format!("People use {origin}. To be registered below it: {uris}."));
    }
    Finding::warning(
        "public_url",
        format!("People use {origin}, plain http, which reaches this machine only."),
        "Set MUSTER_PUBLIC_URL to the https address that people will use, as it is registered.".to_owned(),
    )
}

fn cookies(settings: &Settings) -> Finding {
    if https(settings) {
        let finding = "Cookies are Secure, HttpOnly, SameSite=Lax and bound to this one host by the prefix __Host-.";
        return Finding::ok("cookies", finding.to_owned());
    }
    let finding =
        "Cookies are HttpOnly and SameSite=Lax, but neither Secure nor __Host-: the public URL is plain http.";
    if matches!(settings.sign_in, SignIn::Local(_)) {
        return Finding::ok("cookies", finding.to_owned());
    }
    Finding::warning("cookies", finding.to_owned(), "They are both as soon as MUSTER_PUBLIC_URL is https.".to_owned())
}

fn listen(settings: &Settings) -> Finding {
    let at = settings.listen;
    match TcpListener::bind(at) {
        Err(error) if error.kind() == ErrorKind::AddrInUse => Finding::warning(
            "listen",
            format!("Another program listens at {at}."),
            "If that is Muster, all is well; else end it, or set MUSTER_LISTEN to another address.".to_owned(),
        ),
        Err(error) => Finding::problem(
            "listen",
            format!("{at} cannot be listened at: {error}."),
            "Set MUSTER_LISTEN to an address of this machine and a port that its user may use.".to_owned(),
        ),
        Ok(_) if https(settings) && !at.ip().is_loopback() => Finding::warning(
            "listen",
            format!("Muster will speak plain http at {at}, which other machines may reach past the proxy."),
            "Listen on 127.0.0.1 if the proxy is on this machine; else let a firewall admit the proxy only.".to_owned(),
        ),
        Ok(_) => Finding::ok("listen", format!("{at} is free.")),
    }
}

fn proxies(settings: &Settings) -> Vec<Finding> {
    const CHECK: &str = "proxies";
    let networks = &settings.front_door.proxies.networks;
    let mut findings = Vec::new();
    if https(settings) && networks.is_empty() {
        findings.push(Finding::warning(
            CHECK,
            "No proxy is trusted, but with https there is one: all people will seem to come from its address. The limits for \
             /auth (MUSTER_RATE_*) bind nobody if that is on this machine, and all people together, as if they were one, if \
             it is on another."
                .to_owned(),
            "Set MUSTER_TRUSTED_PROXIES to the address that the proxy connects from, such as 127.0.0.1.".to_owned(),
        ));
    }
    let here = settings.listen.ip();
    if here.is_loopback() && !networks.is_empty() && !networks.iter().any(|network| network.contains(&here)) {
        findings.push(Finding::warning(
            CHECK,
            format!("Muster listens at {here} only, where none of the trusted proxies can connect from."),
            format!("Add {here} to MUSTER_TRUSTED_PROXIES if the proxy is on this machine."),
        ));
    }
    for network in networks.iter().filter(|network| is_wide(network)) {
        findings.push(Finding::warning(
            CHECK,
            format!(
                "{network} holds far more addresses than there are proxies; each may say where requests come from."
            ),
            "List the proxies' own addresses in MUSTER_TRUSTED_PROXIES.".to_owned(),
        ));
    }
    if findings.is_empty() {
        let who =
            if networks.is_empty() { "None is trusted, and none is expected.".to_owned() } else { list(networks) };
        findings.push(Finding::ok(CHECK, who));
    }
    findings
}

/// Wider than any network that an organisation gives to its proxies.
fn is_wide(network: &IpNet) -> bool {
    match network {
        IpNet::V4(network) => network.prefix_len() < 12,
        IpNet::V6(network) => network.prefix_len() < 32 && !network.contains(&std::net::Ipv6Addr::LOCALHOST),
    }
}

fn list(networks: &[IpNet]) -> String {
    let networks: Vec<_> = networks.iter().map(ToString::to_string).collect();
    format!("Believed about where requests come from: {}.", networks.join(", "))
}
