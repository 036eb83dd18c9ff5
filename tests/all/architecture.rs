//! The rules of the house that the compiler does not hold: who may name whom, and how we write.

use std::path::{Path, PathBuf};

/// Rooms, and the rooms of ours that their code may name.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("formats", &["formats"]),
    ("domain", &["domain", "formats"]),
    ("contract", &["contract", "domain", "formats", "error", "auth", "company_log"]),
    (
        "hub",
        &[
            "hub",
            "contract",
            "domain",
            "formats",
            "error",
            "db",
            "clock",
            "config",
            "sealed",
            "auth",
            "circuit_breaker",
            "company_log",
        ],
    ),
    (
        "auth",
        &[
            "auth",
            "contract",
            "formats",
            "error",
            "db",
            "clock",
            "config",
            "sealed",
            "app",
            "company_log",
        ],
    ),
    (
        "portal",
        &[
            "portal",
            "auth",
            "contract",
            "formats",
            "error",
            "db",
            "clock",
            "config",
            "sealed",
            "app",
            "domain",
            "company_log",
            "mail",
        ],
    ),
];

/// Places that must not name the web framework.
const WITHOUT_AXUM: [&str; 4] = ["formats", "domain", "hub/store", "hub/commands"];

#[test]
fn every_room_names_only_what_it_may() {
    let mut faults = Vec::new();
    for (room, allowed) in MAY_NAME {
        for (file, code) in sources(room) {
            for named in rooms_named(&code) {
                if !allowed.contains(&named) {
                    faults.push(format!("{} names crate::{named}", file.display()));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn rules_stores_and_commands_know_nothing_of_the_web() {
    let places = WITHOUT_AXUM.iter().flat_map(|place| sources(place));
    let faults: Vec<_> =
        places.filter(|(_, code)| code.contains("axum")).map(|(file, _)| file).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn rules_are_pure() {
    for (file, code) in ["formats", "domain"].iter().flat_map(|room| sources(room)) {
        for impure in
            ["async fn", "Timestamp::now", "Zoned::now", "sqlx::", "reqwest", "std::fs", "std::env"]
        {
            assert!(!code.contains(impure), "{} has {impure}", file.display());
        }
    }
}

#[test]
fn stores_rules_and_contract_never_begin_or_commit() {
    let is_store = |file: &Path| {
        within(file, "hub/store") || file.file_stem().is_some_and(|name| name == "store")
    };
    let others = sources("").into_iter().filter(|(file, _)| {
        // The feed's sequencer is a whole act: it holds its lock until it has committed.
        let store = is_store(file) && !file.ends_with("hub/store/feed.rs");
        store || ["formats", "domain", "contract"].iter().any(|room| within(file, room))
    });
    for (file, code) in others {
        for word in ["begin(", "begin_with(", ".commit(", ".rollback("] {
            assert!(!code.contains(word), "{} has {word}", file.display());
        }
    }
}

#[test]
fn only_the_clock_asks_the_time() {
    // The feed waits by the wall; the stand-ins start processes and wait for them.
    let exempt = |file: &Path| file.ends_with("clock.rs") || within(file, "sandbox");
    let faults: Vec<_> = sources("")
        .into_iter()
        .filter(|(file, _)| !exempt(file))
        .filter(|(file, code)| {
            ["Timestamp::now", "Zoned::now", "SystemTime::now", "Instant::now"]
                .iter()
                .filter(|call| **call != "Instant::now" || !file.ends_with("hub/api/feed.rs"))
                .any(|call| code.contains(call))
        })
        .map(|(file, _)| file)
        .collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn only_two_doors_establish_a_caller() {
    let doors = naming("Caller::established");
    assert_eq!(doors, ["contract/client.rs", "hub/api/bearer.rs"]);
}

#[test]
fn sql_is_never_made_of_strings() {
    // `db` sets the company, a uuid or code of ours; the sandbox makes databases.
    let made = naming("AssertSqlSafe");
    let faults: Vec<_> =
        made.iter().filter(|file| *file != "db.rs" && !file.starts_with("sandbox/")).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn no_room_is_crowded_and_each_says_what_it_is() {
    let mut faults = Vec::new();
    for file in files("src", "rs") {
        let text = std::fs::read_to_string(&file).unwrap();
        if text.lines().count() > 300 {
            faults.push(format!("{} has more than 300 lines", file.display()));
        }
        if !text.starts_with("//!") {
            faults.push(format!("{} does not say what it is", file.display()));
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn templates_escape_what_is_typed_and_hold_nothing_inline() {
    let mut faults = Vec::new();
    for file in files("templates", "html") {
        let text = std::fs::read_to_string(&file).unwrap().to_lowercase();
        let squeezed: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        let scripts =
            text.split("<script").skip(1).filter(|rest| !rest.starts_with(" src=")).count();
        let handlers = text.split(" on").skip(1).any(|rest| {
            rest.split_once("=\"")
                .is_some_and(|(name, _)| name.bytes().all(|b| b.is_ascii_alphabetic()))
        });
        for (fault, found) in [
            ("unescaped text", squeezed.contains("|safe") || squeezed.contains("escape(\"none\"")),
            ("a script inline", scripts > 0),
            ("a style inline", text.contains("<style") || text.contains(" style=")),
            ("a handler inline", handlers || text.contains("javascript:")),
        ] {
            if found {
                faults.push(format!("{} has {fault}", file.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn the_portal_has_no_sql_of_the_hub() {
    for room in ["portal", "auth"] {
        for (file, code) in sources(room) {
            let sql = code.lines().any(|line| {
                ["from hub.", "into hub.", "update hub.", "join hub."]
                    .iter()
                    .any(|sql| line.contains(sql))
            });
            assert!(!sql, "{}", file.display());
        }
    }
}

#[test]
fn only_the_command_line_starts_the_sandbox() {
    let rooms = ["formats", "domain", "contract", "hub", "auth", "portal"];
    for (file, code) in rooms.iter().flat_map(|room| sources(room)) {
        assert!(!code.contains("crate::sandbox"), "{}", file.display());
    }
}

/// Whether a file of `src` lies in this room.
fn within(file: &Path, room: &str) -> bool {
    file.strip_prefix(root("src")).is_ok_and(|file| file.starts_with(room))
}

/// The files of `src` whose code names this, sorted.
fn naming(what: &str) -> Vec<String> {
    let named = sources("").into_iter().filter(|(_, code)| code.contains(what));
    let files = named.map(|(file, _)| file.strip_prefix(root("src")).unwrap().to_owned());
    let mut files: Vec<_> = files.map(|file| file.display().to_string()).collect();
    files.sort();
    files
}

fn root(folder: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)
}

/// Every file below a folder whose name ends so.
fn files(folder: &str, end: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root(folder)];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == end) {
                found.push(path);
            }
        }
    }
    found
}

/// The files of a room with their code: comments and tests left out.
fn sources(room: &str) -> Vec<(PathBuf, String)> {
    let source = root("src");
    let mut files = Vec::new();
    collect(&source.join(room), &mut files);
    files.extend(Some(source.join(format!("{room}.rs"))).filter(|file| file.exists()));
    files
        .into_iter()
        .map(|file| (file.clone(), code(&std::fs::read_to_string(&file).unwrap())))
        .collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() && !path.ends_with("tests") {
            collect(&path, files);
        } else if path.extension().is_some_and(|end| end == "rs") && !path.ends_with("tests.rs") {
            files.push(path);
        }
    }
}

fn code(text: &str) -> String {
    let without_tests = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
    let lines = without_tests.lines().filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The rooms in `crate::room` and `use crate::{…, room::…}`.
fn rooms_named(code: &str) -> Vec<&str> {
    let mut rooms = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let after = &code[at + "crate::".len()..];
        match after.strip_prefix('{') {
            Some(group) => {
                let group = group.split("};").next().unwrap_or_default();
                rooms.extend(
                    group
                        .split(',')
                        .map(str::trim)
                        .filter(|part| part.starts_with(char::is_lowercase))
                        .map(word),
                );
            }
            None => rooms.push(word(after)),
        }
    }
    rooms.retain(|room| room.starts_with(char::is_lowercase));
    rooms
}

fn word(text: &str) -> &str {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap_or_default()
}
