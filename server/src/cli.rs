//! What `muster` understands on the command line.

use std::path::PathBuf;

use clap::{ArgGroup, Args, Parser, Subcommand, ValueEnum};
use services::exchange::Anchor;
use uuid::Uuid;

/// Incident management for people who sign in with Microsoft Entra ID.
///
/// Settings come from the environment; README.md has the table. Exit codes: 0 done, 1 failed, 2 wrong settings or wrong
/// usage.
#[derive(Debug, Parser)]
#[command(name = "muster", version, about, arg_required_else_help = true)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the site until a stop signal.
    Serve(Serve),
    /// Bring the records' schema up to date and say its version. `serve` does this too.
    Migrate,
    /// Take incidents in from files: all of them, or none if one has a fault. Doing it again adds only what is missing.
    Import(Import),
    /// Write all incidents of a tenant as JSON Lines, in the format that import reads.
    Export(Export),
    /// Copy the records into one file, while the server runs. Sessions and the key ring are no part of it.
    Backup(Backup),
    /// Put the records back out of such a file, while the server runs or not.
    Restore(Restore),
    /// Say which organisations may use Muster: list them, let one in, take one off. The running server follows.
    #[command(subcommand)]
    Tenants(Tenants),
    /// Look at the settings, the stores and the identity provider before people do, and say what is wrong and how to fix it.
    /// Exit codes: 0 fine, 1 problems, 2 settings that cannot be used.
    Doctor(Doctor),
    /// Say where people are signed in, and sign them out, beside the running server and with its settings.
    #[command(subcommand)]
    Sessions(Sessions),
    /// Make a key and print it, for the setting `MUSTER_KEY_RING`.
    Key,
}

/// How to serve.
#[derive(Debug, Args)]
pub struct Serve {
    /// With the development sign-in: start without made-up incidents.
    #[arg(long)]
    pub empty: bool,
}

/// How to look.
#[derive(Debug, Args)]
pub struct Doctor {
    /// Print JSON: `{"findings":[{"check","level","finding","fix"},…]}`, `level` being ok, warning or problem.
    #[arg(long)]
    pub json: bool,
    /// Do not ask the identity provider.
    #[arg(long)]
    pub offline: bool,
    /// Print the app registration that Muster needs, as Entra's app manifest has it; nothing is looked at. Needs
    /// `MUSTER_PUBLIC_URL` only.
    #[arg(long, conflicts_with_all = ["json", "offline"])]
    pub manifest: bool,
}

/// What to take in.
#[derive(Debug, Args)]
pub struct Import {
    /// The tenant (directory) id whose incidents they become. It must have signed in once.
    #[arg(long, value_name = "ID")]
    pub tenant: Uuid,
    /// How the files are laid out; told by their ending (.jsonl, .csv) if not given.
    #[arg(long, value_enum)]
    pub format: Option<FileFormat>,
    /// For an uptime archive: the date (or RFC 3339 time) at which second 0 of the trace lies.
    #[arg(long, value_name = "DATE")]
    pub anchor: Option<Anchor>,
    /// The files.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
}

/// How a file is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum FileFormat {
    /// One incident a line, as `muster export` writes them.
    Jsonl,
    /// CSV with the header `start_time,end_time,status,service` (Cloud Uptime Archive).
    UptimeArchive,
}

/// What to take out.
#[derive(Debug, Args)]
pub struct Export {
    /// The tenant (directory) id.
    #[arg(long, value_name = "ID")]
    pub tenant: Uuid,
    /// Where to write; standard output if not given.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// What to do with the list of organisations.
#[derive(Debug, Subcommand)]
pub enum Tenants {
    /// Print the list: tenant id, standing, since when, name, who decided and why, with tabs between.
    List,
    /// Let an organisation in.
    Allow(Allow),
    /// Take an organisation off: its sessions end, and nobody of it can sign in.
    Block(Block),
}

/// Whom to let in.
#[derive(Debug, Args)]
pub struct Allow {
    /// The tenant (directory) id.
    #[arg(value_name = "ID")]
    pub tenant: Uuid,
    /// What to call it; renames one that has a name.
    #[arg(long)]
    pub name: Option<String>,
}

/// Whom to take off.
#[derive(Debug, Args)]
pub struct Block {
    /// The tenant (directory) id.
    #[arg(value_name = "ID")]
    pub tenant: Uuid,
    /// Why, for the list and the audit log.
    #[arg(long, default_value = "")]
    pub reason: String,
}

/// What to do with sessions.
#[derive(Debug, Subcommand)]
pub enum Sessions {
    /// One line for each session of a tenant, or of one person of it: handle, person, name, device, place, last use, sign-in,
    /// end; with tabs between them.
    List(ListSessions),
    /// Sign out one session, a person, a tenant, or everybody. Each is at the sign-in page at its next request.
    Revoke(RevokeSessions),
}

/// Whose to list.
#[derive(Debug, Args)]
pub struct ListSessions {
    /// The tenant (directory) id.
    #[arg(long, value_name = "ID")]
    pub tenant: Uuid,
    /// A person of it, by the id that the list and the audit log show.
    #[arg(long, value_name = "ID")]
    pub user: Option<Uuid>,
}

/// Which to end.
#[derive(Debug, Args)]
// By name: the group that clap would make holds `--yes` too, which names nobody.
#[group(skip)]
#[command(group = ArgGroup::new("whose").required(true).args(["session", "tenant", "all"]))]
pub struct RevokeSessions {
    /// One session, by its handle.
    #[arg(long, value_name = "HANDLE", conflicts_with_all = ["tenant", "user", "all"])]
    pub session: Option<String>,
    /// Everybody of this tenant.
    #[arg(long, value_name = "ID", conflicts_with = "all")]
    pub tenant: Option<Uuid>,
    /// Only this person of the tenant; needs --tenant.
    #[arg(long, value_name = "ID", requires = "tenant")]
    pub user: Option<Uuid>,
    /// Everybody of every tenant; needs --yes.
    #[arg(long, requires = "yes")]
    pub all: bool,
    /// Yes, everybody: for --all.
    #[arg(long)]
    pub yes: bool,
}

/// Where to copy to.
#[derive(Debug, Args)]
pub struct Backup {
    /// The file to write, a gzipped tar archive; it must not exist yet.
    pub file: PathBuf,
}

/// Where to take it from.
#[derive(Debug, Args)]
pub struct Restore {
    /// A file that `muster backup` wrote.
    pub file: PathBuf,
}
