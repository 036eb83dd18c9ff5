//! Inviting a person to a company: membership and roles here, an account at the provider, and a
//! mail that says so.

use serde_json::json;

use super::company_admin::role_words;
use crate::app::App;
use crate::auth::roster::{self, By, Details};
use crate::company_log::{self, Entry, Kind};
use crate::contract::Channel;
use crate::db;
use crate::error::Result;
use crate::formats::CompanyCode;

/// Who is invited, to what.
pub(super) struct Invitation<'a> {
    pub(super) company: &'a CompanyCode,
    /// As it is written in the mail.
    pub(super) company_name: &'a str,
    pub(super) username: &'a str,
    pub(super) details: &'a Details,
}

impl Invitation<'_> {
    /// Stores the membership, noted in the company's log; false when somebody has the username.
    pub(super) async fn store(&self, app: &App, by: By<'_>) -> Result<bool> {
        let mut tx = db::begin(&app.portal_db, self.company).await?;
        let (company, name) = (self.company, self.company_name);
        let invited = roster::invite(&mut tx, company, name, self.username, self.details, by);
        if invited.await?.is_none() {
            return Ok(false);
        }
        let (roles, email) = (role_words(&self.details.roles), &self.details.email);
        let entry = Entry {
            company,
            kind: Kind::UserInvited,
            person: Some(by.username),
            channel: Channel::Portal,
            at: by.at,
            incident: None,
            reference: None,
            data: json!({"user": self.username, "roles": roles, "email": email}),
        };
        company_log::append(&mut tx, entry).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Makes the account and sends the mail, and says what came of it. The membership stands anyway.
    pub(super) async fn welcome(&self, app: &App) -> String {
        let to = self.details.email.as_deref().unwrap_or_default();
        let mut told = format!("{} er invitert.", self.details.display_name);
        if let Some(accounts) = &app.accounts
            && let Err(error) = accounts.create(self.username, &self.details.display_name, to).await
        {
            tracing::error!(error = format!("{error:#}"), "an account could not be made");
            told += " Innloggingskontoen kunne ikke opprettes nå: be IT-avdelingen opprette den.";
        }
        let address = &app.config.public_url;
        let Some(post) = &app.post else {
            return format!("{told} Gi beskjed om adressen {address}.");
        };
        match post.send(to, "Du er invitert til Skadehub", self.mail(address)).await {
            Ok(()) => format!("{told} E-post er sendt til {to}."),
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "an invitation could not be mailed");
                format!("{told} E-posten kunne ikke sendes nå: gi beskjed om adressen {address}.")
            }
        }
    }

    fn mail(&self, address: &str) -> String {
        format!(
            "Hei, {}!\n\n{} har gitt deg tilgang til Skadehub som {}.\n\n\
             Logg inn her: {address}\nBrukernavnet ditt er {}.\n\n\
             Første gang setter du opp en engangskode i en app på telefonen.\n",
            self.details.display_name,
            self.company_name,
            role_words(&self.details.roles),
            self.username,
        )
    }
}
