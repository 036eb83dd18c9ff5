//! What a browser calls itself, in words a person recognises.

/// The first that fits counts: most browsers also claim to be others.
const BROWSERS: [(&str, &str); 6] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

const SYSTEMS: [(&str, &str); 7] = [
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
];

/// `Firefox på Windows`, from a `User-Agent`; `None` for one that names no browser we know.
pub(super) fn in_words(user_agent: &str) -> Option<String> {
    let first = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| user_agent.contains(mark)).map(|(_, word)| *word)
    };
    let browser = first(&BROWSERS)?;
    Some(match first(&SYSTEMS) {
        Some(system) => format!("{browser} på {system}"),
        None => browser.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_known_by_its_own_name_among_those_it_borrows() {
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36";
        for (said, words) in [
            (chrome.to_owned(), Some("Chrome på Linux")),
            (format!("{chrome} Edg/140.0"), Some("Edge på Linux")),
            (
                "Mozilla/5.0 (Windows NT 10.0; rv:143.0) Gecko/20100101 Firefox/143.0".to_owned(),
                Some("Firefox på Windows"),
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1"
                    .to_owned(),
                Some("Safari på iPhone"),
            ),
            ("curl/8.0".to_owned(), None),
        ] {
            assert_eq!(in_words(&said).as_deref(), words, "{said}");
        }
    }
}
