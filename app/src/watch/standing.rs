//! What a person is told, from what is known in this tab. Pure: the clock is an argument.

use std::time::Duration;

use domain::{Interaction, SessionState, SessionStatus, UserId};

use crate::tabs::There;

/// Before the end of a session there is this long to say so. WCAG 2.2 asks for 20 seconds at least (2.2.1).
pub(super) const NOTICE: Duration = Duration::from_mins(5);
/// So many attempts in a row have to fail before the server is said to be away: one is a hiccup.
const AWAY: u32 = 2;

/// An answer, and when it came by the browser's own clock, in milliseconds since 1970.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Heard {
    pub status: SessionStatus,
    pub at: f64,
}

/// What is known.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Known {
    /// For whom this page was drawn; none for a stranger.
    pub viewer: Option<UserId>,
    /// The last answer.
    pub heard: Option<Heard>,
    /// Who is signed in at the authority.
    pub there: There,
    /// Attempts in a row that brought none since.
    pub failures: u32,
    /// Whether the browser believes that it has a network.
    pub online: bool,
}

/// How things stand, each with one thing to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Nothing to say.
    Fine,
    /// The session ends soon unless somebody does something.
    EndsIdle,
    /// The session ends soon, whatever anybody does.
    EndsForGood,
    /// It has ended.
    Ended,
    /// It was ended elsewhere.
    SignedOutElsewhere,
    /// The authority asks for more.
    Interaction(Interaction),
    /// Nobody is signed in at the authority any more.
    SignedOutThere,
    /// Somebody else is signed in at the authority.
    OtherPersonThere,
    /// Somebody else is signed in now.
    OtherPerson,
    /// No network.
    Offline,
    /// A network, and no server.
    ServerAway,
}

impl Known {
    /// How long the session has if nobody does anything, by this browser's clock at `now`; none without a session.
    pub fn left(&self, now: f64) -> Option<Duration> {
        let heard = self.heard.as_ref()?;
        let ends = heard.status.ends?;
        let micros = ends.next().micros() - heard.status.now.micros();
        let passed = (now - heard.at).max(0.0);
        #[expect(clippy::cast_precision_loss, reason = "lifetimes of sessions are far from 2^52 microseconds")]
        let left = micros as f64 / 1_000.0 - passed;
        Some(Duration::try_from_secs_f64(left / 1_000.0).unwrap_or_default())
    }

    /// What to tell the person at `now`, milliseconds since 1970 by this browser's clock.
    pub fn standing(&self, now: f64) -> Standing {
        let Some(viewer) = self.viewer else { return Standing::Fine };
        if !self.online {
            return Standing::Offline;
        }
        if self.failures >= AWAY {
            return Standing::ServerAway;
        }
        let Some(heard) = &self.heard else { return Standing::Fine };
        if heard.status.person.is_some_and(|person| person != viewer) {
            return Standing::OtherPerson;
        }
        match heard.status.state {
            SessionState::Ended => Standing::Ended,
            SessionState::SignedOutElsewhere => Standing::SignedOutElsewhere,
            SessionState::InteractionRequired(wanted) => Standing::Interaction(wanted),
            SessionState::Active => self.active(heard, now),
        }
    }

    fn active(&self, heard: &Heard, now: f64) -> Standing {
        match self.there {
            There::Nobody => return Standing::SignedOutThere,
            There::AskedForMore => return Standing::Interaction(Interaction::SignIn),
            There::Other => return Standing::OtherPersonThere,
            There::Same => {}
        }
        match (self.left(now), heard.status.ends) {
            (Some(left), Some(ends)) if left <= NOTICE => {
                if ends.absolute <= ends.idle {
                    Standing::EndsForGood
                } else {
                    Standing::EndsIdle
                }
            }
            _ => Standing::Fine,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use domain::{SessionEnds, Timestamp};
    use uuid::Uuid;

    use super::*;

    const MINUTE: f64 = 60_000.0;

    fn person(n: u128) -> UserId {
        UserId(Uuid::from_u128(n))
    }

    /// Heard at browser time 0 that the session ends `idle` and `absolute` minutes later.
    fn active(idle: i64, absolute: i64) -> Known {
        let now = Timestamp::EPOCH.plus_seconds(1_800_000_000);
        let ends =
            SessionEnds { idle: now.plus_seconds(60 * idle), absolute: now.plus_seconds(60 * absolute), token: None };
        let status = SessionStatus {
            state: SessionState::Active,
            now,
            ask_in: 60,
            person: Some(person(1)),
            ends: Some(ends),
            silent_check: false,
        };
        Known {
            viewer: Some(person(1)),
            heard: Some(Heard { status, at: 0.0 }),
            there: There::Same,
            failures: 0,
            online: true,
        }
    }

    fn in_state(state: SessionState) -> Known {
        let mut known = active(60, 600);
        let heard = known.heard.as_mut().unwrap();
        heard.status = SessionStatus { state, person: None, ends: None, ..heard.status.clone() };
        known
    }

    #[test]
    fn nothing_is_said_while_nothing_has_to_be() {
        assert_eq!(active(60, 600).standing(0.0), Standing::Fine);
        assert_eq!(Known { heard: None, ..active(1, 1) }.standing(0.0), Standing::Fine);
        assert_eq!(Known { failures: 1, ..active(60, 600) }.standing(0.0), Standing::Fine);
    }

    #[test]
    fn a_stranger_is_told_nothing() {
        for state in [SessionState::Ended, SessionState::Active, SessionState::SignedOutElsewhere] {
            assert_eq!(Known { viewer: None, ..in_state(state) }.standing(0.0), Standing::Fine);
        }
    }

    #[test]
    fn the_end_is_announced_five_minutes_before_whichever_end_it_is() {
        assert_eq!(active(60, 600).standing(54.9 * MINUTE), Standing::Fine);
        assert_eq!(active(60, 600).standing(55.0 * MINUTE), Standing::EndsIdle);
        assert_eq!(active(600, 60).standing(55.0 * MINUTE), Standing::EndsForGood);
        assert_eq!(active(60, 60).standing(55.0 * MINUTE), Standing::EndsForGood, "nothing prolongs it");
    }

    #[test]
    fn a_clock_that_is_set_wrong_changes_nothing() {
        let mut known = active(60, 600);
        known.heard.as_mut().unwrap().at = 5e12;
        assert_eq!(known.standing(5e12), Standing::Fine);
        assert_eq!(known.left(5e12 + 59.0 * MINUTE), Some(Duration::from_mins(1)));
        assert_eq!(known.left(0.0), Some(Duration::from_hours(1)), "set back, it prolongs nothing");
        assert_eq!(known.left(5e12 + 61.0 * MINUTE), Some(Duration::ZERO));
    }

    #[test]
    fn what_the_server_says_is_told() {
        for (state, standing) in [
            (SessionState::Ended, Standing::Ended),
            (SessionState::SignedOutElsewhere, Standing::SignedOutElsewhere),
            (SessionState::InteractionRequired(Interaction::Consent), Standing::Interaction(Interaction::Consent)),
        ] {
            assert_eq!(in_state(state).standing(0.0), standing);
        }
    }

    #[test]
    fn somebody_else_is_told_before_anything_about_their_session() {
        let mut known = active(1, 1);
        known.viewer = Some(person(2));
        assert_eq!(known.standing(0.0), Standing::OtherPerson);
    }

    #[test]
    fn what_the_authority_knows_is_told_of_a_session_that_lives_here() {
        for (there, standing) in [
            (There::Nobody, Standing::SignedOutThere),
            (There::AskedForMore, Standing::Interaction(Interaction::SignIn)),
            (There::Other, Standing::OtherPersonThere),
            (There::Same, Standing::Fine),
        ] {
            assert_eq!(Known { there, ..active(60, 600) }.standing(0.0), standing);
            assert_eq!(Known { there, ..in_state(SessionState::Ended) }.standing(0.0), Standing::Ended);
        }
    }

    #[test]
    fn without_a_network_nothing_else_is_known() {
        assert_eq!(Known { online: false, ..in_state(SessionState::Ended) }.standing(0.0), Standing::Offline);
        assert_eq!(Known { failures: 2, ..in_state(SessionState::Ended) }.standing(0.0), Standing::ServerAway);
    }
}
