//! Real outages, where their files lie beside the repository; they are not ours to commit.

use std::io::Write;
use std::path::{Path, PathBuf};

use super::{Archive, counts};
use crate::support::CONTOSO;

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/cloud-uptime-archive");
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "csv"));
    files.sort();
    files
}

/// Past the capture of the test harness: a run that did not look at the files must not pass for one that did.
#[expect(clippy::explicit_write, reason = "`eprintln!` is what the harness captures")]
fn say(words: &str) {
    writeln!(std::io::stderr(), "cloud-uptime-archive: {words}").unwrap();
}

#[test]
fn all_rows_of_the_cloud_uptime_archive_are_taken_in() {
    let files = files();
    if files.is_empty() {
        return say("not beside the repository, its 17 files were not imported");
    }
    let archive = Archive::new();
    let paths: Vec<&Path> = files.iter().map(PathBuf::as_path).collect();
    let anchor = ["--anchor", "2015-01-01"];
    let printed = archive.import(CONTOSO, &anchor, &paths).success();
    assert_eq!((paths.len(), counts(&printed)), (17, (1_006, 0)), "{printed}");
    assert_eq!(counts(&archive.import(CONTOSO, &anchor, &paths).success()), (0, 1_006));
    let lines = archive.export(CONTOSO);
    assert_eq!(lines.len(), 1_006);
    for line in lines {
        assert_eq!(
            (line["kind"].as_str(), line["status"].as_str()),
            (Some("retrospective"), Some("resolved")),
            "{line}"
        );
        let times = &line["times"];
        assert!(times["impact_started_at"].as_str() <= times["resolved_at"].as_str(), "{line}");
    }
    say("17 files, 1,006 outages imported");
}
