//! What the other company has sent about the same collision, as the preview warns of it.

use super::desk::Desk;
use crate::contract::{DuplicateMatch, NewIncident};
use crate::error::{Error, Result};
use crate::formats::dates;

/// Something already sent that looks the same.
pub(super) struct Similar {
    pub href: String,
    pub reference: String,
    pub at: String,
}

/// What the hub would warn of. What else is in the way of sending is said when it is sent.
pub(super) async fn to(desk: &Desk, incident: &NewIncident) -> Result<Vec<Similar>> {
    match desk.hub.duplicates(incident).await {
        Ok(found) => Ok(found.items.iter().map(Similar::of).collect()),
        Err(Error::Problem(_)) => Ok(Vec::new()),
        Err(error) => Err(error),
    }
}

impl Similar {
    pub(super) fn of(found: &DuplicateMatch) -> Self {
        Self {
            href: format!("/hendelser/{}", found.incident_id),
            reference: found.reference.clone().unwrap_or_default(),
            at: dates::moment(found.at.0),
        }
    }
}
