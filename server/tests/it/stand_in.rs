//! The development sign-in as the process serves it, at its own port.

use std::collections::BTreeSet;

use domain::Role;
use entra_local::Scenario;
use reqwest::Method;
use tempfile::TempDir;
use url::Url;

use crate::support::{Browser, Muster, Serving, free_port, run};

struct Ports {
    site: u16,
    stand_in: u16,
}

impl Ports {
    fn serve(&self, folder: &TempDir) -> Serving {
        Muster::on(folder.path(), &["serve", "--empty"])
            .set("MUSTER_LISTEN", &format!("127.0.0.1:{}", self.site))
            .set("MUSTER_ENTRA_LOCAL_LISTEN", &format!("127.0.0.1:{}", self.stand_in))
            .serve()
    }

    fn site(&self) -> String {
        format!("http://localhost:{}", self.site)
    }

    fn at_stand_in(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.stand_in)
    }
}

#[test]
fn it_answers_this_machine_only_and_knows_the_site_again_after_a_restart() {
    let folder = TempDir::new().unwrap();
    let ports = Ports { site: free_port(), stand_in: free_port() };
    let browser = Browser::new(&ports.site().parse().unwrap());
    let first = ports.serve(&folder);
    let picker = run(async {
        for path in ["/organizations/v2.0/.well-known/openid-configuration", "/common/login", "/nowhere"] {
            let address = ports.at_stand_in(path);
            for (name, value) in [("forwarded", "for=192.0.2.1"), ("x-forwarded-host", "x"), ("host", "evil.example")] {
                let reply = browser.send(browser.navigation(Method::GET, &address).header(name, value)).await;
                assert_eq!(reply.status, 421, "{name} {path}: {}", reply.body);
                assert!(reply.header("content-type").starts_with("text/plain"), "{name} {path}");
            }
        }
        let back = Url::parse_with_params(
            &ports.at_stand_in("/organizations/oauth2/v2.0/logout"),
            [("post_logout_redirect_uri", format!("{}/signed-out", ports.site()))],
        );
        let signed_out = browser.get(back.unwrap().as_str()).await;
        assert_eq!(signed_out.location(), format!("{}/signed-out", ports.site()));
        browser.get("/auth/sign-in").await.location().to_owned()
    });
    assert_eq!(first.terminate(), Some(0));

    let second = ports.serve(&folder);
    run(async {
        let page = browser.get(&picker).await;
        assert_eq!(page.status, 200, "the page of the first run can be loaded again: {}", page.body);
        let client_id = |address: &str| {
            let address = Url::parse(address).unwrap();
            address.query_pairs().find(|(name, _)| name == "client_id").unwrap().1.into_owned()
        };
        let next = browser.get("/auth/sign-in").await.location().to_owned();
        assert_eq!(client_id(&picker), client_id(&next));
    });
    assert_eq!(second.terminate(), Some(0));
}

#[test]
fn the_registration_of_the_site_declares_every_role() {
    let app = Scenario::demo().apps.remove(0);
    let declared: BTreeSet<String> = app.roles.into_iter().collect();
    assert_eq!(declared, Role::ALL.iter().map(ToString::to_string).collect());
}
