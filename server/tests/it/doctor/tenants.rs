//! A list of organisations that lets nobody in.

use identity::SystemClock;
use server::doctor::{Level, tenants_warning};
use storage::{Records, RecordsOptions};

use super::patient::{Patient, problems};
use crate::support::{CONTOSO, Muster, run};

#[test]
fn a_list_with_nobody_on_it_is_a_problem_unless_organisations_come_by_themselves() {
    run(async {
        let mut patient = Patient::healthy().await;
        patient.set("MUSTER_TENANTS", "listed");
        let empty = patient.problem().await;
        assert_eq!((empty.check, empty.level), ("tenants", Level::Problem), "before the records are made: {empty:?}");
        for way in ["muster tenants allow", "MUSTER_ONBOARDING", "MUSTER_TENANTS"] {
            assert!(empty.fix.as_ref().is_some_and(|fix| fix.contains(way)), "{empty:?}");
        }
        let folder = patient.folder.path();
        Muster::on(folder, &["migrate"]).finish().success();
        assert_eq!(patient.problem().await, empty, "and after");
        let records = Records::open(&patient.settings().records, &RecordsOptions::default()).await.unwrap();
        let said = tenants_warning(&patient.settings(), &records).await.unwrap();
        assert!(said.contains("nobody can sign in") && said.contains("muster tenants allow"), "{said}");

        Muster::on(folder, &["tenants", "allow", &CONTOSO.to_string()]).finish().success();
        let findings = patient.examined(&SystemClock).await;
        let found = findings.iter().find(|found| found.check == "tenants").unwrap();
        assert!(found.finding.contains("1 organisation let in; onboarding off"), "{found:?}");
        assert_eq!((problems(&findings), tenants_warning(&patient.settings(), &records).await), (Vec::new(), None));

        Muster::on(folder, &["tenants", "block", &CONTOSO.to_string()]).finish().success();
        assert_eq!(patient.problem().await, empty, "whoever was taken off it does not count");
        patient.set("MUSTER_ONBOARDING", "consent");
        assert_eq!(problems(&patient.examined(&SystemClock).await), []);
        records.close().await.unwrap();
        patient.stop().await;
    });
}
