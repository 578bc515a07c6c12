//! Replicas on one store, one authority, and people who sign in and out.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    future::pending,
    sync::{Arc, Mutex, atomic::Ordering},
};

use async_trait::async_trait;
use secrecy::ExposeSecret;
use time::{Duration, OffsetDateTime};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use super::simulated_state::{SimulatedState, World};
use crate::{
    claims::{AccountId, Principal},
    clock::Clock,
    config::{Authority, EntraAuthority, EntraTenant, SessionPolicy},
    key_ring::KeyRing,
    session::Store,
    tokens::{
        AccessToken, AcquireError, Grant, GrantError, Granted, Scopes, TokenAsk, TokenCache, TokenEndpoint,
        TokenRequest, Tokens,
        owner::Owner,
        partition::Partition,
        record::{CachedAccess, RefreshToken, TokenRecord},
    },
};

const BEGINNING: OffsetDateTime = OffsetDateTime::UNIX_EPOCH;

/// Virtual time, the same that timers go by.
#[derive(Debug)]
pub(crate) struct VirtualClock(Instant);

impl VirtualClock {
    /// From now on.
    pub(crate) fn new() -> Self {
        Self(Instant::now())
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> OffsetDateTime {
        BEGINNING + Duration::days(20_000) + self.0.elapsed()
    }
}

/// What the authority does with the next requests.
#[derive(Clone, Debug)]
pub(super) struct Mood {
    pub(super) takes: std::time::Duration,
    pub(super) life: Duration,
    pub(super) refresh_in: Option<Duration>,
    pub(super) rotates: bool,
}

/// An authority that hands out tokens which say whose they are.
pub(super) struct Entra {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) world: Arc<Mutex<World>>,
    pub(super) mood: Mutex<Mood>,
    /// Whom the ID token of an answer is about, if there is one.
    pub(super) news: Mutex<Option<Principal>>,
    /// Answers to be given before the good ones.
    pub(super) refusals: Mutex<Vec<GrantError>>,
    pub(super) asked: Mutex<Vec<TokenAsk>>,
    /// The fences under which each owner's token was asked for.
    pub(super) fences: Mutex<HashMap<String, Vec<u64>>>,
    given: Mutex<u64>,
}

/// One replica's way to it.
pub(super) struct Line {
    pub(super) entra: Arc<Entra>,
    pub(super) state: Arc<SimulatedState>,
}

impl std::fmt::Debug for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Line").finish_non_exhaustive()
    }
}

#[async_trait]
impl TokenEndpoint for Line {
    async fn grant(&self, ask: &TokenAsk) -> Result<Granted, GrantError> {
        let whose = match &ask.grant {
            Grant::RefreshToken(token) => token.expose_secret().split('/').nth(1).unwrap().to_owned(),
            Grant::ClientCredentials => "app".to_owned(),
            Grant::OnBehalfOf(token) => token.expose_secret().to_owned(),
        };
        self.entra.check_lease(&whose, self.state.replica);
        self.entra.asked.lock().unwrap().push(ask.clone());
        let asked_at = self.entra.clock.now();
        let mood = self.entra.mood.lock().unwrap().clone();
        let refusal = self.entra.refusals.lock().unwrap().pop();
        sleep(mood.takes).await;
        if self.state.crashed.load(Ordering::SeqCst) {
            pending::<()>().await;
        }
        match refusal {
            Some(refusal) => Err(refusal),
            None => Ok(self.entra.granted(&whose, ask, asked_at, &mood)),
        }
    }
}

impl Entra {
    fn number(&self) -> u64 {
        let mut given = self.given.lock().unwrap();
        *given += 1;
        *given
    }

    fn granted(&self, whose: &str, ask: &TokenAsk, asked_at: OffsetDateTime, mood: &Mood) -> Granted {
        let access = CachedAccess {
            secret: format!("AT/{whose}/{}", self.number()).into(),
            tenant: None,
            asked: ask.scopes.clone(),
            granted: ask.scopes.clone(),
            cached_at: asked_at,
            expires_at: asked_at + mood.life,
            refresh_on: mood.refresh_in.map(|after| asked_at + after),
            claims: ask.claims.as_ref().map(|claims| crate::digest::hashed(&[claims.as_str().as_bytes()])),
        };
        let rotates = mood.rotates && matches!(ask.grant, Grant::RefreshToken(_));
        Granted {
            access: Some(access),
            refresh: rotates.then(|| self.refresh(whose)),
            principal: self.news.lock().unwrap().clone(),
            groups: None,
        }
    }

    fn refresh(&self, whose: &str) -> RefreshToken {
        RefreshToken { secret: format!("RT/{whose}/{}", self.number()).into(), expires_at: None }
    }

    /// What a sign-in brings.
    pub(super) fn signed_in(&self, whose: &str) -> Granted {
        let mood = self.mood.lock().unwrap().clone();
        let ask = TokenAsk {
            grant: Grant::ClientCredentials,
            kind: crate::config::FlowKind::SignIn,
            tenant: None,
            scopes: "User.Read".parse().unwrap(),
            claims: None,
        };
        Granted { refresh: Some(self.refresh(whose)), ..self.granted(whose, &ask, self.clock.now(), &mood) }
    }

    /// Nobody asks for a person's tokens but the holder of the live lease on them, and that once.
    fn check_lease(&self, whose: &str, replica: u64) {
        let Some(person) = whose.strip_prefix("person-") else { return };
        let partition = Partition::of(&person_named(person.parse().unwrap()));
        let lease = self.world.lock().unwrap().lease(&partition.key, self.clock.now());
        let (fence, holder) = lease.expect("a refresh without a live lease");
        assert_eq!(holder, replica, "a refresh under somebody else's lease");
        let mut fences = self.fences.lock().unwrap();
        let used = fences.entry(whose.to_owned()).or_default();
        assert!(!used.contains(&fence), "two refreshes under one lease");
        used.push(fence);
    }

    pub(super) fn times_asked(&self) -> usize {
        self.asked.lock().unwrap().len()
    }
}

/// One process of the application.
pub(crate) struct Replica {
    pub(crate) tokens: Arc<Tokens>,
    pub(crate) cache: TokenCache,
    pub(super) store: Store,
    pub(super) state: Arc<SimulatedState>,
}

pub(crate) fn authority() -> Authority {
    let base = "https://login.example".parse().unwrap();
    Authority::Entra(EntraAuthority { base, tenant: EntraTenant::Single(Uuid::nil()), allowed_tenants: None })
}

/// An access token of the year 1970 that lasts for `life`.
pub(crate) fn access(secret: &str, scopes: &str, life: Duration) -> CachedAccess {
    let scopes: Scopes = scopes.parse().unwrap();
    CachedAccess {
        secret: secret.to_owned().into(),
        tenant: None,
        asked: scopes.clone(),
        granted: scopes,
        cached_at: OffsetDateTime::UNIX_EPOCH,
        expires_at: OffsetDateTime::UNIX_EPOCH + life,
        refresh_on: None,
        claims: None,
    }
}

pub(crate) fn person_named(number: u64) -> Principal {
    Principal {
        account: AccountId::entra(&format!("person-{number}"), Uuid::nil()),
        home_account: None,
        tenant_id: Uuid::nil(),
        subject: format!("person-{number}"),
        issuer: format!("https://login.example/{}/v2.0", Uuid::nil()),
        name: "Somebody".to_owned(),
        given_name: None,
        username: None,
        roles: Vec::new(),
        policy: None,
        sid: None,
        login_hint: None,
        signed_in_at: BEGINNING,
    }
}

/// Everything together.
pub(crate) struct Bench {
    pub(super) entra: Arc<Entra>,
    pub(crate) world: Arc<Mutex<World>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) replicas: Vec<Replica>,
    sessions: Mutex<BTreeMap<u64, Vec<String>>>,
    /// Who may have a session that no browser knows of, because the store lost an answer.
    haunted: Mutex<BTreeSet<u64>>,
}

impl Bench {
    pub(crate) fn new(replicas: u64) -> Self {
        Self::with(replicas, |_| {})
    }

    pub(super) fn with(replicas: u64, prepare: impl Fn(&mut SimulatedState)) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(VirtualClock(Instant::now()));
        let world: Arc<Mutex<World>> = Arc::default();
        let mood = Mood { takes: std::time::Duration::ZERO, life: Duration::hours(1), refresh_in: None, rotates: true };
        let entra = Arc::new(Entra {
            clock: Arc::clone(&clock),
            world: Arc::clone(&world),
            mood: Mutex::new(mood),
            news: Mutex::default(),
            refusals: Mutex::default(),
            asked: Mutex::default(),
            fences: Mutex::default(),
            given: Mutex::default(),
        });
        let ring = KeyRing::parse(&KeyRing::generate().unwrap()).unwrap();
        let replica = |number| {
            let mut state = SimulatedState::new(Arc::clone(&world), Arc::clone(&clock), number);
            prepare(&mut state);
            let state = Arc::new(state);
            let shared = Arc::clone(&state) as Arc<dyn crate::state::SharedState>;
            let policy = SessionPolicy::default();
            let store = Store::new(Arc::clone(&shared), ring.clone(), Arc::clone(&clock), policy, authority());
            let cache = TokenCache::new(shared, ring.clone(), Arc::clone(&clock), policy.absolute);
            let line = Line { entra: Arc::clone(&entra), state: Arc::clone(&state) };
            let tokens = Tokens::new(cache.clone(), store.clone(), Arc::new(line), None);
            Replica { tokens, cache, store, state }
        };
        let replicas = (0..replicas).map(replica).collect();
        Self { entra, world, clock, replicas, sessions: Mutex::default(), haunted: Mutex::default() }
    }

    /// Signs somebody in; whether that went well.
    pub(crate) async fn sign_in(&self, replica: usize, person: u64) -> bool {
        let (replica, principal) = (&self.replicas[replica], person_named(person));
        let Ok(handle) = replica.store.begin_for_tests(&principal).await else {
            self.haunted.lock().unwrap().insert(person);
            return false;
        };
        self.sessions.lock().unwrap().entry(person).or_default().push(handle);
        replica.tokens.keep(&principal, &self.entra.signed_in(&format!("person-{person}")), None).await.is_ok()
    }

    /// Ends all of somebody's sessions; whether that went well.
    pub(super) async fn sign_out(&self, replica: usize, person: u64) -> bool {
        let handles = self.sessions.lock().unwrap().remove(&person).unwrap_or_default();
        let (replica, principal) = (&self.replicas[replica], person_named(person));
        let mut well = true;
        for handle in &handles {
            well &= replica.store.end_for_tests(handle).await.is_ok();
            well &= replica.cache.forget(&principal, &replica.store).await.is_ok();
        }
        if !well {
            self.sessions.lock().unwrap().entry(person).or_default().extend(handles);
        }
        well && !self.haunted.lock().unwrap().contains(&person)
    }

    pub(super) async fn ask(
        &self,
        replica: usize,
        person: u64,
        request: &TokenRequest,
    ) -> Result<AccessToken, AcquireError> {
        let owner = Owner::person(&person_named(person), &authority());
        self.replicas[replica].tokens.silent(owner, None, request).await
    }

    /// Somebody's record as it is now.
    pub(super) async fn record(&self, person: u64) -> Option<TokenRecord> {
        let held = self.replicas[0].cache.read(&Partition::of(&person_named(person))).await.unwrap();
        held.map(|held| held.record)
    }
}

pub(crate) fn user_read() -> TokenRequest {
    TokenRequest::new("User.Read".parse::<Scopes>().unwrap())
}

pub(super) fn text(token: &AccessToken) -> &str {
    token.secret().expose_secret()
}
