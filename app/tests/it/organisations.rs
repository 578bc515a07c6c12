//! Switching between organisations, and setting one up.

use domain::TenantId;
use domain::view::OrganisationView;
use uuid::Uuid;

use crate::support::{Records, caller, draw, draw_onboarding};

fn organisation(id: u128, name: &str, current: bool) -> OrganisationView {
    OrganisationView { id: TenantId(Uuid::from_u128(id)), name: name.to_owned(), current }
}

#[tokio::test]
async fn each_other_organisation_is_a_link_that_signs_in_there() {
    let organisations = vec![organisation(2, "Acme", true), organisation(3, "Basalt & <b>", false)];
    let page = draw(Records { organisations, ..Records::default() }, Some(caller(&[])), "/organisations").await;
    assert_eq!(page.status, 200, "it is there for people without a role too");
    let switch = "href=\"/auth/sign-in?tenant=00000000-0000-0000-0000-000000000003&amp;return_to=%2Fincidents\"";
    assert!(page.markup().contains(switch), "{}", page.markup());
    assert!(
        page.markup().contains("Basalt &amp; &lt;b&gt;")
            && !page.markup().contains("tenant=00000000-0000-0000-0000-000000000002")
    );
    assert!(page.markup().contains("You are here") && !page.markup().contains("There is no other yet"));
}

#[tokio::test]
async fn whoever_has_one_only_is_told_what_would_be_here() {
    let organisations = vec![organisation(2, "Acme", true)];
    let page = draw(Records { organisations, ..Records::default() }, Some(caller(&[])), "/organisations").await;
    assert!(page.markup().contains("There is no other yet"), "{}", page.markup());
    assert!(page.markup().contains("prompt=select_account"), "{}", page.markup());
    let locked = draw(Records { locked: true, ..Records::default() }, Some(caller(&[])), "/organisations").await;
    assert_eq!(locked.status, 503);
}

#[tokio::test]
async fn setting_up_is_a_page_only_where_it_is_on() {
    let page = draw_onboarding("/onboard").await;
    assert_eq!(page.status, 200);
    assert!(page.markup().contains("href=\"/auth/admin-consent?return_to=%2F\""), "{}", page.markup());
    let off = draw(Records::default(), None, "/onboard").await;
    assert_eq!(off.status, 404);
    assert!(!off.markup().contains("admin-consent"), "{}", off.markup());
}
