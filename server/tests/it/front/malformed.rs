//! Requests that no browser sends: always an answer, and never a fault of ours.

use std::io::{Read, Write};
use std::net::TcpStream;

use crate::support::{Person, TestApp, run};

/// The status of the answer to these bytes, over a connection of their own.
fn status(port: u16, request: &[u8]) -> u16 {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    // The server may answer and close before all is sent.
    let _ = stream.write_all(request);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    let head = String::from_utf8_lossy(&answer);
    let status = head.strip_prefix("HTTP/1.1 ").and_then(|rest| rest.get(..3)).and_then(|status| status.parse().ok());
    status.unwrap_or_else(|| panic!("no answer: {head}"))
}

fn get(port: u16, target: &str, headers: &str) -> u16 {
    let head = format!("GET {target} HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: text/html\r\nConnection: close\r\n");
    status(port, format!("{head}{headers}\r\n").as_bytes())
}

#[test]
fn what_is_malformed_is_the_clients_fault() {
    run(async {
        let app = TestApp::shared().await;
        let port = app.base.port().unwrap();
        let fine = tokio::task::spawn_blocking(move || {
            for target in [
                "/%FF",
                "/incidents/%C3%28",
                "/incidents/INC-%00",
                "/auth/callback?state=%FF%FE&code=%C0%80",
                "/auth/sign-in?return_to=%2F%2Fevil.example%FF",
                "/pkg/%2e%2e/%2e%2e/Cargo.toml",
                "/incidents?after=%FF",
                "//",
                "/\\..\\",
                "*",
            ] {
                let status = get(port, target, "");
                assert!((200..500).contains(&status), "{target}: {status}");
            }
            for cookie in ["=", ";;;", "muster", "muster=%FF", "muster=\u{7f}x", "muster=a; muster=b", "a=\"b"] {
                let status = get(port, "/", &format!("Cookie: {cookie}\r\n"));
                assert!((200..500).contains(&status), "{cookie}: {status}");
            }
            let mut bytes = format!("GET / HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n").into_bytes();
            bytes.extend(b"Cookie: muster=\xff\xfe\r\nUser-Agent: \x80\xff\r\nAccept: \xff\r\n\r\n");
            assert_eq!(status(port, &bytes), 200, "bytes that are no text");
            for request in ["GET / HTTP/9.9\r\n\r\n", "\u{0}\r\n\r\n", "GET  / HTTP/1.1\r\n\r\n"] {
                assert_eq!(status(port, request.as_bytes()), 400, "{request}");
            }
        });
        fine.await.unwrap();
        let browser = app.signed_in(Person::Viewer).await;
        assert_eq!(browser.get("/incidents").await.status, 200, "and all is well");
    });
}
