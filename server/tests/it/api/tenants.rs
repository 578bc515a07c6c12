//! Organisations that are not let in.

use domain::Permission;
use services::{RandomIds, SystemClock, TenantPolicy, TenantService};
use std::sync::Arc;
use tempfile::TempDir;

use super::Client;
use super::client::refusal;
use crate::support::{FABRIKAM, Person, Setup, TestApp, run};

#[test]
fn a_token_of_an_organisation_that_is_not_let_in_opens_nothing() {
    run(async {
        let folder = TempDir::new().unwrap();
        let app = TestApp::start(folder.path(), Setup::default()).await;
        let (theirs, own) = (Client::of(&app, Person::Stranger).await, Client::of(&app, Person::Manager).await);
        let program = Client::program(&app, Permission::ReadWrite, FABRIKAM).await;
        assert_eq!(theirs.get("/api/incidents").await.status, 200);
        let store = Arc::new(app.records.clone());
        let policy = TenantPolicy { listed: false, within: None, onboarding: services::Onboarding::Off };
        let tenants = TenantService::new(store, policy, Arc::new(SystemClock), Arc::new(RandomIds));
        tenants.block(FABRIKAM, "unpaid".to_owned(), "muster tenants block").await.unwrap();
        // The copy of the list is two seconds old at most; a request with a token that is refused asks the list itself.
        let blocked = (403, "tenant_not_authorized".to_owned());
        let mut answer = refusal_or_none(&theirs).await;
        for _ in 0..40 {
            if answer.is_some() {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            answer = refusal_or_none(&theirs).await;
        }
        assert_eq!(answer, Some(blocked.clone()));
        assert_eq!(refusal(&program.get("/api/incidents").await), blocked);
        assert_eq!(own.get("/api/incidents").await.status, 200);
        let reply = theirs.get("/api/nothing").await;
        assert_eq!(refusal(&reply), blocked);
        assert!(reply.header("www-authenticate").contains("Bearer"), "{:?}", reply.headers);
        tenants.allow(FABRIKAM, None, "muster tenants allow").await.unwrap();
        assert_eq!(theirs.get("/api/incidents").await.status, 200, "at once: what is refused is looked up");
        app.stop().await;
    });
}

async fn refusal_or_none(client: &Client) -> Option<(u16, String)> {
    let reply = client.get("/api/incidents").await;
    (reply.status != 200).then(|| refusal(&reply))
}
