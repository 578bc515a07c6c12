//! Probes.

use serde_json::json;

use crate::support::{Broken, TestApp, Unserved, free_port, run};

#[test]
fn a_site_that_is_well_says_so_to_everybody() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.browser();
        let (live, ready) = (browser.get("/healthz").await, browser.get("/readyz").await);
        assert_eq!((live.status.as_u16(), live.body.as_str()), (200, "ok"));
        assert_eq!(ready.status, 200);
        let checks = json!({ "records": "ok", "shared_state": "ok", "authority": "ok" });
        let (said, ages) = (ready.json(), ready.json()["age_seconds"].clone());
        assert_eq!(said, json!({ "status": "ready", "checks": checks, "age_seconds": ages }));
        assert!(ages["metadata"].is_u64() && ages["keys"].is_u64(), "{ages}");
        for reply in [live, ready] {
            assert_eq!(reply.header("cache-control"), "no-store");
        }
    });
}

#[test]
fn what_does_not_answer_is_named_without_saying_where_it_is() {
    run(async {
        let authority = format!("http://127.0.0.1:{}", free_port());
        let site = Unserved::public_with(&[("AZURE_AUTHORITY_HOST", &authority)], |_| {}).await;
        let reply = site.ask("/readyz").await;
        let checks = json!({ "records": "ok", "shared_state": "ok", "authority": "unavailable" });
        let ages = json!({ "metadata": null, "keys": null });
        let said = json!({ "status": "unavailable", "checks": checks, "age_seconds": ages });
        assert_eq!((reply.status.as_u16(), reply.json()), (503, said));
        site.records.clone().close().await.unwrap();
        let reply = site.ask("/readyz").await;
        assert_eq!((reply.status.as_u16(), &reply.json()["checks"]["records"]), (503, &json!("unavailable")));
        assert!(!reply.body.contains("127.0.0.1"), "{}", reply.body);
        assert_eq!(site.ask("/healthz").await.status, 200, "the process lives all the same");
        site.stop().await;
    });
}

#[test]
fn a_process_that_is_to_stop_is_not_ready() {
    run(async {
        // Whoever drains asks nobody any more: the directory would panic.
        let site = Unserved::public(|state| {
            state.services.catalog = services::CatalogService::new(std::sync::Arc::new(Broken::Panics));
            state.draining.begin();
        });
        let site = site.await;
        let reply = site.ask("/readyz").await;
        assert_eq!((reply.status.as_u16(), reply.json()), (503, json!({ "status": "draining" })));
        assert_eq!(site.ask("/healthz").await.status, 200);
        site.stop().await;
    });
}
