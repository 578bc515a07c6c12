//! Azure AD B2C with its user flows.

use identity::{Authority, B2cAuthority};
use url::Url;
use uuid::Uuid;

use super::{SignIn, client, not_beside, trust::Trust, vouching};
use crate::config::reader::Reader;

const AUTHORITY: &str = "MUSTER_B2C_AUTHORITY";
const TENANT: &str = "MUSTER_B2C_TENANT_ID";
const SIGN_IN: &str = "MUSTER_B2C_SIGN_IN_POLICY";
const EDIT_PROFILE: &str = "MUSTER_B2C_EDIT_PROFILE_POLICY";
const RESET_PASSWORD: &str = "MUSTER_B2C_RESET_PASSWORD_POLICY";

pub(super) fn read(reader: &mut Reader<'_>, trust: &Trust) -> Option<SignIn> {
    let what = "a URL such as https://contoso.b2clogin.com/contoso.onmicrosoft.com, or that of a custom domain with the \
                tenant's id behind it";
    reader.required(AUTHORITY, what);
    let base = reader.parsed(AUTHORITY, what).and_then(|base| vouching(reader, AUTHORITY, base));
    let base = base.and_then(|base: Url| {
        let has_tenant = !base.path().trim_matches('/').is_empty();
        if !has_tenant {
            reader.problem(AUTHORITY, Some(base.to_string()), format!("must be {what}"));
        }
        has_tenant.then_some(base)
    });
    let tenant_id = tenant_id(reader, base.as_ref());
    let sign_in_policy = reader.required(SIGN_IN, "the name of a user flow such as B2C_1_signupsignin");
    let sign_in_policy = sign_in_policy.and_then(|name| policy(reader, SIGN_IN, name, &[]));
    let others: Vec<String> = sign_in_policy.iter().cloned().collect();
    let edit_profile_policy = optional(reader, EDIT_PROFILE, &others);
    let others: Vec<String> = others.into_iter().chain(edit_profile_policy.clone()).collect();
    let reset_password_policy = optional(reader, RESET_PASSWORD, &others);
    let role_claim = reader.text("MUSTER_B2C_ROLE_CLAIM").unwrap_or_else(|| "roles".to_owned());
    let client = client(reader);
    not_beside(reader, AUTHORITY, &["AZURE_TENANT_ID", "AZURE_AUTHORITY_HOST", "MUSTER_ALLOWED_TENANTS"]);
    let authority = Authority::B2c(B2cAuthority {
        base: base?,
        tenant_id: tenant_id?,
        sign_in_policy: sign_in_policy?,
        edit_profile_policy,
        reset_password_policy,
        role_claim,
    });
    let known = trust.admits(reader, AUTHORITY, &authority);
    client.filter(|_| known).map(|client| client.of(authority))
}

/// Named by a setting, or by the authority if its last part is an id.
fn tenant_id(reader: &mut Reader<'_>, base: Option<&Url>) -> Option<Uuid> {
    let in_path = base.and_then(|base| Uuid::try_parse(base.path().trim_end_matches('/').rsplit('/').next()?).ok());
    let what = "the directory (tenant) id of the B2C tenant, a GUID";
    let text = match in_path {
        Some(id) if reader.text(TENANT).is_none() => return Some(id),
        _ => reader.required(TENANT, what)?,
    };
    let id = Uuid::try_parse(&text).ok();
    let agrees = in_path.is_none() || in_path == id;
    if id.is_none() || !agrees {
        let fix = if agrees { format!("must be {what}") } else { format!("is not the one in {AUTHORITY}") };
        reader.problem(TENANT, Some(text), fix);
    }
    id.filter(|_| agrees)
}

fn optional(reader: &mut Reader<'_>, setting: &str, others: &[String]) -> Option<String> {
    let name = reader.text(setting)?;
    policy(reader, setting, name, others)
}

/// A policy's name, which no other flow has.
fn policy(reader: &mut Reader<'_>, setting: &str, name: String, others: &[String]) -> Option<String> {
    let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    let fix = if !name.to_ascii_lowercase().starts_with("b2c_1") || !name.chars().all(word) {
        "must be the name of a user flow (B2C_1_…) or of a custom policy (B2C_1A_…)"
    } else if others.iter().any(|other| other.eq_ignore_ascii_case(&name)) {
        "must be a policy of its own: another flow has this one already"
    } else {
        return Some(name);
    };
    reader.problem(setting, Some(name), fix);
    None
}
