//! Closing, and opening again.

use super::{Incident, IncidentStatus, asked_by_other};
use crate::domain::{Event, Liability, Refusal};
use crate::formats::CompanyCode;

impl Incident {
    /// Closes at once when everything is settled, or asks the other, or confirms what it asked.
    pub fn close(&self, by: &CompanyCode, reason: Option<String>) -> Result<Vec<Event>, Refusal> {
        self.party(by)?;
        self.accepted()?;
        if self.open_injuries > 0 {
            return Err(Refusal::OpenInjuries);
        }
        let settled = matches!(self.liability, Liability::Agreed { .. })
            && self.claims.iter().all(|claim| !claim.is_open());
        match &self.closing {
            _ if settled => Ok(vec![Event::IncidentClosed { reason }]),
            Some(ask) if ask.by == *by => Err(Refusal::NotPending),
            Some(_) => Ok(vec![Event::IncidentClosed { reason }]),
            None => Ok(vec![Event::CloseAsked { reason }]),
        }
    }

    /// Says no to the closing the other asked for.
    pub fn decline_close(&self, by: &CompanyCode, reason: String) -> Result<Vec<Event>, Refusal> {
        self.party(by)?;
        self.accepted()?;
        asked_by_other(self.closing.as_ref(), by)?;
        Ok(vec![Event::CloseDeclined { reason }])
    }

    /// Opens a closed incident again.
    pub fn reopen(&self, by: &CompanyCode, reason: String) -> Result<Vec<Event>, Refusal> {
        self.party(by)?;
        match self.status {
            IncidentStatus::Closed => Ok(vec![Event::IncidentReopened { reason }]),
            IncidentStatus::Accepted => Err(Refusal::NotPending),
            _ => Err(self.accepted().err().unwrap_or(Refusal::NotPending)),
        }
    }
}
