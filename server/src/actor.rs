//! From a person the identity layer knows to one the product knows. This file and the folder beside it are the only place
//! that speaks both vocabularies.

mod bearer;
mod clock;
mod gatherings;
mod gauge;
mod sessions;
mod standing;
mod stream;
mod sweep;

use std::collections::BTreeMap;
use std::sync::Arc;

use app::AppError;
use app::routes::{SESSION_STATUS, is_public};
use async_trait::async_trait;
use axum::extract::{Request, State};
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::Response;
use domain::{Actor, Role, Roles, TenantId, Timestamp};
use identity::{
    AccountId, ActiveSession, Authority, CurrentSession, EndReason, EndedSession, ErrorClass, Principal, Refusal,
    SignInEvents, SignInFailurePage, SignInRefused, SignOutPage,
};
use services::audit::{Caller, RequestFacts};
use services::{DirectoryService, Door, ServiceError, SignIn, SignOut, TenantService, user_id};
use uuid::Uuid;

use crate::http::kind::Kind;
use crate::http::request_log::RequestId;
use crate::http::{refusal, size};
use crate::live::Live;
use crate::state::AppState;
use crate::{door, pages};
pub use bearer::{Api, ProofNeeded, identify_token};
pub use clock::SessionClock;
pub use gatherings::SharedGatherings;
pub use gauge::IdentityGauge;
pub use sessions::IdentitySessions;
pub use standing::{interaction, session_status};
pub use stream::StreamSession;

/// The middleware inside the session layer: puts a [`Caller`] into the request if somebody is signed in whose organisation
/// is still let in. For anybody else the request goes on as a stranger's.
pub async fn identify(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let Some(principal) = request.extensions().get::<Principal>() else {
        return next.run(request).await;
    };
    let caller = Caller { actor: actor(principal), request: facts(&request) };
    let (tenant, since) = (caller.actor.tenant, begun(principal));
    match state.services.tenants.holds(tenant, since).await {
        Ok(true) => drop(request.extensions_mut().insert(caller)),
        Ok(false) => {
            let current = request.extensions().get::<CurrentSession>().and_then(|current| current.0.clone());
            if is_over(&state, tenant, since, current).await {
                return next.run(request).await;
            }
            request.extensions_mut().insert(caller);
        }
        // What is public is no different for a stranger, but for what says whether one is.
        Err(_) if is_public(request.uri().path()) && request.uri().path() != SESSION_STATUS => {}
        Err(error) => {
            log(&error, "it is not known whether an organisation is let in");
            let kind = Kind::of(&request);
            if kind != Kind::Person {
                return refusal::error(kind, &AppError::Unavailable);
            }
            let again = request.uri().path().to_owned();
            return state.pages.unavailable(&again, size::typed_in(request).await);
        }
    }
    next.run(request).await
}

/// Whether a session that a copy of the list says is over is so by the list itself: the organisation may have been let in
/// since the copy was read. What is over is ended: the session of this request, and with it in time all others of an
/// organisation that is not let in. They count for nothing already, so a failure to end them costs nobody anything.
async fn is_over(state: &AppState, tenant: TenantId, since: Timestamp, current: Option<ActiveSession>) -> bool {
    let tenants = &state.services.tenants;
    // While the list cannot be asked nothing is shown, and nothing is ended, which could not be taken back.
    let Ok((door, _)) = tenants.door(tenant).await else { return true };
    // That forgot the copy, so the next question goes to the list.
    match tenants.holds(tenant, since).await {
        Ok(true) => return false,
        Ok(false) => {}
        Err(_) => return true,
    }
    if door != Door::Open {
        tokio::spawn(sweep::run(state.shared.clone(), state.identity.clone(), tenant));
    }
    if let Some(session) = current
        && let Err(error) = state.identity.revoke_session(&session.handle).await
    {
        tracing::warn!(%error, %tenant, "a session that is over could not be removed");
    }
    true
}

/// When the session began. It is known to the second; what came earlier in that second counts as begun before it.
fn begun(principal: &Principal) -> Timestamp {
    let micros = principal.signed_in_at.unix_timestamp().saturating_mul(1_000_000);
    Timestamp::from_micros(micros).unwrap_or(Timestamp::EPOCH)
}

fn log(error: &ServiceError, what: &'static str) {
    tracing::error!(%error, cause = ?std::error::Error::source(error), "{what}");
}

fn actor(principal: &Principal) -> Actor {
    let tenant = TenantId(principal.tenant_id);
    Actor {
        id: user_id(tenant, subject(principal)),
        tenant,
        name: principal.name.clone(),
        roles: roles(&principal.roles),
    }
}

/// What a person is known by within their tenant, for ever. An object id of Entra is one by itself. A plain provider's `sub`
/// is one only together with the issuer that gave it out: another issuer under the same tenant id must not inherit what
/// this one's people wrote, and a provider that is free to choose subjects must not reach `command line`, which is what
/// imports are written under.
fn subject_of<'a>(account: &'a AccountId, subject: &'a str, tenant: Uuid) -> &'a str {
    if *account == AccountId::entra(subject, tenant) { subject } else { &account.home }
}

fn subject(principal: &Principal) -> &str {
    subject_of(&principal.account, &principal.subject, principal.tenant_id)
}

/// The role of Muster's that is called so, as claims have it.
pub(crate) fn role_named(text: &str) -> Option<&'static str> {
    text.parse().ok().map(Role::as_str)
}

/// Roles that are not Muster's are passed over: a registration may declare others for other programs.
fn roles(claims: &[String]) -> Roles {
    claims.iter().filter_map(|role| role.parse::<Role>().ok()).collect()
}

fn facts(request: &Request) -> RequestFacts {
    let session = request.extensions().get::<CurrentSession>().and_then(|session| session.0.as_ref());
    let agent = request.headers().get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    RequestFacts {
        session: session.map(|session| session.handle.clone()),
        request_id: request.extensions().get::<RequestId>().map(|id| id.0.clone()),
        ip: request.extensions().get::<identity::ClientIp>().map(|ip| ip.0.to_string()),
        user_agent: agent.map(|agent| agent.chars().take(256).collect()),
        needs_step_up: false,
    }
}

fn facts_of(request: &identity::RequestFacts) -> RequestFacts {
    RequestFacts {
        request_id: request.request_id.clone(),
        ip: request.ip.map(|ip| ip.to_string()),
        user_agent: request.user_agent.clone(),
        ..RequestFacts::default()
    }
}

/// What Muster does when somebody signs in or out: keeps the directory and the audit log.
pub struct SignIns {
    directory: DirectoryService,
    tenants: TenantService,
    tenant_names: BTreeMap<Uuid, String>,
    pages: pages::Pages,
    live: Live,
}

impl SignIns {
    /// For people whom `authority` vouches for.
    pub fn new(
        directory: DirectoryService,
        tenants: TenantService,
        authority: &Authority,
        pages: pages::Pages,
        live: Live,
    ) -> Arc<Self> {
        let tenant_names = match authority {
            Authority::Entra(_) | Authority::ExternalId(_) | Authority::B2c(_) => BTreeMap::new(),
            Authority::Oidc(oidc) => BTreeMap::from([(oidc.tenant_id, oidc.tenant_name.clone())]),
        };
        Arc::new(Self { directory, tenants, tenant_names, pages, live })
    }

    async fn note_sign_out(&self, principal: &Principal, way: SignOut, request: &identity::RequestFacts) {
        let caller = Caller { actor: actor(principal), request: facts_of(request) };
        if let Err(error) = self.directory.signed_out(&caller, way).await {
            // The person is signed out all the same: that must never fail.
            tracing::error!(%error, "a sign-out could not be audited");
        }
    }
}

#[async_trait]
impl SignInEvents for SignIns {
    async fn signing_in(&self, principal: &Principal, request: &identity::RequestFacts) -> Result<(), SignInRefused> {
        let tenant = TenantId(principal.tenant_id);
        // Before anything is written: of an organisation that is not let in, nothing is kept but the line about the refusal.
        let (door, listed_as) = self.tenants.door(tenant).await.map_err(|error| unrecorded(&error))?;
        if let Some(refused) = door::refusal(door, self.tenants.onboarding(), principal.tenant_id) {
            tracing::info!(%tenant, code = refused.code, "an organisation was not let in");
            return Err(refused);
        }
        let configured = self.tenant_names.get(&principal.tenant_id).cloned();
        let sign_in = SignIn {
            tenant,
            tenant_name: configured.or_else(|| listed_as.map(String::from)),
            subject: subject(principal).to_owned(),
            home_account: principal.home_account.as_ref().map(|account| account.home.clone()),
            name: principal.name.clone(),
            roles: roles(&principal.roles),
        };
        self.directory.signed_in(&sign_in, &facts_of(request)).await.map_err(|error| unrecorded(&error))?;
        Ok(())
    }

    async fn consented(&self, principal: &Principal, request: &identity::RequestFacts) -> Result<(), SignInRefused> {
        let caller = Caller { actor: actor(principal), request: facts_of(request) };
        // At home elsewhere, or nowhere that is known.
        let guest = principal.home_account.as_ref() != Some(&principal.account);
        self.tenants.onboard(&caller, guest).await.map_err(|error| unrecorded(&error))?;
        Ok(())
    }

    async fn profile_changed(&self, principal: &Principal, request: &identity::RequestFacts) {
        let caller = Caller { actor: actor(principal), request: facts_of(request) };
        if let Err(error) = self.directory.profile_changed(&caller).await {
            // The next sign-in brings the name; what the person has done at the authority is done.
            tracing::error!(%error, "a changed profile could not be recorded");
        }
    }

    async fn signed_out(&self, principal: &Principal, request: &identity::RequestFacts) {
        self.note_sign_out(principal, SignOut::Here, request).await;
    }

    async fn session_ended(&self, ended: &EndedSession, request: &identity::RequestFacts) {
        self.live.session_ended(&ended.handle).await;
        let way = match ended.reason {
            EndReason::FrontChannel => SignOut::FrontChannel,
            EndReason::BackChannel => SignOut::BackChannel,
            // Written down by whoever did it.
            EndReason::SignedOut | EndReason::Replaced | EndReason::Revoked => return,
        };
        self.note_sign_out(&ended.principal, way, request).await;
    }

    async fn refused(&self, refusal: &Refusal, request: &identity::RequestFacts) {
        let refused = services::SignInRefusal {
            class: refusal.class.as_str(),
            code: &refusal.code,
            reference: &refusal.reference,
            tenant: refusal.tenant.map(TenantId),
        };
        let noted = self.directory.sign_in_refused(&refused, &facts_of(request)).await;
        if let Err(error) = noted {
            tracing::error!(%error, "a refused sign-in could not be audited");
        }
    }

    fn page(&self, page: SignInFailurePage, request: &identity::RequestFacts) -> Response {
        if page.status == StatusCode::SERVICE_UNAVAILABLE && !request.navigation {
            return pages::app_error(&AppError::Unavailable);
        }
        self.pages.sign_in_failure(&page)
    }

    fn sign_out_page(&self, page: SignOutPage, _: &identity::RequestFacts) -> Response {
        self.pages.sign_out(&page)
    }
}

/// Whatever is wrong with the records, it is no decision about a person.
fn unrecorded(error: &ServiceError) -> SignInRefused {
    log(error, "nobody can sign in: the sign-in cannot be recorded");
    SignInRefused {
        code: "records_unavailable",
        title: "Signing in is not possible right now".to_owned(),
        sentence: "Muster's records cannot be written at the moment. Try again in a minute.".to_owned(),
        class: ErrorClass::Transient,
        tenant: None,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use axum::body::to_bytes;
    use identity::RequestFacts;
    use leptos::config::LeptosOptions;
    use services::ports::DirectoryStore;
    use services::{Onboarding, RandomIds, SystemClock, TenantPolicy};
    use storage::{Records, RecordsOptions, RecordsUrl};
    use tempfile::TempDir;
    use time::OffsetDateTime;

    use server_fn::error::FromServerFnError;

    use super::*;

    const TENANT: Uuid = Uuid::from_u128(7);

    fn principal(account: AccountId, issuer: &str, subject: &str) -> Principal {
        Principal {
            account,
            home_account: None,
            tenant_id: TENANT,
            subject: subject.to_owned(),
            issuer: issuer.to_owned(),
            name: "Amara".to_owned(),
            given_name: None,
            username: None,
            roles: Vec::new(),
            sid: None,
            policy: None,
            login_hint: None,
            signed_in_at: OffsetDateTime::UNIX_EPOCH,
        }
    }

    fn of_provider(issuer: &str, subject: &str) -> Principal {
        principal(AccountId::subject(issuer, subject), issuer, subject)
    }

    fn of_entra(oid: &str) -> Principal {
        principal(AccountId::entra(oid, TENANT), "https://login.example/7/v2.0", oid)
    }

    struct Bench {
        records: Arc<Records>,
        sign_ins: Arc<SignIns>,
        _folder: TempDir,
    }

    async fn bench() -> Bench {
        let folder = tempfile::tempdir().unwrap();
        let url = RecordsUrl::file(folder.path().join("records.sqlite"));
        let records = Arc::new(Records::open(&url, &RecordsOptions::default()).await.unwrap());
        let (clock, ids) = (Arc::new(SystemClock), Arc::new(RandomIds));
        let directory = DirectoryService::new(records.clone(), records.clone(), clock.clone(), ids.clone());
        let policy = TenantPolicy { listed: false, within: None, onboarding: Onboarding::Off };
        let tenants = TenantService::new(records.clone(), policy, clock, ids);
        let authority = Authority::Oidc(identity::OidcAuthority {
            issuer: "https://op.example".parse().unwrap(),
            tenant_id: TENANT,
            tenant_name: "Example".to_owned(),
            role_claim: "roles".to_owned(),
        });
        let pages = pages::Pages::new(LeptosOptions::builder().output_name("muster").build(), false, false);
        let clock = Arc::new(identity::SystemClock);
        let shared = identity::EmbeddedState::open(&folder.path().join("state.sqlite"), clock).await.unwrap();
        let live = Live::new(records.clone(), crate::live::Post::new(Arc::new(shared)));
        Bench { records, sign_ins: SignIns::new(directory, tenants, &authority, pages, live), _folder: folder }
    }

    #[test]
    fn an_entra_account_is_its_object_id() {
        let oid = "0a6d2b91-4c1e-4f87-b3a5-91e7c05d4821";
        assert_eq!(actor(&of_entra(oid)).id, user_id(TenantId(TENANT), oid));
    }

    #[test]
    fn an_account_of_a_plain_provider_is_issuer_and_subject() {
        let id = |issuer: &str, subject: &str| actor(&of_provider(issuer, subject)).id;
        assert_eq!(id("https://op.example", "amara"), id("https://op.example", "amara"));
        let all = [
            id("https://op.example", "amara"),
            id("https://op.example", "nuri"),
            id("https://other.example", "amara"),
            id("https://op.example/a", "mara"),
            user_id(TenantId(TENANT), "amara"),
        ];
        for (n, one) in all.iter().enumerate() {
            assert!(all[n + 1..].iter().all(|other| other != one), "{n}");
        }
    }

    #[test]
    fn no_subject_of_a_plain_provider_is_that_of_somebody_else() {
        let oid = "0a6d2b91-4c1e-4f87-b3a5-91e7c05d4821";
        for chosen in ["command line", oid, "https://op.example#command line", ""] {
            let person = actor(&of_provider("https://op.example", chosen));
            assert_ne!(person.id, user_id(TenantId(TENANT), "command line"), "imports are written under that");
            assert_ne!(person.id, actor(&of_entra(oid)).id, "{chosen}");
        }
    }

    #[tokio::test]
    async fn who_signs_in_is_recorded_as_who_acts_later() {
        let Bench { records, sign_ins, _folder } = bench().await;
        records.migrate().await.unwrap();
        let people = [of_provider("https://op.example", "command line"), of_entra("0a6d2b91")];
        for person in &people {
            sign_ins.signing_in(person, &RequestFacts::default()).await.unwrap();
        }
        let recorded = records.people(TenantId(TENANT), 10).await.unwrap();
        assert_eq!(recorded.len(), 2);
        for person in &people {
            assert!(recorded.iter().any(|view| view.id == actor(person).id), "{person:?}");
        }
    }

    #[tokio::test]
    async fn records_that_are_out_of_order_refuse_nobody() {
        let Bench { sign_ins, _folder, .. } = bench().await;
        // Without its tables the store fails in a way that no waiting mends.
        let refused = sign_ins.signing_in(&of_entra("0a6d2b91"), &RequestFacts::default()).await.unwrap_err();
        assert_eq!(refused.class, ErrorClass::Transient, "{refused:?}");
    }

    /// The list on records of its own.
    fn with_list(listed: &Bench, onboarding: Onboarding, people: &Bench) -> Arc<SignIns> {
        let (clock, ids) = (Arc::new(SystemClock), Arc::new(RandomIds));
        let (list, records) = (listed.records.clone(), people.records.clone());
        let policy = TenantPolicy { listed: true, within: None, onboarding };
        let tenants = TenantService::new(list, policy, clock.clone(), ids.clone());
        let directory = DirectoryService::new(records.clone(), records, clock, ids);
        let (pages, tenant_names) = (people.sign_ins.pages.clone(), BTreeMap::new());
        Arc::new(SignIns { directory, tenants, tenant_names, pages, live: people.sign_ins.live.clone() })
    }

    #[tokio::test]
    async fn while_nobody_knows_who_is_let_in_nobody_is() {
        let (away, fine) = (bench().await, bench().await);
        fine.records.migrate().await.unwrap();
        let sign_ins = with_list(&away, Onboarding::Off, &fine);
        let refused = sign_ins.signing_in(&of_entra("0a6d2b91"), &RequestFacts::default()).await.unwrap_err();
        assert_eq!(refused.class, ErrorClass::Transient, "{refused:?}");
        assert!(fine.records.people(TenantId(TENANT), 10).await.unwrap().is_empty());
    }

    #[tokio::test]
    async fn whoever_is_at_home_elsewhere_or_nobody_knows_where_brings_no_organisation_in() {
        let bench = bench().await;
        bench.records.migrate().await.unwrap();
        let sign_ins = with_list(&bench, Onboarding::Consent, &bench);
        let consented = async |home_account: Option<AccountId>| {
            let person = Principal { home_account, ..of_entra("0a6d2b91") };
            sign_ins.consented(&person, &RequestFacts::default()).await.unwrap();
            sign_ins.tenants.door(TenantId(TENANT)).await.unwrap().0
        };
        assert_eq!(consented(None).await, Door::Unlisted);
        assert_eq!(consented(Some(AccountId::entra("0a6d2b91", Uuid::from_u128(8)))).await, Door::Unlisted);
        assert_eq!(consented(Some(AccountId::entra("0a6d2b91", TENANT))).await, Door::Open);
    }

    #[test]
    fn no_more_of_a_browsers_name_is_kept_than_a_browser_needs() {
        let request = Request::get("/").header(header::USER_AGENT, "x".repeat(300));
        let facts = facts(&request.body(axum::body::Body::empty()).unwrap());
        assert_eq!(facts.user_agent.map(|agent| agent.len()), Some(256));
    }

    #[tokio::test]
    async fn a_page_is_for_people_and_an_error_for_programs() {
        let Bench { sign_ins, _folder, .. } = bench().await;
        let page = |status| SignInFailurePage {
            reference: "REFERENCE".to_owned(),
            class: ErrorClass::Transient,
            code: "transient".to_owned(),
            status,
            title: "Title".to_owned(),
            sentence: "Sentence.".to_owned(),
            start_again: None,
            continue_to: None,
        };
        let program = RequestFacts::default();
        let person = RequestFacts { navigation: true, ..RequestFacts::default() };
        let answer = sign_ins.page(page(StatusCode::SERVICE_UNAVAILABLE), &program);
        assert_eq!(
            (answer.status(), &answer.headers()["content-type"]),
            (StatusCode::SERVICE_UNAVAILABLE, &"application/json".parse().unwrap())
        );
        let body = to_bytes(answer.into_body(), 1000).await.unwrap();
        assert_eq!(AppError::de(body), AppError::Unavailable);
        for (status, facts) in [(StatusCode::SERVICE_UNAVAILABLE, person), (StatusCode::BAD_REQUEST, program)] {
            let answer = sign_ins.page(page(status), &facts);
            assert_eq!(answer.status(), status);
            assert!(answer.headers()["content-type"].to_str().unwrap().starts_with("text/html"));
        }
    }
}
