//! How much one caller may ask for.

use domain::Permission;
use tempfile::TempDir;

use super::Client;
use super::client::refusal;
use crate::support::{CONTOSO, FABRIKAM, Person, Setup, TestApp, run};

#[test]
fn each_caller_has_a_limit_of_their_own() {
    run(async {
        let folder = TempDir::new().unwrap();
        let settings = vec![("MUSTER_RATE_API", "3")];
        let app = TestApp::start(folder.path(), Setup { settings, ..Setup::default() }).await;
        let viewer = Client::of(&app, Person::Viewer).await;
        for _ in 0..3 {
            assert_eq!(viewer.get("/api/incidents").await.status, 200);
        }
        let another_token = Client::of(&app, Person::Viewer).await;
        for client in [&viewer, &another_token] {
            let reply = client.get("/api/incidents").await;
            assert_eq!(refusal(&reply), (429, "too_many_requests".to_owned()));
            assert!((1..=60).contains(&reply.header("retry-after").parse::<u32>().unwrap()), "{reply:?}");
            assert!(reply.json()["detail"].as_str().unwrap().contains('3'), "which limit: {}", reply.body);
        }
        assert_eq!(
            Client::of(&app, Person::Admin).await.get("/api/incidents").await.status,
            200,
            "others are not concerned"
        );
        for tenant in [CONTOSO, FABRIKAM] {
            let program = Client::program(&app, Permission::Read, tenant).await;
            assert_eq!(program.get("/api/incidents").await.status, 200, "nor is the same program elsewhere");
        }
        assert_eq!(Client::with(&app, None).get("/api/openapi.json").await.status, 200);
        app.stop().await;
    });
}
