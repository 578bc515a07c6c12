//! How MSAL names people: by their home account everywhere, and by a profile in each tenant.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::entry::Entry;
use crate::claims::{AccountId, Principal};

/// `home_account_id` of a person (`uid.utid`): with Azure AD B2C the policy is a part of it.
pub(super) fn home_account_id(principal: &Principal) -> String {
    match &principal.policy {
        Some(policy) => format!("{}-{}.{}", principal.subject, policy, principal.tenant_id).to_lowercase(),
        None => principal.home_account.as_ref().unwrap_or(&principal.account).home.clone(),
    }
}

/// `realm` of a person's credentials: the tenant, with Azure AD B2C the policy (`tfp`).
pub(super) fn realm(principal: &Principal) -> String {
    principal.policy.clone().unwrap_or_else(|| principal.tenant_id.to_string())
}

/// The two parts of a `home_account_id`.
pub(super) fn parts(home_account_id: &str) -> Option<(&str, Uuid)> {
    let (uid, home_tenant) = home_account_id.split_once('.')?;
    Some((uid, Uuid::try_parse(home_tenant).ok()?))
}

/// The object id and the policy in the first part of a `home_account_id` of Azure AD B2C.
pub(super) fn object_and_policy(uid: &str) -> Option<(Uuid, &str)> {
    const UUID: usize = 36;
    let (object_id, policy) = uid.split_at_checked(UUID)?;
    Some((Uuid::try_parse(object_id).ok()?, policy.strip_prefix('-')?))
}

/// What an account says about a person in one tenant.
pub(super) struct Profile {
    pub(super) fields: Map<String, Value>,
    /// As it stands in the document, if it does.
    written: Option<Value>,
}

/// The profiles of an `Account`: JSON texts in an array. Older documents have an account for each tenant instead.
pub(super) fn profiles(account: Entry<'_>) -> Vec<Profile> {
    let written = account.0.get("tenantProfiles").and_then(Value::as_array).into_iter().flatten();
    let profiles: Vec<_> = written.filter_map(profile).collect();
    match (profiles.is_empty(), account.text("realm"), account.text("local_account_id")) {
        (true, Some(realm), Some(id)) => {
            let one = [("tenantId", realm), ("localAccountId", id)];
            let fields = one.into_iter().map(|(name, text)| (name.to_owned(), text.into())).collect();
            vec![Profile { fields, written: None }]
        }
        _ => profiles,
    }
}

fn profile(written: &Value) -> Option<Profile> {
    let fields = match written {
        Value::String(text) => serde_json::from_str(text).ok()?,
        Value::Object(fields) => fields.clone(),
        _ => return None,
    };
    Some(Profile { fields, written: Some(written.clone()) })
}

/// `account` about one person alone: what it says of their other profiles is for those.
pub(super) fn with_profile(account: Entry<'_>, profile: &Profile) -> Map<String, Value> {
    let mut account = account.0.clone();
    if let (Some(profiles), Some(written)) = (account.get_mut("tenantProfiles"), &profile.written) {
        *profiles = json!([written]);
    }
    account
}

/// The `Account` of a person. What an account from MSAL says besides, `before`, stays.
pub(super) fn written(
    principal: &Principal,
    environment: &str,
    before: Option<&Map<String, Value>>,
) -> Map<String, Value> {
    let home = home_account_id(principal);
    let (uid, home_tenant) = home.split_once('.').unwrap_or((&home, ""));
    let client_info = URL_SAFE_NO_PAD.encode(json!({ "uid": uid, "utid": home_tenant }).to_string());
    let mut account = before.cloned().unwrap_or_default();
    let new = [
        ("home_account_id", home.as_str()),
        ("environment", environment),
        ("realm", home_tenant),
        ("local_account_id", uid),
        ("authority_type", "MSSTS"),
        ("client_info", &client_info),
    ];
    for (name, text) in new {
        account.entry(name).or_insert_with(|| text.into());
    }
    account.insert("username".to_owned(), principal.username.as_deref().unwrap_or_default().into());
    account.insert("name".to_owned(), principal.name.as_str().into());
    // Libraries without profiles have an account for each tenant.
    if before.is_none_or(|before| before.contains_key("tenantProfiles")) {
        let before = before.map(|before| profiles(Entry(before))).unwrap_or_default();
        let before = before.into_iter().next().map(|profile| profile.fields).unwrap_or_default();
        let profile = profile_of(principal, home_tenant, before);
        account.insert("tenantProfiles".to_owned(), json!([Value::Object(profile).to_string()]));
    }
    account
}

fn profile_of(principal: &Principal, home_tenant: &str, mut profile: Map<String, Value>) -> Map<String, Value> {
    let realm = realm(principal);
    profile.insert("isHomeTenant".to_owned(), (realm == home_tenant).into());
    profile.insert("tenantId".to_owned(), realm.into());
    profile.insert("localAccountId".to_owned(), principal.subject.as_str().into());
    profile.insert("name".to_owned(), principal.name.as_str().into());
    profile.insert("username".to_owned(), principal.username.as_deref().unwrap_or_default().into());
    if let Some(hint) = &principal.login_hint {
        profile.insert("loginHint".to_owned(), hint.as_str().into());
    }
    profile
}

/// The account at home, as we name it.
pub(super) fn home_of(home_account_id: &str) -> Option<AccountId> {
    let (uid, home_tenant) = parts(home_account_id)?;
    Some(AccountId::entra(uid, home_tenant))
}
