//! Every code a caller of the API can be told stands in `docs/api.md`, and no other.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Where the hub's problems are made. The portal's own are shown to people, not to systems.
const ROOMS: [&str; 5] = ["contract", "domain", "hub", "formats", "error.rs"];

/// How a problem, or an error of a field, is made: with its code behind what it is about.
const MAKERS: [&str; 4] = ["Problem::new(", "Self::new(", "Invalid::new(", ".fault("];

/// Not told by the hub: what `HubClient` says when it cannot reach one.
const OF_THE_CLIENT: [&str; 1] = ["hub_unavailable"];

fn files(path: &Path, found: &mut Vec<PathBuf>) {
    if path.is_dir() {
        for entry in std::fs::read_dir(path).unwrap() {
            files(&entry.unwrap().path(), found);
        }
    } else if path.extension().is_some_and(|end| end == "rs") {
        found.push(path.to_owned());
    }
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn is_code(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

/// The arguments of a call, from behind its opening parenthesis; a string keeps its quotes.
fn arguments(text: &str) -> Vec<String> {
    let (mut depth, mut quoted, mut escaped) = (0, false, false);
    let mut found = vec![String::new()];
    for c in text.chars() {
        if quoted {
            quoted = escaped || c != '"';
            escaped = c == '\\' && !escaped;
        } else {
            match c {
                '"' => quoted = true,
                '(' | '[' | '{' => depth += 1,
                ')' | ']' | '}' if depth == 0 => break,
                ')' | ']' | '}' => depth -= 1,
                ',' if depth == 0 => {
                    found.push(String::new());
                    continue;
                }
                _ => {}
            }
        }
        found.last_mut().unwrap().push(c);
    }
    found.into_iter().map(|argument| argument.trim().to_owned()).collect()
}

fn in_the_code() -> BTreeSet<String> {
    let mut sources = Vec::new();
    for room in ROOMS {
        files(&root().join("src").join(room), &mut sources);
    }
    let mut codes = BTreeSet::new();
    for file in sources {
        let text = std::fs::read_to_string(&file).unwrap();
        for maker in MAKERS {
            for (at, _) in text.match_indices(maker) {
                let arguments = arguments(&text[at + maker.len()..]);
                let place = if arguments[0] == "errors" { 2 } else { 1 };
                let text = arguments.get(place).and_then(|argument| argument.strip_prefix('"'));
                let code = text.and_then(|text| text.strip_suffix('"'));
                codes.extend(code.filter(|code| is_code(code)).map(str::to_owned));
            }
        }
        if file.ends_with("domain/refusal.rs") {
            let named =
                text.lines().filter_map(|line| line.split_once("=> \"")?.1.split('"').next());
            codes.extend(named.map(str::to_owned));
        }
    }
    codes
}

/// The codes in the first column of the tables under «Errors».
fn in_the_guide() -> BTreeSet<String> {
    let text = std::fs::read_to_string(root().join("docs/api.md")).unwrap();
    let errors = text.split("\n## ").find(|part| part.starts_with("Errors")).unwrap();
    let cells = errors.lines().filter_map(|line| line.strip_prefix("| `")?.split(" |").next());
    cells.flat_map(|cell| cell.split('`')).filter(|word| is_code(word)).map(str::to_owned).collect()
}

#[test]
fn the_guide_lists_every_code_and_no_other() {
    let mut code = in_the_code();
    for own in OF_THE_CLIENT {
        assert!(code.remove(own), "{own} is not made any more");
    }
    let guide = in_the_guide();
    assert!(code.len() > 50, "{code:?}");
    let unlisted: Vec<_> = code.difference(&guide).collect();
    let unused: Vec<_> = guide.difference(&code).collect();
    assert!(
        unlisted.is_empty() && unused.is_empty(),
        "not listed: {unlisted:?}; never told: {unused:?}"
    );
}
