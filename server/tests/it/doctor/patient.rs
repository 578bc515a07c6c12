//! Settings that are complete and right for a registration at the stand-in, and what the doctor says about them.

use std::collections::BTreeMap;

use entra_local::{EntraLocal, Running, Scenario, Secret, Tls};
use identity::{Clock, SystemClock};
use server::config::{Environment, Settings};
use server::doctor::{Finding, Level, examine};
use tempfile::TempDir;
use time::{Duration, OffsetDateTime};

use crate::support::{free_port, site_root};

/// Stands in every secret, so that one search finds any of them.
pub const SECRET: &str = "hunter2-planted";

/// Settings, and the provider they speak of.
pub struct Patient {
    pub settings: BTreeMap<&'static str, String>,
    pub provider: Running,
    pub folder: TempDir,
}

/// A clock that is off.
#[derive(Debug)]
pub struct Off(pub Duration);

impl Clock for Off {
    fn now(&self) -> OffsetDateTime {
        SystemClock.now() + self.0
    }
}

impl Patient {
    /// In the best of health.
    pub async fn healthy() -> Self {
        let (folder, port) = (TempDir::new().unwrap(), free_port());
        let mut scenario = Scenario::demo();
        let mut app = scenario.apps.remove(0);
        app.redirect_uris = vec![format!("http://localhost:{port}/auth/callback").parse().unwrap()];
        app.client_secret = Secret::new(SECRET);
        let client_id = app.client_id.to_string();
        let provider =
            EntraLocal::serve(scenario.with_app(app), "127.0.0.1:0".parse().unwrap(), Tls::Off).await.unwrap();
        let settings = BTreeMap::from([
            ("MUSTER_PUBLIC_URL", format!("http://localhost:{port}")),
            ("MUSTER_LISTEN", format!("127.0.0.1:{port}")),
            ("MUSTER_DATA_DIR", folder.path().display().to_string()),
            ("MUSTER_SITE_ROOT", site_root().display().to_string()),
            ("AZURE_AUTHORITY_HOST", provider.base_url.to_string()),
            ("AZURE_TENANT_ID", "organizations".to_owned()),
            ("AZURE_CLIENT_ID", client_id),
            ("AZURE_CLIENT_SECRET", SECRET.to_owned()),
            ("AZURE_CLIENT_SECRET_EXPIRES", "2099-12-31".to_owned()),
            ("MUSTER_TENANTS", "any".to_owned()),
        ]);
        Self { settings, provider, folder }
    }

    /// Of a directory for customers, with all its user flows.
    pub async fn of_customers() -> Self {
        let (folder, port, scenario) = (TempDir::new().unwrap(), free_port(), Scenario::customers());
        let app = &scenario.apps[0];
        let (client_id, secret) = (app.client_id.to_string(), app.client_secret.expose().to_owned());
        let provider = EntraLocal::serve(scenario, "127.0.0.1:0".parse().unwrap(), Tls::Off).await.unwrap();
        let settings = BTreeMap::from([
            ("MUSTER_PUBLIC_URL", format!("http://localhost:{port}")),
            ("MUSTER_LISTEN", format!("127.0.0.1:{port}")),
            ("MUSTER_DATA_DIR", folder.path().display().to_string()),
            ("MUSTER_SITE_ROOT", site_root().display().to_string()),
            ("MUSTER_B2C_AUTHORITY", format!("{}woodgrove.example", provider.base_url)),
            ("MUSTER_B2C_TENANT_ID", "c4d2e9a0-7b15-4f63-8a1e-2d9c60b7f358".to_owned()),
            ("MUSTER_B2C_SIGN_IN_POLICY", "B2C_1_susi".to_owned()),
            ("MUSTER_B2C_EDIT_PROFILE_POLICY", "B2C_1_edit_profile".to_owned()),
            ("MUSTER_B2C_RESET_PASSWORD_POLICY", "B2C_1_reset_password".to_owned()),
            ("AZURE_CLIENT_ID", client_id),
            ("AZURE_CLIENT_SECRET", secret),
        ]);
        Self { settings, provider, folder }
    }

    pub fn set(&mut self, name: &'static str, value: &str) {
        self.settings.insert(name, value.to_owned());
    }

    pub fn settings(&self) -> Settings {
        let all: Environment = self.settings.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        Settings::read(&all).unwrap()
    }

    /// What the doctor says, which is never a secret.
    pub async fn examined(&self, clock: &dyn Clock) -> Vec<Finding> {
        let findings = examine(&self.settings(), clock, true).await;
        assert!(!format!("{findings:?}").contains(SECRET), "{findings:?}");
        for found in &findings {
            assert_eq!(found.fix.is_some(), found.level != Level::Ok, "{found:?}");
        }
        findings
    }

    /// The one problem there is.
    pub async fn problem(&self) -> Finding {
        let problems = problems(&self.examined(&SystemClock).await);
        let [only] = <[Finding; 1]>::try_from(problems).unwrap_or_else(|all| panic!("one problem: {all:?}"));
        only
    }

    pub async fn stop(self) {
        self.provider.shutdown().await;
    }
}

pub fn problems(findings: &[Finding]) -> Vec<Finding> {
    findings.iter().filter(|found| found.level == Level::Problem).cloned().collect()
}
