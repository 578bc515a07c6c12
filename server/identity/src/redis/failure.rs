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

/// Answers of a server that is on its way in or out of service, and has done nothing of what was asked: each is given before
/// a command is carried out (<https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/>).
const REFUSED: [&str; 5] = ["READONLY", "LOADING", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN"];

/// The end of a `WAIT` at a primary that has become a replica: the write before it has been made there, and may be lost.
const UNCONFIRMED: &str = "UNBLOCKED";

pub(super) fn attempt(error: &Error) -> Attempt {
    let said = said(error);
    let begins = |words: &str| said.starts_with(words);
    match error.kind() {
        // The client's words for: there is no connection to the server that this belongs to, or it belongs to another.
        ErrorKind::Unknown if begins("Too many failed write attempts") || begins("Failed to route") => Attempt::NotMade,
        ErrorKind::Routing | ErrorKind::Backpressure => Attempt::NotMade,
        ErrorKind::Unknown | ErrorKind::Cluster if REFUSED.iter().any(|words| begins(words)) => Attempt::NotMade,
        ErrorKind::Unknown if begins(UNCONFIRMED) => Attempt::Lost,
        ErrorKind::IO | ErrorKind::Canceled | ErrorKind::Cluster | ErrorKind::Sentinel => Attempt::Lost,
        _ => Attempt::Answered,
    }
}

/// What becomes of an error that came when the write before it had been made: it is not to be made again without asking.
pub(super) fn once_written(error: Error) -> Error {
    match attempt(&error) {
        Attempt::NotMade => Error::new(ErrorKind::Canceled, error.details().to_owned()),
        Attempt::Lost | Attempt::Answered => error,
    }
}

/// Up to Redis 6.2 an error within a script stands at the end of one about the script, with where it happened:
/// `ERR Error running script (call to f_…): @user_script:3: -OOM command not allowed …`. Since 7.0 it comes as it is.
fn said(error: &Error) -> &str {
    let whole = error.details();
    let inside = whole.strip_prefix("ERR Error running script").and_then(|rest| rest.rsplit_once("@user_script:"));
    let place = |c: char| c.is_ascii_digit() || [':', ' ', '-'].contains(&c);
    inside.map_or(whole, |(_, inside)| inside.trim_start_matches(place))
}

/// <https://redis.io/docs/latest/develop/reference/protocol-spec/#simple-errors>: the first word is the kind of error.
pub(super) fn from_fred(error: &Error) -> StateError {
    let reason = error.to_string();
    match (error.kind(), said(error).split(' ').next()) {
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
            (ErrorKind::Unknown, "READONLY You can't write against a read only replica.", Attempt::NotMade),
            (ErrorKind::Unknown, "LOADING Redis is loading the dataset in memory", Attempt::NotMade),
            (ErrorKind::Unknown, "MASTERDOWN Link with MASTER is down", Attempt::NotMade),
            (ErrorKind::Unknown, "CLUSTERDOWN The cluster is down", Attempt::NotMade),
            (ErrorKind::Cluster, "CLUSTERDOWN Hash slot not served", Attempt::NotMade),
            (ErrorKind::Cluster, "TRYAGAIN Multiple keys request during rehashing of slot", Attempt::NotMade),
            (ErrorKind::Cluster, "Missing cluster connection.", Attempt::Lost),
            (ErrorKind::Unknown, "UNBLOCKED force unblock from blocking operation", Attempt::Lost),
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
    #[test]
    fn an_error_within_a_script_of_redis_6_means_what_it_says() {
        let wrapped = |said: &str| {
            let words = format!("ERR Error running script (call to f_64ed597cf2c0): @user_script:3: {said}");
            Error::new(ErrorKind::Unknown, words)
        };
        let full = wrapped("@user_script: 3: -OOM command not allowed when used memory > 'maxmemory'.");
        assert!(matches!(from_fred(&full), StateError::Full { .. }));
        let strange = wrapped("WRONGTYPE Operation against a key holding the wrong kind of value");
        assert!(matches!(from_fred(&strange), StateError::Damaged { .. }));
        let replica = wrapped("-READONLY You can't write against a read only replica.");
        assert_eq!(attempt(&replica), Attempt::NotMade);
        assert_eq!(attempt(&wrapped("attempt to index a nil value")), Attempt::Answered);
    }

    #[test]
    fn what_is_refused_after_the_write_does_not_undo_it() {
        let refused = || Error::new(ErrorKind::Unknown, "MASTERDOWN Link with MASTER is down");
        assert_eq!(attempt(&refused()), Attempt::NotMade);
        assert_eq!(attempt(&once_written(refused())), Attempt::Lost);
        let answered = Error::new(ErrorKind::Unknown, "ERR WAIT cannot be used with replica instances.");
        assert_eq!(attempt(&once_written(answered)), Attempt::Answered);
    }
}
