//! The page for whoever runs the site.

use domain::{Role, TenantId};
use uuid::Uuid;

use crate::support::{Records, caller, draw};

const PAGE: &str = "/admin/sign-in";
const LINK: &str = "href=\"/admin/sign-in\"";

#[tokio::test]
async fn an_operator_reads_what_is_used_and_what_follows_from_it() {
    let page = draw(Records::default(), Some(caller(&[Role::Admin])), PAGE).await;
    assert_eq!(page.status, 200);
    let markup = page.markup();
    for words in [
        "login.example",
        "After 1 day without use, after 7 days in any case.",
        "100 of 200 requests. Silent checks wait.",
        "12 of 6,000 requests.<",
    ] {
        assert!(markup.contains(words), "{words} is not in {markup}");
    }
    assert!(page.html.contains(LINK), "the menu leads there");
}

#[tokio::test]
async fn without_the_role_it_is_refused_and_not_offered() {
    let page = draw(Records::default(), Some(caller(&[Role::IncidentManager, Role::Auditor])), PAGE).await;
    assert_eq!(page.status, 403);
    assert!(!page.html.contains("login.example"), "{}", page.html);
    let start = draw(Records::default(), Some(caller(&[Role::IncidentManager, Role::Auditor])), "/").await;
    assert!(!start.html.contains(LINK));
}

#[tokio::test]
async fn for_administrators_of_a_customer_it_is_not_there() {
    let mut customer = caller(&[Role::Admin]);
    customer.actor.tenant = TenantId(Uuid::from_u128(3));
    let page = draw(Records::default(), Some(customer.clone()), PAGE).await;
    assert_eq!(page.status, 404);
    assert!(!page.html.contains("login.example"), "{}", page.html);
    assert!(!draw(Records::default(), Some(customer), "/").await.html.contains(LINK));
}
