//! Which new incident goes to whom: changing the rules, and giving an incident to whom they name.

use jiff::Timestamp;
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::{Begun, begin, finish, same_version};
use crate::company_log::{self, Entry, Kind};
use crate::contract::{Channel, HandlerRule, HandlerRules, Moment, Problem};
use crate::db;
use crate::domain::handler_rule::Arrival;
use crate::domain::{Incident, Liability};
use crate::error::Result;
use crate::formats::CompanyCode;
use crate::hub::store::idempotency::Answer;
use crate::hub::store::{desk, handler_rule};
use crate::hub::{Act, Hub};

/// Puts these rules into force in the place of those that are.
pub async fn change(hub: &Hub, by: &Act, rules: Vec<HandlerRule>) -> Result<Answer> {
    let mut tx = match begin(hub, by).await? {
        Begun::Fresh(tx) => tx,
        Begun::Before(answer) => return Ok(answer),
    };
    let before = handler_rule::in_force(&mut tx, &by.company).await?;
    same_version(by, before.version)?;
    let after = replace(hub, &mut tx, by, before, rules).await?;
    finish(hub, tx, by, 200, Some(after.version), &after).await
}

/// Gives the rules that name `handler` to another, or drops them; how many. In the transaction of
/// the act that takes the handler away.
pub async fn pass_on(
    hub: &Hub,
    db: &mut PgConnection,
    by: &Act,
    handler: &str,
    to: Option<&str>,
) -> Result<i64> {
    let before = handler_rule::in_force(db, &by.company).await?;
    let named = naming(&before.rules, handler);
    let rules = before.rules.iter().filter_map(|rule| match to {
        _ if rule.handler != handler => Some(rule.clone()),
        Some(to) => Some(HandlerRule { handler: to.to_owned(), ..rule.clone() }),
        None => None,
    });
    let rules = rules.collect();
    replace(hub, db, by, before, rules).await?;
    Ok(named)
}

/// How many of the rules name `handler`.
pub fn naming(rules: &[HandlerRule], handler: &str) -> i64 {
    let named = rules.iter().filter(|rule| rule.handler == handler).count();
    i64::try_from(named).unwrap_or(i64::MAX)
}

/// Stores the rules and notes the change in the company's log; the same again is no change.
async fn replace(
    hub: &Hub,
    db: &mut PgConnection,
    by: &Act,
    before: HandlerRules,
    rules: Vec<HandlerRule>,
) -> Result<HandlerRules> {
    if rules == before.rules {
        return Ok(before);
    }
    let (company, now) = (&by.company, hub.clock.now());
    if !handler_rule::save(db, company, &rules, before.version, by.user.as_deref(), now).await? {
        return Err(Problem::version_conflict(before.version + 1).into());
    }
    let entry = Entry {
        company,
        kind: Kind::HandlerRulesChanged,
        person: by.user.as_deref(),
        channel: by.channel,
        at: now,
        incident: None,
        reference: None,
        data: json!({"before": before.rules, "after": rules}),
    };
    company_log::append(db, entry).await?;
    let (version, changed_by) = (before.version + 1, by.user.clone());
    Ok(HandlerRules { version, rules, changed_by, changed_at: Some(Moment(now)) })
}

/// Gives an incident that has come to `company` to whom its rules name, unless somebody has it.
/// Notes it in the company's log. Afterwards the transaction is `by`'s again.
pub(super) async fn hand_out(
    db: &mut PgConnection,
    by: &Act,
    incident: &Incident,
    company: &CompanyCode,
    now: Timestamp,
) -> Result<()> {
    let foreign = *company != by.company;
    if foreign {
        db::act_as(db, company).await?;
    }
    let rules = handler_rule::in_force(db, company).await?.rules;
    let arrival = arrival(db, incident, company, &rules).await?;
    if let Some((number, rule)) = HandlerRule::first(&rules, &arrival)
        && desk::assign_if_free(db, incident.id, company, &rule.handler).await?
    {
        let data = json!({"handler": rule.handler, "rule": number});
        note(db, incident, company, data, now).await?;
    }
    if foreign {
        db::act_as(db, &by.company).await?;
    }
    Ok(())
}

/// The incident as it reaches the company; its code's family only where a rule asks for one.
async fn arrival(
    db: &mut PgConnection,
    incident: &Incident,
    company: &CompanyCode,
    rules: &[HandlerRule],
) -> Result<Arrival> {
    let mut arrival = Arrival::of(incident, company);
    if let Liability::Proposed(proposal) = &incident.liability
        && rules.iter().any(|rule| rule.family.is_some())
    {
        let terms = &proposal.terms;
        let coded = (terms.code_version.clone(), terms.code.clone());
        arrival.family = handler_rule::families(db).await?.remove(&coded);
    }
    Ok(arrival)
}

async fn note(
    db: &mut PgConnection,
    incident: &Incident,
    company: &CompanyCode,
    data: Value,
    at: Timestamp,
) -> Result<()> {
    let entry = Entry {
        company,
        kind: Kind::HandlerChanged,
        person: None,
        channel: Channel::System,
        at,
        incident: Some(incident.id),
        reference: incident.side(company).reference.as_deref(),
        data,
    };
    company_log::append(db, entry).await
}
