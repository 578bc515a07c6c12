//! Where Redis is: one URL for all four ways of running it.

use std::{fmt, net::IpAddr, str::FromStr};

use fred::types::config::{Config, ServerConfig};
use url::Url;

/// Where Redis is, in one of these forms:
///
/// * `redis://HOST[:6379][/DATABASE]`, or `rediss://…` with TLS: one server
/// * `redis-sentinel://HOST[:26379][/DATABASE]?sentinelServiceName=NAME[&node=HOST:PORT]…`, or `rediss-sentinel://…`: the
///   Sentinels; `sentinelUsername` and `sentinelPassword` are theirs
/// * `redis-cluster://HOST[:6379][?node=HOST:PORT]…`, or `rediss-cluster://…`: some nodes of a Cluster
///
/// `USER:PASSWORD@` before the host is for the servers that hold the data.
#[derive(Clone)]
pub struct RedisUrl {
    config: Config,
    is_tls: bool,
    has_name: bool,
    shown: String,
}

/// Why something is no [`RedisUrl`]. Says nothing of what it holds.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedisUrlError {
    /// No URL of one of the forms.
    #[error(
        "must be redis://HOST:PORT, redis-sentinel://HOST:PORT?sentinelServiceName=NAME or redis-cluster://HOST:PORT, with \
         rediss instead of redis for TLS"
    )]
    Form,
    /// Sentinel without the name of what it watches.
    #[error("must end with ?sentinelServiceName=NAME, the name of the primary in the configuration of the Sentinels")]
    ServiceName,
    /// A part of the query that means nothing here.
    #[error("has `{0}` in its query, which means nothing there")]
    Query(String),
    /// A node without a port, or a database that is no number.
    #[error("cannot be read: {0}")]
    Part(&'static str),
}

impl RedisUrl {
    /// The scheme and the address, without credentials: fit for a log.
    pub fn shown(&self) -> &str {
        &self.shown
    }

    /// Whether connections use TLS.
    pub fn is_tls(&self) -> bool {
        self.is_tls
    }

    /// Whether the first host is a name, which its certificate is then for.
    pub(super) fn has_name(&self) -> bool {
        self.has_name
    }

    /// Whether this way of running Redis replaces a lost primary by a replica.
    pub(super) fn has_replicas(&self) -> bool {
        self.config.server.is_sentinel() || self.config.server.is_clustered()
    }

    pub(super) fn config(&self) -> Config {
        self.config.clone()
    }
}

impl FromStr for RedisUrl {
    type Err = RedisUrlError;

    fn from_str(text: &str) -> Result<Self, RedisUrlError> {
        let url = Url::parse(text).map_err(|_| RedisUrlError::Form)?;
        let (secure, kind) = match url.scheme().split_once('-') {
            Some((scheme, kind)) => (scheme, Some(kind)),
            None => (url.scheme(), None),
        };
        let is_tls = match secure {
            "redis" => false,
            "rediss" => true,
            _ => return Err(RedisUrlError::Form),
        };
        let known: &[&str] = match kind {
            None => &[],
            Some("sentinel") => &["node", "sentinelServiceName", "sentinelUsername", "sentinelPassword"],
            Some("cluster") => &["node"],
            Some(_) => return Err(RedisUrlError::Form),
        };
        let host = url.host_str().filter(|host| !host.is_empty()).ok_or(RedisUrlError::Form)?;
        for (name, value) in url.query_pairs() {
            if !known.contains(&&*name) {
                return Err(RedisUrlError::Query(name.into_owned()));
            }
            let port = value.rsplit_once(':').and_then(|(_, port)| port.parse::<u16>().ok());
            if name == "node" && port.is_none() {
                return Err(RedisUrlError::Part("each node must be HOST:PORT"));
            }
        }
        let named = url.query_pairs().any(|(name, value)| name == "sentinelServiceName" && !value.is_empty());
        if kind == Some("sentinel") && !named {
            return Err(RedisUrlError::ServiceName);
        }
        let database = url.path().trim_matches('/');
        if !database.is_empty() && (kind == Some("cluster") || database.parse::<u8>().is_err()) {
            return Err(RedisUrlError::Part(
                "the path can only be the number of a database, and a Cluster has only one",
            ));
        }
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let shown = format!("{}://{host}{port}", url.scheme());
        // TLS is set up by us: without the `s`, so that no certificates are looked for yet.
        let plain = text.replacen("rediss", "redis", usize::from(is_tls));
        let config = Config::from_url(&plain).map_err(|_| RedisUrlError::Form)?;
        debug_assert!(matches!(config.server, ServerConfig::Centralized { .. }) == kind.is_none());
        let has_name = host.trim_matches(['[', ']']).parse::<IpAddr>().is_err();
        Ok(Self { config, is_tls, has_name, shown })
    }
}

impl fmt::Debug for RedisUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("RedisUrl").field(&self.shown).finish()
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read() {
        let sentinel = "redis-sentinel://u:pw@a.example:26379/2?sentinelServiceName=main&node=b.example:26380";
        let cases = [
            ("redis://a.example", false, false),
            ("rediss://u:pw@a.example:6380/1", true, false),
            (sentinel, false, true),
            ("rediss-sentinel://a.example?sentinelServiceName=main", true, true),
            ("redis-cluster://a.example:7000?node=b.example:7001&node=c.example:7002", false, true),
            ("rediss-cluster://[::1]:7000", true, true),
        ];
        for (text, is_tls, has_replicas) in cases {
            let url: RedisUrl = text.parse().unwrap();
            assert_eq!((url.is_tls(), url.has_replicas()), (is_tls, has_replicas), "{text}");
            assert_eq!(url.has_name(), !text.contains("::1"), "{text}");
            assert_eq!(url.config().tls, None, "{text}");
        }
        let url: RedisUrl = sentinel.parse().unwrap();
        let config = url.config();
        assert_eq!((config.username.as_deref(), config.password.as_deref()), (Some("u"), Some("pw")));
        assert_eq!((config.database, config.server.hosts().len()), (Some(2), 2));
        assert_eq!(url.shown(), "redis-sentinel://a.example:26379");
        assert!(!format!("{url:?}").contains("pw"));
    }

    #[test]
    fn what_is_wrong_is_said_without_repeating_it() {
        let cases = [
            ("a.example:6379", "must be redis://"),
            ("http://a.example", "must be redis://"),
            ("redis-ring://:secret@a.example", "must be redis://"),
            ("redis://", "must be redis://"),
            ("redis-sentinel://:secret@a.example", "sentinelServiceName"),
            ("redis://:secret@a.example?node=b:1", "`node`"),
            ("redis-cluster://a.example?node=secret", "HOST:PORT"),
            ("redis-cluster://:secret@a.example/1", "a Cluster has only one"),
            ("redis://:secret@a.example/secret", "number of a database"),
        ];
        for (text, expected) in cases {
            let why = text.parse::<RedisUrl>().unwrap_err().to_string();
            assert!(why.contains(expected) && !why.contains("secret"), "{text}: {why}");
        }
    }
}
