//! Which new incident of the own company goes to whom, and what other rules would have done.

use std::collections::HashMap;

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use super::answer::json;
use super::extract::{Reader, Writer};
use super::input::{Errors, Fields};
use super::query::Query;
use crate::contract::{
    HandlerCount, HandlerRule, HandlerRules, HandlerRulesInput, Moment, RulesTrial, TriedIncident,
};
use crate::db;
use crate::domain::Role;
use crate::domain::handler_rule::{LastDigit, Numbered};
use crate::error::Result;
use crate::formats::dates;
use crate::hub::reference_data::Snapshot;
use crate::hub::store::column::word;
use crate::hub::store::handler_rule::{self, Arrived};
use crate::hub::{Hub, commands};

/// The most rules a company may have.
const MOST_RULES: usize = 50;
/// The most incidents rules are tried on.
const MOST_TRIED: i64 = 5_000;
/// The most of them that are told of one by one.
const MOST_TOLD: usize = 200;

/// The rules in force.
#[utoipa::path(get, path = "/handler-rules", tag = "Selskapet", responses((status = 200, body = HandlerRules)))]
pub async fn show(
    State(hub): State<Hub>,
    reader: Reader,
    RawQuery(raw): RawQuery,
) -> Result<Response> {
    Query::of(raw.as_deref()).end()?;
    let mut tx = db::begin_read(&hub.db, &reader.company).await?;
    let rules = handler_rule::in_force(&mut tx, &reader.company).await?;
    let version = rules.version;
    json(rules, Some(version))
}

/// Put other rules in the place of those in force.
#[utoipa::path(put, path = "/handler-rules", tag = "Selskapet", request_body = HandlerRulesInput,
    responses((status = 200, body = HandlerRules)))]
pub async fn change(State(hub): State<Hub>, writer: Writer) -> Result<Response> {
    let data = hub.reference.snapshot().await?;
    let (act, rules) = writer.read(|fields, errors| rules(fields, errors, &data))?;
    Ok(commands::handler_rules::change(&hub, &act, rules).await?.into_response())
}

/// Who would have got last month's new incidents by these rules. Changes nothing.
#[utoipa::path(post, path = "/handler-rules/trial", tag = "Selskapet", request_body = HandlerRulesInput,
    responses((status = 200, body = RulesTrial)))]
pub async fn trial(State(hub): State<Hub>, writer: Writer) -> Result<Response> {
    let data = hub.reference.snapshot().await?;
    let (act, rules) = writer.read(|fields, errors| rules(fields, errors, &data))?;
    let (first, last) = last_month(hub.clock.now());
    let start = |day: Date| day.to_zoned(dates::oslo()).map(|it| it.timestamp());
    let from = start(first).map_err(anyhow::Error::from)?;
    let until = start(last.tomorrow().unwrap_or(last)).map_err(anyhow::Error::from)?;
    let mut tx = db::begin_read(&hub.db, &act.company).await?;
    let arrived = handler_rule::arrived(&mut tx, &act.company, from, until, MOST_TRIED).await?;
    drop(tx);
    let tried: Vec<_> = arrived.into_iter().map(|it| tried(it, &rules)).collect();
    let total = i64::try_from(tried.len()).unwrap_or(i64::MAX);
    let by_handler = counts(&tried);
    let incidents = tried.into_iter().take(MOST_TOLD).collect();
    json(RulesTrial { from: first, to: last, total, by_handler, incidents }, None)
}

/// The first and the last day of the calendar month before.
fn last_month(now: Timestamp) -> (Date, Date) {
    let first = dates::oslo_date(now).first_of_month().saturating_sub(1.month());
    (first, first.last_of_month())
}

fn tried(arrived: Arrived, rules: &[HandlerRule]) -> TriedIncident {
    let found = HandlerRule::first(rules, &arrived.arrival);
    let (rule, handler) = found.map(|(number, rule)| (number, rule.handler.clone())).unzip();
    TriedIncident {
        id: arrived.id,
        came_at: Moment(arrived.at),
        role: arrived.arrival.role,
        counterpart: arrived.arrival.counterpart.to_string(),
        reference: arrived.arrival.own_reference.or(arrived.arrival.other_reference),
        rule: rule.and_then(|number| u32::try_from(number).ok()),
        handler,
    }
}

/// The most first; nobody last.
fn counts(tried: &[TriedIncident]) -> Vec<HandlerCount> {
    let mut counts = HashMap::<Option<&str>, i64>::new();
    for incident in tried {
        *counts.entry(incident.handler.as_deref()).or_default() += 1;
    }
    let count = |(handler, incidents): (Option<&str>, i64)| HandlerCount {
        handler: handler.map(str::to_owned),
        incidents,
    };
    let mut counts: Vec<_> = counts.into_iter().map(count).collect();
    counts.sort_by_key(|it| (it.handler.is_none(), -it.incidents, it.handler.clone()));
    counts
}

fn rules(fields: &mut Fields, errors: &mut Errors, data: &Snapshot) -> Vec<HandlerRule> {
    if !fields.has("rules") {
        fields.fault(errors, "rules", "required", "Feltet må fylles ut.");
    }
    let mut rules = Vec::new();
    for mut fields in fields.objects(errors, "rules", MOST_RULES) {
        rules.push(rule(&mut fields, errors, data));
        fields.end(errors);
    }
    rules
}

fn rule(fields: &mut Fields, errors: &mut Errors, data: &Snapshot) -> HandlerRule {
    let mut company = |name: &str| {
        let code = fields.company(errors, name);
        if code.as_ref().is_some_and(|code| data.company(code.as_str()).is_none()) {
            fields.fault(errors, name, "unknown_company", "Selskapet finnes ikke i Skadehub.");
        }
        code
    };
    let (counterpart, branch) = (company("counterpart"), company("branch"));
    HandlerRule {
        counterpart,
        branch,
        role: chosen::<Role>(fields, errors, "role"),
        code: situation(fields, errors, "code", data),
        family: situation(fields, errors, "family", data),
        last_digit: last_digit(fields, errors),
        handler: fields.required(errors, "handler", 100),
    }
}

/// A word of an enum.
fn chosen<T: serde::de::DeserializeOwned>(
    fields: &mut Fields,
    errors: &mut Errors,
    name: &str,
) -> Option<T> {
    let text = fields.text(errors, name, 40)?;
    let value = word(&text, "word").ok();
    if value.is_none() {
        fields.fault(errors, name, "invalid", "Verdien finnes ikke.");
    }
    value
}

/// A code or a family of the liability codes, of whatever version: a rule outlives one.
fn situation(
    fields: &mut Fields,
    errors: &mut Errors,
    name: &str,
    data: &Snapshot,
) -> Option<String> {
    let text = fields.text(errors, name, 100)?;
    let lists = data.code_lists.iter().filter(|list| list.name == "liability-codes");
    let known = lists.flat_map(|list| &list.items).any(|item| match name {
        "code" => item.code == text,
        _ => item.family.as_ref() == Some(&text),
    });
    if !known {
        fields.fault(errors, name, "unknown_code", "Typeløsningen finnes ikke.");
    }
    Some(text)
}

fn last_digit(fields: &mut Fields, errors: &mut Errors) -> Option<LastDigit> {
    let mut fields = fields.object(errors, "lastDigit")?;
    if !fields.has("of") {
        fields.required(errors, "of", 40);
    }
    let of = chosen::<Numbered>(&mut fields, errors, "of");
    let among = fields.raw("among").and_then(|value| serde_json::from_value(value).ok());
    let among: Vec<u8> = among.unwrap_or_default();
    if among.is_empty() || among.iter().any(|digit| *digit > 9) {
        fields.fault(errors, "among", "invalid", "Velg ett eller flere sifre, 0–9.");
    }
    fields.end(errors);
    Some(LastDigit { of: of?, among })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_month_is_the_calendar_month_before_in_oslo() {
        let month = |now: &str| {
            let (first, last) = last_month(now.parse().unwrap());
            format!("{first} {last}")
        };
        assert_eq!(month("2026-11-25T12:00:00Z"), "2026-10-01 2026-10-31");
        assert_eq!(month("2026-03-31T12:00:00Z"), "2026-02-01 2026-02-28");
        assert_eq!(month("2026-12-31T23:30:00Z"), "2026-12-01 2026-12-31");
    }
}
