//! Forms that were refused, as they come back without a script.

use app::AppError;
use app::conflict::{Conflict, Lists, Theirs};
use app::forms::{ActForm, DeclareForm, EditForm, FormReply, FormValues, NoteForm};
use domain::view::ServiceView;
use domain::{Field, Invalid, Role, Status};

use crate::support::{Records, caller, draw_refused, incident, service};

fn records() -> Records {
    Records {
        incidents: vec![(incident(7, "Checkout is slow", Status::Investigating), vec![])],
        services: vec![service(4, "Checkout"), service(5, "Search")],
        ..Records::default()
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
        lists: None,
    };
    let form = FormReply { values: FormValues::Edit(values), error: AppError::Stale(conflict) };
    let page = draw_refused(records(), caller(&[Role::Responder]), "/incidents/INC-7/edit", form).await;
    assert_eq!(page.status, 409);
    let markup = page.markup();
    assert!(markup.contains("name=\"version\" value=\"3\""), "{markup}");
    assert!(markup.contains("value=\"Mine\"") && markup.contains(">Theirs</pre>"), "{markup}");
}

#[tokio::test]
async fn a_list_left_alone_shows_what_is_on_record_now() {
    let id = |n: u32| format!("00000000-0000-0000-0000-00000000000{n}");
    let values = EditForm { services: vec![id(4)], services_shown: vec![id(4)], ..EditForm::default() };
    let newer = ServiceView { id: id(5).parse().unwrap(), name: "Newer than the choices".into() };
    let lists = Lists { services: vec![newer], people: vec![] };
    let conflict = Conflict { current: 3, changes: vec![], fields: vec![], lists: Some(lists) };
    let form = FormReply { values: FormValues::Edit(values), error: AppError::Stale(conflict) };
    let page = draw_refused(records(), caller(&[Role::Responder]), "/incidents/INC-7/edit", form).await;
    let markup = page.markup();
    assert!(markup.contains(&format!("value=\"{}\" checked", id(5))), "{markup}");
    assert!(!markup.contains(&format!("value=\"{}\" checked", id(4))), "{markup}");
    assert!(markup.contains(&format!("name=\"services_shown\" value=\"{}\"", id(5))), "{markup}");
}

#[tokio::test]
async fn a_step_that_is_not_offered_any_more_gives_its_reason_back() {
    let stale = || AppError::Stale(Conflict { current: 4, changes: vec![], fields: vec![], lists: None });
    let step = |reason: &str| {
        let values = ActForm { action: "cancel".into(), reason: reason.into(), ..ActForm::default() };
        FormReply { values: FormValues::Act(values), error: stale() }
    };
    let draw = async |status, reason: &str| {
        let records = Records { incidents: vec![(incident(7, "Moved on", status), vec![])], ..records() };
        draw_refused(records, caller(&[Role::Responder]), "/incidents/INC-7", step(reason)).await
    };
    let gone = draw(Status::Monitoring, "It was <only> a drill").await;
    assert_eq!(gone.status, 409);
    assert!(gone.markup().contains("It was &lt;only&gt; a drill</pre>"), "{}", gone.markup());
    assert!(!draw(Status::Monitoring, " ").await.markup().contains("class=\"kept\""), "there is nothing to keep");
    let offered = draw(Status::Identified, "It was a drill").await;
    assert!(!offered.markup().contains("class=\"kept\""), "{}", offered.markup());
    assert!(offered.markup().contains(">It was a drill</textarea>"), "{}", offered.markup());
}
