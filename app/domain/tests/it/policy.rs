//! Who may do what.

use domain::{
    Action, Actor, Operation, Permission, Role, Status, TenantId, UserId, Visibility, may, may_ever, may_sign_out,
    needs_step_up,
};
use uuid::Uuid;

use crate::support::{actor, incident};

const OPERATIONS: [Operation; 14] = [
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
    Operation::Delete,
    Operation::Import,
    Operation::Export,
    Operation::Sessions,
];

#[test]
fn the_matrix_of_roles_and_operations() {
    let rows: Vec<String> = Role::ALL
        .into_iter()
        .map(|role| {
            let cells: String = OPERATIONS.iter().map(|o| if may(&actor(&[role]), *o) { 'x' } else { '.' }).collect();
            format!("{role:<15} {cells}")
        })
        .collect();
    assert_eq!(
        rows,
        [
            "Admin           xxxxxxxxxxxxxx",
            "IncidentManager xxxxxxxxxxx...",
            "Responder       xxxx.xx.......",
            "Viewer          x.............",
            "Auditor         x...........x.",
        ]
    );
    assert!(OPERATIONS.iter().all(|o| !may(&actor(&[]), *o)), "without a role nothing is allowed");
}

fn application(permissions: &[Permission]) -> Actor {
    Actor { roles: permissions.iter().copied().collect(), ..actor(&[]) }
}

#[test]
fn the_matrix_of_permissions_and_operations() {
    let rows = Permission::ALL.map(|permission| {
        let cells: String =
            OPERATIONS.iter().map(|o| if may(&application(&[permission]), *o) { 'x' } else { '.' }).collect();
        format!("{permission:<23} {cells}")
    });
    assert_eq!(
        rows,
        [
            "Incidents.Read.All      x.............",
            "Incidents.ReadWrite.All xxxx.xxxxx....",
            "Incidents.Delete.All    ..........x...",
        ]
    );
}

#[test]
fn words_for_people_give_applications_nothing_and_the_other_way_round() {
    for permission in Permission::ALL {
        assert!(permission.as_str().parse::<Role>().is_err(), "{permission}");
        assert!(Role::ALL.iter().all(|role| !application(&[permission]).roles.has(*role)), "{permission}");
    }
    for role in Role::ALL {
        assert!(role.as_str().parse::<Permission>().is_err(), "{role}");
        assert!(!actor(&[role]).roles.grant(&Permission::ALL), "{role}");
    }
    assert!(!application(&[Permission::Read]).roles.is_empty());
}

#[test]
fn an_application_sees_no_restricted_incident_that_does_not_name_it() {
    let mut it = incident(Status::Investigating);
    it.visibility = Visibility::Restricted;
    assert!(!it.visible_to(&application(&Permission::ALL)));
    it.people = vec![actor(&[]).id];
    assert!(it.visible_to(&application(&[Permission::Read])));
    assert!(!it.visible_to(&application(&[Permission::Delete])), "being named does not replace a permission");
}

#[test]
fn what_was_finished_is_what_a_fresh_proof_is_asked_for() {
    let asked: Vec<_> = OPERATIONS.into_iter().filter(|operation| needs_step_up(*operation)).collect();
    assert_eq!(asked, [Operation::Act(Action::Reopen, Status::Closed), Operation::Delete]);
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
