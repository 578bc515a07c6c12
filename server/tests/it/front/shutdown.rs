//! The end of the process: SIGTERM, requests in flight, a second signal.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command};

use tempfile::TempDir;

use crate::support::{Muster, free_port, site_root};

/// A process whose log is heard.
struct Heard {
    child: Child,
    log: BufReader<std::process::ChildStderr>,
    port: u16,
    _folder: TempDir,
}

impl Heard {
    fn serve(settings: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        let port = free_port();
        let muster = Muster::on(folder.path(), &["serve", "--empty"])
            .set("MUSTER_SITE_ROOT", &site_root().display().to_string())
            .set("MUSTER_LISTEN", &format!("127.0.0.1:{port}"))
            .set("MUSTER_ENTRA_LOCAL_LISTEN", &format!("127.0.0.1:{}", free_port()))
            .set("MUSTER_LOG", "server=info,warn");
        let mut child = settings.iter().fold(muster, |muster, (name, value)| muster.set(name, value)).spawn();
        let log = BufReader::new(child.stderr.take().unwrap());
        let mut greeting = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        while !line.contains("Stop with Ctrl-C") {
            line.clear();
            assert_ne!(greeting.read_line(&mut line).unwrap(), 0, "it ended");
        }
        Self { child, log, port, _folder: folder }
    }

    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits until the log says it.
    fn hear(&mut self, words: &str) {
        let mut line = String::new();
        while !line.contains(words) {
            line.clear();
            assert_ne!(self.log.read_line(&mut line).unwrap(), 0, "it ended and never said `{words}`");
        }
    }

    fn connect(&self) -> TcpStream {
        TcpStream::connect(("127.0.0.1", self.port)).unwrap()
    }

    fn get(&self, path: &str) -> String {
        let mut stream = self.connect();
        let head = format!("GET {path} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\r\n", self.port);
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// A form half sent; the server has begun to read it.
    fn half_a_request(&self) -> TcpStream {
        let mut stream = self.connect();
        let head = format!(
            "POST /incidents/new HTTP/1.1\r\nHost: localhost:{}\r\nAccept: text/html\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 11\r\nExpect: 100-continue\r\n\r\n",
            self.port
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut go_on = [0; 25];
        stream.read_exact(&mut go_on).unwrap();
        assert_eq!(&go_on, b"HTTP/1.1 100 Continue\r\n\r\n");
        stream
    }

    /// Its exit code.
    fn end(&mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Heard {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_request_in_flight_is_finished() {
    for signal in ["TERM", "INT"] {
        let mut muster = Heard::serve(&[]);
        let mut request = muster.half_a_request();
        muster.signal(signal);
        muster.hear("asked to stop");
        request.write_all(b"title=Slow!").unwrap();
        let mut answer = String::new();
        request.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 401 ") && answer.contains("Slow!"), "{answer}");
        assert_eq!(muster.end(), Some(0), "{signal}");
    }
}

#[test]
fn whoever_sends_requests_hears_of_it_before_the_door_closes() {
    let mut muster = Heard::serve(&[("MUSTER_DRAIN_DELAY", "1h")]);
    muster.signal("TERM");
    muster.hear("asked to stop");
    let ready = muster.get("/readyz");
    assert!(ready.starts_with("HTTP/1.1 503 ") && ready.contains("draining"), "{ready}");
    for path in ["/healthz", "/"] {
        let answer = muster.get(path);
        assert!(answer.starts_with("HTTP/1.1 200 "), "{path}: {answer}");
    }
    muster.signal("TERM");
    muster.hear("ended at once by a second stop signal");
    assert_eq!(muster.end(), Some(1));
}

#[test]
fn a_second_signal_does_not_wait_for_requests() {
    let mut muster = Heard::serve(&[("MUSTER_DRAIN", "1h")]);
    let _request = muster.half_a_request();
    muster.signal("INT");
    muster.hear("asked to stop");
    muster.signal("INT");
    assert_eq!(muster.end(), Some(1));
}

#[test]
fn a_request_that_never_ends_is_cut_off() {
    let mut muster = Heard::serve(&[("MUSTER_DRAIN", "1s")]);
    let _request = muster.half_a_request();
    muster.signal("TERM");
    muster.hear("requests were still running after 1 s");
    assert_eq!(muster.end(), Some(0));
}
