//! What the client and Redis say, in the words of the port.

use fred::{
    error::{Error, ErrorKind},
    types::Value,
};

use crate::state::StateError;

/// What a failed attempt means for a second one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Attempt {
    /// It never reached a server that would have done it.
    NotMade,
    /// It may have been done: the connection ended before the answer.
    Lost,
    /// It was answered, and would be answered the same again.
    Answered,
}

/// Answers of a server that is on its way in or out of service.
const TRANSIENT: [&str; 6] = ["READONLY", "LOADING", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "UNBLOCKED"];

pub(super) fn attempt(error: &Error) -> Attempt {
    let begins = |words: &str| error.details().starts_with(words);
    match error.kind() {
        // The client's words for: there is no connection to the server that this belongs to, or it belongs to another.
        ErrorKind::Unknown if begins("Too many failed write attempts") || begins("Failed to route") => Attempt::NotMade,
        ErrorKind::Routing | ErrorKind::Backpressure => Attempt::NotMade,
        ErrorKind::IO | ErrorKind::Canceled | ErrorKind::Cluster | ErrorKind::Sentinel => Attempt::Lost,
        ErrorKind::Unknown if TRANSIENT.iter().any(|words| begins(words)) => Attempt::Lost,
        _ => Attempt::Answered,
    }
}

/// <https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors>: the first word is the kind of error.
pub(super) fn from_fred(error: &Error) -> StateError {
    let reason = error.to_string();
    match (error.kind(), error.details().split(' ').next()) {
        (_, Some("OOM")) => StateError::Full { reason },
        (_, Some("WRONGTYPE")) | (ErrorKind::Parse | ErrorKind::NotFound, _) => StateError::Damaged { reason },
        _ => StateError::Unavailable { reason },
    }
}

/// An answer that is not what our scripts and hashes look like. The client's words may repeat a value, so they are not.
pub(super) fn damaged(error: &Error) -> StateError {
    StateError::Damaged {
        reason: format!("Redis holds something else under a key of ours ({})", error.kind().to_str()),
    }
}

/// The answer of a script that says yes or no.
pub(super) fn is_one(answer: &Value) -> Result<bool, StateError> {
    match answer.as_i64() {
        Some(answer) => Ok(answer == 1),
        None => Err(StateError::Damaged { reason: "a script gave no number".to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_was_not_answered_is_worth_another_attempt() {
        let cases = [
            (ErrorKind::IO, "Connection closed.", Attempt::Lost),
            (ErrorKind::Canceled, "", Attempt::Lost),
            (ErrorKind::Unknown, "READONLY You can't write against a read only replica.", Attempt::Lost),
            (ErrorKind::Cluster, "CLUSTERDOWN Hash slot not served", Attempt::Lost),
            (ErrorKind::Unknown, "Too many failed write attempts.", Attempt::NotMade),
            (ErrorKind::Unknown, "ERR unknown command", Attempt::Answered),
            (ErrorKind::Unknown, "NOPERM this user has no permissions to run the 'eval' command", Attempt::Answered),
            (ErrorKind::Unknown, "NOREPLICAS Not enough good replicas to write.", Attempt::Answered),
            (ErrorKind::Timeout, "Request timed out.", Attempt::Answered),
            (ErrorKind::Auth, "WRONGPASS invalid username-password pair", Attempt::Answered),
        ];
        for (kind, words, expected) in cases {
            assert_eq!(attempt(&Error::new(kind, words)), expected, "{words}");
        }
    }

    #[test]
    fn a_full_server_is_full_and_a_strange_key_is_damaged() {
        let said = |words: &'static str| from_fred(&Error::new(ErrorKind::Unknown, words));
        assert!(matches!(said("OOM command not allowed when used memory > 'maxmemory'."), StateError::Full { .. }));
        assert!(matches!(said("WRONGTYPE Operation against a key holding the wrong kind"), StateError::Damaged { .. }));
        assert!(matches!(said("NOREPLICAS Not enough good replicas to write."), StateError::Unavailable { .. }));
    }
}
