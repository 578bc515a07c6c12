//! Logs: one line an event on standard error, as text or as JSON. What is never logged: queries of addresses, bodies,
//! cookies, tokens, names, e-mail addresses.

use tracing_subscriber::EnvFilter;

const DEFAULT: &str = "info,sqlx=warn,sea_orm=warn,sea_orm_migration=warn,hyper=warn,tower_sessions=warn";

/// Starts logging. `MUSTER_LOG` is a filter such as `debug` or `server=debug,info`; `MUSTER_LOG_FORMAT=json` writes JSON.
pub fn start() {
    let filter = std::env::var("MUSTER_LOG").unwrap_or_else(|_| DEFAULT.to_owned());
    let filter = EnvFilter::try_new(&filter).unwrap_or_else(|error| {
        eprintln!("muster: MUSTER_LOG is no filter ({error}); logging at {DEFAULT}");
        EnvFilter::new(DEFAULT)
    });
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::env::var("MUSTER_LOG_FORMAT").is_ok_and(|format| format == "json") {
        lines.json().init();
    } else {
        lines.with_ansi(std::io::IsTerminal::is_terminal(&std::io::stderr())).init();
    }
}
