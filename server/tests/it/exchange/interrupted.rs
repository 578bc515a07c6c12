//! An import that does not come to its end. The disk is full in the middle: what is written are whole batches, and
//! running it again once there is room finishes it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use domain::{Actor, Role};
use services::audit::{Caller, RequestFacts};
use services::exchange::{Format, ImportError, ImportFile, ImportService};
use services::ports::IncidentStore;
use services::testing::AuditChain;
use services::{RandomIds, ServiceError, SystemClock, user_id};
use storage::{Records, RecordsOptions};

use super::{Archive, counts};
use crate::support::{CONTOSO, run};

/// Incidents in one transaction; the format's own constant is private, and a file that is no multiple of it shows why.
const BATCH: usize = 200;
const ROWS: usize = 1_450;

fn operator() -> Caller {
    let actor = Actor {
        id: user_id(CONTOSO, "command line"),
        tenant: CONTOSO,
        name: "muster import (command line)".to_owned(),
        roles: [Role::Admin].into_iter().collect(),
    };
    Caller { actor, request: RequestFacts::default() }
}

async fn import(records: &Records, path: &Path) -> Result<(), ImportError> {
    let ports = Arc::new(records.clone());
    let service = ImportService::new(ports.clone(), ports, Arc::new(SystemClock), Arc::new(RandomIds));
    let path = path.to_owned();
    let files = [ImportFile {
        name: path.display().to_string(),
        format: Format::UptimeArchive("2015-01-01".parse().unwrap()),
        open: Box::new(move || Ok(Box::new(std::io::BufReader::new(std::fs::File::open(&path)?)))),
    }];
    let checked = service.check(&operator(), &files, &mut |_, _| {})?;
    service.import(&operator(), &checked[0], &mut |_, _| {}).await.map(|_| ())
}

#[test]
fn a_full_disk_leaves_whole_batches_and_the_next_run_finishes() {
    let archive = Archive::new();
    let rows = (0..ROWS).map(|n| format!("{n}00,{n}60,0.5,mail\n")).collect::<Vec<_>>().concat();
    let file = archive.file("long.csv", format!("start_time,end_time,status,service\n{rows}"));
    let there = run(async {
        // Room for a few of the eight batches.
        let small = RecordsOptions { max_page_count: Some(220), ..RecordsOptions::default() };
        let records = archive.records(&small).await;
        let refused = import(&records, &file).await.unwrap_err();
        assert!(matches!(refused, ImportError::Service(ServiceError::Unavailable(_))), "{refused:?}");
        let there = records.export(CONTOSO, None, 10_000).await.unwrap().len();
        assert!(there > 0 && there < ROWS && there.is_multiple_of(BATCH), "{there}");
        assert_eq!(records.verify(CONTOSO).await.unwrap(), None);
        records.close().await.unwrap();
        there
    });
    let printed = archive.import(CONTOSO, &["--anchor", "2015-01-01"], &[&file]).success();
    assert_eq!(counts(&printed), ((ROWS - there) as u64, there as u64));
    let numbers: Vec<_> = archive.export(CONTOSO).iter().map(|line| line["number"].as_u64().unwrap()).collect();
    assert_eq!(numbers, (1..=ROWS as u64).collect::<Vec<_>>(), "every row once, no number lost");
}

/// What a second reading does not find any more is not said to be imported.
#[test]
fn a_file_that_holds_something_else_the_second_time_is_no_success() {
    let archive = Archive::new();
    run(async {
        let records = archive.records(&RecordsOptions::default()).await;
        let read = AtomicBool::new(false);
        let text = |second: bool| {
            if second {
                "start_time,end_time,status,service\n"
            } else {
                "start_time,end_time,status,service\n0,60,1,mail\n"
            }
        };
        let files = [ImportFile {
            name: "fickle.csv".to_owned(),
            format: Format::UptimeArchive("2015-01-01".parse().unwrap()),
            open: Box::new(|| Ok(Box::new(text(read.swap(true, Ordering::Relaxed)).as_bytes()))),
        }];
        let ports = Arc::new(records.clone());
        let service = ImportService::new(ports.clone(), ports, Arc::new(SystemClock), Arc::new(RandomIds));
        let checked = service.check(&operator(), &files, &mut |_, _| {}).unwrap();
        let refused = service.import(&operator(), &checked[0], &mut |_, _| {}).await.unwrap_err();
        assert!(matches!(&refused, ImportError::Changed(name) if name == "fickle.csv"), "{refused:?}");
        records.close().await.unwrap();
    });
}
