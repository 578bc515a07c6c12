//! When a browser should ask again how its session stands. The server says it, so that it governs the pace of all browsers;
//! they add the jitter.

use domain::{SessionEnds, SessionState, Timestamp};

/// Seconds between two polls of somebody who is at work.
pub const USUAL: u32 = 60;
/// So many seconds before its end a session is about to end: time enough to see it and to say that one stays (WCAG 2.2.1 asks
/// for 20).
pub const ABOUT_TO_END: u32 = 120;
/// Seconds between two polls while a session is about to end: another tab may have prolonged it.
const NEAR: u32 = 15;
/// Seconds between two polls of a browser without a session. A sign-in in another tab is known without asking.
const NOBODY: u32 = 300;

/// Whole seconds until the next poll.
#[must_use]
pub fn ask_in(state: SessionState, ends: Option<&SessionEnds>, now: Timestamp) -> u32 {
    match (state, ends) {
        (SessionState::Active | SessionState::InteractionRequired(_), Some(ends)) => before(ends.next(), now),
        (SessionState::Active | SessionState::InteractionRequired(_), None) => USUAL,
        (SessionState::Ended | SessionState::SignedOutElsewhere, _) => NOBODY,
    }
}

/// The last poll before a session is about to end comes at that moment, and the last one of all just after its end.
fn before(end: Timestamp, now: Timestamp) -> u32 {
    let left = end.seconds_since(now).max(0);
    let left = u32::try_from(left).unwrap_or(u32::MAX);
    match left.checked_sub(ABOUT_TO_END) {
        Some(until) if until > 0 => until.min(USUAL),
        _ => (left + 1).min(NEAR),
    }
}

#[cfg(test)]
mod tests {
    use domain::Interaction;

    use super::*;

    fn at(idle: i64, absolute: i64) -> u32 {
        let at = |seconds| Timestamp::EPOCH.plus_seconds(1_000 + seconds);
        let ends = SessionEnds { idle: at(idle), absolute: at(absolute), token: None };
        ask_in(SessionState::Active, Some(&ends), at(0))
    }

    #[test]
    fn who_is_at_work_is_asked_for_once_a_minute() {
        assert_eq!((at(86_400, 604_800), at(180, 604_800)), (60, 60));
        let ends = SessionEnds { idle: Timestamp::EPOCH, absolute: Timestamp::EPOCH, token: None };
        let required = SessionState::InteractionRequired(Interaction::Consent);
        assert_eq!(ask_in(required, Some(&ends), Timestamp::EPOCH), 1);
        assert_eq!(ask_in(required, None, Timestamp::EPOCH), 60);
    }

    #[test]
    fn nobody_misses_the_moment_from_which_it_is_about_to_end() {
        assert_eq!((at(179, 900), at(900, 150), at(121, 900)), (59, 30, 1));
        for left in (0..=400).rev() {
            let next = i64::from(at(left, 10_000));
            assert!(left <= i64::from(ABOUT_TO_END) || left - next >= i64::from(ABOUT_TO_END), "{left}: past it");
        }
    }

    #[test]
    fn near_its_end_every_quarter_of_a_minute_and_once_more_after_it() {
        assert_eq!((at(120, 900), at(15, 900), at(14, 900), at(3, 900)), (15, 15, 15, 4));
        assert_eq!((at(0, 900), at(-50, 900)), (1, 1));
    }

    #[test]
    fn who_is_not_signed_in_seldom_asks() {
        for state in [SessionState::Ended, SessionState::SignedOutElsewhere] {
            assert_eq!(ask_in(state, None, Timestamp::EPOCH), 300);
        }
    }
}
