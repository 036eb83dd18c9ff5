//! The form of a new claim and its preview.

mod acts;

use jiff::ToSpan;
use reqwest::StatusCode;
use skadehub::contract::{
    Accept, Acting, Actor, Claim, Incident, NewIncident, NewOtherParty, NewOwnParty, NewProposal,
    NewVehicle, Terms, WHOLE,
};
use skadehub::formats::dates;

use crate::support::browser::{Browser, Page};
use crate::support::portal::Portal;

/// Right under MOD10.
const KID: &str = "2026100123010";

/// Fjordtrygd and Nordlys have agreed on 1/2 each; Fjordtrygd's handler is at the keyboard.
struct Agreed {
    portal: Portal,
    browser: Browser,
    incident: Incident,
}

impl Agreed {
    async fn start() -> Self {
        Self::between(false).await
    }

    /// `vat_liable`: whether Fjordtrygd's customer deducts VAT.
    async fn between(vat_liable: bool) -> Self {
        let portal = Portal::start_whole().await;
        let sent = send(&portal, vat_liable).await;
        let accept = Accept {
            reference: "NLS-1".into(),
            coverage: Some("kasko".into()),
            accept_proposal: Some(1),
            ..Accept::default()
        };
        acting(&portal, "NLS").accept(sent.id, &accept, Terms::default()).await.unwrap();
        let browser = signed_in(&portal, "saksbehandler.fjt").await;
        Self { portal, browser, incident: sent }
    }

    fn form_path(&self) -> String {
        format!("/hendelser/{}/krav/ny", self.incident.id)
    }

    /// Posts the form as `page` has it, with `changes`, by the button `handling`.
    async fn press(&mut self, page: &Page, handling: &str, changes: &[(&str, &str)]) -> Page {
        let path = self.form_path();
        let mut form = page.form(&path);
        form.retain(|(name, _)| changes.iter().all(|(changed, _)| name != changed));
        let mut form: Vec<_> = form.iter().map(|(name, value)| (&**name, &**value)).collect();
        form.extend(changes);
        form.push(("handling", handling));
        self.browser.post(&path, &form).await
    }

    /// Fills in one line of 10 001 kroner and goes on to the preview.
    async fn preview(&mut self, changes: &[(&str, &str)]) -> Page {
        let page = self.browser.get(&self.form_path()).await;
        let mut typed = vec![("linje-1-type", "repair"), ("linje-1-belop", "10001"), ("kid", KID)];
        typed.retain(|(name, _)| changes.iter().all(|(changed, _)| name != changed));
        typed.extend(changes);
        self.press(&page, "se-over", &typed).await
    }

    async fn claims(&self) -> Vec<Claim> {
        let incident = acting(&self.portal, "FJT").incident(self.incident.id, WHOLE).await;
        incident.unwrap().claims.unwrap()
    }
}

async fn signed_in(portal: &Portal, username: &str) -> Browser {
    let mut browser = portal.browser();
    portal.sign_in(&mut browser, username, "/").await;
    browser
}

fn acting(portal: &Portal, company: &str) -> Acting {
    let user = format!("saksbehandler.{}", company.to_lowercase());
    portal.app.hub.acting(Actor { company: company.parse().unwrap(), user, injury: false })
}

async fn send(portal: &Portal, vat_liable: bool) -> Incident {
    let vehicle = |number: &str| NewVehicle {
        registration_number: Some(number.into()),
        ..NewVehicle::default()
    };
    let loss = dates::oslo_date(portal.now()).checked_sub(3.days()).unwrap();
    let proposal = NewProposal { code: "105".into(), own_role: "a".into(), ..Default::default() };
    let new = NewIncident {
        reference: "FJT-1".into(),
        loss_date: loss.to_string(),
        own: NewOwnParty {
            vehicle: vehicle("EK12345"),
            coverage: "kasko".into(),
            vat_liable,
            ..NewOwnParty::default()
        },
        other: NewOtherParty { vehicle: vehicle("EL54321"), insurer_override: None },
        proposal: Some(proposal),
        ..NewIncident::default()
    };
    acting(portal, "FJT").send_incident(&new, "hendelse").await.unwrap()
}

#[tokio::test]
async fn lines_come_and_go_and_what_is_typed_stays() {
    let mut here = Agreed::start().await;
    let page = here.browser.get(&here.form_path()).await;
    let typed = [("linje-1-type", "repair"), ("linje-1-belop", "tolv"), ("kid", "12 A")];
    let page = here.press(&page, "legg-til", &typed).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.texts("fieldset legend"), ["Underkrav 1", "Underkrav 2"]);
    let page = here.press(&page, "regn", &[("linje-2-belop", "kr 10.001")]).await;
    assert_eq!(page.attributes("#linje-1-belop, #kid", "value"), ["tolv", "12 A"]);
    assert_eq!(page.texts("output"), ["–", "5 000,50"]);
    assert!(page.text("#kid-svar").starts_with("KID kan bare ha sifre"));
    let page = here.press(&page, "fjern-1", &[]).await;
    assert_eq!(page.attributes("fieldset .sh-money input", "value"), ["10\u{a0}001,00"]);
}

#[tokio::test]
async fn a_form_with_faults_says_all_of_them_and_sends_nothing() {
    let mut here = Agreed::start().await;
    let faults = [("linje-1-belop", "0"), ("kid", "2026100123019"), ("forfall", "1.1.2020")];
    for handling in ["se-over", "send"] {
        let page = here.browser.get(&here.form_path()).await;
        let page = here.press(&page, handling, &faults).await;
        assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(page.text("title").starts_with("Feil: "));
        let linked = page.attributes(".ds-error-summary a", "href");
        assert_eq!(linked, ["#linje-1-type", "#linje-1-belop", "#kid", "#forfall"]);
    }
    assert!(here.claims().await.is_empty());
}

#[tokio::test]
async fn what_the_preview_shows_is_sent_once_however_often_it_is_pressed() {
    let mut here = Agreed::start().await;
    let preview = here.preview(&[]).await;
    assert_eq!(preview.text("h1"), "Se over kravet før du sender");
    assert_eq!(preview.texts(".sh-total dd"), ["10 001,00 kr", "−5 000,50 kr", "5 000,50 kr"]);
    let first = here.press(&preview, "send", &[]).await;
    let again = here.press(&preview, "send", &[]).await;
    let claims = here.claims().await;
    assert_eq!(claims.len(), 1);
    assert_eq!((claims[0].kid.as_str(), claims[0].total_ore), (KID, 500_050));
    assert_eq!(first.path(), format!("/krav/{}", claims[0].id));
    assert_eq!(first.path(), again.path());
    assert_eq!(first.text(".sh-flash"), "Kravet er sendt til Nordlys Skadeforsikring.");
}

#[tokio::test]
async fn going_back_from_the_preview_loses_nothing() {
    let mut here = Agreed::start().await;
    let preview = here.preview(&[("linje-1-tekst", "Faktura «8812» & <annet>")]).await;
    let page = here.press(&preview, "endre", &[]).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.attributes("#linje-1-tekst", "value"), ["Faktura «8812» & <annet>"]);
    assert_eq!(page.attributes("#kid", "value"), [KID]);
}

#[tokio::test]
async fn a_claim_like_an_earlier_one_needs_a_confirmation_and_a_message() {
    let mut here = Agreed::start().await;
    let preview = here.preview(&[]).await;
    here.press(&preview, "send", &[]).await;
    let preview = here.preview(&[("linje-1-belop", "500")]).await;
    let warned = here.press(&preview, "send", &[]).await;
    assert_eq!(warned.status, StatusCode::CONFLICT);
    assert!(warned.text(".ds-alert").contains("Samme KID som krav 1, sendt"), "{}", warned.html);
    let first = here.claims().await.swap_remove(0);
    assert_eq!(warned.attributes(".ds-alert a", "href"), [format!("/krav/{}", first.id)]);

    let page = here.press(&warned, "se-over", &[("dublett-ja", "ja")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.attributes(".ds-error-summary a", "href"), ["#melding"]);
    let why = [("melding", "Tilleggskrav for leiebil")];
    let preview = here.press(&page, "se-over", &why).await;
    assert!(preview.html.contains("Tilleggskrav for leiebil"));
    here.press(&preview, "send", &[]).await;
    let claims = here.claims().await;
    assert_eq!(claims.len(), 2);
    assert_eq!(claims[1].message.as_deref(), Some("Tilleggskrav for leiebil"));
}

#[tokio::test]
async fn vat_is_claimed_for_one_who_deducts_it_only_when_confirmed() {
    let mut here = Agreed::between(true).await;
    let page = here.preview(&[("linje-1-type", "vat")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.attributes(".ds-error-summary a", "href"), ["#mva-ja"]);
    let preview = here.press(&page, "se-over", &[("mva-ja", "ja")]).await;
    here.press(&preview, "send", &[]).await;
    assert_eq!(here.claims().await.len(), 1);
}

#[tokio::test]
async fn nothing_can_be_claimed_before_liability_is_agreed() {
    let portal = Portal::start_whole().await;
    let incident = send(&portal, false).await;
    let mut browser = signed_in(&portal, "saksbehandler.fjt").await;
    let page = browser.get(&format!("/hendelser/{}/krav/ny", incident.id)).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(
        page.html.contains("Krav kan sendes når hendelsen er akseptert og ansvaret er avtalt.")
    );
}
