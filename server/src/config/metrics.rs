//! Whether metrics are shown, where, and to whom.

use std::net::SocketAddr;

use secrecy::{ExposeSecret, SecretString};

use super::reader::Reader;

/// As short as a secret may be that keeps strangers out.
const SHORTEST: usize = 16;

/// Metrics on a listener of their own, so that no proxy shows them to everybody by mistake.
#[derive(Debug)]
pub struct Metrics {
    /// Where.
    pub listen: SocketAddr,
    /// What a reader has to send as a bearer token. None is needed on this machine.
    pub token: Option<SecretString>,
}

/// `MUSTER_METRICS` and `MUSTER_METRICS_TOKEN`; without the first nothing is shown.
pub(super) fn read(reader: &mut Reader<'_>) -> Option<Metrics> {
    const LISTEN: &str = "MUSTER_METRICS";
    const TOKEN: &str = "MUSTER_METRICS_TOKEN";
    let is_off = reader.text(LISTEN).is_none();
    let named = reader.names(&[TOKEN]);
    let given = named.iter().find(|name| reader.quiet(name).is_some());
    let token = given.and_then(|_| reader.secret(TOKEN, "the secret that readers of the metrics send"));
    if is_off {
        if let Some(name) = given {
            reader.problem(name, None, format!("is set, but {LISTEN} does not say where metrics are to be read"));
        }
        return None;
    }
    let listen: SocketAddr = reader.parsed(LISTEN, "an address and port such as 127.0.0.1:9464")?;
    if token.as_ref().is_some_and(|token| token.expose_secret().len() < SHORTEST) {
        reader.problem(TOKEN, None, format!("must have at least {SHORTEST} characters"));
    }
    if given.is_none() && !listen.ip().is_loopback() {
        let fix = format!("must be an address of this machine alone, or {TOKEN} must be set: others can reach it");
        reader.problem(LISTEN, Some(listen.to_string()), fix);
    }
    Some(Metrics { listen, token })
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;
    use crate::config::Environment;

    fn with(settings: &[(&str, &str)]) -> Result<Option<Metrics>, Vec<String>> {
        let pairs = settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let environment: Environment = pairs.collect();
        let mut reader = Reader::new(&environment);
        let metrics = read(&mut reader);
        reader.unknown();
        reader.finish().map_err(|problems| problems.into_iter().map(|problem| problem.name).collect::<Vec<_>>())?;
        Ok(metrics)
    }

    #[test]
    fn metrics_are_off_until_somebody_says_where() {
        assert!(with(&[]).unwrap().is_none());
        assert_eq!(with(&[("MUSTER_METRICS_TOKEN", "a secret that is long")]).unwrap_err(), ["MUSTER_METRICS_TOKEN"]);
        let there = with(&[("MUSTER_METRICS", "127.0.0.1:9464")]).unwrap().unwrap();
        assert_eq!((there.listen.port(), there.token.is_none()), (9464, true));
        assert!(with(&[("MUSTER_METRICS", "[::1]:9464")]).is_ok());
        assert_eq!(with(&[("MUSTER_METRICS", "yes")]).unwrap_err(), ["MUSTER_METRICS"]);
    }

    #[test]
    fn whom_others_can_reach_needs_a_secret_worth_the_name() {
        for everywhere in ["0.0.0.0:9464", "[::]:9464", "192.0.2.1:9464"] {
            assert_eq!(with(&[("MUSTER_METRICS", everywhere)]).unwrap_err(), ["MUSTER_METRICS"], "{everywhere}");
            let with_token = |token| with(&[("MUSTER_METRICS", everywhere), ("MUSTER_METRICS_TOKEN", token)]);
            assert!(with_token("a secret that is long").unwrap().unwrap().token.is_some());
            assert_eq!(with_token("short").unwrap_err(), ["MUSTER_METRICS_TOKEN"]);
            let file = with(&[("MUSTER_METRICS", everywhere), ("MUSTER_METRICS_TOKEN_FILE", "/nowhere")]);
            assert_eq!(file.unwrap_err(), ["MUSTER_METRICS_TOKEN_FILE"]);
        }
    }
}
