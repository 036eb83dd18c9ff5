//! A circuit breaker: stop asking a system that doesn't answer, and try it again later.

use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Failures in a row that open the circuit.
const FAILURES: u32 = 5;
/// How long it stays open before one call may try.
const OPEN_FOR: SignedDuration = SignedDuration::from_secs(30);

/// Counts the failures of one outside system. Every allowed call must report its outcome.
#[derive(Debug, Default)]
pub struct CircuitBreaker(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    failures: u32,
    open_until: Option<Timestamp>,
}

impl CircuitBreaker {
    /// Whether a call may be made now. When the pause is over one caller may; the others wait
    /// for its outcome, or for the next pause should it never come.
    pub fn allows(&self, now: Timestamp) -> bool {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match state.open_until {
            None => true,
            Some(until) if now < until => false,
            Some(_) => {
                state.open_until = Some(now + OPEN_FOR);
                true
            }
        }
    }

    /// The system answered.
    pub fn succeeded(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = State::default();
    }

    /// The system didn't answer.
    pub fn failed(&self, now: Timestamp) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.failures += 1;
        if state.failures >= FAILURES {
            state.open_until = Some(now + OPEN_FOR);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::UNIX_EPOCH;

    fn after(seconds: i64) -> Timestamp {
        START + SignedDuration::from_secs(seconds)
    }

    fn open() -> CircuitBreaker {
        let breaker = CircuitBreaker::default();
        (0..FAILURES).for_each(|_| breaker.failed(START));
        breaker
    }

    #[test]
    fn failures_in_a_row_open_it_for_thirty_seconds() {
        let breaker = CircuitBreaker::default();
        (1..FAILURES).for_each(|_| breaker.failed(START));
        assert!(breaker.allows(START));
        breaker.failed(START);
        assert!(!breaker.allows(after(29)));
    }

    #[test]
    fn a_success_between_failures_starts_the_count_again() {
        let breaker = CircuitBreaker::default();
        (1..FAILURES).for_each(|_| breaker.failed(START));
        breaker.succeeded();
        breaker.failed(START);
        assert!(breaker.allows(START));
    }

    #[test]
    fn after_the_pause_one_call_tries_for_all() {
        let breaker = open();
        assert!(breaker.allows(after(30)));
        assert!(!breaker.allows(after(30)));
        breaker.succeeded();
        assert!(breaker.allows(after(31)));
    }

    #[test]
    fn a_failed_try_starts_a_new_pause() {
        let breaker = open();
        assert!(breaker.allows(after(30)));
        breaker.failed(after(31));
        assert!(!breaker.allows(after(60)));
        assert!(breaker.allows(after(61)));
    }
}
