//! Ports for processes that must be told one. They lie below those that the system gives to outgoing connections, so that
//! nobody takes one between here and the process.

use std::net::TcpListener;
use std::sync::Mutex;

static NEXT: Mutex<Option<u16>> = Mutex::new(None);

/// A port of this machine that nobody listens at.
pub fn free_port() -> u16 {
    let mut next = NEXT.lock().unwrap();
    // Another run of these tests at the same time starts elsewhere.
    let first = 20_000 + u16::try_from(std::process::id() % 500).unwrap() * 20;
    let mut port = next.unwrap_or(first);
    while TcpListener::bind(("127.0.0.1", port)).is_err() {
        port += 1;
    }
    *next = Some(port + 1);
    port
}
