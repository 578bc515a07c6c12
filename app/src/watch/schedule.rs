//! When to ask the server how the session stands. Pure: clocks, chance and the network are arguments.

use std::time::Duration;

/// The longest wait between attempts that fail.
const LONGEST: Duration = Duration::from_mins(1);
/// The wait after the first attempt that failed.
const FIRST: Duration = Duration::from_secs(2);
/// An answer that asks for less than this is a mistake.
const LEAST: Duration = Duration::from_secs(1);
/// How much of a wait is left to chance, so that browsers which lost the same server do not all come back at once.
const JITTER: f64 = 0.2;

/// What decides when to ask again.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Situation {
    /// The wait that the last answer asked for; none before the first.
    pub asked_for: Option<Duration>,
    /// How long the session has if nobody does anything; none without a session.
    pub left: Option<Duration>,
    /// Attempts in a row that brought no answer.
    pub failures: u32,
    /// Whether anybody can see the page.
    pub visible: bool,
    /// Whether the browser believes that it has a network.
    pub online: bool,
    /// Between 0 and 1, drawn anew each time.
    pub chance: f64,
}

/// How long to wait; none if something else has to happen first: the page being looked at, or the network coming back.
pub(super) fn next_ask(situation: Situation) -> Option<Duration> {
    let Situation { asked_for, left, failures, visible, online, chance } = situation;
    if !visible || !online {
        return None;
    }
    let chance = chance.clamp(0.0, 1.0);
    if failures > 0 {
        let doubled = FIRST.saturating_mul(1 << failures.saturating_sub(1).min(10));
        // Down to half of it: what comes back together would fail together again.
        return Some(doubled.min(LONGEST).mul_f64(1.0 - chance / 2.0));
    }
    let Some(asked_for) = asked_for else { return Some(Duration::ZERO) };
    let spread = asked_for.mul_f64(1.0 - JITTER / 2.0 + JITTER * chance);
    // Just after the end, so that what is said about it is true. What lies behind already was asked about.
    let until_end = left.filter(|left| !left.is_zero()).map(|left| left + LEAST);
    Some(until_end.map_or(spread, |until_end| until_end.min(spread)).max(LEAST))
}

/// Whether the clock has gone on much further than the timer that was set, as after a sleep of the machine.
pub(super) fn has_slept(set_for: Duration, passed: Duration) -> bool {
    passed > set_for.saturating_mul(2) + Duration::from_secs(5)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    const CALM: Situation = Situation {
        asked_for: Some(Duration::from_mins(1)),
        left: Some(Duration::from_hours(8)),
        failures: 0,
        visible: true,
        online: true,
        chance: 0.5,
    };

    fn millis(situation: Situation) -> u128 {
        next_ask(situation).unwrap().as_millis()
    }

    #[test]
    fn the_server_governs_the_pace_give_or_take_a_tenth() {
        assert_eq!(millis(CALM), 60_000);
        assert_eq!(
            (millis(Situation { chance: 0.0, ..CALM }), millis(Situation { chance: 1.0, ..CALM })),
            (54_000, 66_000)
        );
    }

    #[test]
    fn the_first_question_is_asked_at_once() {
        assert_eq!(next_ask(Situation { asked_for: None, ..CALM }), Some(Duration::ZERO));
    }

    #[test]
    fn a_session_that_is_about_to_end_is_asked_about_when_it_does() {
        assert_eq!(millis(Situation { left: Some(Duration::from_secs(20)), ..CALM }), 21_000);
        assert_eq!(millis(Situation { left: Some(Duration::ZERO), ..CALM }), 60_000, "that is over");
        assert_eq!(millis(Situation { left: None, ..CALM }), 60_000);
    }

    #[test]
    fn nobody_asks_who_is_not_looked_at_or_has_no_network() {
        assert_eq!(next_ask(Situation { visible: false, ..CALM }), None);
        assert_eq!(next_ask(Situation { online: false, ..CALM }), None);
        assert_eq!(next_ask(Situation { online: false, failures: 3, ..CALM }), None);
    }

    #[test]
    fn failures_wait_longer_each_time_up_to_a_minute() {
        let waits = (1..=8).map(|failures| millis(Situation { failures, chance: 0.0, ..CALM }));
        assert_eq!(waits.collect::<Vec<_>>(), [2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
        assert_eq!(millis(Situation { failures: 5, chance: 1.0, ..CALM }), 16_000);
        assert_eq!(millis(Situation { failures: u32::MAX, chance: 0.0, ..CALM }), 60_000);
    }

    #[test]
    fn an_answer_cannot_make_a_browser_hammer() {
        assert_eq!(millis(Situation { asked_for: Some(Duration::ZERO), ..CALM }), 1_000);
    }

    #[test]
    fn a_timer_that_is_late_by_a_little_has_not_slept() {
        let (set, second) = (Duration::from_secs(10), Duration::from_secs(1));
        assert!(!has_slept(set, Duration::from_secs(25)));
        assert!(has_slept(set, Duration::from_secs(26)));
        assert!(has_slept(second, Duration::from_hours(9)));
    }
}
