//! Proposals as the API shows them.

use sqlx::PgConnection;
use uuid::Uuid;

use super::column::{share, unsigned};
use crate::contract::{Moment, Proposal, Split};
use crate::error::{Error, Result};
use crate::formats::CompanyCode;

/// A proposal as stored: seen from the proposer.
pub(super) struct Stored<'a> {
    pub(super) number: i32,
    pub(super) by: &'a str,
    pub(super) code: &'a str,
    pub(super) code_version: &'a str,
    pub(super) own_part: &'a str,
    pub(super) share: (i32, i32),
    pub(super) reason: Option<&'a str>,
    pub(super) at: Option<(jiff_sqlx::Timestamp, jiff_sqlx::Timestamp)>,
}

impl Stored<'_> {
    pub(super) fn shown_to(&self, viewer: &CompanyCode) -> Result<Proposal> {
        let own = self.by == viewer.as_str();
        let proposer = share(self.share.0, self.share.1)?;
        let split = if own {
            Split { own: proposer, other: proposer.complement() }
        } else {
            Split { own: proposer.complement(), other: proposer }
        };
        let (at, due) =
            self.at.ok_or_else(|| Error::Inconsistent("proposal", self.number.to_string()))?;
        Ok(Proposal {
            number: unsigned(self.number),
            by: if own { "own" } else { "other" }.to_owned(),
            code: self.code.to_owned(),
            code_version: self.code_version.to_owned(),
            own_role: if (self.own_part == "a") == own { "a" } else { "b" }.to_owned(),
            split,
            reason: self.reason.map(str::to_owned),
            at: Moment(at.to_jiff()),
            due_at: Moment(due.to_jiff()),
        })
    }
}

/// The proposals of an incident, oldest first.
pub async fn list(
    db: &mut PgConnection,
    incident: Uuid,
    viewer: &CompanyCode,
) -> Result<Vec<Proposal>> {
    let rows = sqlx::query!(
        "select number, by_company, code, code_version, own_part, share_num, share_den, reason, at, due_at
         from hub.proposal where incident_id = $1 order by number",
        incident
    )
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            Stored {
                number: row.number,
                by: &row.by_company,
                code: &row.code,
                code_version: &row.code_version,
                own_part: &row.own_part,
                share: (row.share_num, row.share_den),
                reason: row.reason.as_deref(),
                at: Some((row.at, row.due_at)),
            }
            .shown_to(viewer)
        })
        .collect()
}
