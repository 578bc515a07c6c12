//! Copies of the file.

use domain::IncidentNumber;
use futures::future::join;
use services::ports::IncidentStore;
use services::testing::AuditChain;
use storage::{BackupError, Records, RecordsOptions, RecordsUrl};

use super::{fresh, raw};
use crate::fixture::{TENANT, declare, everything, make_tenant, numbers};

#[tokio::test]
async fn a_backup_beside_writers_is_whole_and_consistent() {
    let (records, folder) = fresh().await;
    make_tenant(&records, TENANT).await;
    declare(&records).await.unwrap();
    let copy = folder.path().join("copy.sqlite");
    let writing = async {
        for _ in 0..50 {
            declare(&records).await.unwrap();
        }
    };
    let (backup, ()) = join(records.backup_to(&copy), writing).await;
    backup.unwrap();
    assert_eq!(count(&records).await, 51);

    let restored = Records::open(&RecordsUrl::file(&copy), &RecordsOptions::default()).await.unwrap();
    assert_eq!(restored.migrate().await.unwrap(), 4);
    let there = count(&restored).await;
    assert!((1..=51).contains(&there), "{there}");
    assert_eq!(restored.verify(TENANT).await.unwrap(), None);
    let numbers: Vec<_> =
        restored.export(TENANT, None, 100).await.unwrap().iter().map(|one| one.incident.number.0).collect();
    assert_eq!(numbers, (1..=u32::try_from(there).unwrap()).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_restored_backup_is_what_it_was_when_it_was_taken() {
    let (records, folder) = fresh().await;
    make_tenant(&records, TENANT).await;
    let kept = declare(&records).await.unwrap();
    let copy = folder.path().join("copy.sqlite");
    records.backup_to(&copy).await.unwrap();
    declare(&records).await.unwrap();
    storage::sqlite_file::replace(&folder.path().join("records.sqlite"), &copy).await.unwrap();
    assert_eq!(count(&records).await, 1);
    assert_eq!(records.find(&everything(), kept.number).await.unwrap(), Some(kept));
    assert_eq!(records.verify(TENANT).await.unwrap(), None);
    assert_eq!(declare(&records).await.unwrap().number, IncidentNumber(2));
    let faults = "select count(*) from pragma_integrity_check where integrity_check <> 'ok'";
    assert_eq!(numbers(&raw(&folder).await, faults).await, [[0]]);
}

#[tokio::test]
async fn a_file_that_is_there_is_never_overwritten() {
    let (records, folder) = fresh().await;
    let taken = folder.path().join("taken");
    std::fs::write(&taken, "mine").unwrap();
    let refused = records.backup_to(&taken).await.unwrap_err();
    assert!(matches!(refused, BackupError::Exists(_)), "{refused:?}");
    assert_eq!(std::fs::read(&taken).unwrap(), b"mine");
    let nowhere = records.backup_to(&folder.path().join("missing/copy")).await.unwrap_err();
    assert!(matches!(nowhere, BackupError::File { .. }), "{nowhere:?}");
}

async fn count(records: &Records) -> usize {
    records.export(TENANT, None, 1_000).await.unwrap().len()
}
