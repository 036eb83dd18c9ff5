//! The dependency rule of the house: who may name whom.

use std::path::{Path, PathBuf};

/// Rooms, and the rooms of ours that their code may name.
const MAY_NAME: &[(&str, &[&str])] = &[
    ("formats", &["formats"]),
    ("domain", &["domain", "formats"]),
    ("contract", &["contract", "domain", "formats", "error", "auth"]),
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
        ],
    ),
    ("auth", &["auth", "contract", "formats", "error", "db", "clock", "config", "sealed", "app"]),
    (
        "portal",
        &[
            "portal", "auth", "contract", "formats", "error", "db", "clock", "config", "sealed",
            "app", "domain",
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
fn stores_never_begin_or_commit() {
    // The feed's sequencer is a whole act: it holds its lock until it has committed.
    let others = sources("hub/store").into_iter().filter(|(file, _)| !file.ends_with("feed.rs"));
    for (file, code) in others {
        for word in ["begin(", "begin_with(", ".commit(", ".rollback("] {
            assert!(!code.contains(word), "{} has {word}", file.display());
        }
    }
}

#[test]
fn only_the_clock_asks_the_time() {
    let faults: Vec<_> = sources("")
        .into_iter()
        .filter(|(file, _)| !file.ends_with("clock.rs"))
        .filter(|(_, code)| {
            ["Timestamp::now", "Zoned::now", "SystemTime::now"]
                .iter()
                .any(|call| code.contains(call))
        })
        .map(|(file, _)| file)
        .collect();
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

/// The files of a room with their code: comments and tests left out.
fn sources(room: &str) -> Vec<(PathBuf, String)> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
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
