//! Control digits: MOD10, and the weighted sums behind MOD11.

/// The digits of `text`, or nothing when it has any other character.
pub(super) fn digits(text: &str) -> Option<Vec<u8>> {
    text.bytes().map(|b| b.is_ascii_digit().then(|| b - b'0')).collect()
}

/// Each digit times its weight, summed. Pairs up from the left; what has no partner is left out.
pub(super) fn weighted_sum(digits: &[u8], weights: impl IntoIterator<Item = u32>) -> u32 {
    digits.iter().zip(weights).map(|(&digit, weight)| u32::from(digit) * weight).sum()
}

/// The control digit that brings `sum` to a multiple of 11; 10 means that no digit can.
pub(super) fn mod11(sum: u32) -> u32 {
    (11 - sum % 11) % 11
}

/// The MOD11 control of `payload` with weights 2–7 repeating from the right, as in KID.
pub(super) fn mod11_repeating(payload: &[u8]) -> u32 {
    let from_right: Vec<u8> = payload.iter().rev().copied().collect();
    mod11(weighted_sum(&from_right, (2..=7).cycle()))
}

/// The MOD10 (Luhn) control digit of `payload`.
pub(super) fn mod10(payload: &[u8]) -> u32 {
    let crossed = |(&digit, weight): (&u8, u32)| {
        let product = u32::from(digit) * weight;
        product / 10 + product % 10
    };
    let sum: u32 = payload.iter().rev().zip([2, 1].into_iter().cycle()).map(crossed).sum();
    (10 - sum % 10) % 10
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_of_mod11_start_again_after_seven() {
        // 1·2 + 1·3 + … + 1·7 + 1·2 = 29, and 29 + 4 = 33.
        assert_eq!(mod11_repeating(&[1; 7]), 4);
    }

    #[test]
    fn a_sum_already_divisible_needs_nothing_more() {
        assert_eq!(mod11(22), 0);
        assert_eq!(mod10(&[0, 0]), 0);
    }

    #[test]
    fn digits_are_ascii_only() {
        assert_eq!(digits("07"), Some(vec![0, 7]));
        assert_eq!(digits("٣"), None);
        assert_eq!(digits("+1"), None);
    }
}
