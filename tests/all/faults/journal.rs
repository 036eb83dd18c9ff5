//! What clients asked for and what they were told: all that the checker knows.

use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

use serde_json::Value;
use uuid::Uuid;

/// One write, from its first try to the client's last word on it.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    /// The acting company.
    pub(super) company: &'static str,
    /// The incident, known beforehand but for a new one.
    pub(super) incident: Option<Uuid>,
    pub(super) what: What,
    /// Kinds of the events it must have written.
    pub(super) events: &'static [&'static str],
    /// The version the client said it knew.
    pub(super) known: Option<i64>,
    /// Places in the order in which clients asked and were answered.
    pub(super) began: u64,
    pub(super) ended: u64,
    pub(super) outcome: Outcome,
}

/// What can be found again.
#[derive(Debug, Clone)]
pub(super) enum What {
    /// A new incident with this reference, sent to a company.
    Incident { reference: String, to: &'static str },
    /// A message with a text of its own.
    Message(String),
    /// A new description of the own vehicle.
    Description(String),
    /// A proposal with a reason of its own.
    Proposal(String),
    /// A claim with a KID of its own.
    Claim(String),
    /// A payment of a claim, in øre.
    Payment { claim: Uuid, ore: i64 },
    /// An act that shows in the history alone.
    Act,
}

/// What the client was told in the end.
#[derive(Debug, Clone)]
pub(super) enum Outcome {
    /// It is done; the answer.
    Acknowledged(Value),
    /// It is not done; the problem.
    Refused(Value),
    /// No answer came, and the client did not ask again.
    Unknown,
}

impl Entry {
    /// The answer, where there was one.
    pub(super) fn answer(&self) -> Option<&Value> {
        match &self.outcome {
            Outcome::Acknowledged(answer) => Some(answer),
            _ => None,
        }
    }

    /// The incident it was about, a new one included.
    pub(super) fn about(&self) -> Option<Uuid> {
        match self.what {
            What::Incident { .. } => self.answer().map(id),
            _ => self.incident,
        }
    }

    /// Whether it may have been done.
    pub(super) fn may_be_done(&self) -> bool {
        !matches!(self.outcome, Outcome::Refused(_))
    }
}

/// The id in an answer.
pub(super) fn id(answer: &Value) -> Uuid {
    answer["id"].as_str().unwrap().parse().unwrap()
}

/// The clients' shared journal of one round, and the sign that tells them to stop.
#[derive(Default)]
pub(super) struct Journal {
    entries: Mutex<Vec<Entry>>,
    ticks: AtomicU64,
    retries: AtomicUsize,
    over: AtomicBool,
    blunders: Mutex<Vec<String>>,
}

impl Journal {
    /// The next place in the order of things.
    pub(super) fn tick(&self) -> u64 {
        self.ticks.fetch_add(1, Ordering::SeqCst)
    }

    pub(super) fn enter(&self, entry: Entry) {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).push(entry);
    }

    /// Everything so far.
    pub(super) fn entries(&self) -> Vec<Entry> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// How many writes have come to an end.
    pub(super) fn written(&self) -> usize {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).len()
    }

    /// A client asks again.
    pub(super) fn retried(&self) {
        self.retries.fetch_add(1, Ordering::Relaxed);
    }

    /// How often clients have asked again.
    pub(super) fn retries(&self) -> usize {
        self.retries.load(Ordering::Relaxed)
    }

    /// Notes an answer that may never be given, whatever breaks: 500, instead of 503 and when to
    /// try again.
    pub(super) fn blunder(&self, status: u16, retry_after: bool, path: &str) {
        if status >= 500 && (status != 503 || !retry_after) {
            let mut blunders = self.blunders.lock().unwrap_or_else(PoisonError::into_inner);
            blunders.push(format!("{path} was answered {status}"));
        }
    }

    pub(super) fn blunders(&self) -> Vec<String> {
        self.blunders.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Tells the clients to finish what they have begun and begin nothing.
    pub(super) fn close(&self) {
        self.over.store(true, Ordering::SeqCst);
    }

    pub(super) fn is_closed(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }

    /// «412 writes acknowledged, 30 refused, 4 unanswered, 37 tries repeated».
    pub(super) fn summary(&self) -> String {
        let entries = self.entries();
        let acknowledged = entries.iter().filter(|entry| entry.answer().is_some()).count();
        let refused = entries.iter().filter(|entry| !entry.may_be_done()).count();
        format!(
            "{acknowledged} writes acknowledged, {refused} refused, {} unanswered, {} tries repeated",
            entries.len() - acknowledged - refused,
            self.retries()
        )
    }
}
