//! One authority for all tests, because its keys are slow to make. A test has it for itself while it holds it.

use std::sync::{LazyLock, OnceLock};

use entra_local::{Answer, Control, EntraLocal, Running, Scenario, Tls};
use identity::{Authority, ClientCredential, EntraAuthority, EntraTenant, IdentityConfig};
use secrecy::SecretString;
use tokio::{
    runtime::Runtime,
    sync::{Mutex, MutexGuard},
};
use uuid::{Uuid, uuid};

use super::{
    site::{HTTPS, LOCAL},
    watch,
};

pub const AMARA: &str = "amara@contoso.example";
pub const NURI: &str = "nuri@contoso.example";
/// See [`group`].
pub const TILDA: &str = "tilda@contoso.example";
pub const DARIO: &str = "dario@fabrikam.example";
pub const CONTOSO: &str = "7c1f0e52-3b64-4d0a-9a57-2f0c8e61b9d4";
pub const FABRIKAM: Uuid = uuid!("b80a4f1d-92c7-4e3b-8f16-5d7e3a20c6f1");

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
static ALONE: Mutex<()> = Mutex::const_new(());
static RUNNING: OnceLock<(Running, String)> = OnceLock::new();

/// Dario of Fabrikam is a guest at Contoso, as a Viewer.
fn with_guest(mut scenario: Scenario) -> Scenario {
    let member = scenario.accounts.iter().find(|account| account.username == DARIO).unwrap();
    let mut guest = member.clone();
    guest.guest = Some(member.home());
    guest.tenant = CONTOSO.parse().unwrap();
    guest.oid = Uuid::from_u128(0x600d);
    guest.roles = vec!["Viewer".to_owned()];
    scenario.accounts.push(guest);
    scenario
}

/// Tilda of Contoso is in so many groups that no token has room for them, and Graph has two pages of them.
fn with_joiner(mut scenario: Scenario) -> Scenario {
    let mut tilda = scenario.accounts.iter().find(|account| account.username == NURI).unwrap().clone();
    tilda.oid = Uuid::from_u128(0x71_1da);
    TILDA.clone_into(&mut tilda.username);
    "Tilda Joyner".clone_into(&mut tilda.name);
    tilda.photo = false;
    tilda.groups = (1..=1200).map(group).collect();
    scenario.accounts.push(tilda);
    scenario
}

/// One of Tilda's groups; those from 1 to 1200 are.
pub fn group(number: u128) -> Uuid {
    Uuid::from_u128(0x9409 << 64 | number)
}

/// The authority, held by one test at a time.
pub struct Entra {
    _alone: MutexGuard<'static, ()>,
}

impl Entra {
    pub async fn start() -> Self {
        let alone = ALONE.lock().await;
        if RUNNING.get().is_none() {
            let started = RUNTIME.spawn(async {
                let mut app = Scenario::demo().apps.remove(0);
                let uri = |origin: &str, path: &str| format!("{origin}{path}").parse().unwrap();
                let site = |origin: &str| [uri(origin, "/auth/callback"), uri(origin, "/signed-out")];
                app.group_claims = true;
                app.redirect_uris = [site(LOCAL), site(HTTPS)].concat();
                let secret = app.client_secret.expose().to_owned();
                let scenario = Scenario::demo().with_app(app);
                let scenario = with_joiner(with_guest(scenario));
                (EntraLocal::serve(scenario, "127.0.0.1:0".parse().unwrap(), Tls::Off).await.unwrap(), secret)
            });
            assert!(RUNNING.set(started.await.unwrap()).is_ok());
        }
        Self::running().0.entra().control().set_clock_offset(time::Duration::ZERO);
        Self::forget_leftovers().await;
        Self { _alone: alone }
    }

    /// Tabs that found a session at the authority needed no answer: what an earlier test ordered and nobody used is used
    /// up here, by somebody without cookies.
    async fn forget_leftovers() {
        let (running, _) = Self::running();
        let mut url = running.base_url.join("organizations/oauth2/v2.0/authorize").unwrap();
        url.query_pairs_mut()
            .append_pair("client_id", &Scenario::demo().apps[0].client_id.to_string())
            .append_pair("redirect_uri", &format!("{LOCAL}/auth/callback"))
            .append_pair("response_type", "code")
            .append_pair("scope", "openid")
            .append_pair("nonce", "leftover")
            .append_pair("state", "leftover")
            .append_pair("code_challenge", &"x".repeat(43))
            .append_pair("code_challenge_method", "S256");
        let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
        while http.get(url.clone()).send().await.unwrap().status().is_redirection() {}
    }

    fn running() -> &'static (Running, String) {
        RUNNING.get().unwrap()
    }

    #[expect(clippy::unused_self, reason = "only the test that holds the authority may")]
    pub fn control(&self) -> &'static Control {
        Self::running().0.entra().control()
    }

    /// The next account picker is answered with this account.
    pub fn next_person(&self, username: &str) {
        self.control().answer_next(Answer::SignInAs(username.to_owned()));
    }

    /// A configuration for the site at `public_url`.
    #[expect(clippy::unused_self, reason = "only the test that holds the authority may")]
    pub fn config(&self, public_url: &str) -> IdentityConfig {
        let (running, secret) = Self::running();
        watch::never(secret);
        let authority = Authority::Entra(EntraAuthority {
            base: running.base_url.clone(),
            tenant: EntraTenant::Organizations,
            allowed_tenants: None,
        });
        let client_id = Scenario::demo().apps[0].client_id.to_string();
        IdentityConfig::new(
            public_url.parse().unwrap(),
            authority,
            client_id,
            ClientCredential::Secret(SecretString::from(secret.clone())),
            "/incidents".parse().unwrap(),
        )
    }

    /// The same, with the stand-in's Graph.
    pub fn config_with_graph(&self, public_url: &str) -> IdentityConfig {
        let graph = Self::running().0.base_url.join("v1.0").unwrap();
        IdentityConfig { graph: Some(graph), ..self.config(public_url) }
    }
}
