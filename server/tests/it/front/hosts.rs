//! The one address of the site.

use http::{Request, header};

use crate::support::{Unserved, run};

async fn status(site: &Unserved, path: &str, hosts: &[&str]) -> u16 {
    let request = Request::get(path).header("sec-fetch-mode", "navigate");
    site.exactly(hosts.iter().fold(request, |request, host| request.header(header::HOST, *host))).await.status.as_u16()
}

#[test]
fn a_request_for_another_host_is_misdirected_and_a_probe_is_answered_under_any() {
    run(async {
        let site = Unserved::public(|_| {}).await;
        for (path, fine) in [("/", 200), ("/incidents", 302), ("/auth/callback", 400), ("/pkg/muster.js", 200)] {
            for hosts in
                [&["evil.example"] as &[&str], &["muster.example:80"], &[], &["muster.example", "evil.example"]]
            {
                assert_eq!(status(&site, path, hosts).await, 421, "{path} {hosts:?}");
            }
            for host in ["muster.example", "muster.example:443"] {
                assert_eq!(status(&site, path, &[host]).await, fine, "{path} {host}");
            }
        }
        assert_eq!(status(&site, "/healthz", &["10.0.0.7:3000"]).await, 200);
        assert_ne!(status(&site, "/readyz", &["10.0.0.7:3000"]).await, 421);
        site.stop().await;
    });
}

#[test]
fn a_proxy_with_a_name_of_its_own_can_be_listed_and_no_header_replaces_the_host() {
    run(async {
        let site = Unserved::public_with(&[("MUSTER_ALLOWED_HOSTS", "backend:3000")], |_| {}).await;
        assert_eq!(status(&site, "/", &["backend:3000"]).await, 200);
        assert_eq!(status(&site, "/", &["backend"]).await, 421);
        for name in ["x-forwarded-host", "x_forwarded_host", "x-original-host", "x-host"] {
            let request = Request::get("/").header(header::HOST, "evil.example").header(name, "muster.example");
            assert_eq!(site.exactly(request).await.status, 421, "{name}");
        }
        let request = Request::get("/incidents").header(header::HOST, "backend:3000").header("accept", "text/html");
        let request = request.header("x-forwarded-host", "evil.example").header("x-forwarded-proto", "http");
        let reply = site.exactly(request).await;
        assert_eq!(reply.location(), "/auth/sign-in?return_to=%2Fincidents", "addresses come from the settings alone");
        site.stop().await;
    });
}
