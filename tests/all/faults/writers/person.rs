//! A claims handler who composes incidents and writes messages in the portal, and sends a form
//! again when no answer comes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::json;
use skadehub::sandbox::tffauto;
use uuid::Uuid;

use super::super::journal::{Entry, Journal, Outcome, What};
use super::number;
use crate::support::browser::{Browser, Page};

const PATIENCE: Duration = Duration::from_mins(5);
const PAUSE: Duration = Duration::from_millis(40);

/// A person signed in.
pub(super) struct Person {
    pub(super) browser: Browser,
    pub(super) company: &'static str,
    pub(super) journal: Arc<Journal>,
}

impl Person {
    /// Incident after incident until the journal is closed; the browser is given back.
    pub(super) async fn run(mut self) -> Browser {
        while !self.journal.is_closed() {
            let incident = self.compose().await;
            self.message(incident).await;
        }
        self.browser
    }

    /// All steps of a new incident, and its sending.
    async fn compose(&mut self) -> Uuid {
        let to = if self.company == "NLS" { "TND" } else { "NLS" };
        let number = number();
        let plate = |company: &str| {
            tffauto::vehicle(&company.parse().unwrap(), number).unwrap().as_str().to_owned()
        };
        let reference = format!("{}-{number}", self.company);
        let (own, other, day) = (plate(self.company), plate(to), day());
        let page = self.page("/hendelser/ny", None).await;
        let typed = [
            ("skadenummer", &*reference),
            ("skadedato", &*day),
            ("egen-regnr", &*own),
            ("motpart-regnr", &*other),
            // Given at once, for when the registry is left alone for a while.
            ("egen-grunn", "Vår kunde."),
            ("motpart-selskap", to),
            ("motpart-grunn", "Står på skademeldingen."),
        ];
        let page = self.fill_in(&page, &typed).await;
        let page = self.fill_in(&page, &[("sted", "Krysset"), ("dekning", "kasko")]).await;
        let page = self.fill_in(&page, &[("kode", "405"), ("a", "motpart")]).await;
        assert_eq!(page.text("h1"), "Se over før du sender", "{}", page.html);
        let began = self.journal.tick();
        let sent = self.fill_in(&page, &[]).await;
        let incident = sent.path().strip_prefix("/hendelser/").and_then(|id| id.parse().ok());
        let incident: Uuid = incident.unwrap_or_else(|| panic!("{}: {}", sent.url, sent.html));
        let events = &["incident_sent", "proposal_made"];
        self.enter(began, None, What::Incident { reference, to }, events, incident);
        incident
    }

    async fn message(&mut self, incident: Uuid) {
        let path = format!("/hendelser/{incident}");
        let page = self.page(&path, None).await;
        let to = format!("{path}/melding");
        let text = format!("Melding {}", number());
        let mut form = page.form(&to);
        form.retain(|(name, _)| name != "melding");
        form.push(("melding".into(), text.clone()));
        let began = self.journal.tick();
        let sent = self.page(&to, Some(&form)).await;
        assert_eq!(sent.path(), path, "{}", sent.html);
        self.enter(began, Some(incident), What::Message(text), &["message_sent"], incident);
    }

    fn enter(
        &self,
        began: u64,
        incident: Option<Uuid>,
        what: What,
        events: &'static [&'static str],
        id: Uuid,
    ) {
        self.journal.enter(Entry {
            company: self.company,
            incident,
            what,
            events,
            known: None,
            began,
            ended: self.journal.tick(),
            outcome: Outcome::Acknowledged(json!({"id": id})),
        });
    }

    /// Sends the page's form as it stands, with what is typed.
    async fn fill_in(&mut self, page: &Page, typed: &[(&str, &str)]) -> Page {
        let action = page.attributes("main form", "action").into_iter().next();
        let action = action.unwrap_or_else(|| panic!("{} {}", page.url, page.html));
        let mut form = page.form(&action);
        form.retain(|(name, _)| typed.iter().all(|(given, _)| given != name));
        form.extend(typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.page(&action, Some(&form)).await
    }

    /// Opens a page or sends a form, again until the portal answers with a page that is no error.
    async fn page(&mut self, path: &str, form: Option<&[(String, String)]>) -> Page {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let answer = match form {
                None => self.browser.try_get(path).await,
                Some(form) => {
                    let form: Vec<_> =
                        form.iter().map(|(name, value)| (&**name, &**value)).collect();
                    self.browser.try_post(path, &form).await
                }
            };
            if let Ok(page) = &answer {
                let retry = page.headers.contains_key("retry-after");
                self.journal.blunder(page.status.as_u16(), retry, path);
            }
            match answer {
                Ok(page) if page.status.is_success() => return page,
                Ok(page) if !page.status.is_server_error() && page.status != 409 => {
                    panic!("{path}: {} {}", page.status, page.html)
                }
                Ok(page) => assert!(Instant::now() < deadline, "{path}: {}", page.html),
                Err(error) => assert!(Instant::now() < deadline, "{path}: {error}"),
            }
            self.journal.retried();
            tokio::time::sleep(PAUSE).await;
        }
    }
}

fn day() -> String {
    let today = skadehub::formats::dates::oslo_date(skadehub::clock::Clock::system().now());
    skadehub::formats::dates::date(today.saturating_sub(jiff::Span::new().days(3)))
}
