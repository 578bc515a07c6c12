//! How Redis is used.

use std::time::Duration;

use fred::types::{
    Builder,
    config::{ConnectionConfig, ReconnectError, ReconnectPolicy, TlsConfig, TlsHostMapping, UnresponsiveConfig},
};
use secrecy::{ExposeSecret, SecretString};

use super::{tls, url::RedisUrl};

/// Where Redis is and how it is used. [`RedisOptions::new`] fills in all but the URL.
#[derive(Clone, Debug)]
pub struct RedisOptions {
    /// Where it is.
    pub url: RedisUrl,
    /// The password, if it does not stand in the URL.
    pub password: Option<SecretString>,
    /// Certificates in PEM of those who may vouch for the servers, instead of those that the system trusts.
    pub trusted: Option<Vec<u8>>,
    /// Begins the name of every key and channel; an access-control list can be limited to it. `identity:` by default.
    pub prefix: String,
    /// How long an operation may take, whatever happens meanwhile: an operation that meets a failover waits for its end, up
    /// to this limit. 2 seconds by default.
    pub timeout: Duration,
    /// How long one attempt to connect may take. 1 second by default.
    pub connect_timeout: Duration,
    /// The longest pause between attempts to connect. They begin at 50 ms and double. 1 second by default.
    pub reconnect_pause: Duration,
    /// With Sentinel and Cluster: how long a write waits for a replica to have it. 500 ms by default.
    pub replica_timeout: Duration,
    /// Connections for writing, to each primary. 4 by default.
    pub writers: usize,
}

/// Why [`RedisOptions`] cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RedisConfigError {
    /// The trusted certificates are none.
    #[error("the trusted certificates cannot be used: {0}")]
    Trusted(String),
    /// The client refuses.
    #[error("the connection to Redis cannot be set up: {0}")]
    Client(String),
}

impl RedisConfigError {
    pub(super) fn from_fred(error: &fred::error::Error) -> Self {
        Self::Client(error.to_string())
    }
}

impl RedisOptions {
    /// The options for `url` with everything else by default.
    #[must_use]
    pub fn new(url: RedisUrl) -> Self {
        Self {
            url,
            password: None,
            trusted: None,
            prefix: "identity:".to_owned(),
            timeout: Duration::from_secs(2),
            connect_timeout: Duration::from_secs(1),
            reconnect_pause: Duration::from_secs(1),
            replica_timeout: Duration::from_millis(500),
            writers: 4,
        }
    }

    /// Whether `pem` would do as [`RedisOptions::trusted`].
    ///
    /// # Errors
    /// [`RedisConfigError::Trusted`] if it holds no certificate, or one that cannot be read.
    pub fn check_trusted(pem: &[u8]) -> Result<(), RedisConfigError> {
        tls::roots(Some(pem)).map(|_| ())
    }

    pub(super) fn builder(&self) -> Result<Builder, RedisConfigError> {
        let mut config = self.url.config();
        // The first attempt is repeated like all others.
        config.fail_fast = false;
        if let Some(password) = &self.password {
            config.password = Some(password.expose_secret().to_owned());
        }
        if self.url.is_tls() {
            let connector = tls::connector(self.trusted.as_deref())?;
            // A Cluster tells its nodes by address. Where it is reached by a name, as at Azure, they have certificates for that.
            let hostnames = if self.url.has_name() { TlsHostMapping::DefaultHost } else { TlsHostMapping::None };
            config.tls = Some(TlsConfig { connector, hostnames });
        }
        let mut builder = Builder::from_config(config);
        builder.set_connection_config(ConnectionConfig {
            connection_timeout: self.connect_timeout,
            internal_command_timeout: self.connect_timeout,
            // Whether to try again depends on what was asked, so that is decided in `link`.
            max_command_attempts: 1,
            max_command_buffer_len: 10_000,
            // A connection that has gone silent is closed; nothing else would notice.
            unresponsive: UnresponsiveConfig { max_timeout: Some(self.timeout), interval: self.timeout / 4 },
            reconnect_on_auth_error: true,
            reconnect_errors: vec![
                ReconnectError::ClusterDown,
                ReconnectError::Loading,
                ReconnectError::MasterDown,
                ReconnectError::ReadOnly,
            ],
            ..ConnectionConfig::default()
        });
        let mut policy = ReconnectPolicy::new_exponential(0, 50, millis(self.reconnect_pause), 2);
        policy.set_jitter(20);
        builder.set_policy(policy);
        builder.with_performance_config(|performance| performance.broadcast_channel_capacity = 1024);
        Ok(builder)
    }
}

fn millis(duration: Duration) -> u32 {
    u32::try_from(duration.as_millis()).unwrap_or(u32::MAX)
}
