//! The SQL of drafts. No function opens a transaction; row-level security admits the own company only.

mod row;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use super::draft::Draft;
use super::lookup::LookUps;
use crate::error::Result;
use crate::formats::CompanyCode;
use crate::sealed::Seal;
use row::Row;

/// A stored draft.
#[derive(Debug, Clone)]
pub(super) struct Stored {
    pub id: Uuid,
    pub version: i64,
    pub draft: Draft,
    pub lookups: LookUps,
    pub updated_at: Timestamp,
    pub updated_by: String,
    /// The page whose saves are the newest, and the version it was opened at.
    edit: Uuid,
    edit_base: i64,
    /// The incident it became; the draft itself is empty then.
    pub sent_as: Option<Uuid>,
}

/// What a page knows of the draft it was opened on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ticket {
    /// The version when the page was opened; 0 for a draft not stored yet.
    pub version: i64,
    /// The page.
    pub edit: Uuid,
}

impl Stored {
    /// Whether nobody else has saved since the page was opened.
    pub(super) fn admits(&self, ticket: &Ticket) -> bool {
        self.version == ticket.version
            || (self.edit == ticket.edit && self.edit_base == ticket.version)
    }
}

/// One row of the list of drafts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    pub id: Uuid,
    pub owner: String,
    pub reference: String,
    pub own_plate: String,
    pub other_plate: String,
    pub loss_date: Option<Date>,
    pub updated_at: Timestamp,
    pub updated_by: String,
}

fn owner_of(id: Uuid) -> String {
    format!("portal.draft:{id}")
}

/// Makes an empty draft, unless there is one of this id.
pub(super) async fn create(
    db: &mut PgConnection,
    company: &CompanyCode,
    seal: &Seal,
    id: Uuid,
    edit: Uuid,
    who: &str,
    at: Timestamp,
) -> Result<()> {
    let body = serde_json::to_vec(&Draft::default()).map_err(anyhow::Error::from)?;
    sqlx::query!(
        "insert into portal.draft (draft, company, owner, body, edit, created_at, updated_at, updated_by)
         values ($1, $2, $3, $4, $5, $6, $6, $3)
         on conflict (draft) do nothing",
        id,
        company.as_str(),
        who,
        seal.seal(&owner_of(id), &body),
        edit,
        at.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The company's draft of this id.
pub(super) async fn find(
    db: &mut PgConnection,
    company: &CompanyCode,
    seal: &Seal,
    id: Uuid,
) -> Result<Option<Stored>> {
    sqlx::query_as!(
        Row,
        r#"select draft, version, body, lookups, edit, edit_base, updated_at as "updated_at: _",
                  updated_by, sent_as
           from portal.draft where draft = $1 and company = $2"#,
        id,
        company.as_str()
    )
    .fetch_optional(db)
    .await?
    .map(|row| row.open(seal))
    .transpose()
}

/// The same, its row held until the transaction ends.
pub(super) async fn lock(
    db: &mut PgConnection,
    company: &CompanyCode,
    seal: &Seal,
    id: Uuid,
) -> Result<Option<Stored>> {
    sqlx::query_as!(
        Row,
        r#"select draft, version, body, lookups, edit, edit_base, updated_at as "updated_at: _",
                  updated_by, sent_as
           from portal.draft where draft = $1 and company = $2 for no key update"#,
        id,
        company.as_str()
    )
    .fetch_optional(db)
    .await?
    .map(|row| row.open(seal))
    .transpose()
}

/// Stores `stored.draft` as the next version, saved by the page of `ticket`.
pub(super) async fn save(
    db: &mut PgConnection,
    company: &CompanyCode,
    seal: &Seal,
    stored: &mut Stored,
    ticket: &Ticket,
    who: &str,
    at: Timestamp,
) -> Result<()> {
    let vehicles = &stored.draft.vehicles;
    let body = serde_json::to_vec(&stored.draft).map_err(anyhow::Error::from)?;
    let base = if stored.edit == ticket.edit { stored.edit_base } else { stored.version };
    sqlx::query!(
        "update portal.draft
         set reference = $3, own_plate = $4, other_plate = $5, loss_date = $6, body = $7,
             version = version + 1, edit = $8, edit_base = $9, updated_at = $10, updated_by = $11
         where draft = $1 and company = $2",
        stored.id,
        company.as_str(),
        listed(&vehicles.reference),
        listed(&vehicles.own().plate()),
        listed(&vehicles.other().plate()),
        vehicles.day().map(ToSqlx::to_sqlx) as _,
        seal.seal(&owner_of(stored.id), &body),
        ticket.edit,
        base,
        at.to_sqlx(),
        who
    )
    .execute(db)
    .await?;
    stored.version += 1;
    (stored.edit, stored.edit_base) = (ticket.edit, base);
    (stored.updated_at, stored.updated_by) = (at, who.to_owned());
    Ok(())
}

/// Keeps what the registry answered; the version stays, since nobody typed anything.
pub(super) async fn keep_lookups(
    db: &mut PgConnection,
    company: &CompanyCode,
    seal: &Seal,
    id: Uuid,
    lookups: &LookUps,
) -> Result<()> {
    let lookups = serde_json::to_vec(lookups).map_err(anyhow::Error::from)?;
    sqlx::query!(
        "update portal.draft set lookups = $3
         where draft = $1 and company = $2 and sent_as is null",
        id,
        company.as_str(),
        seal.seal(&owner_of(id), &lookups)
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Empties the draft and leaves the marker of what it became.
pub(super) async fn mark_sent(
    db: &mut PgConnection,
    company: &CompanyCode,
    id: Uuid,
    incident: Uuid,
    at: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "update portal.draft
         set sent_as = $3, body = null, lookups = null, reference = '', own_plate = '',
             other_plate = '', loss_date = null, updated_at = $4
         where draft = $1 and company = $2",
        id,
        company.as_str(),
        incident,
        at.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Removes the markers of drafts sent before `before`.
pub(super) async fn forget_sent(
    db: &mut PgConnection,
    company: &CompanyCode,
    before: Timestamp,
) -> Result<()> {
    sqlx::query!(
        "delete from portal.draft where company = $1 and sent_as is not null and updated_at < $2",
        company.as_str(),
        before.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// Removes a draft that has not been sent.
pub(super) async fn delete(db: &mut PgConnection, company: &CompanyCode, id: Uuid) -> Result<()> {
    sqlx::query!(
        "delete from portal.draft where draft = $1 and company = $2 and sent_as is null",
        id,
        company.as_str()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// The company's drafts, the newest first; at most 200.
pub(super) async fn list(db: &mut PgConnection, company: &CompanyCode) -> Result<Vec<Entry>> {
    let rows = sqlx::query!(
        r#"select draft, owner, reference, own_plate, other_plate, loss_date as "loss_date: jiff_sqlx::Date",
                  updated_at as "updated_at: jiff_sqlx::Timestamp", updated_by
           from portal.draft where company = $1 and sent_as is null
           order by updated_at desc, draft limit 200"#,
        company.as_str()
    )
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| Entry {
            id: row.draft,
            owner: row.owner,
            reference: row.reference,
            own_plate: row.own_plate,
            other_plate: row.other_plate,
            loss_date: row.loss_date.map(jiff_sqlx::Date::to_jiff),
            updated_at: row.updated_at.to_jiff(),
            updated_by: row.updated_by,
        })
        .collect())
}

/// What the list shows of a typed text: PostgreSQL takes no NUL, and a row has little room.
fn listed(text: &str) -> String {
    text.trim().chars().filter(|c| !c.is_control()).take(60).collect()
}
