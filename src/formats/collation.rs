//! Norwegian alphabetical order.

use std::cmp::Ordering;

/// Orders names as a Norwegian reader expects: æ, ø, å last, `aa` as å, capitals beside small letters.
///
/// Total: texts that differ only in what the order overlooks are ordered by their characters.
pub fn norwegian_order(a: &str, b: &str) -> Ordering {
    weights(a).cmp(weights(b)).then_with(|| a.cmp(b))
}

/// One weight per letter: marks and spaces, then digits, then letters.
fn weights(text: &str) -> impl Iterator<Item = (u8, char)> {
    let mut letters = text.chars().flat_map(char::to_lowercase).peekable();
    std::iter::from_fn(move || {
        let letter = letters.next()?;
        let double = letter == 'a' && letters.next_if_eq(&'a').is_some();
        Some(weight(if double { 'å' } else { letter }))
    })
}

fn weight(letter: char) -> (u8, char) {
    match letter {
        'æ' | 'ä' => (3, '1'),
        'ø' | 'ö' => (3, '2'),
        'å' => (3, '3'),
        'é' | 'è' | 'ê' | 'ë' => (2, 'e'),
        'á' | 'à' | 'â' | 'ã' => (2, 'a'),
        'ó' | 'ò' | 'ô' | 'õ' => (2, 'o'),
        'í' | 'ì' | 'î' | 'ï' => (2, 'i'),
        'ú' | 'ù' | 'û' => (2, 'u'),
        'ü' => (2, 'y'),
        'ç' | 'č' => (2, 'c'),
        'ñ' => (2, 'n'),
        'š' => (2, 's'),
        'ž' => (2, 'z'),
        'đ' | 'ð' => (2, 'd'),
        letter if letter.is_numeric() => (1, letter),
        letter if letter.is_ascii_alphabetic() => (2, letter),
        letter if letter.is_alphabetic() => (4, letter),
        mark => (0, mark),
    }
}
