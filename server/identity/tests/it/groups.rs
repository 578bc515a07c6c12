//! Roles by group: listed in the token, read from Graph where the token has no room, and kept for a day where Graph does
//! not answer.

use entra_local::{Control, Endpoint, Failure, Times};
use http::StatusCode;
use identity::{GroupRoles, IdentityConfig, SessionPolicy, TokenRequest};
use time::Duration;
use uuid::{Uuid, uuid};

use crate::support::{AMARA, Browser, Entra, LOCAL, NURI, Site, TILDA, group, watch};

/// "All staff" of the demonstration, which Amara and Nuri are in.
const ALL_STAFF: Uuid = uuid!("91b7d3f0-4e26-4a85-b0c9-13f7a8d26e51");

fn config(entra: &Entra) -> IdentityConfig {
    let groups = GroupRoles::default().with("Auditor", ALL_STAFF).with("Responder", group(1150));
    let session = SessionPolicy { idle: Duration::days(6), ..SessionPolicy::default() };
    IdentityConfig { groups: Some(groups), session, ..entra.config_with_graph(LOCAL) }
}

async fn sign_in(entra: &Entra, site: &Site, username: &str) -> Browser {
    let browser = Browser::new(site);
    entra.next_person(username);
    let reply = browser.sign_in("/auth/sign-in?prompt=select_account").await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{}", reply.body);
    browser
}

/// The roles of whoever is signed in, as the page shows them.
async fn roles(browser: &Browser) -> String {
    let shown = browser.who_am_i().await;
    shown[shown.find('[').unwrap()..].to_owned()
}

fn graph_is_away(control: &Control) {
    control.fail(Endpoint::Graph, Failure::graph(StatusCode::SERVICE_UNAVAILABLE, "x"), Times::UntilTakenBack);
}

async fn refresh(site: &Site, browser: &Browser) {
    let session = site.session(&browser.cookies()).await;
    let request = TokenRequest::new("User.Read".parse().unwrap()).force_refresh();
    site.identity.acquire_token_silent(&session, &request).await.unwrap();
}

/// Time passes here and there.
fn pass(entra: &Entra, site: &Site, time: Duration) {
    entra.control().advance_clock(time);
    site.clock.advance(time);
}

#[tokio::test]
async fn groups_in_the_token_give_roles_and_graph_is_not_asked() {
    let entra = Entra::start().await;
    let site = Site::start(config(&entra)).await;
    let asked = entra.control().requests(Endpoint::Graph);
    assert_eq!(roles(&sign_in(&entra, &site, AMARA).await).await, "[Admin,Auditor]");
    assert_eq!(roles(&sign_in(&entra, &site, NURI).await).await, "[Auditor]");
    assert_eq!(entra.control().requests(Endpoint::Graph), asked);
    let scope = entra.control().last_authorize().unwrap().get("scope").unwrap().to_owned();
    assert!(scope.split(' ').any(|scope| scope == "GroupMember.Read.All"), "{scope}");
}

#[tokio::test]
async fn without_the_setting_nothing_is_asked_for_and_groups_give_no_role() {
    let entra = Entra::start().await;
    let site = Site::start(entra.config_with_graph(LOCAL)).await;
    assert_eq!(roles(&sign_in(&entra, &site, AMARA).await).await, "[Admin]");
    assert!(!entra.control().last_authorize().unwrap().get("scope").unwrap().contains("GroupMember"));
}

#[tokio::test]
async fn more_groups_than_fit_are_read_from_graph_with_the_token_of_the_sign_in() {
    let entra = Entra::start().await;
    let site = Site::start(config(&entra)).await;
    let asked = entra.control().requests(Endpoint::Graph);
    entra.control().forget_token_requests();
    assert_eq!(roles(&sign_in(&entra, &site, TILDA).await).await, "[Responder]");
    assert_eq!(entra.control().requests(Endpoint::Graph) - asked, 2, "each page once, and not where the token says");
    assert_eq!(entra.control().token_requests().len(), 1);
}

#[tokio::test]
async fn while_nothing_is_known_the_sign_in_goes_on_without_and_a_refresh_makes_up_for_it() {
    let entra = Entra::start().await;
    let site = Site::start(config(&entra)).await;
    watch::listen_for("groups cannot be read and none are known");
    graph_is_away(entra.control());
    let browser = sign_in(&entra, &site, TILDA).await;
    assert_eq!(roles(&browser).await, "[]");
    assert_ne!(watch::heard("groups cannot be read and none are known"), 0);
    entra.control().stop_failing(Endpoint::Graph);
    refresh(&site, &browser).await;
    assert_eq!(roles(&browser).await, "[Responder]", "in the session that is there");
}

#[tokio::test]
async fn what_was_known_counts_for_a_day_and_no_longer() {
    let entra = Entra::start().await;
    let site = Site::start(config(&entra)).await;
    let browser = sign_in(&entra, &site, TILDA).await;
    graph_is_away(entra.control());
    pass(&entra, &site, Duration::hours(20));
    refresh(&site, &browser).await;
    assert_eq!(roles(&browser).await, "[Responder]", "not silently nothing");
    assert_eq!(roles(&sign_in(&entra, &site, TILDA).await).await, "[Responder]", "nor for another sign-in");
    pass(&entra, &site, Duration::hours(5));
    assert_eq!(roles(&browser).await, "[]", "and not for ever, even if nobody asks again");
    refresh(&site, &browser).await;
    assert_eq!(roles(&browser).await, "[]");
    assert_eq!(roles(&sign_in(&entra, &site, TILDA).await).await, "[]");
    entra.control().reset();
}
