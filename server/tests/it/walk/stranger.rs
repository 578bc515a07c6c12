//! Somebody of another organisation, and a colleague whom a restricted incident is not open to.

use app::routes::PAGES;
use domain::IncidentNumber;
use serde_json::Value;

use super::{address, arguments, forms, functions, incident_functions};
use crate::support::{Browser, CONTOSO, FABRIKAM, Person, Reply, SEVERITY, TestApp, hidden, run};

const TITLE: &str = "The reactor hums a tune";
/// More incidents than any organisation here has.
const NEVER: IncidentNumber = IncidentNumber(999_999);

/// The answer with what is different in every answer taken out: the nonce, and the number that was asked for.
fn same(reply: &Reply, number: IncidentNumber) -> String {
    let policy = reply.header("content-security-policy");
    let nonce = policy.split("'nonce-").nth(1).map_or("", |rest| rest.split('\'').next().unwrap());
    assert!(!nonce.is_empty(), "{policy}");
    format!("{} {}", reply.status, reply.body).replace(nonce, "NONCE").replace(&number.to_string(), "INC-0")
}

/// Whatever `person` does with the incident of this number, it is as if there were none.
async fn is_missing(person: &Browser, number: IncidentNumber) {
    for page in PAGES.iter().filter(|page| page.pattern.contains("{number}")) {
        let reply = person.get(&address(page, number)).await;
        assert_eq!(reply.status, 404, "{}", page.pattern);
        let unknown = person.get(&address(page, NEVER)).await;
        assert_eq!(same(&reply, number), same(&unknown, NEVER), "{}", page.pattern);
    }
    let known = forms(number).into_iter().filter(|(address, _)| address.starts_with("/incidents/INC-"));
    let never = forms(NEVER).into_iter().filter(|(address, _)| address.starts_with("/incidents/INC-"));
    for ((at, fields), (nowhere, _)) in known.zip(never) {
        let reply = person.post(&at, &fields).await;
        assert_eq!(reply.status, 404, "{at} {fields:?}");
        assert_eq!(same(&reply, number), same(&person.post(&nowhere, &fields).await, NEVER), "{at} {fields:?}");
    }
    let about_one = |path: &&str| arguments(path, number) != arguments(path, NEVER);
    let functions: Vec<_> = incident_functions().into_iter().filter(about_one).collect();
    assert!(functions.len() >= 5, "{functions:?}");
    for path in functions {
        let reply = person.call(path, &arguments(path, number)).await;
        assert_eq!((reply.status.as_u16(), reply.body.as_str()), (404, "\"NotFound\""), "{path}");
        let unknown = person.call(path, &arguments(path, NEVER)).await;
        assert_eq!(same(&reply, number), same(&unknown, NEVER), "{path}");
    }
}

/// No answer of any page, form or function has the title in it.
async fn never_hears_of_it(person: &Browser, number: IncidentNumber) {
    let mut answers = Vec::new();
    for page in PAGES {
        answers.push(person.get(&address(&page, number)).await);
    }
    answers.push(person.get("/incidents?tab=all&size=100").await);
    for path in functions().into_iter().filter(|path| *path != "/sfn/incidents/declare") {
        answers.push(person.call(path, &arguments(path, number)).await);
    }
    for reply in answers {
        assert!(!reply.body.contains(TITLE), "{} {}", reply.status, reply.body);
    }
}

#[test]
fn another_organisations_incident_is_one_that_does_not_exist() {
    run(async {
        let app = TestApp::shared().await;
        let number = app.signed_in(Person::Manager).await.declare(TITLE).await;
        let before = app.incident(number).await;
        let stranger = app.signed_in(Person::Stranger).await;
        let theirs = app.incidents(FABRIKAM).await;
        assert!(theirs.iter().all(|one| one.incident.number < number), "the number must be nobody's over there");
        is_missing(&stranger, number).await;
        never_hears_of_it(&stranger, number).await;
        assert_eq!(app.incident(number).await, before);
        assert_eq!(app.incidents(FABRIKAM).await, theirs);
    });
}

#[test]
fn another_organisations_place_in_the_list_leads_nowhere() {
    run(async {
        let app = TestApp::shared().await;
        let ask = |after: &str| {
            let mut asked = arguments("/sfn/incidents/list", NEVER);
            asked["address"]["after"] = Value::from(after);
            asked
        };
        let page = app.signed_in(Person::Viewer).await.call("/sfn/incidents/list", &ask("")).await.json();
        let next = page["page"]["next"].as_str().unwrap().to_owned();
        let stranger = app.signed_in(Person::Stranger).await;
        let answer = stranger.call("/sfn/incidents/list", &ask(&next)).await;
        assert_eq!(answer.status, 422, "{}", answer.body);
    });
}

#[test]
fn another_organisations_people_and_services_cannot_be_named() {
    run(async {
        let app = TestApp::shared().await;
        let stranger = app.signed_in(Person::Stranger).await;
        let service =
            app.incidents(CONTOSO).await.iter().find_map(|one| one.incident.services.first().copied()).unwrap();
        let (service, person) = (service.to_string(), Person::Manager.id().to_string());
        for (field, value) in [("services", &service), ("people", &person)] {
            let fields = [
                ("title", "Reaching over"),
                ("severity", SEVERITY),
                ("visibility", "restricted"),
                (field, value.as_str()),
            ];
            let reply = stranger.post("/incidents/new", &fields).await;
            assert_eq!(reply.status, 422, "{field}: {}", reply.body);
            assert!(reply.body.contains(&format!("href=\"#{field}\"")), "{field}: {}", reply.body);
        }
    });
}

#[test]
fn a_restricted_incident_is_missing_for_colleagues_who_are_not_named() {
    run(async {
        let app = TestApp::shared().await;
        let manager = app.signed_in(Person::Manager).await;
        let key = hidden(&manager.get("/incidents/new").await.body, "key");
        let viewer = Person::Viewer.id().to_string();
        let fields = [
            ("title", TITLE),
            ("severity", SEVERITY),
            ("visibility", "restricted"),
            ("people", viewer.as_str()),
            ("key", &key),
        ];
        let number = manager.post("/incidents/new", &fields).await.number();
        let colleague = app.signed_in(Person::Responder).await;
        is_missing(&colleague, number).await;
        never_hears_of_it_among_its_kind(&colleague, number).await;
        for named in [Person::Viewer, Person::Admin, Person::Auditor] {
            let page = app.signed_in(named).await.get(&app::routes::incident(number)).await;
            assert!(page.status == 200 && page.body.contains(TITLE), "{named:?}: {}", page.status);
        }
    });
}

/// The title stands on another incident that is open to them, so here the number is what must not appear.
async fn never_hears_of_it_among_its_kind(person: &Browser, number: IncidentNumber) {
    for address in ["/", "/incidents", "/incidents?tab=all&size=100"] {
        let page = person.get(address).await;
        assert!(!page.body.contains(&app::routes::incident(number)), "{address}");
    }
    let list = person.call("/sfn/incidents/list", &arguments("/sfn/incidents/list", number)).await.json();
    let rows = list["page"]["items"].as_array().unwrap();
    assert!(rows.len() > 10 && rows.iter().all(|row| row["number"] != number.0), "{rows:?}");
}
