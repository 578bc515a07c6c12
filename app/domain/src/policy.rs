//! Who may do what. The only place that knows roles.

use crate::Role::{Admin, Auditor, IncidentManager, Responder, Viewer};
use crate::{Action, Actor, DomainError, Incident, Permission, Role, Status, TenantId, UserId, Visibility};

/// Something a person may be allowed to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// See incidents that are visible to them.
    Read,
    /// Declare an incident.
    Declare,
    /// Write a note.
    Note,
    /// Change title, summary, severity and services.
    Edit,
    /// Say who may see an incident.
    Restrict,
    /// Take a step that moves an incident out of the given state.
    Act(Action, Status),
    /// Delete an incident.
    Delete,
    /// Take incidents in from a file.
    Import,
    /// Take incidents out as a file.
    Export,
    /// See where colleagues are signed in, and sign them out. Everybody may do so for themselves: see [`may_sign_out`].
    Sessions,
    /// See how signing in is set up and how much of the provider's quota is used.
    Operate,
}

/// The roles that allow an operation, for messages that say whom to ask.
pub fn roles_for(operation: Operation) -> &'static [Role] {
    match operation {
        Operation::Read => &[Viewer, Responder, IncidentManager, Admin, Auditor],
        Operation::Restrict
        | Operation::Delete
        | Operation::Act(Action::Close | Action::Restore, _)
        | Operation::Act(Action::Reopen, Status::Closed) => &[IncidentManager, Admin],
        Operation::Declare | Operation::Note | Operation::Edit | Operation::Act(..) => {
            &[Responder, IncidentManager, Admin]
        }
        Operation::Import | Operation::Sessions | Operation::Operate => &[Admin],
        Operation::Export => &[Admin, Auditor],
    }
}

/// The permissions that allow an operation to an application without a person. Who sees a restricted incident is for
/// people to say, and whole files are for the command line.
pub fn permissions_for(operation: Operation) -> &'static [Permission] {
    match operation {
        Operation::Read => &[Permission::Read, Permission::ReadWrite],
        Operation::Declare | Operation::Note | Operation::Edit | Operation::Act(..) => &[Permission::ReadWrite],
        Operation::Delete => &[Permission::Delete],
        Operation::Restrict | Operation::Import | Operation::Export | Operation::Sessions | Operation::Operate => &[],
    }
}

/// Whether the person's roles, or the application's permissions, cover the operation.
pub fn may(actor: &Actor, operation: Operation) -> bool {
    actor.roles.any(roles_for(operation)) || actor.roles.grant(permissions_for(operation))
}

/// Whether the operation takes away or reopens what was finished, so that an organisation may want people to prove anew
/// who they are.
pub fn needs_step_up(operation: Operation) -> bool {
    matches!(operation, Operation::Delete | Operation::Act(Action::Reopen, Status::Closed))
}

/// Whether there is a state out of which the person may take the step.
pub fn may_ever(actor: &Actor, action: Action) -> bool {
    Status::ALL.into_iter().any(|from| may(actor, Operation::Act(action, from)))
}

/// Whether the person may see and end the sessions of `whose`, who is of the same tenant: everybody their own, with or
/// without a role.
pub fn may_sign_out(actor: &Actor, whose: UserId) -> bool {
    actor.id == whose || may(actor, Operation::Sessions)
}

/// [`may`] as the first line of a use case.
///
/// # Errors
/// [`DomainError::Forbidden`] if the roles do not cover it.
pub fn allowed(actor: &Actor, operation: Operation) -> Result<(), DomainError> {
    if may(actor, operation) { Ok(()) } else { Err(DomainError::Forbidden) }
}

/// How far a person sees among the incidents of their own tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// Those open to the tenant, and restricted ones that name the person.
    Named,
    /// All of them.
    All,
}

/// How far the person sees. Admin and Auditor see restricted incidents too; their reading is audited.
pub fn reach(actor: &Actor) -> Reach {
    if actor.roles.any(&[Admin, Auditor]) { Reach::All } else { Reach::Named }
}

/// Whether the person may see an incident of this tenant that is open to those it names, or to all of the tenant.
pub fn may_see(actor: &Actor, tenant: TenantId, visibility: Visibility, people: &[UserId]) -> bool {
    tenant == actor.tenant
        && may(actor, Operation::Read)
        && (visibility == Visibility::Tenant || reach(actor) == Reach::All || people.contains(&actor.id))
}

impl Incident {
    /// Whether the person may see this incident.
    pub fn visible_to(&self, actor: &Actor) -> bool {
        may_see(actor, self.tenant, self.visibility, &self.people)
    }
}
