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

        // The stand-in knows them and asks nothing.
        let switch = |id: domain::TenantId| format!("/auth/sign-in?tenant={id}&return_to=%2Fincidents");
        let arrived = browser.sign_in_at(&switch(FABRIKAM)).await;
        assert_eq!((arrived.status.as_u16(), arrived.location()), (303, "/incidents"), "{}", arrived.body);
        let link = |id: domain::TenantId| format!("href=\"{}\"", switch(id).replace('&', "&amp;"));
        let page = browser.get("/organisations").await.body;
        assert!(page.contains(&link(CONTOSO)) && !page.contains(&link(FABRIKAM)), "{page}");
        assert_eq!(browser.sign_in_at(&switch(CONTOSO)).await.status, 303);
        let page = browser.get("/organisations").await.body;
        assert!(page.contains(&link(FABRIKAM)) && !page.contains(&link(CONTOSO)), "{page}");

        let other = world.browser();
        world.sign_in(&other, Person::Stranger).await;
        assert!(!other.get("/organisations").await.body.contains("Contoso"), "nobody else's");
        world.tenants(&["block", &FABRIKAM.to_string()]).await;
        assert!(!browser.get("/organisations").await.body.contains("Fabrikam"), "nor one that is closed");
    });
}
