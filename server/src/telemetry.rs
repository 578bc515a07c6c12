//! Logs: one line an event on standard error, as text or as JSON. What is never logged: queries of addresses, bodies,
//! cookies, tokens, names, e-mail addresses.

use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{EnvFilter, Layer as _, fmt};

use crate::traces::Traces;

const DEFAULT: &str = "info,sqlx=warn,sea_orm=warn,sea_orm_migration=warn,hyper=warn,tower_sessions=warn";

/// What has to be kept until the process ends.
#[must_use]
pub struct Telemetry {
    _traces: Option<Traces>,
}

/// Starts logging, and sending traces where a build can and somebody says where. `MUSTER_LOG` is a filter such as `debug` or `server=debug,info`; `MUSTER_LOG_FORMAT=json` writes JSON.
/// What cannot be used is passed over here and refused where settings are read.
pub fn start() -> Telemetry {
    let set = |name| std::env::var(name).ok().filter(|text| !text.trim().is_empty());
    let wanted = set("MUSTER_LOG").and_then(|text| filter(text.trim()).ok());
    let filter = wanted.unwrap_or_else(|| EnvFilter::new(DEFAULT));
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = if set("MUSTER_LOG_FORMAT").and_then(|text| is_json(text.trim())) == Some(true) {
        lines.json().boxed()
    } else {
        lines.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).boxed()
    };
    let traces = Traces::start();
    let spans = traces.as_ref().ok().and_then(Traces::layer);
    tracing_subscriber::registry().with(filter).with(lines).with(spans).init();
    let traces = traces.inspect_err(|error| tracing::warn!(%error, "no traces are sent: see the settings OTEL_…"));
    Telemetry { _traces: traces.ok() }
}

/// Reads a filter.
///
/// # Errors
/// If it is none.
pub fn filter(text: &str) -> Result<EnvFilter, tracing_subscriber::filter::ParseError> {
    EnvFilter::try_new(text)
}

/// Whether a word for a format means JSON; none if it means nothing.
pub fn is_json(format: &str) -> Option<bool> {
    match format {
        "json" => Some(true),
        "text" => Some(false),
        _ => None,
    }
}
