//! Folders that live as long as the test process. A static is never dropped, so a shell waits for the end of its standard
//! input, which is the end of this process however it comes, and clears up.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

use tempfile::TempDir;

struct Scratch {
    folder: PathBuf,
    _janitor: Child,
}

static SCRATCH: LazyLock<Scratch> = LazyLock::new(|| {
    let folder = TempDir::with_prefix("muster-it-").unwrap().keep();
    let janitor = Command::new("sh")
        .args(["-c", "cat; rm -rf \"$1\"", "janitor"])
        .arg(&folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    Scratch { folder, _janitor: janitor.unwrap() }
});

/// A folder of that name, there until the process ends.
pub fn folder(name: &str) -> PathBuf {
    let folder = SCRATCH.folder.join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

/// A built site as far as the server looks at it: one script, one wasm, one icon.
pub fn site_root() -> &'static Path {
    static SITE: LazyLock<PathBuf> = LazyLock::new(|| {
        let site = folder("site");
        std::fs::create_dir_all(site.join("pkg")).unwrap();
        for name in ["pkg/muster.js", "pkg/muster.wasm", "pkg/muster.css", "favicon.svg"] {
            std::fs::write(site.join(name), "/* built */").unwrap();
        }
        site
    });
    &SITE
}
