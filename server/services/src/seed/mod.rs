//! A demonstration tenant with a past: the same for the same seed and the same day, so that screenshots and tests can
//! count on it. Shapes follow what is known of real outages: few are severe, most happen in office hours, durations
//! are log-normal with a heavy tail.

mod cast;
mod story;
mod telling;
mod words;

use std::sync::Arc;

use domain::{ClosePolicy, Name, Service, ServiceId, Tenant, TenantId, Text, Timestamp};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;
use uuid::Uuid;

use crate::audit::{AuditRecord, AuditResult, RequestFacts};
use crate::ports::{DirectoryStore, ImportCount, IncidentStore, NewService, Person};
use crate::{IdSource, ServiceError};

use story::Story;

/// How much to make.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    /// Services, at most 60.
    pub services: usize,
    /// Incidents over the last 365 days.
    pub incidents: usize,
}

impl Profile {
    /// 20 services, 500 incidents.
    pub const SMALL: Self = Self { services: 20, incidents: 500 };
    /// 6 services, 40 incidents.
    pub const TINY: Self = Self { services: 6, incidents: 40 };
}

/// An organisation to seed. The people are those who can sign in.
#[derive(Clone, Debug)]
pub struct SeedTenant {
    /// Its id.
    pub id: TenantId,
    /// Its name.
    pub name: Name,
    /// People who appear in the timelines; at least one.
    pub people: Vec<Person>,
    /// How much to make.
    pub profile: Profile,
}

/// Fills fresh tenants.
#[derive(Clone)]
pub struct SeedService {
    store: Arc<dyn IncidentStore>,
    directory: Arc<dyn DirectoryStore>,
    ids: Arc<dyn IdSource>,
}

impl SeedService {
    /// Over these ports.
    pub fn new(store: Arc<dyn IncidentStore>, directory: Arc<dyn DirectoryStore>, ids: Arc<dyn IdSource>) -> Self {
        Self { store, directory, ids }
    }

    /// Seeds a tenant unless it is there already; the past ends at `now`.
    ///
    /// # Errors
    /// Unavailable or internal if the store fails.
    pub async fn seed(&self, seed: &SeedTenant, now: Timestamp) -> Result<ImportCount, ServiceError> {
        let services = services(seed)?;
        let tenant = Tenant { id: seed.id, name: seed.name.clone(), close_policy: ClosePolicy::default() };
        let made = self.line(seed.id, now, "tenant.create", &format!("tenant:{}", seed.id));
        if !self.directory.ensure_tenant(&tenant, &services[0], now, &made).await? {
            return Ok(ImportCount::default());
        }
        for person in &seed.people {
            let audit = self.line(seed.id, now, "directory.seed", &format!("user:{}", person.id));
            self.directory.signed_in(person, now, &audit).await?;
        }
        let mut rng = ChaCha8Rng::seed_from_u64(u64::from_be_bytes(first_eight(seed.id.0)));
        let mut starts = story::arrivals(&mut rng, seed.profile.incidents, now);
        starts.sort();
        let story = Story { tenant: seed.id, people: &seed.people, services: &services, now };
        let incidents = starts
            .into_iter()
            .enumerate()
            .map(|(n, at)| story.tell(&mut rng, n, seed.profile.incidents - n, at))
            .collect::<Result<Vec<_>, _>>()?;
        let audit = self.line(seed.id, now, "incident.seed", "");
        let services: Vec<_> = services
            .into_iter()
            .map(|service| NewService {
                audit: self.line(seed.id, now, "service.create", &format!("service:{}", service.id)),
                service,
            })
            .collect();
        Ok(self.store.import(seed.id, &services, &incidents, &audit).await?)
    }

    fn line(&self, tenant: TenantId, at: Timestamp, action: &str, target: &str) -> AuditRecord {
        AuditRecord {
            id: self.ids.next(),
            tenant,
            at,
            actor: None,
            actor_name: "muster seed".to_owned(),
            request: RequestFacts::default(),
            action: action.to_owned(),
            target: target.to_owned(),
            detail: serde_json::Value::Null,
            result: AuditResult::Allow,
        }
    }
}

fn first_eight(id: Uuid) -> [u8; 8] {
    let mut bytes = [0; 8];
    bytes.copy_from_slice(&id.as_bytes()[..8]);
    bytes
}

fn services(seed: &SeedTenant) -> Result<Vec<Service>, ServiceError> {
    let named = words::SERVICES.iter().take(seed.profile.services.max(1)).enumerate().map(|(n, name)| {
        let key = name.to_lowercase();
        Ok(Service {
            id: ServiceId(Uuid::new_v5(&seed.id.0, format!("service:{key}").as_bytes())),
            name: Name::read(name).map_err(|why| domain::Invalid::new("service", why))?,
            tier: u8::try_from(1 + n % 4).unwrap_or(4),
        })
    });
    named.collect()
}
