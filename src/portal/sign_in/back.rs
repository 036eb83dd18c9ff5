//! Where to go after sign-in: only ever a page of our own.

use url::form_urlencoded::byte_serialize;
use url::{Position, Url};

/// The longest address that is kept.
const LONGEST: usize = 2000;

/// `asked` when it is a path of ours that people may land on, else the front page.
pub fn local(asked: &str) -> String {
    let plain = asked.starts_with('/')
        && asked.len() <= LONGEST
        && !asked.contains('\\')
        && !asked.chars().any(char::is_control);
    let kept = base().join(asked).ok().filter(|url| plain && stays(url));
    kept.map_or_else(|| "/".to_owned(), |url| url[Position::BeforePath..].to_owned())
}

/// Whether the address is on the site it was resolved against, and a page to land on.
fn stays(url: &Url) -> bool {
    let path = url.path();
    url.origin() == base().origin() && !path.starts_with("//") && !is_sign_in(path)
}

/// The path and query of an address that must be on our own site, as `Referer` gives it.
pub fn of_address(address: &str, public_url: &str) -> String {
    let same = |url: &Url| Url::parse(public_url).is_ok_and(|ours| ours.origin() == url.origin());
    match Url::parse(address).ok().filter(same) {
        Some(url) => local(&url[Position::BeforePath..Position::AfterQuery]),
        None => "/".to_owned(),
    }
}

/// The sign-in page, to come back to `path` from.
pub fn sign_in_and_back_to(path: &str) -> String {
    match path {
        "/" => "/logg-inn".to_owned(),
        path => with_return("/logg-inn", path),
    }
}

/// `page` with `back_to` as its `retur`.
pub fn with_return(page: &str, back_to: &str) -> String {
    let escaped: String = byte_serialize(back_to.as_bytes()).collect();
    format!("{page}?retur={escaped}")
}

/// The sign-in pages themselves are nowhere to go back to, but for a kept form, the codes and the app.
fn is_sign_in(path: &str) -> bool {
    let within = path.starts_with("/logg-inn") || path.starts_with("/logg-ut");
    within
        && !path.starts_with("/logg-inn/skjema/")
        && !["/logg-inn/gjenoppretting", "/logg-inn/ny-app"].contains(&path)
}

/// Any address serves to resolve a path against; this one cannot exist.
fn base() -> Url {
    Url::parse("http://portal.invalid").expect("a fixed address")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_of_ours_is_kept_whole() {
        for path in ["/", "/hendelser?status=sent&side=2", "/krav/1#linje", "/logg-inn/skjema/1"] {
            assert_eq!(local(path), path);
        }
    }

    #[test]
    fn nothing_leads_away_from_the_site_or_round_in_circles() {
        let away = [
            "",
            "hendelser",
            "//ond.example",
            "///ond.example",
            "/\\ond.example",
            "\\\\ond.example",
            "https://ond.example/",
            "javascript:alert(1)",
            "/\t/ond.example",
            "/.//ond.example",
            "/krav\n",
            "/logg-inn",
            "/logg-ut",
            "/x/../logg-inn",
        ];
        for path in away {
            assert_eq!(local(path), "/", "{path:?}");
        }
        assert_eq!(local(&format!("/{}", "a".repeat(LONGEST))), "/");
    }

    #[test]
    fn an_address_counts_only_from_our_own_site() {
        let ours = "https://skadehub.example";
        assert_eq!(of_address("https://skadehub.example/krav?side=2#x", ours), "/krav?side=2");
        assert_eq!(of_address("https://ond.example/krav", ours), "/");
        assert_eq!(of_address("/krav", ours), "/");
    }

    #[test]
    fn the_way_back_survives_the_query() {
        assert_eq!(sign_in_and_back_to("/krav?a=b&c=d"), "/logg-inn?retur=%2Fkrav%3Fa%3Db%26c%3Dd");
        assert_eq!(sign_in_and_back_to("/"), "/logg-inn");
    }
}
