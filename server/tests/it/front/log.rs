//! What the request log says, with all logs at their loudest.

use std::io::Read;

use reqwest::Method;
use tempfile::TempDir;

use crate::support::{Browser, Muster, free_port, run, site_root};

const MARKER: &str = "planted-marker-4711";

#[test]
fn nothing_of_a_query_a_cookie_or_a_token_is_logged() {
    let folder = TempDir::new().unwrap();
    let port = free_port();
    let mut child = Muster::on(folder.path(), &["serve", "--empty"])
        .set("MUSTER_SITE_ROOT", &site_root().display().to_string())
        .set("MUSTER_LISTEN", &format!("127.0.0.1:{port}"))
        .set("MUSTER_ENTRA_LOCAL_LISTEN", &format!("127.0.0.1:{}", free_port()))
        .set("MUSTER_LOG", "trace")
        .spawn();
    let mut stderr = child.stderr.take().unwrap();
    let log = std::thread::spawn(move || {
        let mut bytes = Vec::new();
        stderr.read_to_end(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes).into_owned()
    });
    let mut stdout = child.stdout.take().unwrap();
    let mut greeting = String::new();
    let mut byte = [0];
    while !greeting.contains("Stop with Ctrl-C") {
        stdout.read_exact(&mut byte).unwrap();
        greeting.push(char::from(byte[0]));
    }
    run(async {
        let browser = Browser::new(&format!("http://localhost:{port}").parse().unwrap());
        for path in ["/", "/incidents", "/auth/callback", "/auth/sign-in", "/nothing", "/api/x", "/pkg/x", "/readyz"] {
            for parameter in ["code", "state", "token", "id_token", "error_description", "return_to"] {
                let address = format!("{path}?{parameter}={MARKER}");
                for method in [Method::GET, Method::POST] {
                    let request = browser
                        .navigation(method, &address)
                        .header("referer", format!("http://localhost:{port}/?code={MARKER}"))
                        .header("authorization", format!("Bearer {MARKER}"))
                        .header("cookie", format!("muster={MARKER}; other={MARKER}"))
                        .header("user-agent", MARKER)
                        .header("x-request-id", MARKER);
                    let reply = browser.send(request.body(format!("logout_token={MARKER}"))).await;
                    assert!(reply.status.as_u16() < 500, "{address}: {}", reply.status);
                }
            }
        }
    });
    let told = std::process::Command::new("kill").arg(child.id().to_string()).status().unwrap();
    assert!(told.success());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    let log = log.join().unwrap();
    assert!(log.matches("answered").count() >= 90, "every request has its line");
    assert!(log.contains("TRACE"), "and the log is loud");
    let line = log.lines().find(|line| line.contains(MARKER));
    assert_eq!(line, None);
}
