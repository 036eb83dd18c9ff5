//! A company's members as its administrator keeps them. No function here opens a transaction.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;
use uuid::Uuid;

use super::role::Role;
use crate::error::{Error, Result};
use crate::formats::CompanyCode;

/// A member of a company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Our id of the person.
    pub member: Uuid,
    /// The name they sign in with.
    pub username: String,
    /// The name shown.
    pub display_name: String,
    /// Where they get mail.
    pub email: Option<String>,
    /// At least one.
    pub roles: Vec<Role>,
    /// Let in.
    pub active: bool,
    /// The one-time code has been set up.
    pub enrolled: bool,
    /// The newest sign-in; none for one who has never been here.
    pub last_sign_in_at: Option<Timestamp>,
    /// Grows with every change by an administrator.
    pub version: i64,
    /// Who changed it last.
    pub changed_by: Option<String>,
    /// When.
    pub changed_at: Option<Timestamp>,
}

/// What of a member an administrator changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Details {
    /// The name shown.
    pub display_name: String,
    /// Where they get mail.
    pub email: Option<String>,
    /// At least one, and none of the hub's.
    pub roles: Vec<Role>,
}

/// Who changes something, and when.
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    /// The administrator's username.
    pub username: &'a str,
    /// Now.
    pub at: Timestamp,
}

struct Row {
    member: Uuid,
    username: String,
    display_name: String,
    email: Option<String>,
    roles: Vec<String>,
    active: bool,
    enrolled: bool,
    last_sign_in_at: Option<jiff_sqlx::Timestamp>,
    version: i64,
    changed_by: Option<String>,
    changed_at: Option<jiff_sqlx::Timestamp>,
}

impl TryFrom<Row> for Listed {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let roles: Option<Vec<Role>> = row.roles.iter().map(|code| Role::from_code(code)).collect();
        let roles =
            roles.ok_or_else(|| Error::Inconsistent("portal.member", row.member.to_string()))?;
        Ok(Self {
            member: row.member,
            username: row.username,
            display_name: row.display_name,
            email: row.email,
            roles,
            active: row.active,
            enrolled: row.enrolled,
            last_sign_in_at: row.last_sign_in_at.map(jiff_sqlx::Timestamp::to_jiff),
            version: row.version,
            changed_by: row.changed_by,
            changed_at: row.changed_at.map(jiff_sqlx::Timestamp::to_jiff),
        })
    }
}

/// The company's members, by username.
pub async fn list(db: &mut PgConnection, company: &CompanyCode) -> Result<Vec<Listed>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select member, username, display_name, email, roles, active,
                  totp_confirmed_at is not null as "enrolled!", last_sign_in_at, version,
                  changed_by, changed_at
           from portal.member where company = $1 order by active desc, username"#,
        company.as_str()
    );
    rows.fetch_all(db).await?.into_iter().map(TryInto::try_into).collect()
}

/// One member of the company; another's is not there.
pub async fn find(db: &mut PgConnection, company: &CompanyCode, member: Uuid) -> Result<Listed> {
    sqlx::query_as!(
        Row,
        r#"select member, username, display_name, email, roles, active,
                  totp_confirmed_at is not null as "enrolled!", last_sign_in_at, version,
                  changed_by, changed_at
           from portal.member where company = $1 and member = $2"#,
        company.as_str(),
        member
    )
    .fetch_optional(db)
    .await?
    .ok_or(Error::NotFound)?
    .try_into()
}

/// Invites a person; `None` when somebody has the username.
pub async fn invite(
    db: &mut PgConnection,
    company: &CompanyCode,
    company_name: &str,
    username: &str,
    details: &Details,
    by: By<'_>,
) -> Result<Option<Uuid>> {
    let member = Uuid::now_v7();
    let done = sqlx::query!(
        "insert into portal.member (member, username, display_name, email, company, company_name,
             roles, created_at, changed_by, changed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8) on conflict (username) do nothing",
        member,
        username,
        details.display_name,
        details.email,
        company.as_str(),
        company_name,
        &codes(&details.roles),
        by.at.to_sqlx(),
        by.username
    )
    .execute(db)
    .await?;
    Ok((done.rows_affected() == 1).then_some(member))
}

/// Changes a member that has this version; false when it has another.
pub async fn change(
    db: &mut PgConnection,
    company: &CompanyCode,
    member: Uuid,
    version: i64,
    details: &Details,
    by: By<'_>,
) -> Result<bool> {
    let done = sqlx::query!(
        "update portal.member set version = version + 1, display_name = $4, email = $5, roles = $6,
             changed_by = $7, changed_at = $8
         where company = $1 and member = $2 and version = $3",
        company.as_str(),
        member,
        version,
        details.display_name,
        details.email,
        &codes(&details.roles),
        by.username,
        by.at.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Shuts a member out or lets them in again; false when that was so already. Whoever is shut
/// out is signed out everywhere.
pub async fn admit(
    db: &mut PgConnection,
    company: &CompanyCode,
    member: Uuid,
    active: bool,
    by: By<'_>,
) -> Result<bool> {
    let done = sqlx::query!(
        "update portal.member set version = version + 1, active = $3, changed_by = $4, changed_at = $5
         where company = $1 and member = $2 and active <> $3",
        company.as_str(),
        member,
        active,
        by.username,
        by.at.to_sqlx()
    )
    .execute(&mut *db)
    .await?;
    if !active {
        end_sessions(db, member, by.at).await?;
    }
    Ok(done.rows_affected() == 1)
}

/// Forgets the member's second factor: it is set up anew at the next sign-in.
pub async fn reset_factor(
    db: &mut PgConnection,
    company: &CompanyCode,
    member: Uuid,
    by: By<'_>,
) -> Result<()> {
    let done = sqlx::query!(
        "update portal.member set version = version + 1, totp_secret = null, totp_next = null,
             totp_confirmed_at = null, changed_by = $3, changed_at = $4
         where company = $1 and member = $2",
        company.as_str(),
        member,
        by.username,
        by.at.to_sqlx()
    )
    .execute(&mut *db)
    .await?;
    if done.rows_affected() != 1 {
        return Err(Error::NotFound);
    }
    sqlx::query!("delete from portal.recovery_code where member = $1", member)
        .execute(&mut *db)
        .await?;
    end_sessions(db, member, by.at).await
}

/// Ends the member's sessions now. They stay for a while as ended ones, so that a form that
/// comes too late is kept for its sender.
async fn end_sessions(db: &mut PgConnection, member: Uuid, now: Timestamp) -> Result<()> {
    sqlx::query!(
        "update portal.session set expires_at = $2 where member = $1 and expires_at > $2",
        member,
        now.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(())
}

/// How many drafts of the company a person has. Runs as the company.
pub async fn drafts(db: &mut PgConnection, company: &CompanyCode, username: &str) -> Result<i64> {
    let drafts = sqlx::query_scalar!(
        r#"select count(*) as "drafts!" from portal.draft
           where company = $1 and owner = $2 and sent_as is null"#,
        company.as_str(),
        username
    );
    Ok(drafts.fetch_one(db).await?)
}

/// Gives a person's drafts to another; how many. Runs as the company.
pub async fn hand_over_drafts(
    db: &mut PgConnection,
    company: &CompanyCode,
    from: &str,
    to: &str,
) -> Result<u64> {
    let done = sqlx::query!(
        "update portal.draft set owner = $3 where company = $1 and owner = $2 and sent_as is null",
        company.as_str(),
        from,
        to
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected())
}

fn codes(roles: &[Role]) -> Vec<String> {
    roles.iter().map(|role| role.code().to_owned()).collect()
}
