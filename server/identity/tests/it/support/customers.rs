//! An authority for customers: Azure AD B2C with its user flows, External ID, and personal accounts.

use std::sync::{LazyLock, OnceLock};

use entra_local::{Control, EntraLocal, Running, Scenario, Tls};
use identity::{
    Authority, B2cAuthority, ClientCredential, EntraAuthority, EntraTenant, ExternalIdAuthority, IdentityConfig,
};
use secrecy::SecretString;
use tokio::{
    runtime::Runtime,
    sync::{Mutex, MutexGuard},
};
use uuid::{Uuid, uuid};

use super::{site::LOCAL, watch};

pub const TOVE: &str = "tove@customers.example";
pub const KOFI: &str = "kofi@customers.example";
pub const INES: &str = "ines@customers.example";
pub const PAT: &str = "pat@personal.example";
pub const WOODGROVE: Uuid = uuid!("c4d2e9a0-7b15-4f63-8a1e-2d9c60b7f358");
const PROSEWARE: Uuid = uuid!("d5e3f0b1-8c26-4a74-9b2f-3eadf1c80469");

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
static ALONE: Mutex<()> = Mutex::const_new(());
static RUNNING: OnceLock<(Running, IdentityConfig)> = OnceLock::new();

/// The authority, held by one test at a time.
pub struct Customers {
    _alone: MutexGuard<'static, ()>,
}

impl Customers {
    pub async fn start() -> Self {
        let alone = ALONE.lock().await;
        if RUNNING.get().is_none() {
            let started = RUNTIME.spawn(async {
                let scenario = Scenario::customers();
                let (id, secret) = (scenario.apps[0].client_id, scenario.apps[0].client_secret.expose().to_owned());
                watch::never(&secret);
                let running = EntraLocal::serve(scenario, "127.0.0.1:0".parse().unwrap(), Tls::Off).await.unwrap();
                let consumers = EntraAuthority {
                    base: running.base_url.clone(),
                    tenant: EntraTenant::Consumers,
                    allowed_tenants: None,
                };
                let config = IdentityConfig::new(
                    LOCAL.parse().unwrap(),
                    Authority::Entra(consumers),
                    id.to_string(),
                    ClientCredential::Secret(SecretString::from(secret)),
                    "/incidents".parse().unwrap(),
                );
                (running, config)
            });
            assert!(RUNNING.set(started.await.unwrap()).is_ok());
        }
        Self { _alone: alone }
    }

    #[expect(clippy::unused_self, reason = "only the test that holds the authority may")]
    pub fn control(&self) -> &'static Control {
        RUNNING.get().unwrap().0.entra().control()
    }

    /// Personal accounts.
    #[expect(clippy::unused_self, reason = "only the test that holds the authority may")]
    pub fn consumers(&self) -> IdentityConfig {
        RUNNING.get().unwrap().1.clone()
    }

    /// The B2C tenant with all three user flows, their names in another case than the tenant's own.
    pub fn b2c(&self) -> IdentityConfig {
        self.b2c_at("woodgrove.example")
    }

    /// The same under another path.
    pub fn b2c_at(&self, path: &str) -> IdentityConfig {
        let authority = Authority::B2c(B2cAuthority {
            base: self.consumers().authority.base().join(path).unwrap(),
            tenant_id: WOODGROVE,
            sign_in_policy: "B2C_1_SUSI".to_owned(),
            edit_profile_policy: Some("B2C_1_Edit_Profile".to_owned()),
            reset_password_policy: Some("B2C_1_Reset_Password".to_owned()),
            role_claim: "roles".to_owned(),
        });
        IdentityConfig { authority, ..self.consumers() }
    }

    /// The external tenant.
    pub fn external(&self) -> IdentityConfig {
        let base = self.consumers().authority.base().join("proseware.example").unwrap();
        let authority = Authority::ExternalId(ExternalIdAuthority { base, tenant_id: PROSEWARE });
        IdentityConfig { authority, ..self.consumers() }
    }
}
