//! The page of an incident: whose turn it is, the acts, and two people at the same time.

use jiff::ToSpan;
use reqwest::StatusCode;
use skadehub::contract::{
    Acting, Actor, Incident, NewIncident, NewOtherParty, NewOwnParty, NewProposal, NewVehicle,
    Terms, WHOLE,
};
use skadehub::formats::dates;

use crate::support::browser::{Browser, Page};
use crate::support::portal::Portal;

/// Nordlys has sent an incident to Fjordtrygd, whose handler is at the page.
struct Received {
    portal: Portal,
    browser: Browser,
    incident: Incident,
}

impl Received {
    async fn start() -> Self {
        let portal = Portal::start_whole().await;
        let incident = send(&portal).await;
        let mut browser = portal.browser();
        portal.sign_in(&mut browser, "saksbehandler.fjt", "/").await;
        Self { portal, browser, incident }
    }

    fn path(&self, rest: &str) -> String {
        format!("/hendelser/{}{rest}", self.incident.id)
    }

    async fn open(&mut self, rest: &str) -> Page {
        let path = self.path(rest);
        self.browser.get(&path).await
    }

    async fn post(&mut self, rest: &str, form: &[(&str, &str)]) -> Page {
        let path = self.path(rest);
        self.browser.post(&path, form).await
    }

    /// The answer of the act panel, against the version the page was drawn with.
    async fn answer(&mut self, page: &Page, answer: &str) -> Page {
        let version = hidden(page, "version");
        let form = [
            ("svar", answer),
            ("version", version.as_str()),
            ("forslag", "1"),
            ("skadenr", "2026-777001"),
            ("dekning", "kasko"),
        ];
        self.post("/svar", &form).await
    }

    async fn stored(&self, company: &str) -> Incident {
        acting(&self.portal, company).incident(self.incident.id, WHOLE).await.unwrap()
    }
}

fn acting(portal: &Portal, company: &str) -> Acting {
    let user = format!("saksbehandler.{}", company.to_lowercase());
    portal.app.hub.acting(Actor { company: company.parse().unwrap(), user, injury: false })
}

async fn send(portal: &Portal) -> Incident {
    let vehicle = |number: &str| NewVehicle {
        registration_number: Some(number.into()),
        ..NewVehicle::default()
    };
    let proposal = NewProposal { code: "101".into(), own_role: "a".into(), ..Default::default() };
    let loss = dates::oslo_date(portal.now()).checked_sub(3.days()).unwrap();
    let new = NewIncident {
        reference: "NLS-1".into(),
        loss_date: loss.to_string(),
        own: NewOwnParty {
            vehicle: vehicle("EL54321"),
            coverage: "kasko".into(),
            ..NewOwnParty::default()
        },
        other: NewOtherParty { vehicle: vehicle("EK12345"), insurer_override: None },
        proposal: Some(proposal),
        ..NewIncident::default()
    };
    acting(portal, "NLS").send_incident(&new, "NLS-1").await.unwrap()
}

fn hidden(page: &Page, name: &str) -> String {
    page.attributes(&format!("main input[name={name}]"), "value").swap_remove(0)
}

#[tokio::test]
async fn an_answer_without_a_reference_comes_back_with_every_error_at_its_field() {
    let mut case = Received::start().await;
    let page = case.post("/svar", &[("svar", "godta"), ("mva", "ja")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.text("title").starts_with("Feil: "));
    let links = page.attributes(".ds-error-summary a", "href");
    assert_eq!(links, ["#skadenr", "#dekning"]);
    assert_eq!(page.texts(".ds-error-summary a"), page.texts(".ds-validation-message"));
    assert_eq!(page.attributes("#mva[checked]", "value"), ["ja"]);
}

#[tokio::test]
async fn accepting_and_agreeing_is_one_act_and_can_be_done_once() {
    let mut case = Received::start().await;
    let page = case.open("").await;
    assert!(page.text("#tur").starts_with("Det er vår tur: svar innen "));
    let agreed = case.answer(&page, "godta").await;
    assert_eq!(agreed.text(".sh-flash"), "Hendelsen er akseptert, og ansvaret er avtalt.");
    assert_eq!(agreed.text("h1"), "Hendelse 2026-777001");
    assert_eq!(agreed.text("#forslagene"), "Slik ble vi enige");

    let again = case.answer(&page, "godta").await;
    assert_eq!(again.status, StatusCode::PRECONDITION_FAILED);
    assert!(again.text("#avslag").contains("2026-777001"), "what was typed is still there");
}

#[tokio::test]
async fn opening_the_page_reads_the_messages_and_overtakes_nobody() {
    let mut case = Received::start().await;
    let nordlys = acting(&case.portal, "NLS");
    let text = "Se skademeldingen.".to_owned();
    nordlys.send_message(case.incident.id, text, Terms::default()).await.unwrap();

    let page = case.open("").await;
    let theirs = case.stored("NLS").await;
    assert!(theirs.messages.unwrap()[0].read_at.is_some());
    assert_eq!(case.stored("FJT").await.unread, 0);
    let accepted = case.answer(&page, "bare").await;
    assert_eq!(accepted.text(".sh-flash"), "Hendelsen er akseptert.");
}

#[tokio::test]
async fn an_act_that_was_overtaken_says_what_happened_and_keeps_what_was_typed() {
    let mut case = Received::start().await;
    let page = case.open("").await;
    let changes = skadehub::contract::Changes {
        coverage: Some("delkasko".into()),
        ..skadehub::contract::Changes::default()
    };
    let nordlys = acting(&case.portal, "NLS");
    nordlys.change(case.incident.id, &changes, Terms::default()).await.unwrap();

    let overtaken = case.answer(&page, "bare").await;
    assert_eq!(overtaken.status, StatusCode::PRECONDITION_FAILED);
    assert!(overtaken.text("#avslag").contains("Dekningsomfang: Delkasko"));
    assert_eq!(overtaken.attributes("#skadenr", "value"), ["2026-777001"]);
    let accepted = case.answer(&overtaken, "bare").await;
    assert_eq!(accepted.text(".sh-flash"), "Hendelsen er akseptert.");
}

#[tokio::test]
async fn two_colleagues_who_edit_different_fields_never_meet_and_the_same_field_is_asked_about() {
    let mut case = Received::start().await;
    let opened = case.open("/endre").await;
    let version = hidden(&opened, "version");
    let mut edit = async |coverage: &str, vat: &str| {
        let form = [("version", version.as_str()), ("dekning", coverage), ("mva", vat)];
        case.post("/endre", &form).await
    };
    assert_eq!(edit("kasko", "").await.text(".sh-flash"), "Opplysningene er lagret.");
    assert_eq!(edit("", "ja").await.text(".sh-flash"), "Opplysningene er lagret.");

    let conflict = edit("ansvar", "").await;
    assert_eq!(conflict.status, StatusCode::PRECONDITION_FAILED);
    assert_eq!(conflict.attributes("input[name=dekning]", "value"), ["ansvar", "kasko"]);
    assert!(conflict.text(".ds-alert").contains("saksbehandler.fjt"));
    let own = case.stored("FJT").await.own;
    assert_eq!((own.coverage.as_deref(), own.vat_liable), (Some("kasko"), true));
}

#[tokio::test]
async fn a_company_that_is_not_the_right_party_says_so_and_keeps_a_frozen_view() {
    let mut case = Received::start().await;
    let form = [("grunn", "other"), ("tekst", ""), ("selskap", "TND")];
    let page = case.post("/avvis", &form).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.attributes(".ds-error-summary a", "href"), ["#tekst"]);
    assert_eq!(page.attributes("#selskap option[selected]", "value"), ["TND"]);
    let form = [("grunn", "other"), ("tekst", "Bilen er solgt."), ("selskap", "TND")];
    assert_eq!(case.post("/avvis", &form).await.text(".sh-flash"), "Hendelsen er avvist.");

    let mut sender = case.portal.browser();
    case.portal.sign_in(&mut sender, "saksbehandler.nls", "/").await;
    let page = sender.get(&case.path("")).await;
    assert_eq!(page.attributes("#selskap option[selected]", "value"), ["TND"]);
    let form = [("selskap", "TND"), ("grunn", "Solgt")];
    let page = sender.post(&case.path("/send-videre"), &form).await;
    assert_eq!(page.text(".sh-flash"), "Hendelsen er sendt videre til Tinde Forsikring.");

    let frozen = case.open("").await;
    assert_eq!(frozen.status, StatusCode::OK);
    assert!(frozen.texts("section[aria-labelledby=tur] .ds-button").is_empty());
    assert!(!frozen.html.contains("Sendt videre"), "what came after is not ours to see");
}

#[tokio::test]
async fn a_refused_act_gives_its_reason_on_the_page_it_was_sent_from() {
    let mut case = Received::start().await;
    let page = case.post("/trekk", &[("grunn", "Feil sak")]).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert_eq!(page.text("#avslag"), "Bare selskapet som sendte dette, kan gjøre det.");
    assert_eq!(page.text("#grunn"), "Feil sak");
}

#[tokio::test]
async fn an_incident_of_others_is_not_there() {
    let case = Received::start().await;
    let mut outsider = case.portal.browser();
    case.portal.sign_in(&mut outsider, "saksbehandler.tnd", "/").await;
    for rest in ["", "/endre", "/avvis", "/trekk", "/saksbehandler"] {
        assert_eq!(outsider.get(&case.path(rest)).await.status, StatusCode::NOT_FOUND, "{rest}");
    }
    assert_eq!(outsider.get("/hendelser/ikke-en-id").await.status, StatusCode::NOT_FOUND);
}
