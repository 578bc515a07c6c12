//! Who is let in, and who is not any more.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use domain::view::OrganisationView;
use domain::{Standing, TenantId, Timestamp, UserId};
use services::audit::{AuditRecord, AuditResult};
use services::ports::{Admission, AdmissionStore, AuditStore, StoreError};
use services::{Onboarding, TenantPolicy, TenantService};
use url::Url;
use uuid::Uuid;

use super::World;
use super::world::knows_nothing_of;
use crate::support::{CONTOSO, FABRIKAM, Person, run};

#[test]
fn an_organisation_that_is_not_on_the_list_is_told_so_and_leaves_nothing() {
    run(async {
        let world = World::new(&[]).await;
        let browser = world.browser();
        let reply = world.sign_in(&browser, Person::Admin).await;
        assert_eq!(reply.status, 403, "{}", reply.body);
        for words in ["Your organisation is not set up here", "prompt=select_account", ">Start again</a>"] {
            assert!(reply.body.contains(words), "{words}: {}", reply.body);
        }
        assert!(!reply.body.contains("/onboard"), "nobody can set up anything here: {}", reply.body);
        assert_eq!(browser.get("/incidents").await.status, 302, "there is no session");
        assert!(knows_nothing_of(&world.records, CONTOSO).await);
        let lines = world.nobodys_log().await;
        assert_eq!((lines.len(), lines[0].action.as_str(), lines[0].result), (1, "session.sign_in", AuditResult::Deny));
        assert_eq!(lines[0].detail["class"], "tenant_not_allowed");
        assert_eq!(lines[0].detail["code"], "tenant_unlisted");
        assert_eq!(lines[0].detail["tenant"], CONTOSO.to_string(), "the operator has to know whom to let in");
        assert!(reply.body.contains(lines[0].detail["reference"].as_str().unwrap()));
    });
}

#[test]
fn the_list_is_changed_while_the_site_runs() {
    run(async {
        let world = World::new(&[]).await;
        let id = CONTOSO.to_string();
        world.tenants(&["allow", &id.to_uppercase(), "--name", "Contoso Ltd"]).await;
        let browser = world.browser();
        assert_eq!(world.sign_in(&browser, Person::Manager).await.status, 303);
        let page = browser.get("/incidents").await;
        assert_eq!(page.status, 200);
        assert!(page.body.contains("Contoso Ltd"), "{}", page.body);
        let other = world.browser();
        assert_eq!(world.sign_in(&other, Person::Stranger).await.status, 403, "one is on it and not the other");
        assert!(knows_nothing_of(&world.records, FABRIKAM).await);
    });
}

/// Within two seconds another process knows; here nobody waits, because the copies of this one are not older than that.
#[test]
fn a_session_ends_with_the_standing_of_its_organisation_and_does_not_come_back() {
    run(async {
        let world = World::new(&[]).await;
        let id = CONTOSO.to_string();
        world.tenants(&["allow", &id]).await;
        let browser = world.browser();
        assert_eq!(world.sign_in(&browser, Person::Manager).await.status, 303);
        assert_eq!(browser.get("/incidents").await.status, 200);
        world.tenants(&["block", &id, "--reason", "The contract ended."]).await;

        // A replica that has never seen the tenant, and so has no copy.
        let elsewhere = browser.moved_to(&world.replica().await);
        let page = elsewhere.get("/incidents").await;
        assert_eq!((page.status.as_u16(), page.body.as_str()), (302, ""), "as for a stranger");
        let list = elsewhere.call("/sfn/incidents/list", &serde_json::json!({ "address": {} })).await;
        assert_eq!(list.status, 401, "{}", list.body);
        let refused = world.sign_in(&world.browser(), Person::Manager).await;
        assert_eq!(refused.status, 403);
        assert!(refused.body.contains("cannot use this Muster"), "{}", refused.body);
        assert!(!refused.body.contains("contract"), "the reason is for the operator: {}", refused.body);

        world.tenants(&["allow", &id]).await;
        let again = elsewhere.moved_to(&world.replica().await);
        assert_eq!(again.get("/incidents").await.status, 302, "what was over stays over");
        let line = world.records.admission(CONTOSO).await.unwrap().unwrap();
        assert!(line.sessions_from.is_some_and(|from| from < line.since));
    });
}

#[test]
fn where_any_organisation_is_let_in_one_can_still_be_taken_off() {
    run(async {
        let world = World::new(&[("MUSTER_TENANTS", "any")]).await;
        assert_eq!(world.sign_in(&world.browser(), Person::Manager).await.status, 303);
        world.tenants(&["block", &FABRIKAM.to_string()]).await;
        assert_eq!(world.sign_in(&world.browser(), Person::Stranger).await.status, 403);
    });
}

#[test]
fn the_setting_is_a_bound_that_the_list_cannot_pass() {
    run(async {
        let id = CONTOSO.to_string();
        let world = World::new(&[("MUSTER_ALLOWED_TENANTS", &id.to_uppercase())]).await;
        assert_eq!(
            world.sign_in(&world.browser(), Person::Manager).await.status,
            303,
            "who is named need not be listed"
        );
        world.tenants(&["allow", &FABRIKAM.to_string()]).await;
        let refused = world.sign_in(&world.browser(), Person::Stranger).await;
        assert_eq!(refused.status, 403, "{}", refused.body);
        assert!(refused.body.contains("not set up here"), "{}", refused.body);
    });
}

/// Should this take longer than the two seconds that a copy counts, it shows nothing, and fails for nothing either.
#[test]
fn a_session_that_only_a_copy_of_the_list_says_is_over_is_not() {
    run(async {
        let world = World::new(&[]).await;
        world.tenants(&["allow", &CONTOSO.to_string()]).await;
        let browser = world.browser();
        assert_eq!(world.sign_in(&browser, Person::Manager).await.status, 303);
        let allowed = world.records.admission(CONTOSO).await.unwrap().unwrap();
        let waiting = Admission { standing: Standing::Waiting, ..allowed.clone() };
        let line = AuditRecord { id: Uuid::from_u128(1), ..world.records.recent(CONTOSO, 1).await.unwrap().remove(0) };
        world.records.decide(&waiting, &line).await.unwrap();
        assert!(!world.list.holds(CONTOSO, Timestamp::EPOCH).await.unwrap(), "the site has a copy that says so");
        // As by a command or another replica: this process is not told.
        let line = AuditRecord { id: Uuid::from_u128(2), ..line };
        world.records.decide(&allowed, &line).await.unwrap();
        assert_eq!(browser.get("/incidents").await.status, 200);
        assert_eq!(browser.get("/incidents").await.status, 200);
    });
}

/// A session that counts for nothing should not wait in the store, nor in the lists that people look at, for its end.
#[test]
fn what_is_over_is_removed_at_the_first_request_that_shows_it() {
    run(async {
        let world = World::new(&[]).await;
        let (id, browser, colleague) = (CONTOSO.to_string(), world.browser(), world.browser());
        for tenant in [CONTOSO, FABRIKAM] {
            world.tenants(&["allow", &tenant.to_string()]).await;
        }
        for (browser, person) in
            [(&browser, Person::Manager), (&colleague, Person::Viewer), (&world.browser(), Person::Stranger)]
        {
            assert_eq!(world.sign_in(browser, person).await.status, 303);
        }
        assert_eq!(world.sessions(CONTOSO).await, 2);

        // From before a block that is over: that session alone.
        world.tenants(&["block", &id]).await;
        world.tenants(&["allow", &id]).await;
        let browser = browser.moved_to(&world.replica().await);
        assert_eq!(browser.get("/incidents").await.status, 302);
        assert_eq!(world.sessions(CONTOSO).await, 1);

        // Of an organisation that is closed: all of them.
        assert_eq!(world.sign_in(&world.browser(), Person::Admin).await.status, 303);
        world.tenants(&["block", &id]).await;
        let colleague = colleague.moved_to(&world.replica().await);
        assert_eq!(colleague.get("/incidents").await.status, 302);
        assert_eq!((world.sessions(CONTOSO).await, world.sessions(FABRIKAM).await), (0, 1));
    });
}

/// A list that says one thing after the other, and that it is away once it has said all.
struct Says(Mutex<VecDeque<Option<Admission>>>);

#[async_trait]
impl AdmissionStore for Says {
    async fn admission(&self, _: TenantId) -> Result<Option<Admission>, StoreError> {
        self.0.lock().unwrap().pop_front().ok_or_else(|| StoreError::Unavailable("it is away".to_owned()))
    }

    async fn admissions(&self, _: Option<TenantId>, _: u32) -> Result<Vec<Admission>, StoreError> {
        unreachable!()
    }

    async fn decide(&self, _: &Admission, _: &AuditRecord) -> Result<(), StoreError> {
        unreachable!()
    }

    async fn apply(&self, _: &Admission, _: &AuditRecord) -> Result<bool, StoreError> {
        unreachable!()
    }

    async fn organisations_of(&self, _: TenantId, _: UserId, _: u32) -> Result<Vec<OrganisationView>, StoreError> {
        unreachable!()
    }
}

async fn replica_whose_list(world: &World, says: Vec<Option<Admission>>) -> Url {
    let says = Says(Mutex::new(says.into()));
    let replica = world.replica_on(|state| {
        let policy = TenantPolicy { listed: true, within: None, onboarding: Onboarding::Off };
        let (clock, ids) = (Arc::new(services::SystemClock), Arc::new(services::RandomIds));
        state.services.tenants = TenantService::new(Arc::new(says), policy, clock, ids);
    });
    replica.await
}

#[test]
fn a_poll_is_not_told_of_an_end_that_nobody_knows_of() {
    run(async {
        let world = World::new(&[]).await;
        world.tenants(&["allow", &CONTOSO.to_string()]).await;
        let mut browser = world.browser();
        assert_eq!(world.sign_in(&browser, Person::Manager).await.status, 303);
        let open = world.records.admission(CONTOSO).await.unwrap();
        let closed = open.clone().map(|line| Admission { standing: Standing::Blocked, ..line });
        for (said, status) in [(vec![], 503), (vec![closed], 503), (vec![open], 200)] {
            browser = browser.moved_to(&replica_whose_list(&world, said.clone()).await);
            let reply = browser.send(browser.script(reqwest::Method::GET, "/session-status")).await;
            assert_eq!(reply.status, status, "{said:?}: {}", reply.body);
        }
        assert_eq!(world.sessions(CONTOSO).await, 1);
    });
}

#[test]
fn while_the_list_cannot_be_asked_nothing_is_shown_and_nothing_ends() {
    run(async {
        let world = World::new(&[]).await;
        world.tenants(&["allow", &CONTOSO.to_string()]).await;
        let mut browser = world.browser();
        assert_eq!(world.sign_in(&browser, Person::Manager).await.status, 303);
        let open = world.records.admission(CONTOSO).await.unwrap();
        let closed = open.clone().map(|line| Admission { standing: Standing::Blocked, ..line });
        for (said, page, function) in [
            (vec![], 503, 503),
            (vec![closed.clone()], 302, 401),
            (vec![closed.clone(), closed.clone()], 302, 503),
            (vec![open], 200, 200),
        ] {
            browser = browser.moved_to(&replica_whose_list(&world, said.clone()).await);
            let reply = browser.get("/incidents").await;
            assert_eq!(reply.status, page, "{said:?}: {}", reply.body);
            let own = browser.call("/sfn/sessions/own", &serde_json::json!({})).await;
            assert_eq!(own.status, function, "{said:?}: {}", own.body);
            let start = browser.get("/").await;
            assert_eq!((start.status.as_u16(), start.body.contains("Ishaan")), (200, page == 200), "{said:?}");
        }
        assert_eq!(world.sessions(CONTOSO).await, 1);
    });
}
