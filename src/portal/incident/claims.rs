//! The claims of the incident as a table, with what remains between the two.

use uuid::Uuid;

use super::names::Names;
use crate::contract::{Claim, Incident};
use crate::formats::{AccountNumber, Ore, dates};
use crate::portal::view::Tag;
use crate::portal::words;

/// The table; none when there are no claims.
#[derive(Debug)]
pub struct Table {
    pub rows: Vec<Row>,
    /// «Netto til oss», or to them when they demand more than we do.
    pub net: String,
    pub net_demanded: String,
    /// What is left of it; negative when it goes the other way by now.
    pub net_outstanding: String,
}

/// One claim.
#[derive(Debug)]
pub struct Row {
    pub id: Uuid,
    pub number: u32,
    /// «Fra oss» or «Fra Tinde».
    pub from: String,
    pub kid: String,
    /// «1594 02 33728».
    pub account: Option<String>,
    pub gross: String,
    pub share: String,
    pub demanded: String,
    pub outstanding: String,
    pub due: String,
    pub status: Tag,
}

/// The claims of an incident, if there are any.
pub fn table(incident: &Incident, names: &Names) -> Option<Table> {
    let claims = incident.claims.as_deref().filter(|claims| !claims.is_empty())?;
    let to_us = |amount: fn(&Claim) -> i64| -> i64 {
        claims.iter().map(|claim| if is_ours(claim) { amount(claim) } else { -amount(claim) }).sum()
    };
    let (demanded, outstanding) = (to_us(|it| it.total_ore), to_us(|it| it.outstanding_ore));
    let them = names.short(&incident.other.company);
    let (to, sign) = if demanded < 0 { (them, -1) } else { ("oss", 1) };
    Some(Table {
        rows: claims.iter().map(|claim| row(claim, them)).collect(),
        net: format!("Netto til {to}"),
        net_demanded: Ore(sign * demanded).to_string(),
        net_outstanding: Ore(sign * outstanding).to_string(),
    })
}

fn is_ours(claim: &Claim) -> bool {
    claim.direction == "sent"
}

fn row(claim: &Claim, them: &str) -> Row {
    let account = claim.account_number.as_deref();
    Row {
        id: claim.id,
        number: claim.number,
        from: if is_ours(claim) { "Fra oss".into() } else { format!("Fra {them}") },
        kid: claim.kid.clone(),
        account: account.map(|number| {
            AccountNumber::parse(number).map_or_else(|_| number.into(), |number| number.display())
        }),
        gross: Ore(claim.gross_ore).to_string(),
        share: claim.share.to_string(),
        demanded: Ore(claim.total_ore).to_string(),
        outstanding: Ore(claim.outstanding_ore).to_string(),
        due: dates::date(claim.due_date),
        status: words::claim_tag(claim.status),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::portal::incident::samples::{agreed, claim, incident, names};

    #[test]
    fn what_we_are_owed_counts_for_us_and_what_we_owe_against() {
        let claims = [claim(1, "sent", "registered", 20_000), claim(2, "received", "sent", 50_000)];
        let changes = json!({"status": "accepted", "liability": agreed(1, 2), "claims": claims});
        let table = table(&incident(changes), &names()).unwrap();
        assert_eq!((&*table.net, &*table.net_demanded), ("Netto til oss", "0,00"));
        assert_eq!(table.net_outstanding, "\u{2212}300,00");
        assert_eq!(table.rows[1].from, "Fra Nordlys");
        assert_eq!(table.rows[0].account.as_deref(), Some("1594\u{a0}02\u{a0}33728"));
    }

    #[test]
    fn what_they_are_owed_on_the_whole_is_theirs() {
        let claims = [claim(1, "received", "sent", 50_000)];
        let changes = json!({"status": "accepted", "liability": agreed(1, 2), "claims": claims});
        let table = table(&incident(changes), &names()).unwrap();
        assert_eq!((&*table.net, &*table.net_outstanding), ("Netto til Nordlys", "500,00"));
    }

    #[test]
    fn no_claims_is_no_table() {
        assert!(table(&incident(json!({})), &names()).is_none());
    }
}
