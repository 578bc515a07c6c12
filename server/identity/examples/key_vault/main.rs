//! An application whose key never leaves Azure Key Vault: the vault signs each client assertion.
//!
//! On a machine with a managed identity that may read the certificate and sign with its key, set `AZURE_TENANT_ID`,
//! `AZURE_CLIENT_ID`, `KEY_VAULT_URL` (such as `https://contoso.vault.azure.net`) and `KEY_VAULT_CERTIFICATE` (its name), and
//! `cargo run -p identity --example key_vault` says whether Microsoft Entra ID takes the application for what it says it is.

mod vault;

use std::{env, error::Error, sync::Arc};

use identity::{
    Authority, ClientCredential, EntraAuthority, EntraTenant, IdentityConfig, PUBLIC_CLOUD, SystemClock, http_client,
    probe_authority,
};
use vault::{KeyVault, ManagedIdentity};

/// Where a virtual machine in Azure asks for tokens of its own.
const MANAGED_IDENTITY: &str = "http://169.254.169.254/metadata/identity/oauth2/token";

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let (http, clock) = (http_client()?, Arc::new(SystemClock));
    let vault = KeyVault {
        url: env::var("KEY_VAULT_URL")?.parse()?,
        certificate: env::var("KEY_VAULT_CERTIFICATE")?,
        identity: ManagedIdentity::at(MANAGED_IDENTITY.parse()?, http.clone()),
        http: http.clone(),
        clock: clock.clone(),
    };
    let authority = Authority::Entra(EntraAuthority {
        base: PUBLIC_CLOUD.parse()?,
        tenant: EntraTenant::Single(env::var("AZURE_TENANT_ID")?.parse()?),
        allowed_tenants: None,
    });
    let credential = ClientCredential::Assertion(Arc::new(vault));
    let (site, home) = ("http://localhost:3000".parse()?, "/".parse()?);
    let config = IdentityConfig::new(site, authority, env::var("AZURE_CLIENT_ID")?, credential, home);
    let report = probe_authority(&config, &http, &*clock).await;
    println!("{:?}", report.credential);
    Ok(())
}
