//! The calls of the API, each as a method of [`Acting`]. Those of administrators are in [`administration`].

mod administration;

use uuid::Uuid;

use super::client::Terms;
use super::{
    Accept, Acting, Changes, Claim, ClaimFilter, CodeList, Company, Counts, DuplicateMatch, Event,
    HistoryEntry, Incident, IncidentFilter, InsurerAnswer, LogEntry, LogFilter, Message, NewClaim,
    NewCredit, NewIncident, NewMessage, NewProposal, Page, Proposal, Reason, Redirect, Register,
    Reject, ReportPayment, Verification,
};
use crate::error::Result;

/// Everything one page of an incident shows.
pub const WHOLE: &str = "events,proposals,claims,messages";

impl Acting {
    /// The directory of companies.
    pub async fn companies(&self) -> Result<Vec<Company>> {
        Ok(self.get::<Page<Company>>("/companies?limit=200").await?.items)
    }

    /// A code list; the current version when none is named.
    pub async fn code_list(&self, name: &str, version: Option<&str>) -> Result<CodeList> {
        let query = version.map(|version| query(&[("version", version)])).unwrap_or_default();
        self.get(&format!("/code-lists/{name}{query}")).await
    }

    /// Who insured a vehicle on a day (`YYYY-MM-DD`).
    pub async fn insurer(&self, number: &str, country: &str, day: &str) -> Result<InsurerAnswer> {
        let number: String = url::form_urlencoded::byte_serialize(number.as_bytes()).collect();
        let query = query(&[("lossDate", day), ("country", country)]);
        self.get(&format!("/vehicles/{number}/insurer{query}")).await
    }

    /// A list of incidents.
    pub async fn incidents(&self, filter: &IncidentFilter) -> Result<Page<Incident>> {
        self.get(&format!("/incidents{}", filter_query(filter)?)).await
    }

    /// How much work there is.
    pub async fn counts(&self) -> Result<Counts> {
        self.get("/incidents/counts").await
    }

    /// An incident; `include` as in [`WHOLE`], empty for none.
    pub async fn incident(&self, id: Uuid, include: &str) -> Result<Incident> {
        let query = if include.is_empty() { String::new() } else { format!("?include={include}") };
        self.get(&format!("/incidents/{id}{query}")).await
    }

    /// Sends an incident; `key` makes a repeat harmless.
    pub async fn send_incident(&self, new: &NewIncident, key: &str) -> Result<Incident> {
        self.post("/incidents", new, Terms { key: Some(key.to_owned()), version: None }).await
    }

    /// What a new incident would be suspected to duplicate; sends nothing.
    pub async fn duplicates(&self, new: &NewIncident) -> Result<Page<DuplicateMatch>> {
        self.post("/incidents/duplicates", new, Terms::default()).await
    }

    /// Marks it seen for the own company.
    pub async fn seen(&self, id: Uuid) -> Result<()> {
        let path = format!("/incidents/{id}/seen");
        let _: serde_json::Value = self.post(&path, &Reason::default(), Terms::default()).await?;
        Ok(())
    }

    /// Changes the own side.
    pub async fn change(&self, id: Uuid, changes: &Changes, terms: Terms) -> Result<Incident> {
        self.patch(&format!("/incidents/{id}"), changes, terms).await
    }

    /// Accepts being the right party, perhaps with an answer to the proposal.
    pub async fn accept(&self, id: Uuid, accept: &Accept, terms: Terms) -> Result<Incident> {
        self.post(&format!("/incidents/{id}/accept"), accept, terms).await
    }

    /// Says that the own company is not the right party.
    pub async fn reject(&self, id: Uuid, reject: &Reject, terms: Terms) -> Result<Incident> {
        self.post(&format!("/incidents/{id}/reject"), reject, terms).await
    }

    /// Sends a rejected incident to another company.
    pub async fn redirect(&self, id: Uuid, redirect: &Redirect, terms: Terms) -> Result<Incident> {
        self.post(&format!("/incidents/{id}/redirect"), redirect, terms).await
    }

    /// An act that takes only a reason: `withdraw`, `close`, `close/decline`, `reopen`,
    /// `liability/reopen`, `liability/reopen/decline`.
    pub async fn act(
        &self,
        id: Uuid,
        act: &str,
        reason: Option<String>,
        terms: Terms,
    ) -> Result<Incident> {
        self.post(&format!("/incidents/{id}/{act}"), &Reason { reason }, terms).await
    }

    /// Proposes a split.
    pub async fn propose(&self, id: Uuid, new: &NewProposal, terms: Terms) -> Result<Incident> {
        self.post(&format!("/incidents/{id}/proposals"), new, terms).await
    }

    /// The proposals, oldest first.
    pub async fn proposals(&self, id: Uuid) -> Result<Vec<Proposal>> {
        Ok(self.get::<Page<Proposal>>(&format!("/incidents/{id}/proposals?limit=200")).await?.items)
    }

    /// Accepts the newest proposal.
    pub async fn accept_proposal(&self, id: Uuid, number: u32, terms: Terms) -> Result<Incident> {
        let path = format!("/incidents/{id}/proposals/{number}/accept");
        self.post(&path, &Reason::default(), terms).await
    }

    /// Sends a message.
    pub async fn send_message(&self, id: Uuid, text: String, terms: Terms) -> Result<Message> {
        self.post(&format!("/incidents/{id}/messages"), &NewMessage { text }, terms).await
    }

    /// Marks a received message read.
    pub async fn read_message(&self, id: Uuid, message: Uuid) -> Result<Message> {
        let path = format!("/incidents/{id}/messages/{message}/read");
        self.post(&path, &Reason::default(), Terms::default()).await
    }

    /// The history, oldest first.
    pub async fn events(&self, id: Uuid) -> Result<Vec<Event>> {
        Ok(self.get::<Page<Event>>(&format!("/incidents/{id}/events?limit=200")).await?.items)
    }

    /// The company's own log.
    pub async fn log(&self, filter: &LogFilter) -> Result<Page<LogEntry>> {
        self.get(&format!("/log{}", filter_query(filter)?)).await
    }

    /// The shared history of all the company's incidents.
    pub async fn history(&self, filter: &LogFilter) -> Result<Page<HistoryEntry>> {
        self.get(&format!("/log/events{}", filter_query(filter)?)).await
    }

    /// Checks the chains that concern the company.
    pub async fn verification(&self) -> Result<Verification> {
        self.get("/log/verification").await
    }

    /// A list of claims.
    pub async fn claims(&self, filter: &ClaimFilter) -> Result<Page<Claim>> {
        self.get(&format!("/claims{}", filter_query(filter)?)).await
    }

    /// A claim.
    pub async fn claim(&self, id: Uuid) -> Result<Claim> {
        self.get(&format!("/claims/{id}")).await
    }

    /// Sends a claim.
    pub async fn send_claim(&self, id: Uuid, new: &NewClaim, key: &str) -> Result<Claim> {
        let terms = Terms { key: Some(key.to_owned()), version: None };
        self.post(&format!("/incidents/{id}/claims"), new, terms).await
    }

    /// Books a received claim.
    pub async fn register_claim(&self, id: Uuid, new: &Register, terms: Terms) -> Result<Claim> {
        self.post(&format!("/claims/{id}/register"), new, terms).await
    }

    /// Accepts a received claim.
    pub async fn accept_claim(&self, id: Uuid, terms: Terms) -> Result<Claim> {
        self.post(&format!("/claims/{id}/accept"), &Reason::default(), terms).await
    }

    /// Disputes a received claim.
    pub async fn dispute_claim(&self, id: Uuid, reason: String, terms: Terms) -> Result<Claim> {
        self.post(&format!("/claims/{id}/dispute"), &Reason { reason: Some(reason) }, terms).await
    }

    /// Reports a payment.
    pub async fn report_payment(
        &self,
        id: Uuid,
        report: &ReportPayment,
        terms: Terms,
    ) -> Result<Claim> {
        self.post(&format!("/claims/{id}/report-payment"), report, terms).await
    }

    /// Credits a sent claim.
    pub async fn credit_claim(&self, id: Uuid, credit: &NewCredit, terms: Terms) -> Result<Claim> {
        self.post(&format!("/claims/{id}/credit"), credit, terms).await
    }
}

/// A segment of a path.
fn escaped(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

fn query(pairs: &[(&str, &str)]) -> String {
    let encoded = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    format!("?{encoded}")
}

fn filter_query(filter: &impl serde::Serialize) -> Result<String> {
    let encoded = serde_urlencoded::to_string(filter).map_err(anyhow::Error::from)?;
    Ok(if encoded.is_empty() { encoded } else { format!("?{encoded}") })
}
