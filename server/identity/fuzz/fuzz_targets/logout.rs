//! Requests of a front-channel and a back-channel logout.
#![no_main]

use std::sync::LazyLock;

use identity::testing::entry::Site;
use libfuzzer_sys::fuzz_target;

static SITE: LazyLock<(Site, tempfile::TempDir)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder");
    (Site::start(&folder.path().join("state.db")), folder)
});

fuzz_target!(|data: &[u8]| SITE.0.logout(data));
