//! Reading settings by name and collecting what is wrong with them.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use secrecy::SecretString;
use time::Duration;

/// Names and values of the environment. A value, so that tests need not touch the real one.
pub type Environment = BTreeMap<String, String>;

/// A setting that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its name.
    pub name: String,
    /// What was read; none if nothing was, or if it may be a secret.
    pub read: Option<String>,
    /// What to do about it.
    pub fix: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.read {
            Some(read) => write!(f, "{} is `{read}`: {}", self.name, self.fix),
            None => write!(f, "{}: {}", self.name, self.fix),
        }
    }
}

/// Every setting there is, for the check that catches misspelt ones.
const KNOWN: [&str; 56] = [
    "MUSTER_ALLOWED_HOSTS",
    "MUSTER_ALLOWED_TENANTS",
    "MUSTER_API_AUDIENCES",
    "MUSTER_B2C_AUTHORITY",
    "MUSTER_B2C_EDIT_PROFILE_POLICY",
    "MUSTER_B2C_RESET_PASSWORD_POLICY",
    "MUSTER_B2C_ROLE_CLAIM",
    "MUSTER_B2C_SIGN_IN_POLICY",
    "MUSTER_B2C_TENANT_ID",
    "MUSTER_CIAM_AUTHORITY",
    "MUSTER_CLIENT_ADDRESS_HEADER",
    "MUSTER_CORS_ORIGINS",
    "MUSTER_CUSTOM_SIGNING_KEYS",
    "MUSTER_DATABASE_URL",
    "MUSTER_DATA_DIR",
    "MUSTER_DRAIN",
    "MUSTER_DRAIN_DELAY",
    "MUSTER_ENTRA_LOCAL_LISTEN",
    "MUSTER_GRAPH_URL",
    "MUSTER_KEY_RING",
    "MUSTER_KEY_RING_FILE",
    "MUSTER_KNOWN_AUTHORITIES",
    "MUSTER_LISTEN",
    "MUSTER_LOG",
    "MUSTER_LOG_FORMAT",
    "MUSTER_METRICS",
    "MUSTER_METRICS_TOKEN",
    "MUSTER_METRICS_TOKEN_FILE",
    "MUSTER_OIDC_CLIENT_ID",
    "MUSTER_OIDC_CLIENT_SECRET",
    "MUSTER_OIDC_CLIENT_SECRET_EXPIRES",
    "MUSTER_OIDC_CLIENT_SECRET_FILE",
    "MUSTER_OIDC_ISSUER",
    "MUSTER_OIDC_ROLE_CLAIM",
    "MUSTER_OIDC_TENANT_ID",
    "MUSTER_OIDC_TENANT_NAME",
    "MUSTER_ONBOARDING",
    "MUSTER_OPERATOR_TENANT",
    "MUSTER_PUBLIC_URL",
    "MUSTER_RATE_API",
    "MUSTER_RATE_CALLBACK",
    "MUSTER_RATE_SIGN_IN",
    "MUSTER_RATE_SIGN_OUT",
    "MUSTER_ROLE_GROUPS",
    "MUSTER_SESSION_ABSOLUTE",
    "MUSTER_SESSION_IDLE",
    "MUSTER_SILENT_CHECK",
    "MUSTER_SITE_ROOT",
    "MUSTER_STATE_CA_FILE",
    "MUSTER_STATE_PASSWORD",
    "MUSTER_STATE_PASSWORD_FILE",
    "MUSTER_STATE_TIMEOUT",
    "MUSTER_STATE_URL",
    "MUSTER_STEP_UP_CONTEXT",
    "MUSTER_TENANTS",
    "MUSTER_TRUSTED_PROXIES",
];

/// Reads settings; a problem is kept and reading goes on.
pub(super) struct Reader<'a> {
    environment: &'a Environment,
    problems: Vec<Problem>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(environment: &'a Environment) -> Self {
        Self { environment, problems: Vec::new() }
    }

    pub(super) fn problem(&mut self, name: &str, read: Option<String>, fix: impl Into<String>) {
        // Before its `@` an address may have a password.
        let read = read.filter(|text| !text.contains('@'));
        self.problems.push(Problem { name: name.to_owned(), read, fix: fix.into() });
    }

    /// The value, if there is one that is not blank.
    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        debug_assert!(KNOWN.contains(&name) || !name.starts_with("MUSTER_"), "{name} must be in KNOWN");
        self.quiet(name)
    }

    /// The value of a variable that is not ours.
    pub(super) fn quiet(&self, name: &str) -> Option<String> {
        self.environment.get(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    /// Whether there is any variable that begins with one of these, blank or not: whoever passes on a name means it.
    pub(super) fn named(&self, prefixes: &[&str]) -> bool {
        !self.names(prefixes).is_empty()
    }

    /// The variables that begin with one of these.
    pub(super) fn names(&self, prefixes: &[&str]) -> Vec<String> {
        let begins = |name: &&String| prefixes.iter().any(|prefix| name.starts_with(prefix));
        self.environment.keys().filter(begins).cloned().collect()
    }

    /// Whether any variable that begins with one of these says something.
    pub(super) fn filled(&self, prefixes: &[&str]) -> bool {
        let filled = self.environment.iter().filter(|(_, value)| !value.trim().is_empty());
        filled.into_iter().any(|(name, _)| prefixes.iter().any(|prefix| name.starts_with(prefix)))
    }

    /// The value, read as `T`; `what` says what it should be.
    pub(super) fn parsed<T: FromStr>(&mut self, name: &str, what: &str) -> Option<T> {
        let text = self.text(name)?;
        let value = text.parse().ok();
        if value.is_none() {
            self.problem(name, Some(text), format!("must be {what}"));
        }
        value
    }

    /// The value, which has to be there.
    pub(super) fn required(&mut self, name: &str, what: &str) -> Option<String> {
        let value = self.text(name);
        if value.is_none() {
            self.problem(name, None, format!("is not set; it must be {what}"));
        }
        value
    }

    /// A secret: `NAME`, or the content of the file that `NAME_FILE` names, never both.
    pub(super) fn secret(&mut self, name: &str, what: &str) -> Option<SecretString> {
        let file_name = format!("{name}_FILE");
        match (self.text(name), self.text(&file_name)) {
            (Some(_), Some(_)) => {
                self.problem(name, None, format!("is set and so is {file_name}; keep one of them"));
                None
            }
            (Some(secret), None) => Some(SecretString::from(secret)),
            (None, Some(path)) => match std::fs::read_to_string(&path) {
                Ok(secret) if !secret.trim().is_empty() => Some(SecretString::from(secret.trim())),
                Ok(_) => {
                    self.problem(&file_name, Some(path), "names an empty file; put the secret into it");
                    None
                }
                Err(error) => {
                    self.problem(&file_name, Some(path), format!("names a file that cannot be read: {error}"));
                    None
                }
            },
            (None, None) => {
                self.problem(name, None, format!("is not set, nor is {file_name}; one must be {what}"));
                None
            }
        }
    }

    /// A length of time such as `90s`, `15m`, `24h` or `7d`.
    pub(super) fn duration(&mut self, name: &str, default: Duration) -> Option<Duration> {
        let Some(text) = self.text(name) else {
            return Some(default);
        };
        let (number, unit) = text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()));
        let seconds = match unit {
            "s" => Some(1),
            "m" => Some(60),
            "h" => Some(3_600),
            "d" => Some(86_400),
            _ => None,
        };
        let length = number.parse::<i64>().ok().zip(seconds).and_then(|(n, unit)| n.checked_mul(unit));
        let length = length.filter(|length| (1..=31_536_000).contains(length));
        if length.is_none() {
            self.problem(name, Some(text), "must be a length of time up to a year, such as 90s, 15m, 24h or 7d");
        }
        length.map(Duration::seconds)
    }

    /// Complains about `MUSTER_…` variables that do not exist: a misspelt setting must not be ignored in silence.
    pub(super) fn unknown(&mut self) {
        let names: Vec<_> = self.environment.keys().filter(|n| n.starts_with("MUSTER_")).cloned().collect();
        for name in names {
            if !KNOWN.contains(&name.as_str()) {
                self.problem(&name, None, "is no setting of Muster's; see the table of settings in README.md");
            }
        }
    }

    pub(super) fn finish(self) -> Result<(), Vec<Problem>> {
        if self.problems.is_empty() { Ok(()) } else { Err(self.problems) }
    }
}
