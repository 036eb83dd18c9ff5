//! What happened, as sentences seen from the own company.

use serde_json::Value;

use super::names::Names;
use crate::contract::Event;
use crate::formats::{Ore, Share, dates};

/// One entry of the timeline: everything done in one act.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// `own`, `other` or `system`.
    pub who: &'static str,
    /// RFC 3339.
    pub iso: String,
    /// «23.11.2026 kl. 08.12».
    pub moment: String,
    /// What happened.
    pub text: String,
    /// «saksbehandler.fjt, portal».
    pub by: String,
}

/// Speaks for one company.
#[derive(Clone, Copy)]
pub struct Teller<'a> {
    /// The own company's code.
    pub own: &'a str,
    pub names: &'a Names,
}

/// The timeline, newest first. What one company did in the same moment is one entry.
pub fn timeline(events: &[Event], teller: Teller) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for (at, event) in events.iter().enumerate() {
        let text = teller.sentence(event, &events[..at]);
        let before = at.checked_sub(1).and_then(|before| events.get(before));
        match (entries.last_mut(), before) {
            (Some(entry), Some(before)) if before.at == event.at && before.by == event.by => {
                entry.text = then(&entry.text, &text);
            }
            _ => entries.push(teller.entry(event, text)),
        }
    }
    entries.reverse();
    entries
}

impl Teller<'_> {
    /// One event, said in Norwegian; `before` are the events before it.
    pub fn sentence(self, event: &Event, before: &[Event]) -> String {
        self.told(event, before).unwrap_or_else(|| format!("Ny oppføring: {}", event.kind))
    }

    /// Who did it: «saksbehandler.fjt», «Nordlys Skadeforsikring» or «Skadehub».
    pub fn actor(self, event: &Event) -> String {
        match (&event.by.company, &event.by.user) {
            (None, _) => "Skadehub".into(),
            (Some(company), Some(user)) if company == self.own => user.clone(),
            (Some(company), _) => self.names.company(company).to_owned(),
        }
    }

    fn entry(self, event: &Event, text: String) -> Entry {
        let (who, actor) = (self.side(event), self.actor(event));
        let by = match event.by.channel.as_str() {
            "portal" => format!("{actor}, portal"),
            "api" => format!("{actor}, API"),
            _ => actor,
        };
        let (iso, moment) = (event.at.to_string(), dates::moment(event.at.0));
        Entry { who, iso, moment, text, by }
    }

    fn side(self, event: &Event) -> &'static str {
        match event.by.company.as_deref() {
            None => "system",
            Some(company) if company == self.own => "own",
            Some(_) => "other",
        }
    }

    fn told(self, event: &Event, before: &[Event]) -> Option<String> {
        let data = &event.data;
        Some(match event.kind.as_str() {
            "incident_sent" => format!("Hendelse sendt til {}", self.to(data)),
            "proposal_made" => self.proposal(data),
            "incident_accepted" => match text(data, "reference") {
                Some(reference) => format!("Hendelsen akseptert, skadenummer {reference}"),
                None => "Hendelsen akseptert".into(),
            },
            "proposal_accepted" => self.agreement(data, before),
            "incident_rejected" => self.rejection(data),
            "incident_redirected" => because(format!("Sendt videre til {}", self.to(data)), data),
            "incident_withdrawn" => because("Hendelsen trukket tilbake", data),
            "close_asked" => because("Ba om avslutning", data),
            "close_declined" => because("Sa nei til avslutning", data),
            "incident_closed" => because("Hendelsen avsluttet", data),
            "incident_reopened" => because("Hendelsen gjenåpnet", data),
            "liability_reopen_asked" => because("Ba om gjenåpning av ansvaret", data),
            "liability_reopen_declined" => because("Sa nei til gjenåpning av ansvaret", data),
            "liability_reopened" => "Ansvaret gjenåpnet: ingen fordeling er avtalt lenger".into(),
            "party_changed" => self.change(data),
            "message_sent" => "Melding sendt".into(),
            "message_read" => "Melding lest".into(),
            "deadline_passed" => self.overdue(data),
            "registry_differs" => self.registry(data),
            _ => return self.claim(event),
        })
    }

    fn claim(self, event: &Event) -> Option<String> {
        let data = &event.data;
        let claim = format!("Krav {}", number(data));
        let amount = |name| text_of_amount(data, name);
        Some(match event.kind.as_str() {
            "claim_sent" => {
                let to_us = if self.side(event) == "own" { "" } else { " til oss" };
                format!("{claim} sendt{to_us}{}{}", amount("totalOre"), confirmed(data))
            }
            "claim_registered" => match text(data, "reference") {
                Some(reference) => format!("{claim} registrert, bilag {reference}"),
                None => format!("{claim} registrert"),
            },
            "claim_accepted" => format!("{claim} godtatt"),
            "claim_disputed" => because(format!("{claim} bestridt"), data),
            "payment_reported" => {
                format!("Betaling av krav {} meldt{}", number(data), amount("amountOre"))
            }
            "payment_confirmed" => {
                format!("Betaling av krav {} bekreftet{}", number(data), amount("amountOre"))
            }
            "claim_credited" => because(format!("{claim} kreditert{}", amount("amountOre")), data),
            _ => return None,
        })
    }

    fn proposal(self, data: &Value) -> String {
        let situation = text(data, "code").map(|code| self.names.situation(code));
        let situation = situation.map(|it| format!(": {it}")).unwrap_or_default();
        format!("Forslag {}{situation}{}", number(data), self.our_share(data))
    }

    fn agreement(self, data: &Value, before: &[Event]) -> String {
        let accepted = before
            .iter()
            .rev()
            .find(|event| event.kind == "proposal_made" && event.data["number"] == data["number"]);
        let share = accepted.map(|event| self.our_share(&event.data)).unwrap_or_default();
        format!("Forslag {} godtatt: ansvar avtalt{share}", number(data))
    }

    fn rejection(self, data: &Value) -> String {
        let mut told = "Hendelsen avvist".to_owned();
        if let Some(reason) = text(data, "reason") {
            told = format!("{told}: {}", self.names.codes.rejection_reason(reason));
        }
        if let Some(words) = text(data, "text") {
            told = then(&told, &format!("«{words}»"));
        }
        match text(data, "suggestedCompany") {
            Some(company) => then(&told, &format!("Foreslått mottaker: {}", self.who(company))),
            None => told,
        }
    }

    fn change(self, data: &Value) -> String {
        let ticked = |name: &str| match data[name].as_bool() {
            Some(true) => Some("ja"),
            Some(false) => Some("nei"),
            None => None,
        };
        let mut told = Vec::new();
        if let Some(code) = text(data, "coverage") {
            told.push(format!("Dekningsomfang: {}", self.names.codes.coverage(code)));
        }
        for (name, label) in [
            ("vatLiable", "Oppgavepliktig"),
            ("businessInterruption", "Avbruddsforsikring"),
            ("personalInjury", "Personskade"),
        ] {
            told.extend(ticked(name).map(|value| format!("{label}: {value}")));
        }
        match data.get("vehicleDescription") {
            Some(Value::String(words)) => {
                told.push(format!("Beskrivelse av kjøretøyet: «{words}»"));
            }
            Some(_) => told.push("Beskrivelse av kjøretøyet fjernet".into()),
            None => {}
        }
        if told.is_empty() { "Opplysninger endret".into() } else { told.join(", ") }
    }

    fn overdue(self, data: &Value) -> String {
        let whose = match text(data, "company") {
            Some(company) if company == self.own => "Fristen vår gikk ut".to_owned(),
            Some(company) => format!("Fristen gikk ut for {}", self.names.short(company)),
            None => "Fristen gikk ut for begge".into(),
        };
        let duty = match text(data, "duty") {
            Some("answer_incident") => ": svar på hendelsen",
            Some("redirect_or_withdraw") => ": send videre eller trekk tilbake",
            Some("answer_close") => ": svar på avslutning",
            Some("answer_reopen") => ": svar på gjenåpning av ansvaret",
            Some("answer_proposal") => ": svar på forslaget",
            Some("propose") => ": foreslå ansvarsfordeling",
            Some("answer_claim") => ": svar på krav",
            _ => "",
        };
        format!("{whose}{duty}")
    }

    fn registry(self, data: &Value) -> String {
        let vehicle = match text(data, "side") {
            Some(side) if side == self.own => "kjøretøyet vårt",
            _ => "motpartens kjøretøy",
        };
        match text(data, "company") {
            Some(company) => format!("TFFAuto oppgir nå {} for {vehicle}", self.who(company)),
            None => format!("TFFAuto oppgir nå ingen forsikring for {vehicle}"),
        }
    }

    /// «, oss 1/4».
    fn our_share(self, data: &Value) -> String {
        let share: Option<Share> = serde_json::from_value(data["shares"][self.own].clone()).ok();
        share.map(|share| format!(", oss {share}")).unwrap_or_default()
    }

    fn to(self, data: &Value) -> String {
        text(data, "to").map_or_else(|| "motparten".into(), |company| self.who(company))
    }

    fn who(self, company: &str) -> String {
        if company == self.own { "oss".into() } else { self.names.company(company).to_owned() }
    }
}

/// One sentence after another; a quoted one may end with a stop of its own.
fn then(told: &str, more: &str) -> String {
    let stop = if told.ends_with(".»") || told.ends_with('.') { "" } else { "." };
    format!("{told}{stop} {more}")
}

fn because(told: impl Into<String>, data: &Value) -> String {
    let told = told.into();
    match text(data, "reason") {
        Some(reason) => format!("{told}: «{reason}»"),
        None => told,
    }
}

fn confirmed(data: &Value) -> &'static str {
    let warnings = data["confirmed"].as_array().map(Vec::as_slice).unwrap_or_default();
    match (warnings.contains(&"duplicate".into()), warnings.contains(&"vat".into())) {
        (true, true) => ". Bekreftet som nytt krav, med mva.",
        (true, false) => ". Bekreftet som nytt krav",
        (false, true) => ". Mva. bekreftet",
        (false, false) => "",
    }
}

fn number(data: &Value) -> String {
    data["number"].as_u64().map_or_else(|| "?".into(), |number| number.to_string())
}

/// «, 46 106,63 kr».
fn text_of_amount(data: &Value, name: &str) -> String {
    data[name].as_i64().map(|ore| format!(", {}\u{a0}kr", Ore(ore))).unwrap_or_default()
}

fn text<'a>(data: &'a Value, name: &str) -> Option<&'a str> {
    data[name].as_str().filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests;
