//! From one organisation to another, for guests.

use entra_local::Scenario;

use super::World;
use crate::support::{CONTOSO, FABRIKAM, Person, run};

/// The demonstration, with Contoso's manager invited by Fabrikam.
fn with_a_guest() -> Scenario {
    let mut scenario = Scenario::demo();
    let at_home = scenario.accounts.iter().find(|one| one.username == Person::Manager.username()).unwrap().clone();
    let mut guest = at_home.clone();
    guest.tenant = FABRIKAM.0;
    guest.oid = uuid::uuid!("99d94e7c-82ab-4b35-9c60-3fa8b12e7d56");
    guest.username = "ishaan_contoso.example#EXT#@fabrikam.example".to_owned();
    guest.roles = vec!["Viewer".to_owned()];
    guest.guest = Some(entra_local::HomeAccount { oid: at_home.oid, tenant: CONTOSO.0 });
    scenario.accounts.push(guest);
    scenario
}

#[test]
fn a_guest_is_offered_the_other_organisations_they_have_been_seen_in() {
    run(async {
        let world = World::with(with_a_guest(), &[]).await;
        for (id, name) in [(CONTOSO, "Contoso Ltd"), (FABRIKAM, "Fabrikam Inc")] {
            world.tenants(&["allow", &id.to_string(), "--name", name]).await;
        }
        let browser = world.browser();
        world.sign_in(&browser, Person::Manager).await;
        let start = browser.get("/").await.body;
        assert!(start.contains("href=\"/organisations\""), "{start}");
        let page = browser.get("/organisations").await;
        assert_eq!(page.status, 200, "{}", page.body);
        assert!(page.body.contains("Contoso Ltd") && !page.body.contains("Fabrikam"), "{}", page.body);

        let guest = "ishaan_contoso.example#EXT#@fabrikam.example";
        world.entra.entra().control().answer_next(entra_local::Answer::SignInAs(guest.to_owned()));
        let elsewhere = world.browser();
        assert_eq!(elsewhere.sign_in().await.status, 303);
        let link = |id: domain::TenantId| format!("href=\"/auth/sign-in?tenant={id}&amp;return_to=%2Fincidents\"");
        let page = browser.get("/organisations").await.body;
        assert!(page.contains(&link(FABRIKAM)) && !page.contains(&link(CONTOSO)), "{page}");
        let page = elsewhere.get("/organisations").await.body;
        assert!(page.contains(&link(CONTOSO)) && !page.contains(&link(FABRIKAM)), "{page}");

        let other = world.browser();
        world.sign_in(&other, Person::Stranger).await;
        assert!(!other.get("/organisations").await.body.contains("Contoso"), "nobody else's");
        world.tenants(&["block", &FABRIKAM.to_string()]).await;
        assert!(!browser.get("/organisations").await.body.contains("Fabrikam"), "nor one that is closed");
    });
}
