//! Choices that look like chance and are the same every time.

/// Draws for one incident. Each question has a number of its own.
#[derive(Debug, Clone, Copy)]
pub(super) struct Draw(pub(super) u32);

impl Draw {
    /// A number from 0 up to but not including `below`.
    pub(super) fn number(self, question: u32, below: u32) -> u32 {
        // The finaliser of SplitMix64, over incident and question.
        let mut x =
            (u64::from(self.0) << 32 | u64::from(question)).wrapping_add(0x9E37_79B9_7F4A_7C15);
        x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        let below = u64::from(below.max(1));
        u32::try_from((x ^ (x >> 31)) % below).unwrap_or_default()
    }

    /// One of `choices`, which is never empty.
    pub(super) fn one<T>(self, question: u32, choices: &[T]) -> &T {
        &choices[self.number(question, u32::try_from(choices.len()).unwrap_or(1)) as usize]
    }

    /// Whether something happens that does so this many times in a hundred.
    pub(super) fn chance(self, question: u32, percent: u32) -> bool {
        self.number(question, 100) < percent
    }
}
