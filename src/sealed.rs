//! Encryption at rest: what must not be readable in a copy of the database.
//!
//! A sealed value is `length of key id ‖ key id ‖ nonce (24) ‖ ciphertext and tag`,
//! XChaCha20-Poly1305. The owner (for example `portal.member:<id>`) is associated
//! data: a value moved to another row does not open. The first configured key
//! seals, every configured key opens, so that keys are rotated without downtime.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

const NONCE: usize = 24;

/// Seals and opens values with the configured keys. Cloning shares them.
#[derive(Clone)]
pub struct Seal(Arc<[SealKey]>);

struct SealKey {
    id: String,
    bytes: Zeroizing<[u8; 32]>,
}

/// The value was not sealed for this owner by any of our keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the sealed value cannot be opened")]
pub struct CannotOpen;

/// The list of keys is not `id:base64,id:base64` with distinct ids and 32 bytes each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("seal keys are written id:base64[,id:base64], 32 random bytes each, distinct ids")]
pub struct InvalidKeys;

impl FromStr for Seal {
    type Err = InvalidKeys;

    /// Reads `id:base64,id2:base64`; the first is the active key.
    fn from_str(text: &str) -> Result<Self, InvalidKeys> {
        let keys: Vec<SealKey> = text.split(',').map(parse_key).collect::<Result<_, _>>()?;
        let distinct =
            keys.iter().enumerate().all(|(at, key)| keys[..at].iter().all(|k| k.id != key.id));
        if distinct { Ok(Self(keys.into())) } else { Err(InvalidKeys) }
    }
}

fn parse_key(text: &str) -> Result<SealKey, InvalidKeys> {
    let (id, secret) = text.trim().split_once(':').ok_or(InvalidKeys)?;
    let proper = (1..=32).contains(&id.len())
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    let bytes = Zeroizing::new(STANDARD.decode(secret).map_err(|_| InvalidKeys)?);
    let bytes = Zeroizing::new(<[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| InvalidKeys)?);
    if proper { Ok(SealKey { id: id.to_owned(), bytes }) } else { Err(InvalidKeys) }
}

impl Seal {
    /// Encrypts `plain` so that only [`Seal::open`] with the same owner reads it.
    ///
    /// # Panics
    ///
    /// Never for values that fit in memory: the cipher's own limit is 256 GiB.
    pub fn seal(&self, owner: &str, plain: &[u8]) -> Vec<u8> {
        let key = self.active();
        let nonce: [u8; NONCE] = rand::random();
        let payload = Payload { msg: plain, aad: owner.as_bytes() };
        let body = key
            .cipher()
            .encrypt(&XNonce::from(nonce), payload)
            .expect("the plaintext is below the cipher's limit of 256 GiB");
        let mut sealed = Vec::with_capacity(1 + key.id.len() + NONCE + body.len());
        sealed.push(u8::try_from(key.id.len()).expect("key ids are at most 32 bytes"));
        sealed.extend_from_slice(key.id.as_bytes());
        sealed.extend_from_slice(&nonce);
        sealed.extend_from_slice(&body);
        sealed
    }

    /// Decrypts a value sealed for `owner`; the plaintext is wiped when dropped.
    ///
    /// # Errors
    ///
    /// [`CannotOpen`] when the value was changed, is another owner's, or its key is gone.
    pub fn open(&self, owner: &str, sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, CannotOpen> {
        let (id, rest) = split_id(sealed).ok_or(CannotOpen)?;
        let key = self.0.iter().find(|key| key.id.as_bytes() == id).ok_or(CannotOpen)?;
        let (nonce, body) = rest.split_first_chunk::<NONCE>().ok_or(CannotOpen)?;
        let payload = Payload { msg: body, aad: owner.as_bytes() };
        let plain = key.cipher().decrypt(&XNonce::from(*nonce), payload).map_err(|_| CannotOpen)?;
        Ok(Zeroizing::new(plain))
    }

    /// [`Seal::seal`] for text, in base64 that fits a cookie or a JSON field.
    pub fn seal_text(&self, owner: &str, plain: &str) -> String {
        URL_SAFE_NO_PAD.encode(self.seal(owner, plain.as_bytes()))
    }

    /// [`Seal::open`] for text sealed by [`Seal::seal_text`].
    pub fn open_text(&self, owner: &str, sealed: &str) -> Result<Zeroizing<String>, CannotOpen> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| CannotOpen)?;
        let plain = self.open(owner, &bytes)?;
        let text = std::str::from_utf8(&plain).map_err(|_| CannotOpen)?;
        Ok(Zeroizing::new(text.to_owned()))
    }

    /// Whether the value was sealed by a key that is no longer the active one.
    pub fn is_stale(&self, sealed: &[u8]) -> bool {
        split_id(sealed).is_none_or(|(id, _)| id != self.active().id.as_bytes())
    }

    /// Keyed hash under the active key: HMAC-SHA-256 of `data`, apart for each purpose.
    pub fn mac(&self, purpose: &str, data: &[u8]) -> [u8; 32] {
        self.active().mac(purpose, data)
    }

    /// The keyed hash of `data` under every key, the active first: what to search for
    /// until all stored hashes are renewed.
    pub fn macs(&self, purpose: &str, data: &[u8]) -> Vec<[u8; 32]> {
        self.0.iter().map(|key| key.mac(purpose, data)).collect()
    }

    /// Whether `tag` is the keyed hash of `data` under any of our keys, in constant time.
    pub fn verifies(&self, purpose: &str, data: &[u8], tag: &[u8]) -> bool {
        self.macs(purpose, data).iter().any(|mac| bool::from(mac.as_slice().ct_eq(tag)))
    }

    fn active(&self) -> &SealKey {
        &self.0[0]
    }
}

impl SealKey {
    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new((&*self.bytes).into())
    }

    /// A key per purpose is derived first, so a hash never meets the cipher's own key.
    fn mac(&self, purpose: &str, data: &[u8]) -> [u8; 32] {
        let derived =
            Zeroizing::new(hmac(&*self.bytes, &[b"skadehub mac ", purpose.as_bytes()].concat()));
        hmac(&*derived, data)
    }
}

fn hmac(key: &[u8], data: &[u8]) -> [u8; 32] {
    let mut mac =
        <Hmac<Sha256> as Mac>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(data);
    mac.finalize().into_bytes().into()
}

fn split_id(sealed: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = sealed.split_first()?;
    rest.split_at_checked(usize::from(*length))
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|key| key.id.as_str())).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(id: &str, byte: u8) -> String {
        format!("{id}:{}", STANDARD.encode([byte; 32]))
    }

    fn seal(text: &str) -> Seal {
        text.parse().unwrap()
    }

    #[test]
    fn what_is_sealed_opens_for_the_same_owner_only() {
        let seal = seal(&key("a", 1));
        let sealed = seal.seal("member:1", b"hemmelig");
        assert_eq!(&**seal.open("member:1", &sealed).unwrap(), b"hemmelig");
        assert_eq!(seal.open("member:2", &sealed).unwrap_err(), CannotOpen);
    }

    #[test]
    fn text_fits_a_cookie() {
        let seal = seal(&key("a", 1));
        let sealed = seal.seal_text("o", "blåbær");
        assert!(sealed.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
        assert_eq!(&**seal.open_text("o", &sealed).unwrap(), "blåbær");
        assert!(seal.open_text("o", "%").is_err());
    }

    #[test]
    fn the_same_text_never_looks_the_same_twice() {
        let seal = seal(&key("a", 1));
        assert_ne!(seal.seal("o", b"x"), seal.seal("o", b"x"));
    }

    #[test]
    fn no_bit_can_be_changed_and_no_end_cut_off() {
        let seal = seal(&key("a", 1));
        let sealed = seal.seal("o", b"x");
        for bit in 0..sealed.len() * 8 {
            let mut changed = sealed.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(seal.open("o", &changed).is_err(), "bit {bit}");
        }
        for length in 0..sealed.len() {
            assert!(seal.open("o", &sealed[..length]).is_err(), "length {length}");
        }
    }

    #[test]
    fn an_old_key_still_opens_but_the_new_one_seals() {
        let old = seal(&key("2026", 1));
        let sealed = old.seal("o", b"x");
        let both = seal(&format!("{},{}", key("2027", 2), key("2026", 1)));
        assert_eq!(&**both.open("o", &sealed).unwrap(), b"x");
        assert!(both.is_stale(&sealed));
        assert!(!both.is_stale(&both.seal("o", b"x")));
        assert!(old.open("o", &both.seal("o", b"x")).is_err());
    }

    #[test]
    fn keyed_hashes_differ_by_purpose_and_survive_rotation() {
        let old = seal(&key("2026", 1));
        let both = seal(&format!("{},{}", key("2027", 2), key("2026", 1)));
        let tag = old.mac("flash", b"x");
        assert_ne!(tag, old.mac("cursor", b"x"));
        assert!(both.verifies("flash", b"x", &tag));
        assert!(!both.verifies("flash", b"y", &tag));
        assert!(!both.verifies("flash", b"x", &tag[..16]));
    }

    #[test]
    fn keys_are_refused_when_short_doubled_or_missing() {
        let short = format!("a:{}", STANDARD.encode([1; 16]));
        for text in ["", "a", &short, &format!("{},{}", key("a", 1), key("a", 2)), &key("", 1)] {
            assert!(text.parse::<Seal>().is_err(), "{text}");
        }
    }

    #[test]
    fn no_key_shows_in_debug_output() {
        assert_eq!(format!("{:?}", seal(&key("a", 1))), r#"["a"]"#);
    }
}
