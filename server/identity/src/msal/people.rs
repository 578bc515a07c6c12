//! Who a document is about.

use std::collections::{HashMap, HashSet};

use serde_json::{Map, Value};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    account,
    document::{ACCOUNT, Document},
    entry::Entry,
    environment::Environment,
    report::{MsalImport, MsalLeft},
};
use crate::{
    claims::{AccountId, Principal},
    config::Authority,
};

/// A person in one tenant.
pub(super) struct Person {
    pub(super) principal: Principal,
    /// `home_account_id`, in lower case: what their credentials name them by.
    pub(super) home: String,
    /// The tenant as the account names it: MSAL for Python writes the path of its authority, such as `organizations`.
    pub(super) realm: String,
    /// The `Account` with this person's profile alone, and its key.
    pub(super) account: (String, Map<String, Value>),
}

/// Everybody whom the document has an account of and the authority vouches for. A name that two accounts claim is nobody's.
pub(super) fn read(
    document: &Document,
    authority: &Authority,
    environment: &Environment,
    now: OffsetDateTime,
    report: &mut MsalImport,
) -> Vec<Person> {
    let mut people: HashMap<(AccountId, Option<String>), Person> = HashMap::new();
    let mut claimed_twice = HashSet::new();
    for (key, value) in &document.accounts {
        let found = match people_of(key, value, authority, environment, now) {
            Ok(found) => found,
            Err(why) => {
                report.leave(ACCOUNT, why);
                continue;
            }
        };
        for person in found {
            let person = match person {
                Ok(person) => person,
                Err(why) => {
                    report.leave(ACCOUNT, why);
                    continue;
                }
            };
            let name = (person.principal.account.clone(), person.principal.policy.clone());
            match people.get(&name) {
                Some(other) if other.home != person.home => {
                    claimed_twice.insert(name);
                }
                // The same account once more, under another name of its authority.
                Some(_) => {}
                None => {
                    people.insert(name, person);
                }
            }
        }
    }
    for name in claimed_twice {
        people.remove(&name);
        report.leave(ACCOUNT, MsalLeft::ClaimedTwice);
    }
    let mut people: Vec<Person> = people.into_values().collect();
    people.sort_by(|one, other| one.principal.account.cmp(&other.principal.account));
    people
}

type Found = Vec<Result<Person, MsalLeft>>;

fn people_of(
    key: &str,
    value: &Value,
    authority: &Authority,
    environment: &Environment,
    now: OffsetDateTime,
) -> Result<Found, MsalLeft> {
    let entry = Entry::of(value).ok_or(MsalLeft::Unreadable)?;
    if !environment.is(entry.text("environment").ok_or(MsalLeft::Unreadable)?) {
        return Err(MsalLeft::OtherEnvironment);
    }
    let home = entry.text("home_account_id").ok_or(MsalLeft::Unreadable)?.to_lowercase();
    let profiles = account::profiles(entry);
    if profiles.is_empty() {
        return Err(MsalLeft::Unreadable);
    }
    let person = |profile: account::Profile| {
        let principal = principal(entry, Entry(&profile.fields), &home, authority, now)?;
        let account = (key.to_owned(), account::with_profile(entry, &profile));
        let realm = Entry(&profile.fields).text("tenantId").unwrap_or_default().to_owned();
        Ok(Person { principal, home: home.clone(), realm, account })
    };
    Ok(profiles.into_iter().map(person).collect())
}

/// The person of a profile. Its issuer is what settings make of it, because the document does not say.
fn principal(
    account: Entry<'_>,
    profile: Entry<'_>,
    home: &str,
    authority: &Authority,
    now: OffsetDateTime,
) -> Result<Principal, MsalLeft> {
    let (uid, home_tenant) = account::parts(home).ok_or(MsalLeft::Unreadable)?;
    let local = profile.text("localAccountId").ok_or(MsalLeft::Unreadable)?;
    let (object_id, tenant_id, policy, issuer) = match authority {
        Authority::Entra(entra) => {
            let (object_id, tenant) = in_tenant(profile, local, uid, home_tenant)?;
            (object_id, tenant, None, entra.issuer_of(&tenant.to_string()))
        }
        Authority::ExternalId(external) => {
            let (object_id, tenant) = in_tenant(profile, local, uid, home_tenant)?;
            let issuer = format!("{}/{tenant}/v2.0", external.base.origin().ascii_serialization());
            (object_id, tenant, None, issuer)
        }
        Authority::B2c(b2c) => {
            let (object_id, policy) = account::object_and_policy(uid).ok_or(MsalLeft::Unreadable)?;
            let policies = [Some(&b2c.sign_in_policy), b2c.reset_password_policy.as_ref()];
            let policy = policies.into_iter().flatten().find(|known| known.eq_ignore_ascii_case(policy));
            let issuer = format!("{}/{home_tenant}/v2.0/", b2c.base.origin().ascii_serialization());
            (object_id, home_tenant, Some(policy.ok_or(MsalLeft::NotServed)?.clone()), issuer)
        }
        Authority::Oidc(_) => return Err(MsalLeft::OtherEnvironment),
    };
    let subject = object_id.to_string();
    let said = |name: &str| profile.text(name).or_else(|| account.text(name)).map(str::to_owned);
    let username = said("username");
    let principal = Principal {
        account: AccountId::entra(&subject, tenant_id),
        home_account: if policy.is_none() { account::home_of(home) } else { None },
        tenant_id,
        issuer,
        name: said("name").or_else(|| username.clone()).unwrap_or_else(|| subject.clone()),
        subject,
        given_name: None,
        username,
        roles: Vec::new(),
        policy,
        sid: None,
        login_hint: profile.text("loginHint").map(str::to_owned),
        signed_in_at: now,
    };
    if authority.vouches_for(&principal) { Ok(principal) } else { Err(MsalLeft::NotServed) }
}

/// The object id of a profile, and its tenant. In their home tenant nobody has another object id than their home account has;
/// with that object id a tenant that is not named by its id is the home tenant.
fn in_tenant(profile: Entry<'_>, local: &str, uid: &str, home_tenant: Uuid) -> Result<(Uuid, Uuid), MsalLeft> {
    let object_id = Uuid::try_parse(local).map_err(|_| MsalLeft::Unreadable)?;
    let is_home = Uuid::try_parse(uid).is_ok_and(|uid| uid == object_id);
    let named = profile.text("tenantId").and_then(|text| Uuid::try_parse(text).ok());
    match named {
        Some(tenant) if tenant != home_tenant || is_home => Ok((object_id, tenant)),
        None if is_home => Ok((object_id, home_tenant)),
        _ => Err(MsalLeft::Unreadable),
    }
}
