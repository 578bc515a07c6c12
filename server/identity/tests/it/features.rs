//! `FEATURES.md` against the sources: every row is there once, and every test that it names exists.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

/// Rows by their ids, with what shows them.
fn rows() -> Vec<(String, String)> {
    let table = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("FEATURES.md")).unwrap();
    let cells = table.lines().filter_map(|line| {
        let mut cells = line.strip_prefix("| ")?.strip_suffix(" |")?.splitn(3, " | ");
        Some((cells.next()?.to_owned(), cells.nth(1)?.to_owned()))
    });
    cells.filter(|(id, _)| id != "Row").collect()
}

fn required() -> Vec<String> {
    let features = 1..=101;
    let beyond =
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 20, 21, 22, 25, 26, 27, 30, 31, 32, 33, 34, 35];
    let ids = features.map(|n| format!("F-{n}")).chain(beyond.map(|n| format!("X-{n}")));
    ids.chain((1..=58).map(|n| format!("S-{n}"))).collect()
}

/// The parts of a cell between a pair of marks.
fn marked(cell: &str, mark: char) -> Vec<&str> {
    cell.split(mark).skip(1).step_by(2).collect()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every Rust file under a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            found.push(path);
        }
    }
}

/// Whether `crate::module::test` is a test in a file of that module, and one that is run.
fn exists(name: &str) -> bool {
    let mut parts: Vec<&str> = name.split("::").collect();
    let (Some(function), false) = (parts.pop(), parts.len() < 2) else { return false };
    let folder = match parts[0] {
        "app" => root().join("app"),
        "server" => root().join("server"),
        nested => root().join("server").join(nested),
    };
    let mut files = Vec::new();
    for half in ["src", "tests/it"] {
        sources(&folder.join(half), &mut files);
    }
    // An inline test module is in the file of the module around it.
    let module = parts[1..].join("/");
    let ends = [format!("/{module}.rs"), format!("/{module}/mod.rs")];
    let head = format!("fn {function}(");
    files.iter().filter(|path| ends.iter().any(|end| path.to_string_lossy().ends_with(end.as_str()))).any(|path| {
        let text = fs::read_to_string(path).unwrap();
        text.match_indices(&head).any(|(at, _)| is_run(&text[..at]))
    })
}

/// Whether the function that begins after `text` is a test that is run whenever tests are.
fn is_run(text: &str) -> bool {
    // Without what stands before `fn` on its own line: `async`, or nothing.
    let above = text.rsplit_once('\n').map_or("", |(above, _)| above);
    let lines = above.lines().rev().map(str::trim_start);
    let attributes: Vec<_> = lines.take_while(|line| line.starts_with("#[")).collect();
    let is_test = |line: &&str| line.starts_with("#[test]") || line.starts_with("#[tokio::test");
    attributes.iter().any(is_test) && !attributes.iter().any(|line| line.starts_with("#[ignore"))
}

#[test]
fn every_row_is_there_once() {
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    for (id, _) in rows() {
        *times.entry(id).or_default() += 1;
    }
    let missing: Vec<_> = required().into_iter().filter(|id| !times.contains_key(id)).collect();
    assert!(missing.is_empty(), "no row for {missing:?}");
    let twice: Vec<_> = times.iter().filter(|(_, times)| **times > 1).collect();
    assert!(twice.is_empty(), "more than one row for {twice:?}");
}

#[test]
fn every_test_that_is_named_exists() {
    let mut wrong = Vec::new();
    for (id, shown) in rows() {
        if let Some(why) = shown.strip_prefix("not applicable: ") {
            assert!(why.len() > 20, "{id}: why not?");
            continue;
        }
        if shown.starts_with("open: ") {
            println!("{id} is open: {shown}");
            continue;
        }
        let names = marked(&shown, '`');
        let titles = marked(&shown, '"');
        let (files, tests): (Vec<&str>, Vec<&str>) = names.iter().partition(|name| name.starts_with("end2end/"));
        if tests.is_empty() && titles.is_empty() {
            wrong.push(format!("{id} names no test"));
        }
        wrong.extend(tests.into_iter().filter(|name| !exists(name)).map(|name| format!("{id}: no test {name}")));
        if files.len() != titles.len() {
            wrong.push(format!("{id}: {} browser files and {} titles of browser tests", files.len(), titles.len()));
        }
        for (file, title) in files.into_iter().zip(titles) {
            let text = fs::read_to_string(root().join(file)).unwrap_or_default();
            if !text.contains(&format!("test(\"{title}\"")) {
                wrong.push(format!("{id}: no browser test \"{title}\" in {file}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_test_that_does_not_exist_is_noticed() {
    assert!(exists("identity::features::a_test_that_does_not_exist_is_noticed"));
    for name in
        ["identity::features::no_such_test", "identity::nowhere::every_row_is_there_once", "identity", "nobody::a::b"]
    {
        assert!(!exists(name), "{name}");
    }
    assert!(!exists("identity::features::required"), "a function that is no test");
}

#[test]
fn a_test_that_is_not_run_shows_nothing() {
    assert!(is_run("}\n\n#[test]\n"));
    assert!(is_run("    #[tokio::test(flavor = \"multi_thread\")]\n    async "));
    assert!(!is_run("#[test]\n#[ignore = \"slow\"]\n"));
    assert!(!is_run("#[ignore]\n#[test]\n"));
    assert!(!is_run("#[test]\nfn another() {}\n\n"), "another function's");
}
