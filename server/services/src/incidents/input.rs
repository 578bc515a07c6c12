//! Reading what was typed: every field is looked at, so that one answer names all that is wrong.

use std::str::FromStr;

use aws_lc_rs::digest::{SHA256, digest};
use domain::{DomainError, Invalid, Name, Operation, ServiceId, Text, UserId};
use serde::Serialize;

use crate::ServiceError;
use crate::audit::Caller;
use crate::incidents::IncidentService;
use crate::ports::IdempotencyKey;

/// The most people that one form names by typing.
const NAMES: usize = 50;

/// Collects what is wrong with a form.
#[derive(Default)]
pub(super) struct Fields {
    wrong: Vec<Invalid>,
    /// Right in themselves, but what they name is not there.
    unknown: Vec<Invalid>,
}

impl Fields {
    /// Reads a text; a fault is kept under the field's name.
    pub(super) fn read<T>(&mut self, field: &str, text: &str) -> Option<T>
    where
        T: FromStr,
        T::Err: ToString,
    {
        text.parse().map_err(|why: T::Err| self.fault(field, why)).ok()
    }

    pub(super) fn fault(&mut self, field: &str, why: impl ToString) {
        self.wrong.push(Invalid::new(field, why));
    }

    pub(super) fn unknown(&mut self, field: &str, why: impl ToString) {
        self.unknown.push(Invalid::new(field, why));
    }

    /// Refuses if anything was wrong.
    pub(super) fn finish(mut self) -> Result<(), DomainError> {
        if self.wrong.is_empty() {
            return if self.unknown.is_empty() { Ok(()) } else { Err(DomainError::Unknown(self.unknown)) };
        }
        self.wrong.append(&mut self.unknown);
        Err(DomainError::Invalid(self.wrong))
    }
}

/// Naming people and leaving an incident open to all is a slip that must not go through unseen.
pub(super) const NAMED_BUT_OPEN: &str =
    "are named, but everybody may see it; choose that only they may, or name nobody";

/// The key of a request and the hash of what it asks for.
pub(super) fn once<T: Serialize>(key: Option<&str>, asked: &T) -> Result<Option<IdempotencyKey>, ServiceError> {
    let Some(key) = key else { return Ok(None) };
    if key.is_empty() || key.len() > 128 || !key.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Invalid::new("idempotency_key", "must be 1 to 128 visible ASCII characters").into());
    }
    let asked = serde_json::to_vec(asked).map_err(|e| crate::ports::StoreError::Internal(Box::new(e)))?;
    let mut request_hash = [0; 32];
    request_hash.copy_from_slice(digest(&SHA256, &asked).as_ref());
    Ok(Some(IdempotencyKey { key: key.to_owned(), request_hash }))
}

impl IncidentService {
    /// The services that words stand for, each an id or a name (letter case does not matter), for somebody who means to
    /// declare an incident, or to edit one.
    ///
    /// # Errors
    /// Forbidden without the role; unknown with every word that stands for none; unavailable or internal if the store fails.
    pub async fn services_called(
        &self,
        caller: &Caller,
        operation: Operation,
        words: &[String],
    ) -> Result<Vec<ServiceId>, ServiceError> {
        let action = if operation == Operation::Declare { "incident.declare" } else { "incident.edit" };
        self.allow(caller, operation, action, "").await?;
        if words.is_empty() {
            return Ok(Vec::new());
        }
        let services = self.directory.services(caller.actor.tenant).await?;
        let meant = |word: &str| {
            let id = word.parse::<ServiceId>().ok();
            let is_named = |name: &str| name.to_lowercase() == word.trim().to_lowercase();
            services.iter().find(|service| Some(service.id) == id || is_named(service.name.as_str()))
        };
        let (mut found, mut fields) = (Vec::new(), Fields::default());
        for word in words {
            match meant(word) {
                Some(service) => found.push(service.id),
                None => fields.unknown("services", format!("has “{word}”, which is no service here")),
            }
        }
        fields.finish()?;
        Ok(found)
    }

    /// Keeps a fault for services or people that are not of this tenant. Each is named once.
    pub(super) async fn check_references(
        &self,
        tenant: domain::TenantId,
        services: &[ServiceId],
        people: &[UserId],
        fields: &mut Fields,
    ) -> Result<(), ServiceError> {
        if !services.is_empty() && self.directory.services_by_id(tenant, services).await?.len() != services.len() {
            fields.unknown("services", "names a service that is not there any more; choose from the list");
        }
        if !people.is_empty() && self.directory.names(tenant, people).await?.len() != people.len() {
            fields.unknown("people", "names somebody who has never signed in; choose from the list");
        }
        Ok(())
    }

    /// The people whose names stand in a text, one a line. Keeps a fault for a name that nobody has, or several.
    pub(super) async fn called(
        &self,
        tenant: domain::TenantId,
        names: &str,
        fields: &mut Fields,
    ) -> Result<Vec<UserId>, ServiceError> {
        // In the form in which names are kept.
        let kept = |line: &str| Name::read(line).map_or_else(|_| line.to_owned(), Into::into);
        let names: Vec<String> = names.lines().map(str::trim).filter(|line| !line.is_empty()).map(kept).collect();
        if names.len() > NAMES {
            fields.fault("others", format!("has {} names; at most {NAMES} fit", names.len()));
            return Ok(Vec::new());
        }
        if names.is_empty() {
            return Ok(Vec::new());
        }
        let people = self.directory.people_called(tenant, &names).await?;
        let mut found = Vec::with_capacity(names.len());
        for name in &names {
            let mut called = people.iter().filter(|person| person.name.to_lowercase() == name.to_lowercase());
            match (called.next(), called.next()) {
                (Some(person), None) => found.push(person.id),
                (None, _) => fields.unknown("others", format!("has “{name}”, and nobody of that name has signed in")),
                (Some(_), Some(_)) => {
                    fields.unknown("others", format!("has “{name}”, and more than one person is called that"));
                }
            }
        }
        Ok(found)
    }
}

/// Sorted, each once.
pub(super) fn distinct<T: Ord + Clone>(ids: &[T]) -> Vec<T> {
    let mut ids = ids.to_vec();
    ids.sort();
    ids.dedup();
    ids
}
