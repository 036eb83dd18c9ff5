//! Counts of what waits, each exact up to 1 000.

use jiff::Timestamp;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use crate::contract::{Count, Counts};
use crate::domain::deadline;
use crate::error::Result;
use crate::formats::CompanyCode;

/// How much work there is; each count stops at 1 001.
pub async fn all(db: &mut PgConnection, company: &CompanyCode, now: Timestamp) -> Result<Counts> {
    let soon = deadline::end_of(crate::formats::dates::oslo_date(now))
        .saturating_add(jiff::Span::new().hours(48));
    let soon = soon.unwrap_or(Timestamp::MAX);
    let c = sqlx::query!(
        r#"select
            (select count(*) from (select from hub.incident_party where company = $1 and awaiting = 'us' limit 1001) t) as "us!",
            (select count(*) from (select from hub.incident_party where company = $1 and awaiting = 'them' limit 1001) t) as "them!",
            (select count(*) from (select from hub.incident_party where company = $1 and awaiting = 'both' limit 1001) t) as "both!",
            (select count(*) from (select from hub.incident_party where company = $1 and awaiting = 'nobody' limit 1001) t) as "nobody!",
            (select count(*) from (select from hub.incident_party where company = $1 and awaiting in ('us', 'both') and due_at <= $2 limit 1001) t) as "overdue!",
            (select count(*) from (select from hub.incident_party where company = $1 and awaiting in ('us', 'both') and due_at > $2 and due_at <= $3 limit 1001) t) as "due_soon!",
            (select count(*) from (select from hub.incident_party where company = $1 and awaiting = 'them' and due_at <= $2 limit 1001) t) as "overdue_them!",
            (select count(*) from (select from hub.incident_party where company = $1 and status = 'sent' limit 1001) t) as "sent!",
            (select count(*) from (select from hub.incident_party where company = $1 and status = 'accepted' limit 1001) t) as "accepted!",
            (select count(*) from (select from hub.incident_party where company = $1 and status = 'rejected' limit 1001) t) as "rejected!",
            (select count(*) from (select from hub.incident_party where company = $1 and status = 'withdrawn' limit 1001) t) as "withdrawn!",
            (select count(*) from (select from hub.incident_party where company = $1 and status = 'closed' limit 1001) t) as "closed!",
            (select count(*) from (select from hub.claim where (claimant = $1 or receiver = $1) and status in ('sent', 'registered', 'accepted', 'disputed') limit 1001) t) as "open_claims!",
            (select coalesce(sum(total_ore - paid_ore - credited_ore), 0)::bigint from hub.claim where claimant = $1 and status in ('sent', 'registered', 'accepted', 'disputed')) as "outstanding_sent!",
            (select coalesce(sum(total_ore - paid_ore - credited_ore), 0)::bigint from hub.claim where receiver = $1 and status in ('sent', 'registered', 'accepted', 'disputed')) as "outstanding_received!""#,
        company.as_str(),
        now.to_sqlx() as _,
        soon.to_sqlx() as _,
    )
    .fetch_one(db)
    .await?;
    Ok(Counts {
        us: count(c.us),
        them: count(c.them),
        both: count(c.both),
        nobody: count(c.nobody),
        overdue: count(c.overdue),
        due_soon: count(c.due_soon),
        overdue_them: count(c.overdue_them),
        open_claims: count(c.open_claims),
        outstanding_sent_ore: c.outstanding_sent,
        outstanding_received_ore: c.outstanding_received,
        sent: count(c.sent),
        accepted: count(c.accepted),
        rejected: count(c.rejected),
        withdrawn: count(c.withdrawn),
        closed: count(c.closed),
        ..Counts::default()
    })
}

/// A count that stopped at 1 001.
pub(super) fn count(found: i64) -> Count {
    Count { count: u32::try_from(found.min(1000)).unwrap_or_default(), more: found > 1000 }
}
