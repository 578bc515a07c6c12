//! Settings: read once from the environment, all problems reported together.

mod access;
mod api;
mod expiry;
mod front_door;
mod graph;
mod keys;
mod metrics;
mod reader;
mod sessions;
mod shared_state;
mod sign_in;
mod tenants;

use std::collections::BTreeSet;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use time::{Date, Duration};
use url::Url;
use uuid::Uuid;

pub use access::is_loopback_host;
pub use api::ApiSettings;
pub use front_door::{AddressHeader, FrontDoor, Rates, TrustedProxies};
pub use graph::GraphSettings;
pub use keys::{KeyRingError, KeySource};
pub use metrics::Metrics;
use reader::Reader;
pub use reader::{Environment, Problem};
use services::{Operators, TenantPolicy};
pub use sessions::Sessions;
pub use shared_state::StateSource;
pub use sign_in::{SignIn, Trust};
use storage::RecordsUrl;
pub use tenants::has_many_tenants;

use crate::{local, telemetry};

/// Everything `muster` can be told.
#[derive(Debug)]
pub struct Settings {
    /// Where to listen.
    pub listen: SocketAddr,
    /// The one address under which browsers reach the site.
    pub public_url: Url,
    /// The folder of the built site.
    pub site_root: PathBuf,
    /// The folder for everything that must survive a restart.
    pub data_dir: PathBuf,
    /// Where the records are.
    pub records: RecordsUrl,
    /// Where sessions are.
    pub shared_state: StateSource,
    /// Where the key ring comes from.
    pub keys: KeySource,
    /// Who vouches for people.
    pub sign_in: SignIn,
    /// Whom to believe besides Microsoft's own hosts.
    pub trust: Trust,
    /// Microsoft Graph, and the groups that stand for roles.
    pub graph: GraphSettings,
    /// Which organisations are let in.
    pub tenants: TenantPolicy,
    /// Whose administrators run the site.
    pub operators: Operators,
    /// How long sessions live.
    pub session: Sessions,
    /// How long a request in flight may take to finish after a stop signal.
    pub drain: Duration,
    /// Who stands in front of the site, and how much it takes from whom.
    pub front_door: FrontDoor,
    /// Where metrics are shown, if anywhere.
    pub metrics: Option<Metrics>,
    /// Which tokens the JSON API takes, and how much of it one caller.
    pub api: ApiSettings,
    /// The day on which the client secret ends, if somebody wrote it down.
    pub client_secret_expires: Option<Date>,
}

/// The settings that cannot be used, every one of them.
#[derive(Debug, thiserror::Error)]
pub struct SettingsError(pub Vec<Problem>);

impl fmt::Display for SettingsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let n = self.0.len();
        write!(f, "{n} {} cannot be used:", if n == 1 { "setting" } else { "settings" })?;
        self.0.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

impl Settings {
    /// Reads the environment.
    ///
    /// # Errors
    /// [`SettingsError`] lists every setting that is wrong, with what was read and the way to fix it.
    pub fn read(environment: &Environment) -> Result<Self, SettingsError> {
        Self::read_with(environment, true)
    }

    /// Reads all of it for a command beside the site, which shows nobody a page: the folder of the built site need not be
    /// there.
    ///
    /// # Errors
    /// As [`Settings::read`].
    pub fn read_beside(environment: &Environment) -> Result<Self, SettingsError> {
        Self::read_with(environment, false)
    }

    fn read_with(environment: &Environment, with_site: bool) -> Result<Self, SettingsError> {
        let mut reader = Reader::new(environment);
        let default_listen = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 3000);
        let listen = reader.parsed("MUSTER_LISTEN", "an address and port such as 127.0.0.1:3000");
        let listen = listen.unwrap_or(default_listen);
        let data_dir = data_dir(&mut reader);
        let public_url = access::public_url(&mut reader);
        let trust = sign_in::trust::read(&mut reader);
        let sign_in = sign_in::read(&mut reader, public_url.as_ref(), listen, local::AVAILABLE, &trust);
        let graph = graph::read(&mut reader, sign_in.as_ref());
        let tenants = tenants::read(&mut reader, sign_in.as_ref());
        let operators = tenants::operators(&mut reader, sign_in.as_ref());
        let public_url = public_url.or_else(|| access::local_url(listen).ok());
        let records = records(&mut reader, &data_dir);
        let shared_state = shared_state::source(&mut reader, &data_dir);
        let keys = keys::source(&mut reader, public_url.as_ref(), &data_dir);
        let site_root = site_root(&mut reader, with_site);
        let session = sessions::read(&mut reader);
        let drain = reader.duration("MUSTER_DRAIN", Duration::seconds(20));
        let front_door = front_door::read(&mut reader);
        let metrics = metrics::read(&mut reader);
        let api = api::read(&mut reader);
        let client_secret_expires = expiry::read(&mut reader);
        logs(&mut reader);
        reader.unknown();
        reader.finish().map_err(SettingsError)?;
        let shared_state = shared_state.ok_or(SettingsError(Vec::new()))?;
        match (sign_in, records, public_url, session, drain, front_door, api) {
            (
                Some(sign_in),
                Some(records),
                Some(public_url),
                Some(session),
                Some(drain),
                Some(front_door),
                Some(api),
            ) => Ok(Self {
                listen,
                public_url,
                site_root,
                data_dir,
                records,
                shared_state,
                keys,
                sign_in,
                trust,
                graph,
                tenants,
                operators,
                session,
                drain,
                front_door,
                metrics,
                api,
                client_secret_expires,
            }),
            // Whatever is missing has been complained about.
            _ => Err(SettingsError(Vec::new())),
        }
    }

    /// Reads only the bound of the list of tenants; none means that there is none.
    ///
    /// # Errors
    /// As [`Settings::read`].
    pub fn read_allowed_tenants(environment: &Environment) -> Result<Option<BTreeSet<Uuid>>, SettingsError> {
        let mut reader = Reader::new(environment);
        let within = sign_in::entra::allowed_tenants(&mut reader);
        reader.finish().map_err(SettingsError)?;
        Ok(within)
    }

    /// Reads only what commands need that do not serve: the data folder and the records.
    ///
    /// # Errors
    /// As [`Settings::read`].
    pub fn read_records(environment: &Environment) -> Result<(PathBuf, RecordsUrl), SettingsError> {
        let mut reader = Reader::new(environment);
        let data_dir = data_dir(&mut reader);
        let records = records(&mut reader, &data_dir);
        logs(&mut reader);
        // A misspelt name of the data folder must not lead to the records in another one.
        reader.unknown();
        reader.finish().map_err(SettingsError)?;
        Ok((data_dir, records.ok_or(SettingsError(Vec::new()))?))
    }
}

impl Settings {
    /// Reads only the address of the site, for whoever registers it.
    ///
    /// # Errors
    /// If it is wrong, or not set.
    pub fn read_public_url(environment: &Environment) -> Result<Url, SettingsError> {
        let mut reader = Reader::new(environment);
        let url = access::public_url(&mut reader);
        if url.is_none() && reader.quiet("MUSTER_PUBLIC_URL").is_none() {
            reader.problem("MUSTER_PUBLIC_URL", None, "is not set; it must be the address of the site, as registered");
        }
        reader.unknown();
        reader.finish().map_err(SettingsError)?;
        url.ok_or(SettingsError(Vec::new()))
    }
}

/// `MUSTER_DATA_DIR`, else the folder for state of the XDG base directory specification.
fn data_dir(reader: &mut Reader<'_>) -> PathBuf {
    if let Some(folder) = reader.text("MUSTER_DATA_DIR") {
        return PathBuf::from(folder);
    }
    let state = reader.quiet("XDG_STATE_HOME").filter(|path| path.starts_with('/')).map(PathBuf::from);
    let home = || reader.quiet("HOME").map(|home| PathBuf::from(home).join(".local/state"));
    state.or_else(home).unwrap_or_else(|| PathBuf::from("/var/lib")).join("muster")
}

fn records(reader: &mut Reader<'_>, data_dir: &std::path::Path) -> Option<RecordsUrl> {
    match reader.text("MUSTER_DATABASE_URL") {
        None => Some(RecordsUrl::file(data_dir.join("records.db"))),
        Some(text) => match text.parse() {
            Ok(url) => Some(url),
            Err(why) => {
                // What was read may hold a password, so it is not repeated.
                reader.problem("MUSTER_DATABASE_URL", None, format!("{why}"));
                None
            }
        },
    }
}

/// `MUSTER_SITE_ROOT`, a folder with a built site where one is `needed`.
fn site_root(reader: &mut Reader<'_>, needed: bool) -> PathBuf {
    const NAME: &str = "MUSTER_SITE_ROOT";
    let folder = reader.text(NAME).map_or_else(default_site_root, PathBuf::from);
    if needed && !folder.join("pkg").is_dir() {
        let fix = "holds no built site; `make run` builds it, or set it to the folder `site` of a release";
        reader.problem(NAME, Some(folder.display().to_string()), fix);
    }
    folder
}

/// `MUSTER_LOG` and `MUSTER_LOG_FORMAT`. Logging has begun before anything is read; here is said what it could not use.
fn logs(reader: &mut Reader<'_>) {
    if let Some(text) = reader.text("MUSTER_LOG")
        && let Err(error) = telemetry::filter(&text)
    {
        reader.problem(
            "MUSTER_LOG",
            Some(text),
            format!("must be a filter such as `debug` or `server=debug,info`: {error}"),
        );
    }
    if let Some(text) = reader.text("MUSTER_LOG_FORMAT").filter(|text| telemetry::is_json(text).is_none()) {
        reader.problem("MUSTER_LOG_FORMAT", Some(text), "must be `text` or `json`");
    }
}

/// Beside the program, where `make dist` puts it; else where the build leaves it.
fn default_site_root() -> PathBuf {
    let beside = std::env::current_exe().ok().and_then(|exe| exe.parent().map(|folder| folder.join("site")));
    beside.filter(|site| site.is_dir()).unwrap_or_else(|| PathBuf::from("target/site"))
}
