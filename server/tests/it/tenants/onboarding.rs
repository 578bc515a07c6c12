//! How an organisation comes onto the list by itself.

use domain::Standing;
use entra_local::{Answer, Consent, Scenario};
use services::ports::AdmissionStore;
use url::Url;

use super::World;
use super::world::knows_nothing_of;
use crate::support::{Browser, CONTOSO, FABRIKAM, Person, Reply, run};

const CONSENT: [(&str, &str); 1] = [("MUSTER_ONBOARDING", "consent")];

/// As if the authority had sent this browser back: an answer that anybody could write.
async fn answer(browser: &Browser, tenant: &str) -> Reply {
    let reply = browser.get("/auth/admin-consent?return_to=/").await;
    assert_eq!(reply.status, 302, "{}", reply.body);
    let url: Url = reply.location().parse().unwrap();
    let state = url.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    browser.get(&format!("/auth/admin-consent/callback?state={state}&tenant={tenant}&admin_consent=True")).await
}

/// Approves for an organisation and signs in.
async fn onboard(world: &World, browser: &Browser, tenant: &str, person: Person) -> Reply {
    let reply = answer(browser, tenant).await;
    assert_eq!(reply.status, 302, "{}", reply.body);
    world.next(person);
    browser.sign_in_at(reply.location()).await
}

#[test]
fn the_way_leads_from_the_refusal_by_a_page_to_the_authority() {
    run(async {
        let world = World::new(&CONSENT).await;
        let browser = world.browser();
        let refused = world.sign_in(&browser, Person::Admin).await;
        assert_eq!(refused.status, 403);
        assert!(refused.body.contains("href=\"/onboard\""), "{}", refused.body);
        let page = browser.get("/onboard").await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("href=\"/auth/admin-consent?return_to=%2F\""), "{}", page.body);
        let leaving = browser.get("/auth/admin-consent?return_to=%2F").await;
        let to: Url = leaving.location().parse().unwrap();
        assert_eq!(to.path(), "/organizations/v2.0/adminconsent");
        assert_eq!(to.origin(), world.entra.base_url.origin());
    });
}

#[test]
fn it_is_not_offered_where_it_could_not_help() {
    run(async {
        let offered = |reply: &Reply| {
            assert_eq!(reply.status, 403, "{}", reply.body);
            reply.body.contains("href=\"/onboard\"")
        };
        let world = World::new(&CONSENT).await;
        world.tenants(&["block", &CONTOSO.to_string()]).await;
        let blocked = world.sign_in(&world.browser(), Person::Admin).await;
        assert!(blocked.body.contains("cannot use this Muster") && !offered(&blocked), "{}", blocked.body);

        let world = World::new(&[("MUSTER_ONBOARDING", "approval")]).await;
        let waiting = onboard(&world, &world.browser(), &CONTOSO.to_string(), Person::Admin).await;
        assert!(waiting.body.contains("waiting to be let in") && !offered(&waiting), "{}", waiting.body);

        let within = FABRIKAM.to_string();
        let bound = [CONSENT[0], ("MUSTER_TENANTS", "listed"), ("MUSTER_ALLOWED_TENANTS", within.as_str())];
        let world = World::new(&bound).await;
        let beyond = world.sign_in(&world.browser(), Person::Admin).await;
        assert!(!offered(&beyond), "no administrator changes the setting: {}", beyond.body);
        let unlisted = world.sign_in(&world.browser(), Person::Stranger).await;
        assert!(offered(&unlisted), "{}", unlisted.body);
    });
}

/// At the authority's own pages: where nobody may come in without their administrator, until that administrator has been.
#[test]
fn an_administrator_goes_the_whole_way() {
    run(async {
        let mut scenario = Scenario::demo();
        scenario.apps[0].consent = Consent::AdminOnly;
        let world = World::with(scenario, &CONSENT).await;
        let control = world.entra.entra().control();
        let early = world.sign_in(&world.browser(), Person::Manager).await;
        assert_eq!(early.status, 403, "{}", early.body);
        assert!(
            early.body.contains("An administrator has to approve") && early.body.contains("href=\"/onboard\""),
            "{}",
            early.body
        );

        let browser = world.browser();
        world.next(Person::Admin);
        control.answer_next(Answer::Cancel);
        let declined = browser.follow("/auth/admin-consent?return_to=%2F").await;
        assert_eq!(declined.status, 200, "{}", declined.body);
        assert!(declined.body.contains("cancelled"), "{}", declined.body);
        assert!(knows_nothing_of(&world.records, CONTOSO).await);

        world.next(Person::Admin);
        control.answer_next(Answer::Accept);
        let start = world.browser().follow("/auth/admin-consent?return_to=%2F").await;
        assert_eq!(start.status, 200, "{}", start.body);
        assert!(start.body.contains("Hello, "), "{}", start.body);
        assert_eq!(world.sign_in(&world.browser(), Person::Manager).await.status, 303);
    });
}

#[test]
fn consent_and_a_sign_in_of_that_organisation_let_it_in() {
    run(async {
        let world = World::new(&CONSENT).await;
        let browser = world.browser();
        let arrived = onboard(&world, &browser, &CONTOSO.to_string(), Person::Manager).await;
        assert_eq!((arrived.status.as_u16(), arrived.location()), (303, "/"), "{}", arrived.body);
        assert_eq!(browser.get("/incidents").await.status, 200);
        assert_eq!(world.sign_in(&world.browser(), Person::Viewer).await.status, 303, "and others of it");
        assert_eq!(world.sign_in(&world.browser(), Person::Stranger).await.status, 403, "and nobody else");
        let line = world.records.admission(CONTOSO).await.unwrap().unwrap();
        assert_eq!((line.standing, line.decided_by.as_str()), (Standing::Allowed, "admin consent"));
    });
}

#[test]
fn with_approval_it_waits_until_an_operator_lets_it_in() {
    run(async {
        let world = World::new(&[("MUSTER_ONBOARDING", "approval")]).await;
        let browser = world.browser();
        let waiting = onboard(&world, &browser, &CONTOSO.to_string(), Person::Manager).await;
        assert_eq!(waiting.status, 403);
        assert!(waiting.body.contains("waiting to be let in"), "{}", waiting.body);
        let (id, list) = (CONTOSO.to_string(), world.tenants(&["list"]).await);
        assert!(list.starts_with(&format!("{id}\twaiting\t")), "{list}");
        world.tenants(&["allow", &id]).await;
        assert_eq!(world.sign_in(&browser, Person::Manager).await.status, 303);
    });
}

#[test]
fn a_forged_answer_brings_in_nobody() {
    run(async {
        let world = World::new(&CONSENT).await;
        let browser = world.browser();
        // Names one organisation and signs in at another.
        let leads_to = answer(&browser, &FABRIKAM.to_string()).await;
        assert!(
            leads_to.location().contains(&format!("/{FABRIKAM}/oauth2/v2.0/authorize?")),
            "{}",
            leads_to.location()
        );
        let refused = world.sign_in(&browser, Person::Manager).await;
        assert_eq!(refused.status, 403);
        for tenant in [CONTOSO, FABRIKAM] {
            assert!(knows_nothing_of(&world.records, tenant).await, "{tenant}");
        }
        // One that was taken off the list stays off.
        world.tenants(&["block", &CONTOSO.to_string()]).await;
        let refused = onboard(&world, &world.browser(), &CONTOSO.to_string(), Person::Manager).await;
        assert_eq!(refused.status, 403);
        assert!(refused.body.contains("cannot use this Muster"), "{}", refused.body);
    });
}

#[test]
fn where_it_is_off_there_is_no_such_page_and_no_such_address() {
    run(async {
        let world = World::new(&[]).await;
        let browser = world.browser();
        assert_eq!(browser.get("/onboard").await.status, 404);
        assert_eq!(browser.get("/auth/admin-consent").await.status, 404);
    });
}
