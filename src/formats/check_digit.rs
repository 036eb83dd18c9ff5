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
