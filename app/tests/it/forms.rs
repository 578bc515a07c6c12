//! Forms that were refused, as they come back without a script.

use app::AppError;
use app::conflict::{Conflict, Theirs};
use app::forms::{ActForm, DeclareForm, EditForm, FormReply, FormValues, NoteForm};
use domain::{Field, Invalid, Role, Status};

use crate::support::{Records, caller, draw_refused, incident, service};

fn records() -> Records {
    Records {
        incidents: vec![(incident(7, "Checkout is slow", Status::Investigating), vec![])],
        services: vec![service(4, "Checkout"), service(5, "Search")],
        locked: false,
    }
}

fn refused(field: &str, why: &str) -> AppError {
    AppError::Invalid(vec![Invalid::new(field, why)])
}

#[tokio::test]
async fn a_declaration_keeps_what_was_typed_and_names_the_field() {
    let values = DeclareForm {
        title: "\"quoted\"".into(),
        summary: "</textarea><b>".into(),
        severity: "SEV3".into(),
        services: vec!["00000000-0000-0000-0000-000000000005".into()],
        test: true,
        key: "the-key".into(),
        ..DeclareForm::default()
    };
    let form = FormReply { values: FormValues::Declare(values), error: refused("title", "must not be empty") };
    let page = draw_refused(records(), caller(&[Role::Responder]), "/incidents/new", form).await;
    assert_eq!(page.status, 422);
    let markup = page.markup();
    for part in [
        "value=\"&quot;quoted&quot;\"",
        "&lt;/textarea>&lt;b></textarea>",
        "<option value=\"SEV3\" selected>",
        "value=\"00000000-0000-0000-0000-000000000005\" checked",
        "value=\"the-key\"",
        "href=\"#title\"",
        "aria-invalid=\"true\"",
        "aria-describedby=\"title-hint title-fault\"",
        "id=\"title-fault\"",
        "must not be empty",
    ] {
        assert!(markup.contains(part), "{part} is missing in {markup}");
    }
    assert!(!markup.contains("value=\"00000000-0000-0000-0000-000000000004\" checked"));
}

#[tokio::test]
async fn a_note_comes_back_with_its_incident() {
    let values = NoteForm { body: "kept".into(), key: "k".into(), ..NoteForm::default() };
    let form = FormReply { values: FormValues::Note(values), error: refused("body", "has a control character") };
    let page = draw_refused(records(), caller(&[Role::Responder]), "/incidents/INC-7", form).await;
    assert_eq!(page.status, 422);
    assert!(page.markup().contains(">kept</textarea>"), "{}", page.markup());
}

#[tokio::test]
async fn a_step_that_lacks_its_reason_opens_where_it_was_asked_for() {
    let values = ActForm { action: "cancel".into(), version: "3".into(), ..ActForm::default() };
    let form = FormReply { values: FormValues::Act(values), error: refused("reason", "is needed for this step") };
    let page = draw_refused(records(), caller(&[Role::Responder]), "/incidents/INC-7", form).await;
    assert_eq!(page.status, 422);
    let markup = page.markup();
    assert!(markup.contains("<details open class=\"menu\">"), "{markup}");
    assert!(markup.contains("href=\"#reason-cancel\"") && markup.contains("id=\"reason-cancel-fault\""), "{markup}");
}

#[tokio::test]
async fn a_stale_edit_shows_both_and_saves_against_the_present_version() {
    let values = EditForm { version: "1".into(), title: "Mine".into(), ..EditForm::default() };
    let conflict = Conflict {
        current: 3,
        changes: vec![],
        fields: vec![Theirs::Text(Field::Title, "Old".into(), "Theirs".into())],
    };
    let form = FormReply { values: FormValues::Edit(values), error: AppError::Stale(conflict) };
    let page = draw_refused(records(), caller(&[Role::Responder]), "/incidents/INC-7/edit", form).await;
    assert_eq!(page.status, 409);
    let markup = page.markup();
    assert!(markup.contains("name=\"version\" value=\"3\""), "{markup}");
    assert!(markup.contains("value=\"Mine\"") && markup.contains(">Theirs</pre>"), "{markup}");
}
