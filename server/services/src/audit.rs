//! Who did what, when, from where, and whether they were let. Written once, never changed.

use domain::{Actor, TenantId, Timestamp, UserId};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Where a request came from. All of it may be missing: commands have no address.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestFacts {
    /// The handle of the session it came in. No line of the log keeps it.
    pub session: Option<String>,
    /// The id that the log lines of the request carry.
    pub request_id: Option<String>,
    /// The client's address.
    pub ip: Option<String>,
    /// The client's `User-Agent`, cut to 256 characters.
    pub user_agent: Option<String>,
    /// Whether the person has to prove anew who they are before what was finished is deleted or reopened. No line of the
    /// log keeps it.
    pub needs_step_up: bool,
}

/// A person, or an application, and the request they act through.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Who.
    pub actor: Actor,
    /// Through which request.
    pub request: RequestFacts,
}

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AuditResult {
    /// It was done.
    Allow,
    /// It was refused.
    Deny,
}

impl AuditResult {
    /// The stored word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Allow => "allow",
            Self::Deny => "deny",
        }
    }
}

/// One line of the audit log. The store adds the hash that chains it to the line before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRecord {
    /// Identifies the line.
    pub id: Uuid,
    /// Whose log. The nil id where no tenant is known, as for a failed sign-in.
    pub tenant: TenantId,
    /// When.
    pub at: Timestamp,
    /// Who, if known.
    pub actor: Option<UserId>,
    /// Their name at the time, or the program's.
    pub actor_name: String,
    /// Through which request.
    pub request: RequestFacts,
    /// What, as a dotted word: `incident.declare`, `session.sign_in`.
    pub action: String,
    /// On what, as `kind:id`; empty where there is no one thing.
    pub target: String,
    /// What changed, as JSON without secrets.
    pub detail: serde_json::Value,
    /// How it ended.
    pub result: AuditResult,
}

impl AuditRecord {
    /// A line about something a person did.
    pub fn of(id: Uuid, at: Timestamp, caller: &Caller, action: &str, target: String) -> Self {
        Self {
            id,
            tenant: caller.actor.tenant,
            at,
            actor: Some(caller.actor.id),
            actor_name: caller.actor.name.clone(),
            request: caller.request.clone(),
            action: action.to_owned(),
            target,
            detail: serde_json::Value::Null,
            result: AuditResult::Allow,
        }
    }

    /// The same line with what changed.
    #[must_use]
    pub fn with_detail(mut self, detail: serde_json::Value) -> Self {
        self.detail = detail;
        self
    }

    /// The same line about a refusal.
    #[must_use]
    pub fn denied(mut self) -> Self {
        self.result = AuditResult::Deny;
        self
    }
}
