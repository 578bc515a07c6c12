//! Incidents in and out of files, through the command.

mod archive;
mod interrupted;
mod json_lines;
mod real_files;

use std::path::{Path, PathBuf};

use domain::TenantId;
use entra_local::Scenario;
use serde_json::Value;
use server::demo;
use storage::{Records, RecordsOptions, RecordsUrl};
use tempfile::TempDir;

use crate::support::{CONTOSO, FABRIKAM, Finished, Muster, run};

/// A data folder in which both organisations are known and have no incidents.
struct Archive {
    folder: TempDir,
}

impl Archive {
    fn new() -> Self {
        let archive = Self { folder: TempDir::new().unwrap() };
        run(async {
            let records = archive.records(&RecordsOptions::default()).await;
            demo::fill(&Scenario::demo(), &records, true).await.unwrap();
            records.close().await.unwrap();
        });
        archive
    }

    async fn records(&self, options: &RecordsOptions) -> Records {
        let url = RecordsUrl::file(self.folder.path().join("records.db"));
        let records = Records::open(&url, options).await.unwrap();
        records.migrate().await.unwrap();
        records
    }

    /// A file with this content.
    fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    fn import(&self, tenant: TenantId, arguments: &[&str], files: &[&Path]) -> Finished {
        let command = Muster::on(self.folder.path(), &["import", "--tenant", &tenant.to_string()]);
        let command = arguments.iter().fold(command, Muster::arg);
        files.iter().fold(command, Muster::arg).finish()
    }

    /// What `muster export` writes, line by line.
    fn export(&self, tenant: TenantId) -> Vec<Value> {
        let text = Muster::on(self.folder.path(), &["export", "--tenant", &tenant.to_string()]).finish().success();
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// How many were imported and how many were there, summed over the lines that the command printed.
fn counts(printed: &str) -> (u64, u64) {
    let mut sum = (0, 0);
    for line in printed.lines() {
        let (_, numbers) = line.rsplit_once(": ").unwrap();
        let mut numbers = numbers.split(|c: char| !c.is_ascii_digit()).filter_map(|text| text.parse::<u64>().ok());
        sum = (sum.0 + numbers.next().unwrap(), sum.1 + numbers.next().unwrap());
    }
    sum
}

#[test]
fn a_tenant_that_nobody_signed_in_from_is_refused() {
    let archive = Archive::new();
    let file = archive.file("a.jsonl", "");
    let unknown = TenantId(uuid::Uuid::from_u128(7));
    let ended = archive.import(unknown, &[], &[&file]);
    assert_eq!(ended.code, Some(2), "{ended:?}");
    assert!(ended.stderr.contains("somebody of it must sign in first"), "{}", ended.stderr);
}

#[test]
fn each_tenant_takes_out_its_own() {
    let archive = Archive::new();
    let file = archive.file("trace.csv", "start_time,end_time,status,service\n0,60,1,mail\n");
    archive.import(CONTOSO, &["--anchor", "2020-01-01"], &[&file]).success();
    assert_eq!((archive.export(CONTOSO).len(), archive.export(FABRIKAM).len()), (1, 0));
}
