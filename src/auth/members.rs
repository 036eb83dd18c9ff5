//! Members: who may use the portal, for which company and in which roles.
//!
//! The identity provider says who; this table says what they may do. No function
//! here opens a transaction.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use uuid::Uuid;

use super::role::{Identity, Role};
use crate::error::{Error, Result};
use crate::formats::CompanyCode;

/// A member as sign-in needs to know them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// What the rest of the portal is told, once the second factor is passed.
    pub identity: Identity,
    /// Whether the one-time code has been set up.
    pub enrolled: bool,
}

/// A person as the identity provider names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// The provider.
    pub issuer: String,
    /// The provider's own, unchanging id of the person.
    pub subject: String,
    /// The name invitations go by (`preferred_username`).
    pub username: Option<String>,
    /// The name to show.
    pub display_name: Option<String>,
}

/// The usernames of a company's active claims handlers, in order: those a case can be given to.
pub async fn handlers(db: &mut PgConnection, company: &CompanyCode) -> Result<Vec<String>> {
    let handlers = sqlx::query_scalar!(
        "select username from portal.member
         where company = $1 and active and roles && array['handler', 'injury_handler']
         order by username",
        company.as_str()
    )
    .fetch_all(db)
    .await?;
    Ok(handlers)
}

/// Invites a person by username; false when somebody has it.
///
/// A hub administrator has neither company nor company name.
pub async fn invite(
    db: &mut PgConnection,
    username: &str,
    company: Option<&CompanyCode>,
    company_name: Option<&str>,
    roles: &[Role],
    at: Timestamp,
) -> Result<bool> {
    let username = username.trim().to_lowercase();
    let roles: Vec<String> = roles.iter().map(|role| role.code().to_owned()).collect();
    let done = sqlx::query!(
        "insert into portal.member (member, username, display_name, company, company_name, roles, created_at)
         values ($1, $2, $2, $3, $4, $5, $6)
         on conflict (username) do nothing",
        Uuid::now_v7(),
        username,
        company.map(CompanyCode::as_str),
        company_name,
        &roles,
        at.to_sqlx()
    )
    .execute(db)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The member behind `person`, with the sign-in noted; `None` for a person without membership.
///
/// The first sign-in binds the subject to the invitation of the same username,
/// exactly once: a second subject with that username is nobody.
pub async fn sign_in(
    db: &mut PgConnection,
    person: &Subject,
    at: Timestamp,
) -> Result<Option<Member>> {
    if let Some(member) = seen(db, person, at).await? {
        return Ok(Some(member));
    }
    let Some(username) = person.username.as_deref().map(str::to_lowercase) else {
        return Ok(None);
    };
    sqlx::query!(
        "update portal.member set issuer = $2, subject = $3
         where username = $1 and subject is null and active",
        username,
        person.issuer,
        person.subject
    )
    .execute(&mut *db)
    .await?;
    seen(db, person, at).await
}

async fn seen(db: &mut PgConnection, person: &Subject, at: Timestamp) -> Result<Option<Member>> {
    sqlx::query_as!(
        Row,
        "update portal.member
         set last_sign_in_at = $3, display_name = coalesce($4, display_name)
         where issuer = $1 and subject = $2 and active
         returning member, username, company, company_name, roles,
                   totp_confirmed_at is not null as \"enrolled!\"",
        person.issuer,
        person.subject,
        at.to_sqlx(),
        person.display_name
    )
    .fetch_optional(db)
    .await?
    .map(TryInto::try_into)
    .transpose()
}

/// The active member with this id.
pub async fn find(db: &mut PgConnection, member: Uuid) -> Result<Option<Member>> {
    sqlx::query_as!(
        Row,
        "select member, username, company, company_name, roles,
                totp_confirmed_at is not null as \"enrolled!\"
         from portal.member where member = $1 and active",
        member
    )
    .fetch_optional(db)
    .await?
    .map(TryInto::try_into)
    .transpose()
}

/// The columns of an identity. What they may hold is held by the database, so a failure
/// to read them is a fault of ours.
pub(super) struct Row {
    pub(super) member: Uuid,
    pub(super) username: String,
    pub(super) company: Option<String>,
    pub(super) company_name: Option<String>,
    pub(super) roles: Vec<String>,
    pub(super) enrolled: bool,
}

impl TryFrom<Row> for Member {
    type Error = Error;

    fn try_from(row: Row) -> Result<Self> {
        let broken = || Error::Inconsistent("portal.member", row.member.to_string());
        let company = row.company.map(|code| code.parse()).transpose().map_err(|_| broken())?;
        let roles: Option<Vec<Role>> = row.roles.iter().map(|code| Role::from_code(code)).collect();
        let identity = Identity {
            user: row.member,
            username: row.username,
            company,
            company_name: row.company_name,
            roles: roles
                .ok_or_else(|| Error::Inconsistent("portal.member", row.member.to_string()))?,
        };
        Ok(Self { identity, enrolled: row.enrolled })
    }
}
