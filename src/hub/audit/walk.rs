//! Walking along one chain: the first link that does not hold.

use crate::hub::store::chain::Head;

/// Why a link does not hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// Nothing has this number.
    #[error("it is missing")]
    Missing,
    /// It does not carry the hash of the one before it.
    #[error("it does not follow the one before it")]
    OutOfOrder,
    /// Payload or salt are not what was hashed, or one was erased without the other.
    #[error("its payload has been changed")]
    Payload,
    /// Payload and salt were erased before their time, or are of a kind that is kept.
    #[error("its payload was erased, which it should not have been")]
    Erased,
    /// Kind, time, company or another field is not what was hashed.
    #[error("it has been changed")]
    Fields,
    /// The chain ends with another link than its head says.
    #[error("the head says that the chain ends otherwise")]
    Head,
    /// It is not the one that was signed for.
    #[error("it is not the one that was signed for")]
    Signed,
}

impl Fault {
    /// As the API names it.
    pub fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::OutOfOrder => "out_of_order",
            Self::Payload => "payload",
            Self::Erased => "erased",
            Self::Fields => "fields",
            Self::Head => "head",
            Self::Signed => "signed",
        }
    }
}

/// A link as it is stored, and what it should be.
pub(super) struct Found<'a> {
    pub(super) seq: i64,
    pub(super) previous: &'a [u8],
    pub(super) hash: &'a [u8],
    /// What is wrong with salt and payload, which are what the payload's hash says or both erased.
    pub(super) payload: Option<Fault>,
    /// The hash of its fields behind `previous`.
    pub(super) computed: Vec<u8>,
}

/// Where a walk stands.
pub(super) struct Walk {
    last: i64,
    hash: Vec<u8>,
    fault: Option<(i64, Fault)>,
}

impl Walk {
    pub(super) fn new() -> Self {
        Self { last: 0, hash: vec![0; 32], fault: None }
    }

    /// The next link in order of number; nothing after a fault is looked at.
    pub(super) fn step(&mut self, found: &Found<'_>) {
        if self.fault.is_some() {
            return;
        }
        let seq = self.last + 1;
        let fault = if found.seq != seq {
            Some(Fault::Missing)
        } else if found.previous != self.hash {
            Some(Fault::OutOfOrder)
        } else if found.payload == Some(Fault::Payload) {
            found.payload
        } else if found.computed != found.hash {
            Some(Fault::Fields)
        } else {
            // Whether it may be erased is told by its fields, which hold.
            found.payload
        };
        self.fault = fault.map(|fault| (seq, fault));
        self.last = seq;
        self.hash = found.hash.to_vec();
    }

    /// The first fault, the end of the chain included.
    pub(super) fn end(self, head: &Head) -> Option<(i64, Fault)> {
        if self.fault.is_some() {
            return self.fault;
        }
        if self.last < head.seq {
            return Some((self.last + 1, Fault::Missing));
        }
        (self.last != head.seq || self.hash != head.hash).then_some((self.last, Fault::Head))
    }
}
