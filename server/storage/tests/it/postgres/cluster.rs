//! A PostgreSQL cluster for this run of the tests: made when the first test asks, gone when the process is.

use std::io::{BufRead, BufReader};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use storage::{Records, RecordsOptions, RecordsUrl};
use tokio::sync::OnceCell;

/// Makes the cluster, says `ready`, and waits until its standard input is closed, which happens however this process
/// ends. PostgreSQL keeps nothing safe here: the data is worth nothing after the tests.
const SUPERVISOR: &str = r#"
set -eu
bin=$1 port=$2
dir=$(mktemp -d "${TMPDIR:-/tmp}/muster-postgres.XXXXXX")
cd "$dir"
stop() { "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$dir"; }
trap stop EXIT
{ "$bin/initdb" -D data -U postgres --auth=trust --encoding=UTF8 --locale=C.UTF-8 --no-sync &&
  "$bin/pg_ctl" -D data -l log -w -t 120 -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$dir \
    -c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=200" start
} >out 2>&1 </dev/null || { cat out log 2>/dev/null; exit 1; }
echo ready
read -r _ || true
"#;

/// The role that owns the tables, and the one the server runs as.
pub const OWNER: &str = "muster_owner";
pub const APP: &str = "muster_app";

pub struct Cluster {
    port: u16,
    /// Its standard input holds the cluster up.
    _supervisor: Child,
}

impl Cluster {
    /// The cluster of this process, with an empty migrated template.
    pub async fn get() -> &'static Self {
        static CLUSTER: OnceCell<Cluster> = OnceCell::const_new();
        CLUSTER
            .get_or_init(async || {
                let cluster = tokio::task::spawn_blocking(start).await.unwrap();
                cluster.make_template().await;
                cluster
            })
            .await
    }

    /// Where a database is, for one of the roles.
    pub fn url(&self, role: &str, database: &str) -> String {
        format!("postgres://{role}@127.0.0.1:{}/{database}", self.port)
    }

    /// A connection of a role to a database.
    pub async fn connect(&self, role: &str, database: &str) -> PgConnection {
        PgConnection::connect(&self.url(role, database)).await.unwrap()
    }

    /// The records in a database, as a role.
    pub async fn open(&self, role: &str, database: &str) -> Records {
        let url: RecordsUrl = self.url(role, database).parse().unwrap();
        Records::open(&url, &RecordsOptions::default()).await.unwrap()
    }

    /// A new database like `template`, owned by the owner; its name.
    pub async fn database(&self, template: &str) -> String {
        static LAST: AtomicU32 = AtomicU32::new(0);
        let name = format!("test_{}", LAST.fetch_add(1, Ordering::Relaxed));
        let sql = format!("create database {name} template {template} owner {OWNER}");
        let mut admin = self.connect("postgres", "postgres").await;
        admin.execute(AssertSqlSafe(sql)).await.unwrap();
        name
    }

    /// Roles, and a database with the schema and the grants that the README tells operators to give.
    async fn make_template(&self) {
        let mut admin = self.connect("postgres", "postgres").await;
        for role in [OWNER, APP] {
            let sql = format!("create role {role} login nosuperuser nobypassrls");
            admin.execute(AssertSqlSafe(sql)).await.unwrap();
        }
        let sql = format!("create database muster owner {OWNER}");
        admin.execute(AssertSqlSafe(sql)).await.unwrap();
        let records = self.open(OWNER, "muster").await;
        assert_eq!(records.migrate().await.unwrap(), 0);
        records.close().await.unwrap();
        let mut owner = self.connect(OWNER, "muster").await;
        owner.execute(AssertSqlSafe(grants())).await.unwrap();
        owner.close().await.unwrap();
    }
}

/// The statements of the README, but for the one that makes the role.
fn grants() -> String {
    let readme = include_str!("../../../README.md");
    let (_, rest) = readme.split_once("```sql").unwrap();
    let (block, _) = rest.split_once("```").unwrap();
    let statements: Vec<_> = block.split(';').map(str::trim).filter(|s| s.starts_with("grant")).collect();
    assert!(!statements.is_empty());
    statements.join(";")
}

#[expect(clippy::zombie_processes, reason = "it holds the cluster up until this process ends, however that happens")]
fn start() -> Cluster {
    let bin = programs();
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut command = if is_root() {
        // PostgreSQL refuses to run as root.
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--", "sh"]);
        command
    } else {
        Command::new("sh")
    };
    let mut supervisor = command
        .args(["-c", SUPERVISOR, "supervisor"])
        .arg(&bin)
        .arg(port.to_string())
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = String::new();
    for line in BufReader::new(supervisor.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        if line == "ready" {
            return Cluster { port, _supervisor: supervisor };
        }
        said += &line;
        said.push('\n');
    }
    panic!("PostgreSQL from {} did not start:\n{said}", bin.display());
}

/// Debian keeps them by version, outside of the path; the newest is taken.
fn programs() -> PathBuf {
    let there = |folder: &Path| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file();
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = installed
        .filter_map(|entry| {
            let version: u32 = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin"))).filter(|(_, folder)| there(folder))
        })
        .max();
    let on_path = || std::env::split_paths(&std::env::var_os("PATH")?).find(|folder| there(folder));
    newest.map(|(_, folder)| folder).or_else(on_path).unwrap_or_else(|| {
        panic!(
            "these tests run on a real PostgreSQL and found none (initdb, pg_ctl) in /usr/lib/postgresql/*/bin or on \
             the PATH: `apt-get install postgresql`, or let `make test` do it"
        )
    })
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output().unwrap();
    id.stdout.trim_ascii() == b"0"
}
