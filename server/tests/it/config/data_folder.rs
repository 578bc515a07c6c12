//! What the first start makes, and that the second start finds it.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::TempDir;

use crate::support::{Browser, Muster, Serving, free_port, run};

fn serve(folder: &Path, ports: (u16, u16)) -> Serving {
    Muster::on(folder, &["serve", "--empty"])
        .set("MUSTER_LISTEN", &format!("127.0.0.1:{}", ports.0))
        .set("MUSTER_ENTRA_LOCAL_LISTEN", &format!("127.0.0.1:{}", ports.1))
        .serve()
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_folder_that_holds_other_things_and_is_open_to_others_keeps_its_mode() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("somebody's"), "own").unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let ended = Muster::on(folder.path(), &["migrate"]).finish();
    assert_eq!(ended.code, Some(0), "{ended:?}");
    assert_eq!(mode(folder.path()), 0o755, "it is not ours to close");
    assert_eq!(mode(&folder.path().join("records.db")), 0o600);
}

#[test]
fn the_first_start_makes_everything_for_its_owner_only_and_the_second_finds_it() {
    let parent = TempDir::new().unwrap();
    let folder = parent.path().join("state/muster");
    let ports = (free_port(), free_port());
    let server = serve(&folder, ports);
    for words in [
        &format!("Muster is at http://localhost:{}/", ports.0),
        &format!("Development sign-in is at http://127.0.0.1:{}/", ports.1),
        "amara@contoso.example",
    ] {
        assert!(server.greeting.contains(words), "{words}: {}", server.greeting);
    }
    run(async {
        let browser = Browser::new(&format!("http://localhost:{}", ports.0).parse().unwrap());
        assert_eq!(browser.get("/readyz").await.json()["status"], "ready");
        let start = browser.get("/").await.body;
        assert!(start.contains("Development sign-in"), "{start}");
        assert_eq!(browser.get("/incidents").await.status, 302);
    });
    let key = std::fs::read(folder.join("key-ring")).unwrap();
    assert_eq!(mode(&folder), 0o700);
    for file in ["key-ring", "records.db", "state.db"] {
        assert_eq!(mode(&folder.join(file)), 0o600, "{file}");
    }
    let drafts = std::fs::read_dir(&folder).unwrap().filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with("key-ring.")
    });
    assert_eq!(drafts.count(), 0, "no copy of the key is left");
    assert_eq!(server.terminate(), Some(0), "asked to stop, it ends in order");

    // Somebody opened the folder; the next start closes it.
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o755)).unwrap();
    let again = serve(&folder, ports);
    assert_eq!(mode(&folder), 0o700);
    assert_eq!(std::fs::read(folder.join("key-ring")).unwrap(), key);
    assert_eq!(again.terminate(), Some(0));
}

#[test]
fn a_key_ring_that_is_none_is_named_and_left_alone() {
    let folder = TempDir::new().unwrap();
    std::fs::create_dir_all(folder.path().join("site/pkg")).unwrap();
    std::fs::write(folder.path().join("key-ring"), "hunter2").unwrap();
    let site = folder.path().join("site").display().to_string();
    let listen = format!("127.0.0.1:{}", free_port());
    let muster = Muster::on(folder.path(), &["serve"]).set("MUSTER_SITE_ROOT", &site);
    let ended = muster.set("MUSTER_LISTEN", &listen).finish();
    assert_eq!(ended.code, Some(2), "{ended:?}");
    let path = folder.path().join("key-ring");
    assert!(ended.stderr.contains(&format!("the key ring {}: ", path.display())), "{}", ended.stderr);
    assert!(!ended.stderr.contains("hunter2"), "{}", ended.stderr);
    assert!(!folder.path().join("records.db").exists(), "nothing else was begun");
    assert_eq!(std::fs::read(folder.path().join("key-ring")).unwrap(), b"hunter2");
}
