//! The names of the site's three files. With hashed names they stand in a file beside the program.

use std::fs;
use std::sync::OnceLock;

use leptos::config::LeptosOptions;

/// Addresses of the stylesheet, the glue and the wasm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Assets {
    pub css: String,
    pub js: String,
    pub wasm: String,
}

impl Assets {
    /// Read once: the files of a running program do not change.
    pub fn of(options: &LeptosOptions) -> &'static Self {
        static ASSETS: OnceLock<Assets> = OnceLock::new();
        ASSETS.get_or_init(|| {
            if options.hash_files { Self::named(options, &hashes(options)) } else { Self::named(options, "") }
        })
    }

    fn named(options: &LeptosOptions, hashes: &str) -> Self {
        let hash = |kind: &str| {
            let found = hashes.lines().filter_map(|line| line.split_once(':')).find(|(file, _)| file.trim() == kind);
            found.map(|(_, hash)| format!(".{}", hash.trim()))
        };
        let path = |suffix: &str, kind: &str| {
            let (folder, name) = (&options.site_pkg_dir, &options.output_name);
            format!("/{folder}/{name}{suffix}.{kind}")
        };
        // cargo-leptos renames the wasm and says so at compile time; wasm-bindgen alone leaves a suffix.
        let plain = option_env!("LEPTOS_OUTPUT_NAME").map_or("_bg", |_| "");
        Self {
            css: path(&hash("css").unwrap_or_default(), "css"),
            js: path(&hash("js").unwrap_or_default(), "js"),
            wasm: path(&hash("wasm").unwrap_or_else(|| plain.to_owned()), "wasm"),
        }
    }
}

fn hashes(options: &LeptosOptions) -> String {
    let beside =
        std::env::current_exe().ok().and_then(|program| Some(program.parent()?.join(options.hash_file.as_ref())));
    let read = beside.as_ref().map(fs::read_to_string);
    if let Some(Ok(text)) = read {
        text
    } else {
        tracing::error!(
            "file names are hashed, but {} is not beside the program: the pages will lack style and script",
            options.hash_file
        );
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn options() -> LeptosOptions {
        LeptosOptions::builder().output_name("muster").build()
    }

    #[test]
    fn hashes_stand_between_name_and_kind() {
        let assets = Assets::named(&options(), "js: 1a\nwasm: 2b\ncss: 3c\n");
        assert_eq!(assets.js, "/pkg/muster.1a.js");
        assert_eq!(assets.wasm, "/pkg/muster.2b.wasm");
        assert_eq!(assets.css, "/pkg/muster.3c.css");
    }

    #[test]
    fn without_hashes_the_names_are_plain() {
        assert_eq!(Assets::named(&options(), "").css, "/pkg/muster.css");
    }
}
