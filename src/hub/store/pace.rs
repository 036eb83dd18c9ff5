//! How many incidents a company received and answered, and how long they waited.

use jiff::civil::Date;
use jiff_sqlx::ToSqlx;
use sqlx::PgConnection;

use super::count::count;
use crate::contract::WeekCount;
use crate::error::Result;
use crate::formats::CompanyCode;

/// The `number` weeks from `first`, a Monday, each count exact up to 1 000.
pub async fn weeks(
    db: &mut PgConnection,
    company: &CompanyCode,
    first: Date,
    number: i32,
) -> Result<Vec<WeekCount>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select w.day as "day!",
            (select count(*) from (select from hub.incident_party
             where company = $1 and received_at >= w.a and received_at < w.b limit 1001) t) as "received!",
            (select count(*) from (select from hub.incident_party
             where company = $1 and answered_at >= w.a and answered_at < w.b limit 1001) t) as "answered!"
         from (select day, day::timestamp at time zone 'Europe/Oslo' as a,
                      (day + 7)::timestamp at time zone 'Europe/Oslo' as b
               from (select $2::date + 7 * n as day from generate_series(0, $3::int - 1) n) d) w
         order by w.day"#,
        company.as_str(),
        first.to_sqlx() as _,
        number,
    );
    let week = |row: Row| WeekCount {
        from: row.day.to_jiff(),
        received: count(row.received),
        answered: count(row.answered),
    };
    Ok(rows.fetch_all(db).await?.into_iter().map(week).collect())
}

/// How long received incidents waited for the company's answer, on average over those answered
/// from `from` up to but not including `until`, in seconds.
pub async fn answer_seconds(
    db: &mut PgConnection,
    company: &CompanyCode,
    from: Date,
    until: Date,
) -> Result<Option<i64>> {
    let seconds = sqlx::query_scalar!(
        "select extract(epoch from avg(answered_at - received_at))::bigint from hub.incident_party
         where company = $1
           and answered_at >= $2::date::timestamp at time zone 'Europe/Oslo'
           and answered_at < $3::date::timestamp at time zone 'Europe/Oslo'",
        company.as_str(),
        from.to_sqlx() as _,
        until.to_sqlx() as _,
    );
    Ok(seconds.fetch_one(db).await?)
}

struct Row {
    day: jiff_sqlx::Date,
    received: i64,
    answered: i64,
}
