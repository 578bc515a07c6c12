//! `muster sessions`, beside the running server.

use std::path::Path;

use domain::TenantId;
use services::audit::AuditResult;
use tempfile::TempDir;
use uuid::Uuid;

use super::{handle, is_in, is_out};
use crate::support::{CONTOSO, FABRIKAM, Muster, Person, Setup, TestApp, run};

/// The command with the settings of the server, on a machine without the site's files: they are no business of sessions.
fn muster(app: &TestApp, folder: &Path, arguments: &[&str]) -> Muster {
    Muster::on(folder, arguments)
        .set("MUSTER_ENTRA_LOCAL_LISTEN", &app.authority())
        .set("MUSTER_SITE_ROOT", "/nonexistent")
}

#[test]
fn it_lists_and_ends_the_sessions_of_the_running_server() {
    run(async {
        let folder = TempDir::new().unwrap();
        let app = TestApp::start(folder.path(), Setup::default()).await;
        let (admin, viewer) = (app.signed_in(Person::Admin).await, app.signed_in(Person::Viewer).await);
        let again = app.signed_in(Person::Viewer).await;
        let stranger = app.signed_in(Person::Stranger).await;
        let tenant = CONTOSO.to_string();
        let command = |arguments: &[&str]| muster(&app, folder.path(), arguments).finish();

        let listed = command(&["sessions", "list", "--tenant", &tenant]).success();
        assert_eq!(listed.lines().count(), 3, "{listed}");
        let one = handle(&again).await;
        let user = Person::Viewer.id().to_string();
        let line = listed.lines().find(|line| line.starts_with(&one)).unwrap();
        let fields: Vec<_> = line.split('\t').collect();
        assert_eq!((fields[1], fields[2], fields.len()), (user.as_str(), "Lev Haraldsen", 8), "{line}");
        let theirs = command(&["sessions", "list", "--tenant", &tenant, "--user", &user]).success();
        assert_eq!(theirs.lines().count(), 2, "{theirs}");
        let looks: Vec<_> = app.audit_log(CONTOSO).await.into_iter().take(2).collect();
        for (line, target) in looks.iter().zip([format!("user:{user}"), format!("tenant:{CONTOSO}")]) {
            assert_eq!(
                (line.action.as_str(), &line.target, line.result),
                ("session.list", &target, AuditResult::Allow)
            );
            assert_eq!(line.actor_name, "muster sessions list (command line)");
        }
        for more in [&[] as &[&str], &["--user", &user]] {
            let arguments = [&["sessions", "list", "--tenant", &tenant], more].concat();
            let unheard = muster(&app, folder.path(), &arguments).unheard();
            assert_eq!((unheard.code, unheard.stderr.as_str()), (Some(0), ""), "{arguments:?}");
        }

        let done = command(&["sessions", "revoke", "--session", &one]).success();
        assert_eq!(done, "1 session was signed out\n");
        is_out(&again).await;
        is_in(&viewer).await;
        let line = app.audit_log(CONTOSO).await.remove(0);
        assert_eq!((line.action.as_str(), line.result), ("session.revoke", AuditResult::Allow));
        assert_eq!(line.actor_name, "muster sessions revoke (command line)");
        let gone = command(&["sessions", "revoke", "--session", &one]);
        assert_eq!(gone.code, Some(1), "{}", gone.stderr);

        assert_eq!(command(&["sessions", "revoke", "--tenant", &tenant, "--user", &user]).success(), done);
        is_out(&viewer).await;
        is_in(&admin).await;
        assert_eq!(command(&["sessions", "revoke", "--tenant", &tenant]).success(), done);
        is_out(&admin).await;
        is_in(&stranger).await;

        let unsure = command(&["sessions", "revoke", "--all"]);
        assert_eq!(unsure.code, Some(2), "{}", unsure.stderr);
        is_in(&stranger).await;
        assert_eq!(command(&["sessions", "revoke", "--all", "--yes"]).success(), done);
        is_out(&stranger).await;
        let line = app.audit_log(TenantId(Uuid::nil())).await.remove(0);
        assert_eq!((line.action.as_str(), line.detail["count"].as_u64()), ("session.revoke", Some(1)));
        app.stop().await;
    });
}

#[test]
fn what_it_is_told_is_checked_before_anything_ends() {
    run(async {
        let folder = TempDir::new().unwrap();
        let app = TestApp::start(folder.path(), Setup::default()).await;
        let viewer = app.signed_in(Person::Viewer).await;
        app.signed_in(Person::Stranger).await;
        let (tenant, user) = (FABRIKAM.to_string(), Person::Viewer.id().to_string());
        for (arguments, says) in [
            (&["sessions", "revoke"][..], "required"),
            (&["sessions", "revoke", "--yes"], "required"),
            (&["sessions", "revoke", "--user", &user], "--tenant"),
            (&["sessions", "revoke", "--all", "--yes", "--tenant", &tenant], "cannot be used with"),
            (&["sessions", "revoke", "--tenant", &tenant, "--user", &user], "nobody of this tenant"),
            (&["sessions", "list", "--tenant", "00000000-0000-0000-0000-000000000001"], "no such tenant"),
        ] {
            let refused = muster(&app, folder.path(), arguments).finish();
            assert_eq!(refused.code, Some(2), "{arguments:?}: {}", refused.stderr);
            assert!(refused.stderr.contains(says), "{arguments:?}: {}", refused.stderr);
        }
        is_in(&viewer).await;
        app.stop().await;
    });
}
