//! Who stands in front of the site, which other sites may ask its API, and how much it takes from whom.

use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;
use time::Duration;
use url::Url;

use super::access::is_https_or_local;
use super::reader::Reader;

/// Everything that is decided before anybody looks at what a request asks for.
#[derive(Clone, Debug, Default)]
pub struct FrontDoor {
    /// Whose word counts for where a request comes from.
    pub proxies: TrustedProxies,
    /// Names in `Host` besides that of the public URL, for a proxy that puts its own there.
    pub allowed_hosts: Vec<String>,
    /// Origins whose scripts may ask `/api`, as browsers send them.
    pub cors_origins: Vec<String>,
    /// How often a client may ask for what is under `/auth`.
    pub rates: Rates,
    /// How long, after a stop signal, new requests are still answered while `/readyz` says that there will be no more.
    pub drain_delay: Duration,
}

/// The proxies between browsers and this process.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies {
    /// Their addresses.
    pub networks: Vec<IpNet>,
    /// Where they write the client's address. Only this one: what they do not write they pass on as the client sent it.
    pub header: AddressHeader,
}

/// The header in which proxies say for whom they ask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AddressHeader {
    /// `X-Forwarded-For`, addresses with commas between them.
    #[default]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    Forwarded,
}

/// Requests a minute from one client address; 0 is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rates {
    /// What begins something at the identity provider.
    pub sign_in: u32,
    /// What comes back from there.
    pub callback: u32,
    /// What ends sessions, asked for by a person or by the provider; of what the provider sends without a browser, only what
    /// is refused.
    pub sign_out: u32,
}

impl Default for Rates {
    fn default() -> Self {
        // A whole organisation may be behind one address, and begins its day at the same minute.
        Self { sign_in: 300, callback: 300, sign_out: 300 }
    }
}

impl TrustedProxies {
    /// Whether the program at this address is one of them.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.networks.iter().any(|network| network.contains(&address))
    }
}

impl FromStr for AddressHeader {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        match text.to_ascii_lowercase().as_str() {
            "x-forwarded-for" => Ok(Self::XForwardedFor),
            "forwarded" => Ok(Self::Forwarded),
            _ => Err(()),
        }
    }
}

/// All of it; `None` if something was complained about.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<FrontDoor> {
    const HEADER: &str = "MUSTER_CLIENT_ADDRESS_HEADER";
    let networks = trusted_proxies(reader);
    let header = match reader.text(HEADER) {
        None => Some(AddressHeader::default()),
        Some(_) => reader.parsed(HEADER, "X-Forwarded-For or Forwarded, whichever your proxy writes"),
    };
    let allowed_hosts = listed(
        reader,
        "MUSTER_ALLOWED_HOSTS",
        &[','],
        host,
        "must be host names, each with its port if it has one, with commas between them",
    );
    let cors_origins = listed(
        reader,
        "MUSTER_CORS_ORIGINS",
        &[',', ' '],
        origin,
        "must be origins such as https://status.example with commas between them: https (plain http on this machine only), no path, and never `*`",
    );
    let usual = Rates::default();
    let rates = Rates {
        sign_in: rate(reader, "MUSTER_RATE_SIGN_IN", usual.sign_in),
        callback: rate(reader, "MUSTER_RATE_CALLBACK", usual.callback),
        sign_out: rate(reader, "MUSTER_RATE_SIGN_OUT", usual.sign_out),
    };
    let drain_delay = drain_delay(reader);
    Some(FrontDoor {
        proxies: TrustedProxies { networks: networks?, header: header? },
        allowed_hosts: allowed_hosts?,
        cors_origins: cors_origins?,
        rates,
        drain_delay: drain_delay?,
    })
}

fn trusted_proxies(reader: &mut Reader<'_>) -> Option<Vec<IpNet>> {
    const NAME: &str = "MUSTER_TRUSTED_PROXIES";
    let fix = "must be addresses or networks such as 127.0.0.1, 10.2.0.0/16 or fd12:3456:789a::/48 with commas between them, and \
               never everybody (/0): whoever is listed decides where a request seems to come from";
    listed(reader, NAME, &[',', ' '], network, fix)
}

/// An address is a network of one.
fn network(text: &str) -> Option<IpNet> {
    let network = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from))?;
    (network.prefix_len() > 0).then(|| network.trunc())
}

/// A host as `Host` has it: a name or an address, and perhaps a port.
fn host(text: &str) -> Option<String> {
    let url = Url::parse(&format!("http://{text}/")).ok()?;
    let bare = url.username().is_empty() && url.password().is_none() && url.path() == "/" && url.query().is_none();
    // A URL drops tabs and line ends without a word.
    let whole = !text.contains(|c: char| c.is_whitespace() || c == '/' || c == '*');
    (bare && url.fragment().is_none() && whole).then(|| text.to_ascii_lowercase())
}

/// An origin as browsers send it, so that it can be compared literally (RFC 6454 section 6.2).
fn origin(text: &str) -> Option<String> {
    let url = Url::parse(text).ok().filter(is_https_or_local)?;
    let origin = url.origin().ascii_serialization();
    (text.trim_end_matches('/').eq_ignore_ascii_case(&origin) && !text.contains('*')).then_some(origin)
}

/// The entries of a setting that is a list; empty if it is not set.
fn listed<T>(
    reader: &mut Reader<'_>,
    name: &str,
    between: &[char],
    entry: impl Fn(&str) -> Option<T>,
    fix: &str,
) -> Option<Vec<T>> {
    let Some(text) = reader.text(name) else {
        return Some(Vec::new());
    };
    let words = text.split(between).map(str::trim).filter(|word| !word.is_empty());
    let entries: Option<Vec<T>> = words.map(entry).collect();
    if entries.is_none() {
        reader.problem(name, Some(text), fix);
    }
    entries
}

fn rate(reader: &mut Reader<'_>, name: &str, usual: u32) -> u32 {
    reader.parsed(name, "a number of requests a minute from one address, or 0 for no limit").unwrap_or(usual)
}

/// Unlike other lengths of time this one may be nothing.
fn drain_delay(reader: &mut Reader<'_>) -> Option<Duration> {
    const NAME: &str = "MUSTER_DRAIN_DELAY";
    if reader.text(NAME).is_some_and(|text| text == "0" || text == "0s") {
        return Some(Duration::ZERO);
    }
    reader.duration(NAME, Duration::ZERO)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::config::Environment;

    fn with(name: &str, value: &str) -> Result<FrontDoor, String> {
        let environment = Environment::from([(name.to_owned(), value.to_owned())]);
        let mut reader = Reader::new(&environment);
        let front_door = read(&mut reader);
        match reader.finish() {
            Ok(()) => Ok(front_door.unwrap()),
            Err(problems) => Err(problems.into_iter().map(|problem| problem.to_string()).collect()),
        }
    }

    #[test]
    fn without_settings_nobody_is_trusted_and_no_other_site_may_ask() {
        let front_door = with("MUSTER_LOG", "info").unwrap();
        assert!(front_door.proxies.networks.is_empty() && front_door.cors_origins.is_empty());
        assert_eq!(front_door.proxies.header, AddressHeader::XForwardedFor);
        assert_eq!(front_door.rates, Rates { sign_in: 300, callback: 300, sign_out: 300 });
        assert_eq!(front_door.drain_delay, Duration::ZERO);
    }

    #[test]
    fn proxies_are_addresses_and_networks_but_not_everybody() {
        let proxies = with("MUSTER_TRUSTED_PROXIES", "127.0.0.1, 10.2.3.4/16 fd00::/8,::1").unwrap().proxies;
        for (address, trusted) in [
            ("127.0.0.1", true),
            ("::ffff:127.0.0.1", true),
            ("127.0.0.2", false),
            ("10.2.255.255", true),
            ("10.3.0.0", false),
            ("fd12::1", true),
            ("::1", true),
            ("2001:db8::1", false),
        ] {
            assert_eq!(proxies.contains(address.parse().unwrap()), trusted, "{address}");
        }
        for everybody in ["0.0.0.0/0", "::/0", "*", "10.0.0.0/33", "proxy.example", "127.0.0.1,all"] {
            let why = with("MUSTER_TRUSTED_PROXIES", everybody).unwrap_err();
            assert!(why.starts_with(&format!("MUSTER_TRUSTED_PROXIES is `{everybody}`: must be addresses")), "{why}");
        }
    }

    #[test]
    fn origins_are_exact_and_never_everybody() {
        let origins = with("MUSTER_CORS_ORIGINS", "https://Status.Example/, http://localhost:5173").unwrap();
        assert_eq!(origins.cors_origins, ["https://status.example", "http://localhost:5173"]);
        for wrong in ["*", "null", "https://*.example", "http://status.example", "https://status.example/a", "status"] {
            assert!(with("MUSTER_CORS_ORIGINS", wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn hosts_are_names_with_at_most_a_port() {
        let hosts = with("MUSTER_ALLOWED_HOSTS", "Muster.internal:8080,[::1]").unwrap().allowed_hosts;
        assert_eq!(hosts, ["muster.internal:8080", "[::1]"]);
        for wrong in ["*", "https://muster.internal", "a/b", "me@muster.internal", "a b:c", "a b", "a,b c", "a\tb"] {
            let why = with("MUSTER_ALLOWED_HOSTS", wrong).unwrap_err();
            assert!(why.starts_with("MUSTER_ALLOWED_HOSTS") && why.contains("must be host names"), "{wrong}: {why}");
        }
    }

    #[test]
    fn what_is_a_number_or_a_length_of_time_is_read_as_such() {
        assert_eq!(with("MUSTER_RATE_SIGN_IN", "0").unwrap().rates.sign_in, 0);
        assert!(with("MUSTER_RATE_CALLBACK", "-1").is_err());
        assert_eq!(with("MUSTER_DRAIN_DELAY", "0s").unwrap().drain_delay, Duration::ZERO);
        assert_eq!(with("MUSTER_DRAIN_DELAY", "5s").unwrap().drain_delay, Duration::seconds(5));
        assert!(with("MUSTER_DRAIN_DELAY", "soon").is_err());
        let header = with("MUSTER_CLIENT_ADDRESS_HEADER", "forwarded").unwrap().proxies.header;
        assert_eq!(header, AddressHeader::Forwarded);
        assert!(with("MUSTER_CLIENT_ADDRESS_HEADER", "X_Forwarded_For").is_err());
    }
}
