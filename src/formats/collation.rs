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

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted<const N: usize>(mut names: [&str; N]) -> [&str; N] {
        names.sort_by(|a, b| norwegian_order(a, b));
        names
    }

    #[test]
    fn the_norwegian_letters_come_last_in_their_order() {
        assert_eq!(
            sorted(["Åse", "Zoe", "Ærlig", "Østby", "Anne"]),
            ["Anne", "Zoe", "Ærlig", "Østby", "Åse"]
        );
    }

    #[test]
    fn double_a_is_an_old_å() {
        assert_eq!(
            sorted(["Åsen", "Aasen", "Abel", "Ødegård"]),
            ["Abel", "Ødegård", "Aasen", "Åsen"]
        );
        assert_eq!(sorted(["Kraft", "Kraabøl", "Krøger"]), ["Kraft", "Krøger", "Kraabøl"]);
    }

    #[test]
    fn case_and_foreign_marks_do_not_part_names() {
        assert_eq!(sorted(["berg", "Bergan", "Berg"]), ["Berg", "berg", "Bergan"]);
        assert_eq!(sorted(["Idun", "Idé", "Ida"]), ["Ida", "Idé", "Idun"]);
        assert_eq!(
            sorted(["Ödman", "Zorn", "Ørn", "Müller", "Myhre"]),
            ["Myhre", "Müller", "Zorn", "Ödman", "Ørn"]
        );
    }

    #[test]
    fn spaces_before_digits_before_letters() {
        assert_eq!(sorted(["Ab", "A1", "A b", "A"]), ["A", "A b", "A1", "Ab"]);
    }

    #[test]
    fn only_the_same_text_is_equal() {
        assert!(norwegian_order("Aas", "Ås").is_ne());
        assert!(norwegian_order("Ås", "Ås").is_eq());
    }
}
