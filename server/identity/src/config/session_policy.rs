//! How long sessions live.

use time::Duration;

/// Lifetimes of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionPolicy {
    /// A session nobody uses ends after this.
    pub idle: Duration,
    /// Any session ends this long after sign-in.
    pub absolute: Duration,
    /// Use is written down at most this often.
    pub touch_after: Duration,
}

impl Default for SessionPolicy {
    /// A day without use, seven days at most, use noted every five minutes.
    fn default() -> Self {
        Self { idle: Duration::hours(24), absolute: Duration::days(7), touch_after: Duration::minutes(5) }
    }
}
