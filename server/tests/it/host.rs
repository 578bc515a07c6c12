//! While anybody can sign in as anybody, the site speaks to this machine only.

use reqwest::Method;

use crate::support::{Person, TestApp, run};

#[test]
fn whatever_came_through_a_proxy_is_misdirected() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.signed_in(Person::Admin).await;
        for name in ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "X-Forwarded-Anything"] {
            for path in ["/", "/incidents", "/auth/sign-in", "/healthz", "/pkg/muster.js", "/sfn/frame"] {
                let request = browser.navigation(Method::GET, path).header(name, "for=192.0.2.1");
                let reply = browser.send(request).await;
                assert_eq!(reply.status, 421, "{name} {path}: {}", reply.body);
                assert!(reply.body.contains("AZURE_TENANT_ID"), "it says the way out: {}", reply.body);
            }
        }
    });
}

#[test]
fn whatever_is_meant_for_another_host_is_misdirected() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.browser();
        let port = app.base.port().unwrap();
        for host in [
            "muster.example".to_owned(),
            format!("muster.example:{port}"),
            format!("192.0.2.1:{port}"),
            format!("localhost.evil.example:{port}"),
            format!("evil-localhost:{port}"),
            "[2001:db8::1]".to_owned(),
        ] {
            for request in [browser.navigation(Method::GET, "/"), browser.script(Method::POST, "/sfn/frame")] {
                let reply = browser.send(request.header("host", &host)).await;
                assert_eq!(reply.status, 421, "{host}: {}", reply.body);
            }
        }
    });
}

#[test]
fn a_person_at_another_name_of_this_machine_is_taken_to_the_one_with_the_cookies() {
    run(async {
        let app = TestApp::shared().await;
        let browser = app.browser();
        let port = app.base.port().unwrap();
        for host in [format!("127.0.0.1:{port}"), format!("[::1]:{port}"), format!("muster.localhost:{port}")] {
            let request = browser.navigation(Method::GET, "/incidents?tab=all").header("host", &host);
            let reply = browser.send(request).await;
            assert_eq!(reply.status, 307, "{host}");
            assert_eq!(reply.location(), format!("http://localhost:{port}/incidents?tab=all"), "{host}");
            let script = browser.script(Method::GET, "/healthz").header("host", &host);
            assert_eq!(browser.send(script).await.status, 200, "a probe is no person");
        }
    });
}
