//! Logs: one line an event on standard error, as text or as JSON. What is never logged: queries of addresses, bodies,
//! cookies, tokens, names, e-mail addresses.

use tracing_subscriber::EnvFilter;

const DEFAULT: &str = "info,sqlx=warn,sea_orm=warn,sea_orm_migration=warn,hyper=warn,tower_sessions=warn";

/// Starts logging. `MUSTER_LOG` is a filter such as `debug` or `server=debug,info`; `MUSTER_LOG_FORMAT=json` writes JSON.
/// What cannot be used is passed over here and refused where settings are read.
pub fn start() {
    let set = |name| std::env::var(name).ok().filter(|text| !text.trim().is_empty());
    let wanted = set("MUSTER_LOG").and_then(|text| filter(text.trim()).ok());
    let filter = wanted.unwrap_or_else(|| EnvFilter::new(DEFAULT));
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if set("MUSTER_LOG_FORMAT").and_then(|text| is_json(text.trim())) == Some(true) {
        lines.json().init();
    } else {
        lines.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).init();
    }
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
