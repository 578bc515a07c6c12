//! What the identity provider says, in words for whoever registered Muster there.

use std::sync::Arc;

use identity::{
    Authority, AuthorityReport, ClockReading, IdentityConfig, KeysReading, MetadataReading, UpstreamError,
    probe_authority,
};
use time::Duration;

use super::Finding;
use crate::config::{Settings, SignIn};
use crate::state::{Provider, identity_config};

mod credential;
mod registration;

/// Clocks that are further apart than this are worth a look.
const NOTICEABLE: Duration = Duration::seconds(30);
/// Tokens are refused where clocks are further apart than this.
const TOO_FAR: Duration = Duration::seconds(60);

/// Asks it; nothing for the development sign-in.
pub(super) async fn findings(settings: &Settings, clock: &dyn identity::Clock) -> Vec<Finding> {
    let Some(config) = config(settings) else {
        return Vec::new();
    };
    match identity::http_client() {
        Ok(http) => said(&probe_authority(&config, &http, clock).await, &config),
        Err(error) => vec![Finding::problem(
            "metadata",
            format!("No connection can be made: {error}."),
            "See that TLS certificates are installed on this machine.".to_owned(),
        )],
    }
}

fn config(settings: &Settings) -> Option<IdentityConfig> {
    let SignIn::Provider { authority, client_id, credential } = &settings.sign_in else {
        return None;
    };
    let (client_id, credential) = (client_id.clone(), credential.clone());
    let clock = Arc::new(identity::SystemClock);
    let provider = Provider { authority: authority.clone(), client_id, credential, development: false, clock };
    identity_config(settings, &provider).ok()
}

fn said(report: &AuthorityReport, config: &IdentityConfig) -> Vec<Finding> {
    let mut findings: Vec<Finding> = report.metadata.iter().map(|one| metadata(one, &config.authority)).collect();
    findings.extend(report.clock.as_ref().map(clocks));
    findings.extend(report.keys.as_ref().map(keys));
    findings.extend(report.registration.as_ref().map(|standing| registration::finding(standing, config)));
    findings.extend(report.credential.as_ref().map(|standing| credential::finding(standing, &config.credential)));
    findings
}

fn metadata(reading: &MetadataReading, authority: &Authority) -> Finding {
    const CHECK: &str = "metadata";
    let url = &reading.url;
    match &reading.issuer {
        Ok(issuer) => Finding::ok(CHECK, format!("{url} answers for the issuer {issuer}; every endpoint is https or local.")),
        Err(UpstreamError::Metadata { reason }) => Finding::problem(
            CHECK,
            format!("{url} answers, but not for the configured authority: {reason}."),
            "Set AZURE_TENANT_ID and AZURE_AUTHORITY_HOST, or what names your kind of provider (MUSTER_B2C_…, MUSTER_CIAM_…, \
             MUSTER_OIDC_ISSUER), to what its metadata belong to."
                .to_owned(),
        ),
        // Somebody answers, and knows of no such provider: Entra says 400 for a directory that does not exist.
        Err(error @ UpstreamError::Status { status: 400 | 404, .. }) => Finding::problem(
            CHECK,
            format!("{url} cannot be read: {error}."),
            format!("There may be none under this name: {}.", named_by(authority)),
        ),
        Err(error) => Finding::problem(
            CHECK,
            format!("{url} cannot be read: {error}."),
            "See that the address is right and that this machine may connect to it; HTTPS_PROXY and NO_PROXY count."
                .to_owned(),
        ),
    }
}

/// Which settings make the address of the metadata.
fn named_by(authority: &Authority) -> &'static str {
    match authority {
        Authority::Entra(_) => {
            "set AZURE_TENANT_ID to the directory (tenant) id of the registration, and AZURE_AUTHORITY_HOST to the cloud it is in"
        }
        Authority::ExternalId(_) => {
            "set MUSTER_CIAM_AUTHORITY to the tenant's own address, and AZURE_TENANT_ID to its directory (tenant) id"
        }
        Authority::B2c(_) => {
            "set MUSTER_B2C_AUTHORITY to the tenant, and MUSTER_B2C_SIGN_IN_POLICY and the other policies to user flows it has"
        }
        Authority::Oidc(_) => "set MUSTER_OIDC_ISSUER to the issuer URL of the provider, letter by letter",
    }
}

fn clocks(reading: &ClockReading) -> Finding {
    const CHECK: &str = "clock";
    let ahead = reading.ahead_at_least();
    let off = ahead.abs();
    let direction = if ahead.is_negative() { "ahead of" } else { "behind" };
    let apart = format!("This machine's clock is at least {} s {direction} the provider's", off.whole_seconds());
    let fix = "Turn on time synchronisation (NTP) on this machine.".to_owned();
    if off > TOO_FAR {
        let finding = format!("{apart}: its tokens are refused beyond {} s.", TOO_FAR.whole_seconds());
        Finding::problem(CHECK, finding, fix)
    } else if off > NOTICEABLE {
        Finding::warning(CHECK, format!("{apart}."), fix)
    } else {
        Finding::ok(CHECK, "This machine's clock and the provider's go together.".to_owned())
    }
}

fn keys(keys: &Result<KeysReading, UpstreamError>) -> Finding {
    const CHECK: &str = "keys";
    match keys {
        Ok(KeysReading { usable: 1.., published }) => {
            Finding::ok(CHECK, format!("{published} keys are published, and tokens can be checked with them."))
        }
        Ok(KeysReading { published, .. }) => Finding::problem(
            CHECK,
            format!("{published} keys are published, and none of them can check an RS256 signature of this authority."),
            "Let the provider sign ID tokens with RS256, and see that the authority is the one you mean.".to_owned(),
        ),
        Err(error) => Finding::problem(
            CHECK,
            format!("The keys cannot be read: {error}."),
            "See that this machine may connect to the address `jwks_uri` in the provider's metadata.".to_owned(),
        ),
    }
}
