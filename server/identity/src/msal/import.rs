//! Whose an entry is, and whether it is used here or only kept for MSAL.

use std::collections::HashMap;

use secrecy::SecretString;
use serde_json::{Map, Value};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{
    account,
    document::{ACCESS_TOKEN, ACCOUNT, APP_METADATA, Document, ID_TOKEN, OTHER, REFRESH_TOKEN},
    entry::Entry,
    environment::Environment,
    people::Person,
    report::{MsalImport, MsalLeft},
};
use crate::{
    claims::Principal,
    tokens::{CLOCKS_APART, CachedAccess, RefreshToken, Scopes},
};

/// So much is kept for MSAL of one person: every read of their tokens carries it along.
pub(super) const MOST_KEPT: usize = 32 << 10;
/// No token is longer.
const LONGEST_SECRET: usize = 32 << 10;
/// What makes a credential one that we have no use for: bound to a key, a caller's assertion, a resource, or further claims.
const BINDINGS: [&str; 11] = [
    "family_id",
    "userAssertionHash",
    "user_assertion_hash",
    "key_id",
    "additionalCacheKeyComponents",
    "ext_cache_key",
    "resource",
    "requested_claims",
    "requestedClaims",
    "requested_claims_hash",
    "requestedClaimsHash",
];

/// What a document brings for one person.
pub(super) struct Incoming {
    pub(super) principal: Principal,
    pub(super) refresh: Option<RefreshToken>,
    pub(super) access: Vec<CachedAccess>,
    /// A document in itself: entries that go back to MSAL as they are, and what it says about those that are used, without
    /// their secrets.
    pub(super) foreign: Map<String, Value>,
    /// When its newest credential was stored.
    pub(super) newest: Option<OffsetDateTime>,
    /// When the refresh token was, if MSAL says so.
    refresh_stored: Option<OffsetDateTime>,
    /// The tenant as the account names it.
    realm: String,
    size: usize,
}

/// The entries of `document` by person. Those who bring no token are left out.
pub(super) fn sort(
    document: Document,
    people: Vec<Person>,
    environment: &Environment,
    client_id: &str,
    now: OffsetDateTime,
    report: &mut MsalImport,
) -> Vec<Incoming> {
    let mut sorter = Sorter { of: HashMap::new(), people: Vec::new(), environment, client_id, now, report };
    for person in people {
        sorter.add(person);
    }
    for (key, value) in document.refresh_tokens {
        sorter.note(REFRESH_TOKEN, |sorter| sorter.refresh_token(&key, value));
    }
    for (key, value) in document.access_tokens {
        sorter.note(ACCESS_TOKEN, |sorter| sorter.access_token(&key, value));
    }
    for (key, value) in document.id_tokens {
        sorter.note(ID_TOKEN, |sorter| {
            let owners = sorter.owners(&value)?;
            sorter.keep(&owners, ID_TOKEN, &key, &value)
        });
    }
    for (key, value) in document.app_metadata {
        sorter.note(APP_METADATA, |sorter| {
            let entry = Entry::of(&value).ok_or(MsalLeft::Unreadable)?;
            sorter.is_ours(entry)?;
            let everybody: Vec<usize> = (0..sorter.people.len()).collect();
            sorter.keep(&everybody, APP_METADATA, &key, &value)
        });
    }
    for (member, value) in document.others {
        sorter.other_member(&member, value);
    }
    let mut people = sorter.people;
    people.retain(|person| {
        let brings = person.refresh.is_some() || !person.access.is_empty();
        if !brings {
            report.leave(ACCOUNT, MsalLeft::NoTokens);
        }
        brings
    });
    people
}

struct Sorter<'a> {
    /// Places in `people` by home account.
    of: HashMap<String, Vec<usize>>,
    people: Vec<Incoming>,
    environment: &'a Environment,
    client_id: &'a str,
    now: OffsetDateTime,
    report: &'a mut MsalImport,
}

impl Sorter<'_> {
    fn add(&mut self, person: Person) {
        let Person { principal, home, realm, account: (key, account) } = person;
        let place = self.people.len();
        self.of.entry(home).or_default().push(place);
        self.people.push(Incoming {
            principal,
            refresh: None,
            access: Vec::new(),
            foreign: Map::new(),
            newest: None,
            refresh_stored: None,
            realm,
            size: 0,
        });
        self.note(ACCOUNT, |sorter| sorter.keep(&[place], ACCOUNT, &key, &Value::Object(account)));
    }

    fn note(&mut self, member: &'static str, take: impl FnOnce(&mut Self) -> Result<(), MsalLeft>) {
        if let Err(why) = take(self) {
            self.report.leave(member, why);
        }
    }

    /// Whether it is of this application and from this authority.
    fn is_ours(&self, entry: Entry<'_>) -> Result<(), MsalLeft> {
        if !entry.text("client_id").ok_or(MsalLeft::Unreadable)?.eq_ignore_ascii_case(self.client_id) {
            return Err(MsalLeft::OtherApplication);
        }
        if self.environment.is(entry.text("environment").ok_or(MsalLeft::Unreadable)?) {
            Ok(())
        } else {
            Err(MsalLeft::OtherEnvironment)
        }
    }

    /// The places of those whose it is: of the home account, and in the tenant that it names, if it names one.
    fn owners(&self, value: &Value) -> Result<Vec<usize>, MsalLeft> {
        let entry = Entry::of(value).ok_or(MsalLeft::Unreadable)?;
        self.is_ours(entry)?;
        let home = entry.text("home_account_id").ok_or(MsalLeft::Application)?.to_lowercase();
        let places = self.of.get(&home).ok_or(MsalLeft::NoAccount)?;
        let Some(realm) = entry.text("realm") else {
            return Ok(places.clone());
        };
        let there = |person: &Incoming| {
            let names = [person.realm.as_str(), &account::realm(&person.principal)];
            // Azure AD B2C has one tenant, whatever it is called there.
            person.principal.policy.is_some() || names.iter().any(|name| name.eq_ignore_ascii_case(realm))
        };
        let places: Vec<usize> = places.iter().copied().filter(|place| there(&self.people[*place])).collect();
        if places.is_empty() { Err(MsalLeft::NoAccount) } else { Ok(places) }
    }

    /// Keeps an entry for MSAL.
    fn keep(&mut self, places: &[usize], member: &str, key: &str, value: &Value) -> Result<(), MsalLeft> {
        let size = member.len() + key.len() + value.to_string().len();
        for place in places {
            let person = &mut self.people[*place];
            if person.size + size > MOST_KEPT {
                return Err(MsalLeft::TooLarge);
            }
            person.size += size;
            let entries = person.foreign.entry(member).or_insert_with(|| Value::Object(Map::new()));
            if let Some(entries) = entries.as_object_mut() {
                entries.insert(key.to_owned(), value.clone());
            }
        }
        Ok(())
    }

    /// Keeps what MSAL says about a token that is used here. Where that is too much, MSAL gets back what we know.
    fn keep_what_is_said(&mut self, places: &[usize], member: &str, key: &str, value: &Value) {
        for place in places {
            let _ = self.keep(&[*place], member, key, value);
        }
    }

    fn refresh_token(&mut self, key: &str, mut value: Value) -> Result<(), MsalLeft> {
        let owners = self.owners(&value)?;
        let entry = Entry::of(&value).ok_or(MsalLeft::Unreadable)?;
        if is_bound(entry) {
            return self.keep(&owners, REFRESH_TOKEN, key, &value);
        }
        let (expires_at, stored_at) = (entry.moment("expires_on"), stored_at(entry));
        let secret = take_secret(&mut value)?;
        let token = RefreshToken { secret, expires_at };
        if !token.is_alive(self.now) {
            return Err(MsalLeft::Expired);
        }
        // MSAL for Python keeps one for each set of scopes. Where there are no dates, the shortest key is that of the newest
        // version of MSAL Node.
        let first = owners.first().map(|place| &self.people[*place]);
        if first.is_some_and(|person| person.refresh.is_some() && stored_at <= person.refresh_stored) {
            return Err(MsalLeft::NotNewer);
        }
        for place in &owners {
            let person = &mut self.people[*place];
            person.refresh = Some(token.clone());
            person.refresh_stored = stored_at;
            person.newest = person.newest.max(stored_at);
            if let Some(Value::Object(entries)) = person.foreign.get_mut(REFRESH_TOKEN) {
                entries.retain(|_, entry| is_whole(entry));
            }
        }
        self.keep_what_is_said(&owners, REFRESH_TOKEN, key, &value);
        Ok(())
    }

    fn access_token(&mut self, key: &str, mut value: Value) -> Result<(), MsalLeft> {
        let owners = self.owners(&value).or_else(|why| self.visitor(&value).ok_or(why))?;
        let entry = Entry::of(&value).ok_or(MsalLeft::Unreadable)?;
        if is_bound(entry) {
            return self.keep(&owners, ACCESS_TOKEN, key, &value);
        }
        let cached_at = stored_at(entry).ok_or(MsalLeft::Unreadable)?;
        let expires_at = entry.moment("expires_on").ok_or(MsalLeft::Unreadable)?;
        let refresh_on = entry.moment("refresh_on");
        let scopes = entry.text("target").unwrap_or_default().split_ascii_whitespace();
        let scopes = Scopes::of_any_resource(scopes).map_err(|_| MsalLeft::Unreadable)?;
        let realm = entry.text("realm").and_then(|realm| Uuid::try_parse(realm).ok());
        let secret = take_secret(&mut value)?;
        if cached_at > self.now + CLOCKS_APART {
            return Err(MsalLeft::FromTheFuture);
        }
        for place in &owners {
            self.people[*place].newest = self.people[*place].newest.max(Some(cached_at));
        }
        if expires_at <= self.now {
            return Err(MsalLeft::Expired);
        }
        for place in &owners {
            let person = &mut self.people[*place];
            let token = CachedAccess {
                secret: secret.clone(),
                tenant: realm.filter(|realm| *realm != person.principal.tenant_id),
                asked: scopes.clone(),
                granted: scopes.clone(),
                cached_at,
                expires_at,
                refresh_on,
                claims: None,
            };
            person.access.push(token);
        }
        self.keep_what_is_said(&owners, ACCESS_TOKEN, key, &value);
        Ok(())
    }

    /// Whoever got an access token of a tenant that they have no profile in: the account in its home tenant.
    fn visitor(&self, value: &Value) -> Option<Vec<usize>> {
        let entry = Entry::of(value)?;
        self.is_ours(entry).ok()?;
        Uuid::try_parse(entry.text("realm")?).ok()?;
        let places = self.of.get(&entry.text("home_account_id")?.to_lowercase())?;
        let at_home = |place: &usize| {
            let principal = &self.people[*place].principal;
            principal.home_account.as_ref() == Some(&principal.account)
        };
        places.iter().copied().find(at_home).map(|place| vec![place])
    }

    /// A member that MSAL did not have when this was written. What names an owner is theirs; the rest is kept only if there is
    /// one person whose it can be.
    fn other_member(&mut self, member: &str, value: Value) {
        let names_owners =
            |value: &Value| Entry::of(value).is_some_and(|entry| entry.0.contains_key("home_account_id"));
        let only = self.of.values().next().filter(|_| self.of.len() == 1).cloned();
        match value {
            Value::Object(entries) if entries.values().any(names_owners) => {
                for (key, value) in entries {
                    self.note(OTHER, |sorter| {
                        let owners = sorter.owners(&value)?;
                        sorter.keep(&owners, member, &key, &value)
                    });
                }
            }
            value => self.note(OTHER, |sorter| {
                let owners = only.ok_or(MsalLeft::Unowned)?;
                let size = member.len() + value.to_string().len();
                for place in owners {
                    let person = &mut sorter.people[place];
                    if person.size + size > MOST_KEPT {
                        return Err(MsalLeft::TooLarge);
                    }
                    person.size += size;
                    person.foreign.insert(member.to_owned(), value.clone());
                }
                Ok(())
            }),
        }
    }
}

/// Whether it is of no use here, and only MSAL knows what for.
fn is_bound(entry: Entry<'_>) -> bool {
    let bearer = entry.text("token_type").is_none_or(|kind| kind.eq_ignore_ascii_case("Bearer"));
    !bearer || BINDINGS.iter().any(|name| entry.says(name))
}

/// When MSAL stored it; for Python's refresh tokens under another name.
fn stored_at(entry: Entry<'_>) -> Option<OffsetDateTime> {
    entry.moment("cached_at").or_else(|| entry.moment("last_modification_time"))
}

fn take_secret(value: &mut Value) -> Result<SecretString, MsalLeft> {
    match value.as_object_mut().and_then(|fields| fields.remove("secret")) {
        Some(Value::String(secret)) if secret.is_empty() => Err(MsalLeft::Unreadable),
        Some(Value::String(secret)) if secret.len() > LONGEST_SECRET => Err(MsalLeft::TooLarge),
        Some(Value::String(secret)) => Ok(secret.into()),
        _ => Err(MsalLeft::Unreadable),
    }
}

impl Incoming {
    /// How many entries only go back to MSAL: those with their secret, and members of other names.
    pub(super) fn kept(&self) -> usize {
        let members =
            self.foreign.iter().filter(|(member, _)| member.as_str() != ACCOUNT && member.as_str() != APP_METADATA);
        members
            .map(|(_, entries)| {
                entries.as_object().map_or(1, |entries| entries.values().filter(|entry| is_whole(entry)).count())
            })
            .sum()
    }
}

/// Whether an entry that is kept is all there: of those that are used the secret is elsewhere.
pub(super) fn is_whole(entry: &Value) -> bool {
    entry.get("secret").is_some()
}
