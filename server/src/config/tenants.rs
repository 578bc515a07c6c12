//! Which organisations are let in, and which of them runs the site.

use identity::{Authority, EntraAuthority, EntraTenant};
use services::{Onboarding, Operators, PERSONAL_ACCOUNTS, TenantPolicy};
use uuid::Uuid;

use super::reader::Reader;
use super::sign_in::SignIn;

const TENANTS: &str = "MUSTER_TENANTS";
const ONBOARDING: &str = "MUSTER_ONBOARDING";
const OPERATOR: &str = "MUSTER_OPERATOR_TENANT";

/// `MUSTER_TENANTS` and `MUSTER_ONBOARDING`. Where an authority lets in people of any organisation, and
/// `MUSTER_ALLOWED_TENANTS` names none, an organisation has to be on the list; else whoever the authority lets in is let in
/// unless they were taken off it.
pub(super) fn read(reader: &mut Reader<'_>, sign_in: Option<&SignIn>) -> TenantPolicy {
    let within = sign_in.and_then(bound);
    let strangers = matches!(sign_in, Some(SignIn::Provider { authority, .. }) if has_many_tenants(authority));
    let listed = match reader.text(TENANTS) {
        None => strangers && within.is_none(),
        Some(word) => match word.as_str() {
            "listed" => true,
            "any" => false,
            _ => {
                reader.problem(TENANTS, Some(word), "must be `listed` or `any`");
                true
            }
        },
    };
    let onboarding = onboarding(reader);
    let many = strangers || matches!(sign_in, Some(SignIn::Local(_)));
    if onboarding != Onboarding::Off && sign_in.is_some() {
        let read = reader.text(ONBOARDING);
        if !many {
            let fix = "is for AZURE_TENANT_ID `organizations` or `common`: this authority has one organisation only";
            reader.problem(ONBOARDING, read, fix);
        } else if !listed {
            let fix =
                "does nothing where every organisation is let in: set MUSTER_TENANTS to `listed`, or leave it out";
            reader.problem(ONBOARDING, read, fix);
        }
    }
    TenantPolicy { listed, within, onboarding }
}

/// `MUSTER_OPERATOR_TENANT`. Where one organisation signs in it is that one, and in development anybody's.
pub(super) fn operators(reader: &mut Reader<'_>, sign_in: Option<&SignIn>) -> Operators {
    let what = "the id of an organisation, such as 7c1f0e52-3b64-4d0a-9a57-2f0c8e61b9d4";
    let tenant = reader.parsed::<Uuid>(OPERATOR, what);
    if tenant == Some(PERSONAL_ACCOUNTS.0) {
        let fix =
            format!("is where Microsoft keeps personal accounts, which are nobody's organisation; must be {what}");
        let read = reader.text(OPERATOR);
        reader.problem(OPERATOR, read, fix);
    }
    match (tenant, sign_in) {
        (Some(tenant), _) => Operators::of(tenant),
        (None, Some(SignIn::Provider { authority, .. })) if has_many_tenants(authority) => Operators::Nobody,
        (None, _) => Operators::Each,
    }
}

fn onboarding(reader: &mut Reader<'_>) -> Onboarding {
    let Some(word) = reader.text(ONBOARDING) else {
        return Onboarding::Off;
    };
    match word.as_str() {
        "off" => Onboarding::Off,
        "consent" => Onboarding::Consent,
        "approval" => Onboarding::Approval,
        _ => {
            reader.problem(ONBOARDING, Some(word), "must be `off`, `consent` or `approval`");
            Onboarding::Off
        }
    }
}

/// Whether people of more than one organisation can come from there.
pub fn has_many_tenants(authority: &Authority) -> bool {
    let shared = |tenant| matches!(tenant, EntraTenant::Organizations | EntraTenant::Common);
    matches!(authority, Authority::Entra(entra) if shared(entra.tenant))
}

/// `MUSTER_ALLOWED_TENANTS`, as the authority has it.
fn bound(sign_in: &SignIn) -> Option<std::collections::BTreeSet<Uuid>> {
    match sign_in {
        SignIn::Provider { authority: Authority::Entra(EntraAuthority { allowed_tenants, .. }), .. } => {
            allowed_tenants.clone()
        }
        SignIn::Provider { .. } | SignIn::Local(_) => None,
    }
}
