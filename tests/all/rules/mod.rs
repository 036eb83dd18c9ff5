//! The rules of the exchange, over every state there is and over long random walks.

mod acts;
mod awaiting;
mod claims;
mod reminders;
mod sample;
mod state;
mod walk;
