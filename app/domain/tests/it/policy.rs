//! Who may do what.

use domain::{Action, Operation, Role, Status, TenantId, UserId, Visibility, may, may_ever, may_sign_out};
use uuid::Uuid;

use crate::support::{actor, incident};

#[test]
fn the_matrix_of_roles_and_operations() {
    let operations = [
        Operation::Read,
        Operation::Declare,
        Operation::Note,
        Operation::Edit,
        Operation::Restrict,
        Operation::Act(Action::Resolve, Status::Monitoring),
        Operation::Act(Action::Reopen, Status::Resolved),
        Operation::Act(Action::Reopen, Status::Closed),
        Operation::Act(Action::Close, Status::Resolved),
        Operation::Act(Action::Restore, Status::Cancelled),
        Operation::Import,
        Operation::Export,
        Operation::Sessions,
    ];
    let rows: Vec<String> = Role::ALL
        .into_iter()
        .map(|role| {
            let cells: String = operations.iter().map(|o| if may(&actor(&[role]), *o) { 'x' } else { '.' }).collect();
            format!("{role:<15} {cells}")
        })
        .collect();
    assert_eq!(
        rows,
        [
            "Admin           xxxxxxxxxxxxx",
            "IncidentManager xxxxxxxxxx...",
            "Responder       xxxx.xx......",
            "Viewer          x............",
            "Auditor         x..........x.",
        ]
    );
    assert!(operations.iter().all(|o| !may(&actor(&[]), *o)), "without a role nothing is allowed");
}

#[test]
fn everybody_may_sign_themselves_out_and_only_an_admin_others() {
    let somebody_else = UserId(Uuid::from_u128(77));
    for role in Role::ALL {
        let person = actor(&[role]);
        assert!(may_sign_out(&person, person.id), "{role}");
        assert_eq!(may_sign_out(&person, somebody_else), role == Role::Admin, "{role}");
    }
    let nobody = actor(&[]);
    assert!(may_sign_out(&nobody, nobody.id) && !may_sign_out(&nobody, somebody_else));
}

#[test]
fn a_step_that_some_state_allows_is_not_ruled_out_beforehand() {
    let steps = |role| Action::ALL.into_iter().filter(|action| may_ever(&actor(&[role]), *action)).count();
    assert_eq!(Role::ALL.map(steps), [10, 10, 8, 0, 0]);
    assert!(may_ever(&actor(&[Role::Responder]), Action::Reopen));
    assert!(!may_ever(&actor(&[Role::Responder]), Action::Close));
}

#[test]
fn a_restricted_incident_is_open_to_the_people_named_and_to_those_who_oversee() {
    let mut it = incident(Status::Investigating);
    it.visibility = Visibility::Restricted;
    let sees = |it: &domain::Incident, roles: &[Role]| it.visible_to(&actor(roles));
    assert!(!sees(&it, &[Role::IncidentManager]));
    assert!(!sees(&it, &[Role::Responder]));
    assert!(sees(&it, &[Role::Admin]));
    assert!(sees(&it, &[Role::Auditor]));
    it.people = vec![actor(&[]).id];
    assert!(sees(&it, &[Role::Viewer]));
    assert!(!sees(&it, &[]), "being named does not replace a role");
}

#[test]
fn another_tenant_sees_nothing() {
    let mut stranger = actor(&[Role::Admin]);
    stranger.tenant = TenantId(Uuid::from_u128(99));
    assert!(!incident(Status::Investigating).visible_to(&stranger));
}
