//! The document of one person.

use secrecy::ExposeSecret;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::{
    account,
    document::{ACCESS_TOKEN, ACCOUNT, APP_METADATA, ID_TOKEN, REFRESH_TOKEN},
    entry::{Entry, seconds},
    environment::Environment,
    import::is_whole,
    key,
};
use crate::{
    claims::Principal,
    tokens::{Age, CachedAccess, RefreshToken, Scopes, TokenRecord},
};

/// What a document is written from.
pub(super) struct Writer<'a> {
    record: &'a TokenRecord,
    /// Who it is, as the authority said last, or else whoever asks.
    principal: &'a Principal,
    /// The same person's account as it came from MSAL.
    account: Option<(&'a str, Entry<'a>)>,
    environment: &'a str,
    home: String,
    realm: String,
    client_id: &'a str,
    now: OffsetDateTime,
}

impl<'a> Writer<'a> {
    pub(super) fn new(
        record: &'a TokenRecord,
        principal: &'a Principal,
        environment: &'a Environment,
        client_id: &'a str,
        now: OffsetDateTime,
    ) -> Self {
        let principal = record.account.as_ref().unwrap_or(principal);
        let mut accounts = entries(&record.foreign, ACCOUNT);
        let account = accounts.find_map(|(key, value)| Some((key.as_str(), Entry::of(value)?)));
        let said = |name: &str| account.and_then(|(_, entry)| entry.text(name));
        let environment = said("environment").unwrap_or_else(|| environment.preferred());
        let home = said("home_account_id").map_or_else(|| account::home_account_id(principal), str::to_owned);
        // A library without profiles looks for the tenant by the name that it gave to it.
        let named =
            account.filter(|(_, entry)| !entry.says("tenantProfiles")).and_then(|(_, entry)| entry.text("realm"));
        let realm = named.map_or_else(|| account::realm(principal), str::to_owned);
        Self { record, principal, account, environment, home, realm, client_id, now }
    }

    /// None if there is no token.
    pub(super) fn document(&self) -> Option<Value> {
        let access: Map<_, _> = self.record.access.iter().filter_map(|token| self.access_token(token)).collect();
        let refresh = self.record.refresh.as_ref().map(|token| self.refresh_token(token));
        if access.is_empty() && refresh.is_none() {
            return None;
        }
        let mut document = self.record.foreign.clone();
        let (key, account) = self.account();
        document.insert(ACCOUNT.to_owned(), one(key, account));
        // What is known about the account here is newer.
        let outdated = self.record.account.is_some();
        let ids = whole(&self.record.foreign, ID_TOKEN).filter(|_| !outdated).collect();
        document.insert(ID_TOKEN.to_owned(), Value::Object(ids));
        let kept = whole(&self.record.foreign, ACCESS_TOKEN);
        document.insert(ACCESS_TOKEN.to_owned(), Value::Object(kept.chain(access).collect()));
        let kept = whole(&self.record.foreign, REFRESH_TOKEN);
        document.insert(REFRESH_TOKEN.to_owned(), Value::Object(kept.chain(refresh).collect()));
        let key = key::app_metadata(self.environment, self.client_id);
        let metadata = json!({ "client_id": self.client_id, "environment": self.environment });
        let mut applications: Map<_, _> = [(key, metadata)].into_iter().collect();
        applications
            .extend(entries(&self.record.foreign, APP_METADATA).map(|(key, entry)| (key.clone(), entry.clone())));
        document.insert(APP_METADATA.to_owned(), Value::Object(applications));
        Some(Value::Object(document))
    }

    /// As it came, if nothing has been learnt about it since.
    fn account(&self) -> (String, Value) {
        let before = self.account.map(|(_, entry)| entry.0);
        let account = match (before, &self.record.account) {
            (Some(before), None) => before.clone(),
            _ => account::written(self.principal, self.environment, before),
        };
        let new = || key::account(&self.home, self.environment, &self.realm);
        (self.account.map_or_else(new, |(key, _)| key.to_owned()), Value::Object(account))
    }

    fn refresh_token(&self, token: &RefreshToken) -> (String, Value) {
        let before = used(&self.record.foreign, REFRESH_TOKEN).next();
        let (key, mut entry) = before.map_or_else(
            || {
                let entry = self.credential("RefreshToken");
                (key::credential(Entry(&entry)), entry)
            },
            |(key, entry)| (key.clone(), entry.0.clone()),
        );
        entry.insert("secret".to_owned(), token.secret.expose_secret().into());
        match token.expires_at {
            Some(expires_at) => entry.insert("expires_on".to_owned(), seconds(expires_at)),
            None => entry.remove("expires_on"),
        };
        (key, Value::Object(entry))
    }

    fn access_token(&self, token: &CachedAccess) -> Option<(String, Value)> {
        if token.age(self.now) == Age::Expired {
            return None;
        }
        let realm = token.tenant.map_or_else(|| self.realm.clone(), |tenant| tenant.to_string());
        let before = used(&self.record.foreign, ACCESS_TOKEN).find(|(_, entry)| is_about(*entry, token, &realm));
        let (key, mut entry) = before.map_or_else(
            || {
                let entry = self.new_access_token(token, realm.clone());
                (key::credential(Entry(&entry)), entry)
            },
            |(key, entry)| (key.clone(), entry.0.clone()),
        );
        entry.insert("secret".to_owned(), token.secret.expose_secret().into());
        Some((key, Value::Object(entry)))
    }

    fn new_access_token(&self, token: &CachedAccess, realm: String) -> Map<String, Value> {
        let mut entry = self.credential("AccessToken");
        entry.insert("realm".to_owned(), realm.into());
        entry.insert("target".to_owned(), token.granted.to_string().into());
        entry.insert("cached_at".to_owned(), seconds(token.cached_at));
        entry.insert("expires_on".to_owned(), seconds(token.expires_at));
        entry.insert("extended_expires_on".to_owned(), seconds(token.expires_at));
        if let Some(refresh_on) = token.refresh_on {
            entry.insert("refresh_on".to_owned(), seconds(refresh_on));
        }
        entry.insert("token_type".to_owned(), "Bearer".into());
        entry
    }

    fn credential(&self, kind: &str) -> Map<String, Value> {
        let fields = [
            ("home_account_id", self.home.as_str()),
            ("environment", self.environment),
            ("credential_type", kind),
            ("client_id", self.client_id),
        ];
        fields.into_iter().map(|(name, text)| (name.to_owned(), text.into())).collect()
    }
}

/// Whether an entry that came from MSAL is about this very token, and not about one that it has been replaced by.
fn is_about(entry: Entry<'_>, token: &CachedAccess, realm: &str) -> bool {
    let scopes = Scopes::of_any_resource(entry.text("target").unwrap_or_default().split_ascii_whitespace());
    entry.text("realm").is_some_and(|text| text.eq_ignore_ascii_case(realm))
        && entry.moment("expires_on") == Some(token.expires_at)
        && scopes.is_ok_and(|scopes| scopes == token.granted)
}

fn one(key: String, entry: Value) -> Value {
    Value::Object([(key, entry)].into_iter().collect())
}

fn entries<'a>(
    foreign: &'a Map<String, Value>,
    member: &str,
) -> impl Iterator<Item = (&'a String, &'a Value)> + use<'a> {
    foreign.get(member).and_then(Value::as_object).into_iter().flatten()
}

/// What only goes back.
fn whole<'a>(foreign: &'a Map<String, Value>, member: &str) -> impl Iterator<Item = (String, Value)> + use<'a> {
    let whole = entries(foreign, member).filter(|(_, entry)| is_whole(entry));
    whole.map(|(key, entry)| (key.clone(), entry.clone()))
}

/// What is said about tokens that are in use.
fn used<'a>(foreign: &'a Map<String, Value>, member: &str) -> impl Iterator<Item = (&'a String, Entry<'a>)> + use<'a> {
    let used = entries(foreign, member).filter(|(_, entry)| !is_whole(entry));
    used.filter_map(|(key, entry)| Some((key, Entry::of(entry)?)))
}
