//! Messages between the two insurers.

use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use axum::{Form as Posted, Router};
use data_encoding::HEXLOWER;
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::case::Case;
use super::names::Names;
use super::page::{self, Forms};
use crate::app::App;
use crate::contract::{Incident, Message, Terms};
use crate::error::Result;
use crate::formats::dates;
use crate::portal::form::{Errors, Form};
use crate::portal::page::redirect_with_flash;

/// Characters a message may have.
const LONGEST: usize = 4_000;

/// A message on the page.
#[derive(Debug)]
pub struct Shown {
    pub own: bool,
    pub from: String,
    pub iso: String,
    pub moment: String,
    pub text: String,
    /// «Lest 02.11.2026 kl. 11.05.», for our own.
    pub receipt: String,
}

/// A message as typed.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Written {
    pub melding: String,
    /// Of the page it was written on: the same text from it is the same message.
    pub nokkel: String,
}

impl Written {
    fn parse(&self) -> Result<String, Errors> {
        let text = self.melding.trim().replace("\r\n", "\n");
        match text.chars().count() {
            0 => Err(Errors::one("melding", "Skriv en melding.")),
            1..=LONGEST => Ok(text),
            length => Err(Errors::one(
                "melding",
                format!("Meldingen har {length} tegn. Den kan ha høyst {LONGEST}."),
            )),
        }
    }

    /// A second click sends the same once; another text is another message.
    fn terms(&self, text: &str) -> Terms {
        let digest = Sha256::new().chain_update(&self.nokkel).chain_update(text).finalize();
        let key =
            (!self.nokkel.is_empty()).then(|| format!("melding-{}", HEXLOWER.encode(&digest)));
        Terms { key, version: None }
    }
}

/// The messages, oldest first.
pub fn shown(incident: &Incident, names: &Names) -> Vec<Shown> {
    let shown = |message: &Message| {
        let own = message.by.company == incident.own.company;
        let receipt = match message.read_at {
            Some(at) if own => format!("Lest {}.", dates::moment(at.0)),
            None if own => "Ikke lest ennå.".into(),
            _ => String::new(),
        };
        Shown {
            own,
            from: if own { "Oss".into() } else { names.company(&message.by.company).to_owned() },
            iso: message.at.to_string(),
            moment: dates::moment(message.at.0),
            text: message.text.clone(),
            receipt,
        }
    };
    incident.messages.iter().flatten().map(shown).collect()
}

/// `POST /hendelser/{id}/melding`
pub fn router() -> Router<App> {
    Router::new().route("/hendelser/{id}/melding", get(page::to_page).post(submit))
}

async fn submit(case: Case, Posted(input): Posted<Written>) -> Result<Response> {
    let text = match input.parse() {
        Ok(text) => text,
        Err(errors) => {
            let forms = Forms { message: Form::rejected(input, errors), ..Forms::default() };
            return page::again(case, forms, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
    };
    let terms = input.terms(&text);
    match case.hub.send_message(case.id, text, terms).await {
        Ok(_) => {
            Ok(redirect_with_flash(&format!("{}#meldinger", case.path()), "Meldingen er sendt."))
        }
        Err(error) => {
            page::set_back(case, error, &[("/text", "melding")], |errors| Forms {
                message: Form::rejected(input, errors),
                ..Forms::default()
            })
            .await
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(melding: &str) -> Written {
        Written { melding: melding.into(), nokkel: "en-side".into() }
    }

    #[test]
    fn an_empty_or_too_long_message_is_not_sent() {
        assert!(written(" \n").parse().is_err());
        assert!(written(&"å".repeat(LONGEST)).parse().is_ok());
        assert!(written(&"å".repeat(LONGEST + 1)).parse().is_err());
    }

    #[test]
    fn a_second_click_is_the_same_message_and_another_text_is_not() {
        let key = |text| written(text).terms(text).key;
        assert_eq!(key("Hei"), key("Hei"));
        assert_ne!(key("Hei"), key("Hei igjen"));
        assert_eq!(Written::default().terms("Hei").key, None);
    }
}
