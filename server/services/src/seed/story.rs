//! One incident from its beginning to its end, or to now.

use domain::{
    Action, Incident, IncidentId, IncidentNumber, Invalid, Kind, Milestones, Service, ServiceId, SeverityKey, Source,
    Status, Summary, TenantId, Text, Timestamp, Title, Visibility,
};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use rand_distr::{Distribution, LogNormal};
use uuid::Uuid;

use super::cast::{chance, one};
use super::telling::Telling;
use super::words;
use crate::ServiceError;
use crate::ports::{Person, Portable};

const DAY: i64 = 86_400;
/// The latest incidents are still open.
const LIVE: usize = 9;

/// When incidents begin: three times as often in office hours (UTC) on weekdays, over the year before today. Whatever
/// time it is, the same day has the same past.
pub(super) fn arrivals(rng: &mut ChaCha8Rng, count: usize, now: Timestamp) -> Vec<Timestamp> {
    let today = midnight(now);
    let mut starts = Vec::with_capacity(count);
    while starts.len() < count {
        let at = today.plus_seconds(-rng.random_range(2 * DAY..365 * DAY));
        let when = at.to_datetime();
        let office = (8..18).contains(&when.hour()) && when.weekday().number_days_from_monday() < 5;
        if office || chance(rng, 33) {
            starts.push(at);
        }
    }
    starts
}

fn midnight(at: Timestamp) -> Timestamp {
    at.to_datetime().date().midnight().assume_utc().try_into().unwrap_or(at)
}

/// What all stories of a tenant share.
pub(super) struct Story<'a> {
    pub(super) tenant: TenantId,
    pub(super) people: &'a [Person],
    pub(super) services: &'a [Service],
    pub(super) now: Timestamp,
}

impl Story<'_> {
    /// The `n`-th incident; `from_end` counts down to 1 for the latest, so that the last few are still open.
    pub(super) fn tell(
        &self,
        rng: &mut ChaCha8Rng,
        n: usize,
        from_end: usize,
        start: Timestamp,
    ) -> Result<Portable, ServiceError> {
        let open = from_end <= LIVE;
        let hours = i64::try_from(from_end).unwrap_or(1);
        let start = if open { self.now.plus_seconds(-1_500 * hours * hours) } else { start };
        let origin = format!("seed:{}:{n}", self.tenant);
        let incident = self.incident(rng, &origin, start)?;
        let left = if open { self.now } else { midnight(self.now) }.seconds_since(start) / 60;
        let severity = incident.severity;
        let mut telling = Telling::begin(rng, self.people, incident);
        match (open, from_end % 4) {
            (true, 0) => telling.watch(left)?,
            (true, 1) => telling.look(left, 2)?,
            (true, 2) if from_end > 2 => {}
            (true, _) => telling.fix(left)?,
            (false, _) => {
                // A story takes up to twice its length, and closing it another day.
                let minutes = duration_minutes(telling.rng(), severity).min((left - 1_500) / 2).max(10);
                telling.whole(minutes)?;
            }
        }
        Ok(telling.end(origin))
    }

    fn incident(&self, rng: &mut ChaCha8Rng, origin: &str, start: Timestamp) -> Result<Incident, ServiceError> {
        let service = one(rng, self.services);
        let titles: &[&str] = if chance(rng, 2) { &words::UNUSUAL_TITLES } else { &words::TITLES };
        let title = one(rng, titles).replace("{}", service.name.as_str());
        let summary = one(rng, &words::SUMMARIES).replace("{}", service.name.as_str());
        let mut services: Vec<ServiceId> = vec![service.id];
        while chance(rng, 25) && services.len() < 4 {
            services.push(one(rng, self.services).id);
        }
        services.sort();
        services.dedup();
        let mut times = Milestones::declared(start);
        times.impact_started_at = Some(start.plus_seconds(-rng.random_range(60..1_800)));
        times.detected_at = Some(start.plus_seconds(-30));
        let triage = chance(rng, 30);
        let kind = if chance(rng, 3) { Kind::Test } else { Kind::Incident };
        let severity = severity(rng);
        let declarer = one(rng, self.people);
        Ok(Incident {
            id: IncidentId(Uuid::new_v5(&self.tenant.0, origin.as_bytes())),
            tenant: self.tenant,
            number: IncidentNumber(0),
            title: Title::read(&title).map_err(|why| Invalid::new("title", why))?,
            summary: Summary::read(&summary).map_err(|why| Invalid::new("summary", why))?,
            kind,
            status: if triage { Status::Triage } else { Status::Investigating },
            severity: Some(severity),
            visibility: Visibility::Tenant,
            people: Vec::new(),
            services,
            source: if triage { Source::Alert } else { Source::Manual },
            times,
            reopen_count: 0,
            version: 1,
            created_by: Some(declarer.id),
            created_by_name: declarer.name.clone(),
            created_at: start,
            updated_at: start,
        })
    }
}

impl Telling<'_> {
    /// Looking for the cause until `minutes` after the beginning.
    fn look(&mut self, minutes: i64, notes: usize) -> Result<(), ServiceError> {
        self.take_up()?;
        for _ in 0..notes {
            self.note(minutes / 4, &words::LOOKING);
        }
        Ok(())
    }

    fn fix(&mut self, minutes: i64) -> Result<(), ServiceError> {
        self.look(minutes, 2)?;
        self.step(minutes / 6, Action::Identify, "")?;
        self.note(minutes / 6, &words::FIXING);
        Ok(())
    }

    fn watch(&mut self, minutes: i64) -> Result<(), ServiceError> {
        self.fix(minutes)?;
        self.step(minutes / 8, Action::Monitor, "")?;
        self.note(minutes / 8, &words::WATCHING);
        Ok(())
    }

    /// From the beginning to the end, which for one in twenty-five is that it was none.
    fn whole(&mut self, minutes: i64) -> Result<(), ServiceError> {
        if self.in_triage() && chance(self.rng(), 12) {
            return self.step(minutes / 4, Action::Decline, "Same cause as the incident before, tracked there.");
        }
        if chance(self.rng(), 2) {
            self.look(minutes, 1)?;
            return self.step(minutes / 2, Action::Cancel, "False alarm: the probe itself was broken.");
        }
        self.watch(minutes)?;
        self.step(minutes / 10, Action::Resolve, "")?;
        if chance(self.rng(), 8) {
            self.step(minutes / 4, Action::Reopen, "Errors are back since the traffic returned.")?;
            self.note(minutes / 8, &words::FIXING);
            self.step(minutes / 4, Action::Resolve, "")?;
        }
        if chance(self.rng(), 85) {
            self.step(24 * 60, Action::Close, "")?;
        }
        Ok(())
    }
}

/// 3, 12, 30, 40 and 15 of 100.
fn severity(rng: &mut ChaCha8Rng) -> SeverityKey {
    match rng.random_range(0..100) {
        0..3 => SeverityKey::Sev1,
        3..15 => SeverityKey::Sev2,
        15..45 => SeverityKey::Sev3,
        45..85 => SeverityKey::Sev4,
        _ => SeverityKey::Sev5,
    }
}

/// Log-normal around three hours with the tail that operators report (p90 about a day); worse ones are worked on
/// harder.
fn duration_minutes(rng: &mut ChaCha8Rng, severity: Option<SeverityKey>) -> i64 {
    let haste = match severity {
        Some(SeverityKey::Sev1) => 0.5,
        Some(SeverityKey::Sev2) => 0.75,
        _ => 1.0,
    };
    let minutes = LogNormal::new(183_f64.ln(), 1.4).map_or(183.0, |curve| curve.sample(rng)) * haste;
    #[expect(clippy::cast_possible_truncation, reason = "bounded to thirty days")]
    let minutes = minutes.clamp(5.0, 43_200.0) as i64;
    minutes
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use domain::Name;
    use rand::SeedableRng;

    use super::*;

    fn stories(seed: u64) -> Vec<Portable> {
        stories_until(seed, "2026-06-01T12:00:00Z".parse().unwrap())
    }

    fn stories_until(seed: u64, now: Timestamp) -> Vec<Portable> {
        let tenant = TenantId(Uuid::from_u128(1));
        let id = crate::user_id(tenant, "a");
        let people = [Person { id, tenant, subject: "a".to_owned(), name: "Robin".to_owned(), home_account: None }];
        let service =
            |n, name: &str| Service { id: ServiceId(Uuid::from_u128(n)), name: Name::read(name).unwrap(), tier: 1 };
        let services = [service(1, "Mail"), service(2, "Search")];
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut starts = arrivals(&mut rng, 300, now);
        starts.sort();
        let story = Story { tenant, people: &people, services: &services, now };
        let tell = |(n, at)| story.tell(&mut rng, n, 300 - n, at).unwrap();
        starts.into_iter().enumerate().map(tell).collect()
    }

    #[test]
    fn the_same_seed_tells_the_same_stories() {
        assert_eq!(stories(7), stories(7));
        assert_ne!(stories(7), stories(8));
    }

    #[test]
    fn what_is_over_is_the_same_all_day() {
        let (morning, evening) = ("2026-06-01T00:00:01Z".parse().unwrap(), "2026-06-01T23:59:59Z".parse().unwrap());
        let over = 300 - LIVE;
        assert_eq!(stories_until(7, morning)[..over], stories_until(7, evening)[..over]);
    }

    #[test]
    fn stories_obey_the_rules_and_lie_in_the_past() {
        let now = "2026-06-01T12:00:00Z".parse().unwrap();
        let told = stories(7);
        let open =
            told.iter().filter(|s| s.incident.times.resolved_at.is_none() && s.incident.times.cancelled_at.is_none());
        assert!((LIVE - 1..=LIVE + 1).contains(&open.count()));
        for story in &told {
            story.incident.times.check(now).unwrap();
            assert!(story.incident.updated_at <= now, "{:?}", story.incident);
            assert!(story.entries.windows(2).all(|pair| pair[0].occurred_at <= pair[1].occurred_at));
            assert_eq!(story.entries.last().unwrap().version, story.incident.version);
        }
    }
}
