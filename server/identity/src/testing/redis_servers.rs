//! Real Redis servers for tests: on free ports, in a folder of their own, gone when the value is dropped or the process ends,
//! however it ends. Needs `redis-server` and `redis-cli` on the PATH.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod cluster;
mod sentinel;

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU16, Ordering},
    time::Duration,
};

pub use cluster::Cluster;
pub use sentinel::Sentinels;

/// Makes a folder and says where, waits until its standard input is closed, and ends the servers that have their folder in it.
const SUPERVISOR: &str = r#"
dir=$(mktemp -d "${TMPDIR:-/tmp}/muster-redis.XXXXXX") && echo "$dir"
read -r _ || true
for file in "$dir"/*/pid; do [ -f "$file" ] && kill -9 "$(cat "$file")" 2>/dev/null; done
rm -rf "$dir"
"#;

/// How long servers may take to do what is waited for.
const PATIENCE: Duration = Duration::from_secs(30);

/// Several servers with a common end.
#[derive(Debug)]
pub struct RedisServers {
    folder: PathBuf,
    supervisor: Child,
}

/// One of them.
#[derive(Clone, Debug)]
pub struct RedisServer {
    /// Where it listens on 127.0.0.1.
    pub port: u16,
    folder: PathBuf,
    arguments: Vec<String>,
    /// What `redis-cli` needs to get in.
    credentials: Vec<String>,
}

impl Drop for RedisServers {
    fn drop(&mut self) {
        drop(self.supervisor.stdin.take());
        let _ = self.supervisor.wait();
    }
}

impl RedisServers {
    /// None yet.
    ///
    /// # Panics
    /// When there is no shell, or no room for a folder.
    #[must_use]
    pub fn new() -> Self {
        use std::io::{BufRead, BufReader};

        let mut supervisor = Command::new("sh")
            .args(["-c", SUPERVISOR])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut folder = String::new();
        BufReader::new(supervisor.stdout.take().unwrap()).read_line(&mut folder).unwrap();
        Self { folder: folder.trim().into(), supervisor }
    }

    /// One server with nothing special about it: its folder's supervisor, and the server.
    pub async fn single() -> (Self, RedisServer) {
        let servers = Self::new();
        let server = servers.start(free_port(), &[], &[]).await;
        (servers, server)
    }

    /// Where files for a server may be put.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Starts a server with these directives, such as `["appendonly yes"]`, and waits until it answers `redis-cli`, which
    /// gets `credentials`.
    ///
    /// # Panics
    /// When it cannot be started.
    pub async fn start(&self, port: u16, directives: &[&str], credentials: &[&str]) -> RedisServer {
        let server = self.prepared(port, directives, credentials);
        server.launch();
        server.until_it_answers().await;
        server
    }

    fn prepared(&self, port: u16, directives: &[&str], credentials: &[&str]) -> RedisServer {
        let folder = self.folder.join(port.to_string());
        std::fs::create_dir(&folder).unwrap();
        let mut lines = vec![
            format!("port {port}"),
            "bind 127.0.0.1".to_owned(),
            "daemonize yes".to_owned(),
            format!("dir {}", folder.display()),
            format!("pidfile {}", folder.join("pid").display()),
            format!("logfile {}", folder.join("log").display()),
            "save \"\"".to_owned(),
            // Replicas of a test have nothing to wait for.
            "repl-diskless-sync-delay 0".to_owned(),
        ];
        lines.extend(directives.iter().map(|line| (*line).to_owned()));
        std::fs::write(folder.join("conf"), lines.join("\n")).unwrap();
        let arguments = vec![folder.join("conf").display().to_string()];
        RedisServer {
            port,
            folder,
            arguments,
            credentials: credentials.iter().map(|word| (*word).to_owned()).collect(),
        }
    }
}

impl Default for RedisServers {
    fn default() -> Self {
        Self::new()
    }
}

impl RedisServer {
    /// `redis://` and its address.
    #[must_use]
    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}", self.port)
    }

    fn launch(&self) {
        let started = Command::new("redis-server").args(&self.arguments).output();
        let started = started.unwrap_or_else(|error| {
            panic!(
                "these tests run on a real Redis, and redis-server cannot be run ({error}): `apt-get install redis-server`, \
                 or let `make test` do it"
            )
        });
        assert!(started.status.success(), "redis-server did not start: {}", String::from_utf8_lossy(&started.stdout));
    }

    async fn until_it_answers(&self) {
        until("a server answers", || self.try_cli(&["ping"]).is_some_and(|said| said == "PONG")).await;
    }

    /// What `redis-cli` prints.
    ///
    /// # Panics
    /// When it fails.
    pub fn cli(&self, words: &[&str]) -> String {
        self.try_cli(words).unwrap_or_else(|| panic!("redis-cli {words:?} at {} failed", self.port))
    }

    fn try_cli(&self, words: &[&str]) -> Option<String> {
        let mut command = Command::new("redis-cli");
        command.args(["-h", "127.0.0.1", "-p", &self.port.to_string()]).args(&self.credentials).args(words);
        let output = command.output().ok().filter(|output| output.status.success())?;
        Some(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// `kill -9`: the machine is gone.
    ///
    /// # Panics
    /// When it is not running.
    pub async fn kill(&self) {
        let pid = self.signal("-KILL");
        until("a killed server is gone", || !Path::new("/proc").join(&pid).join("exe").exists()).await;
        std::fs::remove_file(self.folder.join("pid")).unwrap();
    }

    /// It stops answering without closing a connection, until [`RedisServer::resume`].
    pub fn suspend(&self) {
        self.signal("-STOP");
    }

    /// The end of [`RedisServer::suspend`].
    pub fn resume(&self) {
        self.signal("-CONT");
    }

    /// Starts it again on the same port with what it has on disk.
    pub async fn restart(&self) {
        self.launch();
        self.until_it_answers().await;
    }

    fn signal(&self, signal: &str) -> String {
        let pid = std::fs::read_to_string(self.folder.join("pid")).unwrap().trim().to_owned();
        assert!(Command::new("kill").args([signal, &pid]).status().unwrap().success());
        pid
    }
}

/// A port on which nobody listens, below those that the system gives out by itself, as is the one 10,000 above, at which a
/// node of a Cluster talks to the others.
#[must_use]
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let begin = u16::try_from(std::process::id() % 1000).unwrap_or(0) * 10;
    loop {
        let port = 11_000 + (begin + NEXT.fetch_add(1, Ordering::Relaxed)) % 10_000;
        let is_free = |port| TcpListener::bind(("127.0.0.1", port)).is_ok();
        if is_free(port) && is_free(port + 10_000) {
            return port;
        }
    }
}

/// Waits for something that another process is about to do.
async fn until(what: &str, done: impl Fn() -> bool) {
    let waited = async {
        while !done() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    assert!(tokio::time::timeout(PATIENCE, waited).await.is_ok(), "waited in vain until {what}");
}
