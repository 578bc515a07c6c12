//! What stands between a socket and the site: proxies, hosts, other sites' scripts, limits, probes, and the end.

mod cors;
mod health;
mod hosts;
mod limits;
mod log;
mod logout;
mod malformed;
mod metrics;
mod missing;
mod rates;
mod shutdown;
