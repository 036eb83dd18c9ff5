//! The company log in Norwegian: kinds, channels, sentences.

use serde_json::Value;

use crate::contract::{HandlerRule, LogEntry};
use crate::portal::company_admin::rules::words::{self, Names};
use crate::portal::view::Choice;

/// Kinds of the log: as the API names them, and in words.
const LOG: [(&str, &str); 24] = [
    ("incident_viewed", "Hendelse åpnet"),
    ("claim_viewed", "Krav åpnet"),
    ("history_viewed", "Historikk lest"),
    ("history_exported", "Historikk hentet ut"),
    ("log_viewed", "Logg lest"),
    ("log_exported", "Logg hentet ut"),
    ("chains_verified", "Kjedene kontrollert"),
    ("access_refused", "Forsøk avvist"),
    ("handler_changed", "Saksbehandler endret"),
    ("handler_rules_changed", "Regler for nye hendelser endret"),
    ("signed_in", "Innlogging"),
    ("user_invited", "Bruker invitert"),
    ("user_changed", "Bruker endret"),
    ("user_disabled", "Bruker stengt ute"),
    ("user_enabled", "Bruker sluppet inn igjen"),
    ("users_requested", "Brukere vist for Skadehub på forespørsel"),
    ("second_factor_reset", "Engangskode nullstilt"),
    ("company_changed", "Selskapsopplysninger endret"),
    ("client_created", "API-klient opprettet"),
    ("client_changed", "API-klient endret"),
    ("client_secret_rotated", "Ny hemmelighet for API-klient"),
    ("code_list_published", "Kodeverk publisert"),
    ("notice_changed", "Driftsmelding endret"),
    ("hold_set", "Slettestopp satt"),
];

/// Kinds of the shared history.
const HISTORY: [(&str, &str); 26] = [
    ("incident_sent", "Hendelse sendt"),
    ("proposal_made", "Forslag"),
    ("incident_accepted", "Hendelse akseptert"),
    ("proposal_accepted", "Forslag godtatt"),
    ("incident_rejected", "Hendelse avvist"),
    ("incident_redirected", "Sendt videre"),
    ("incident_withdrawn", "Trukket tilbake"),
    ("close_asked", "Avslutning ønsket"),
    ("close_declined", "Avslutning avslått"),
    ("incident_closed", "Hendelse avsluttet"),
    ("incident_reopened", "Hendelse gjenåpnet"),
    ("liability_reopen_asked", "Gjenåpning av ansvar ønsket"),
    ("liability_reopen_declined", "Gjenåpning av ansvar avslått"),
    ("liability_reopened", "Ansvar gjenåpnet"),
    ("party_changed", "Opplysninger endret"),
    ("message_sent", "Melding sendt"),
    ("message_read", "Melding lest"),
    ("claim_sent", "Krav sendt"),
    ("claim_registered", "Krav registrert"),
    ("claim_accepted", "Krav godtatt"),
    ("claim_disputed", "Krav bestridt"),
    ("payment_reported", "Betaling meldt"),
    ("payment_confirmed", "Betaling bekreftet"),
    ("claim_credited", "Krav kreditert"),
    ("deadline_passed", "Frist gått ut"),
    ("registry_differs", "TFFAuto svarer annerledes"),
];

/// Several kinds under one name, first in the list.
const GROUPS: [(&str, &str); 3] = [
    ("incident_viewed,claim_viewed", "Alt innsyn i saker"),
    (
        "user_invited,user_changed,user_disabled,user_enabled,second_factor_reset,users_requested",
        "Alle bruker- og rolleendringer",
    ),
    ("log_exported,history_exported", "Alle uttrekk"),
];

/// What the log can be narrowed to.
pub(super) fn log_kinds() -> Vec<Choice> {
    Choice::list(GROUPS.into_iter().chain(LOG))
}

/// What the history can be narrowed to.
pub(super) fn history_kinds() -> Vec<Choice> {
    Choice::list(HISTORY)
}

/// The doors.
pub(super) fn channels() -> Vec<Choice> {
    Choice::list([("portal", "Portalen"), ("api", "API"), ("system", "Skadehub selv")])
}

/// «Portalen», «API» or «Skadehub selv».
pub(super) fn channel(code: &str) -> String {
    let known = channels().into_iter().find(|choice| choice.is(code));
    known.map_or_else(|| code.to_owned(), |choice| choice.text.into_owned())
}

/// A kind of the log or the history in words; the code itself for one that is new.
pub(super) fn kind(code: &str) -> &str {
    LOG.iter().chain(&HISTORY).find(|(known, _)| *known == code).map_or(code, |(_, word)| word)
}

/// What stands in the place of what has been erased.
pub(super) const ERASED: &str = "Slettet etter tre måneder";

/// Who did it; of an erased entry that is not known any more.
pub(super) fn who(entry: &LogEntry) -> String {
    match &entry.person {
        Some(person) => person.clone(),
        None if entry.erased => String::new(),
        None => "Skadehub".to_owned(),
    }
}

/// What an entry says beside its kind, in words; empty when nothing.
pub(super) fn details(entry: &LogEntry) -> String {
    let data = &entry.data;
    if entry.erased {
        return ERASED.to_owned();
    }
    match entry.kind.as_str() {
        "handler_changed" => match data["handler"].as_str() {
            Some(name) => match data["rule"].as_u64() {
                Some(rule) => format!("Gitt til {name} av regel {rule}"),
                None => format!("Gitt til {name}"),
            },
            None => "Ikke tildelt noen".to_owned(),
        },
        "handler_rules_changed" => {
            format!("før: {}; nå: {}", rules(&data["before"]), rules(&data["after"]))
        }
        "claim_viewed" => format!("Krav {}", plain(&data["number"])),
        "chains_verified" => match data["broken"].as_u64() {
            Some(0) => "Alle hele".to_owned(),
            _ => format!("Brudd: {}", plain(&data["broken"])),
        },
        _ => pairs(data),
    }
}

/// Handler rules in one line, with codes for names: names change.
fn rules(data: &Value) -> String {
    let rules: Vec<HandlerRule> = serde_json::from_value(data.clone()).unwrap_or_default();
    words::list(&rules, &Names::none()).replace('\n', "; ")
}

/// Fields with their values, in words where there are some.
fn pairs(data: &Value) -> String {
    let Some(fields) = data.as_object() else { return String::new() };
    let mut fields: Vec<_> = fields.iter().collect();
    // What was stands before what is.
    fields.sort_by_key(|(name, _)| match name.as_str() {
        "before" => 1,
        "after" => 2,
        _ => 0,
    });
    let told = fields.iter().map(|(name, value)| format!("{}: {}", field(name), plain(value)));
    told.collect::<Vec<_>>().join(", ")
}

fn field(name: &str) -> &str {
    match name {
        "user" => "bruker",
        "from" => "fra",
        "to" => "til",
        "before" => "før",
        "after" => "nå",
        "roles" => "roller",
        "person" => "person",
        "kind" => "type",
        "reference" => "skadenummer",
        "channel" => "kanal",
        "export" => "filtype",
        "client" => "API-klient",
        "scopes" => "rettigheter",
        "active" => "aktiv",
        "path" => "adresse",
        "name" => "navn",
        "version" => "versjon",
        "handedTo" => "saker gitt til",
        "cases" => "saker",
        "drafts" => "utkast",
        "rules" => "regler",
        "askedBy" => "spurt av",
        "askedOn" => "dato",
        "email" => "e-post",
        "reason" => "grunn",
        "until" => "gjelder til",
        other => other,
    }
}

fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.split(',').map(kind).collect::<Vec<_>>().join(", "),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        Value::Bool(true) => "ja".to_owned(),
        Value::Bool(false) => "nei".to_owned(),
        Value::Null => "ingen".to_owned(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::company_log::Kind;

    #[test]
    fn what_was_stands_before_what_is() {
        let data =
            serde_json::json!({"after": "Revisor", "before": "Saksbehandler", "user": "kari"});
        assert_eq!(pairs(&data), "bruker: kari, før: Saksbehandler, nå: Revisor");
    }

    #[test]
    fn every_kind_of_the_log_has_words() {
        for kind in Kind::ALL {
            assert!(LOG.iter().any(|(code, _)| *code == kind.as_str()), "{kind:?}");
        }
    }
}
