//! Choices that look like chance and are the same every time.

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Sixteen bytes for the `question` about incident `n`.
pub(super) fn bytes(n: u32, question: u32) -> [u8; 16] {
    let hash =
        Sha256::new().chain_update(n.to_be_bytes()).chain_update(question.to_be_bytes()).finalize();
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    bytes
}

/// A number from 0 up to but not including `below`.
pub(super) fn number(n: u32, question: u32, below: u32) -> u32 {
    let drawn = bytes(n, question).into_iter().take(4);
    drawn.fold(0, |sum: u32, byte| sum << 8 | u32::from(byte)) % below.max(1)
}

/// An id of version 7, as if made at `at`.
pub(super) fn id(at: Timestamp, n: u32, question: u32) -> Uuid {
    let [bytes @ .., _, _, _, _, _, _] = bytes(n, question);
    let milliseconds = u64::try_from(at.as_millisecond()).unwrap_or_default();
    uuid::Builder::from_unix_timestamp_millis(milliseconds, &bytes).into_uuid()
}
