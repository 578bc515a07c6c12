//! Checking a configuration before anything is built on it. All problems are reported at once.

mod authority;

use std::fmt::Display;

use secrecy::ExposeSecret;
use time::Duration;
use url::{Host, Url};

use super::{Authority, IdentityConfig};
use crate::credential::{CertificateSource, ClientCredential};

/// One setting that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} is `{read}`: {fix}")]
pub struct SettingProblem {
    /// The field, such as `session.idle`.
    pub name: &'static str,
    /// What was read; never a secret's value.
    pub read: String,
    /// What to do about it.
    pub fix: &'static str,
}

struct Problems(Vec<SettingProblem>);

impl Problems {
    fn unless(&mut self, holds: bool, name: &'static str, read: &dyn Display, fix: &'static str) {
        if !holds {
            self.0.push(SettingProblem { name, read: read.to_string(), fix });
        }
    }
}

impl IdentityConfig {
    /// Looks at every setting.
    ///
    /// # Errors
    /// All problems found, in the order of the fields.
    pub fn validate(&self) -> Result<(), Vec<SettingProblem>> {
        let mut problems = Problems(Vec::new());
        self.check_public_url(&mut problems);
        self.check_authority(&mut problems);
        self.check_client(&mut problems);
        self.check_graph(&mut problems);
        self.check_session(&mut problems);
        if problems.0.is_empty() { Ok(()) } else { Err(problems.0) }
    }

    fn check_public_url(&self, problems: &mut Problems) {
        let (name, url) = ("public_url", &self.public_url);
        problems.unless(
            is_https_or_loopback(url),
            name,
            &without_userinfo(url),
            "use https; plain http works on localhost only",
        );
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        problems.unless(bare, name, &without_userinfo(url), "give scheme, host and port only, without a path");
        problems.unless(has_no_userinfo(url), name, &without_userinfo(url), "take the user name out of the URL");
    }

    fn check_client(&self, problems: &mut Problems) {
        self.check_credential(problems);
        problems.unless(
            self.scopes.iter().any(|scope| scope == "openid"),
            "scopes",
            &self.scopes.join(" "),
            "add `openid`, without it there is no ID token",
        );
        let token = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        problems.unless(
            !self.cookie_name.is_empty() && self.cookie_name.chars().all(token),
            "cookie_name",
            &self.cookie_name,
            "use letters, digits, `-` and `_`",
        );
    }

    fn check_graph(&self, problems: &mut Problems) {
        let entra = matches!(self.authority, Authority::Entra(_));
        if let Some(url) = &self.graph {
            let bare = url.query().is_none() && url.fragment().is_none() && has_no_userinfo(url);
            problems.unless(
                entra && bare && is_https_or_loopback(url),
                "graph",
                &without_userinfo(url),
                "give the https address of Microsoft Graph with its version, beside an Entra authority only",
            );
        }
        if let Some(groups) = &self.groups {
            problems.unless(entra && !groups.is_empty(), "groups", &"(group ids)", "name groups of an Entra authority");
        }
    }

    fn check_credential(&self, problems: &mut Problems) {
        match &self.credential {
            ClientCredential::Secret(secret) => problems.unless(
                !secret.expose_secret().trim().is_empty(),
                "credential.secret",
                &"(empty)",
                "give the value of a client secret, not its id",
            ),
            ClientCredential::Certificate(certificate) => {
                if let Err(error) = certificate.inspect() {
                    let place = match &certificate.source {
                        CertificateSource::Pem(_) => "PEM text".to_owned(),
                        CertificateSource::File { path, .. } => path.display().to_string(),
                    };
                    let read = format!("{place} ({error})");
                    let fix =
                        "give a certificate and its RSA private key, as PEM or as a PKCS #12 archive with its password";
                    problems.0.push(SettingProblem { name: "credential.certificate", read, fix });
                }
            }
            ClientCredential::FederatedTokenFile(path) => problems.unless(
                std::fs::read_to_string(path).is_ok_and(|text| !text.trim().is_empty()),
                "credential.federated_token_file",
                &path.display(),
                "give a file that can be read and has a token in it",
            ),
            ClientCredential::Assertion(_) => {}
        }
    }

    fn check_session(&self, problems: &mut Problems) {
        let policy = self.session;
        problems.unless(policy.idle >= Duration::MINUTE, "session.idle", &policy.idle, "use a minute or more");
        problems.unless(
            policy.absolute >= policy.idle,
            "session.absolute",
            &policy.absolute,
            "must not be shorter than session.idle",
        );
        problems.unless(
            policy.touch_after > Duration::ZERO && policy.touch_after < policy.idle,
            "session.touch_after",
            &policy.touch_after,
            "must be above zero and shorter than session.idle",
        );
    }
}

fn has_no_userinfo(url: &Url) -> bool {
    url.username().is_empty() && url.password().is_none()
}

fn without_userinfo(url: &Url) -> String {
    let mut shown = url.clone();
    // Fails only for URLs that cannot have user information in the first place.
    let _ = shown.set_password(None);
    let _ = shown.set_username("");
    shown.to_string()
}

/// TLS, or a connection that does not leave the machine.
pub(crate) fn is_https_or_loopback(url: &Url) -> bool {
    match url.scheme() {
        "https" => url.has_host(),
        "http" => is_loopback(url),
        _ => false,
    }
}

/// Whether the host is this machine.
pub(crate) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use secrecy::SecretString;

    use super::*;
    use crate::config::{Authority, EntraAuthority, EntraTenant, PUBLIC_CLOUD, SessionPolicy};

    pub(super) fn config() -> IdentityConfig {
        let authority = Authority::Entra(EntraAuthority {
            base: PUBLIC_CLOUD.parse().unwrap(),
            tenant: EntraTenant::Organizations,
            allowed_tenants: None,
        });
        IdentityConfig::new(
            "https://muster.example".parse().unwrap(),
            authority,
            "6731de76-14a6-49ae-97bc-6eba6914391e".to_owned(),
            ClientCredential::Secret(SecretString::from("hunter2")),
            "/incidents".parse().unwrap(),
        )
    }

    pub(super) fn names(config: &IdentityConfig) -> Vec<&'static str> {
        config.validate().err().unwrap_or_default().iter().map(|problem| problem.name).collect()
    }

    #[test]
    fn a_good_configuration_has_no_problems() {
        assert_eq!(config().validate(), Ok(()));
    }

    #[test]
    fn plain_http_is_for_this_machine_only() {
        for (url, fine) in [
            ("http://localhost:3000", true),
            ("http://127.0.0.1:3000", true),
            ("http://[::1]:3000", true),
            ("http://muster.example", false),
            ("http://localhost.evil.example", false),
            ("http://192.168.0.7", false),
            ("ftp://localhost", false),
        ] {
            let config = IdentityConfig { public_url: url.parse().unwrap(), ..config() };
            assert_eq!(names(&config).is_empty(), fine, "{url}");
        }
    }

    #[test]
    fn every_problem_is_named_at_once_and_no_secret_is_shown() {
        let bad = IdentityConfig {
            public_url: "https://me:hunter2@muster.example/app".parse().unwrap(),
            client_id: "muster".to_owned(),
            credential: ClientCredential::Secret(SecretString::from(" ")),
            scopes: vec!["profile".to_owned()],
            cookie_name: "a b".to_owned(),
            session: SessionPolicy {
                idle: Duration::ZERO,
                absolute: Duration::seconds(-1),
                touch_after: Duration::HOUR,
            },
            ..config()
        };
        assert_eq!(
            names(&bad),
            [
                "public_url",
                "public_url",
                "client_id",
                "credential.secret",
                "scopes",
                "cookie_name",
                "session.idle",
                "session.absolute",
                "session.touch_after"
            ]
        );
        let shown = format!("{:?}", bad.validate());
        assert!(!shown.contains("hunter2"), "{shown}");
    }

    #[test]
    fn a_use_must_be_noted_before_the_session_has_ended() {
        for touch_after in [Duration::ZERO, Duration::hours(24)] {
            let session = SessionPolicy { touch_after, ..SessionPolicy::default() };
            assert_eq!(names(&IdentityConfig { session, ..config() }), ["session.touch_after"], "{touch_after}");
        }
    }
}
