//! Names and places of the built site, as this process was started: by itself or by cargo-leptos.

use std::net::SocketAddr;
use std::path::Path;

use leptos::config::{Env, LeptosOptions};
use url::Url;

/// What cargo-leptos tells a server that it starts (`cargo leptos watch`).
#[derive(Debug, Default)]
pub struct Started {
    /// It watches and reloads pages.
    watched: bool,
    /// Whether names of files carry a hash, if it says so.
    hashed: Option<bool>,
    /// Where pages hear that they are to be reloaded.
    reload_port: Option<u32>,
}

impl Started {
    /// Out of the environment that `variable` looks into.
    pub fn of(variable: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            watched: variable("LEPTOS_WATCH").is_some(),
            hashed: variable("LEPTOS_HASH_FILES").and_then(|word| word.parse().ok()),
            reload_port: variable("LEPTOS_RELOAD_PORT").and_then(|port| port.parse().ok()),
        }
    }

    /// For Leptos. `hashes_beside` says whether the list of hashes lies beside the program, where the build puts it.
    pub fn options(&self, site_root: &Path, listen: SocketAddr, hashes_beside: bool) -> LeptosOptions {
        LeptosOptions::builder()
            .output_name("muster")
            .site_root(site_root.to_string_lossy().into_owned())
            .site_pkg_dir("pkg")
            .site_addr(listen)
            .env(if self.watched { Env::DEV } else { Env::PROD })
            .reload_port(self.reload_port.unwrap_or(3002))
            .hash_files(self.hashed.unwrap_or(hashes_beside))
            .build()
    }
}

/// Where a page that is being worked on may open the connection that reloads it; nowhere in production.
pub fn reload_sources(options: &LeptosOptions, public_url: &Url) -> Vec<String> {
    match (&options.env, public_url.host_str()) {
        (Env::DEV, Some(host)) => {
            let port = options.reload_external_port.unwrap_or(options.reload_port);
            ["ws", "wss"].map(|scheme| format!("{scheme}://{host}:{port}")).to_vec()
        }
        _ => Vec::new(),
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "a test may panic")]
mod tests {
    use super::*;

    fn options(variables: &[(&str, &str)], hashes_beside: bool) -> LeptosOptions {
        let started = Started::of(|name| {
            variables.iter().find(|(found, _)| *found == name).map(|(_, value)| (*value).to_owned())
        });
        started.options(Path::new("target/site"), "127.0.0.1:3000".parse().unwrap(), hashes_beside)
    }

    #[test]
    fn names_are_hashed_where_cargo_leptos_says_so_or_else_where_the_hashes_are() {
        assert!(options(&[], true).hash_files);
        assert!(!options(&[], false).hash_files);
        for beside in [true, false] {
            assert!(
                !options(&[("LEPTOS_HASH_FILES", "false")], beside).hash_files,
                "a list of another build may be there"
            );
            assert!(options(&[("LEPTOS_HASH_FILES", "true")], beside).hash_files);
            assert_eq!(options(&[("LEPTOS_HASH_FILES", "perhaps")], beside).hash_files, beside);
        }
    }

    #[test]
    fn pages_are_reloaded_only_where_cargo_leptos_watches() {
        let url = "http://localhost:3000".parse().unwrap();
        let watched = [("LEPTOS_WATCH", "true"), ("LEPTOS_RELOAD_PORT", "3456")];
        assert_eq!(reload_sources(&options(&watched, false), &url), ["ws://localhost:3456", "wss://localhost:3456"]);
        assert_eq!(reload_sources(&options(&watched[..1], false), &url)[0], "ws://localhost:3002");
        assert!(reload_sources(&options(&watched[1..], false), &url).is_empty());
    }
}
