//! The page of a claim, and what both sides do on it.

use reqwest::StatusCode;
use skadehub::contract::{Claim, NewClaim, NewClaimLine};
use skadehub::formats::dates;

use super::{Agreed, KID, acting, signed_in};
use crate::support::browser::{Browser, Page};
use crate::support::portal::Portal;

/// Nordlys' handler at a claim of 5 000,50 kroner from Fjordtrygd.
struct Received {
    portal: Portal,
    browser: Browser,
    claim: Claim,
}

impl Received {
    async fn start() -> Self {
        let Agreed { portal, incident, .. } = Agreed::start().await;
        let line = NewClaimLine { kind: "repair".into(), gross_ore: 1_000_100, description: None };
        let new = NewClaim {
            reference: "FJT-1".into(),
            kid: KID.into(),
            lines: vec![line],
            ..NewClaim::default()
        };
        let claim = acting(&portal, "FJT").send_claim(incident.id, &new, "krav").await.unwrap();
        let browser = signed_in(&portal, "saksbehandler.nls").await;
        Self { portal, browser, claim }
    }

    fn path(&self) -> String {
        format!("/krav/{}", self.claim.id)
    }

    /// An act, against the version the page shows.
    async fn act(&mut self, act: &str, fields: &[(&str, &str)]) -> Page {
        let version = self.stored("NLS").await.version.to_string();
        self.act_on(&version, act, fields).await
    }

    async fn act_on(&mut self, version: &str, act: &str, fields: &[(&str, &str)]) -> Page {
        let mut form = fields.to_vec();
        form.push(("version", version));
        self.browser.post(&format!("{}/{act}", self.path()), &form).await
    }

    async fn stored(&self, company: &str) -> Claim {
        acting(&self.portal, company).claim(self.claim.id).await.unwrap()
    }
}

#[tokio::test]
async fn the_receiver_books_accepts_and_pays_and_the_claimant_confirms() {
    let mut here = Received::start().await;
    let page = here.act("registrer", &[("bilag", "77120")]).await;
    assert_eq!(page.text(".sh-flash"), "Krav 1 er registrert.");
    assert_eq!(here.stored("FJT").await.booking_reference.as_deref(), Some("77120"));
    let page = here.act("godta", &[]).await;
    assert_eq!(page.text(".sh-row .ds-tag"), "Godtatt");
    let today = dates::date(dates::oslo_date(here.portal.now()));
    let part = [("betalt-belop", "2.000,50"), ("betalt-dato", today.as_str())];
    let page = here.act("betaling", &part).await;
    assert_eq!(page.attributes("#betalt-belop", "value"), ["3\u{a0}000,00"]);

    let mut claimant = signed_in(&here.portal, "saksbehandler.fjt").await;
    let page = claimant.get(&here.path()).await;
    let confirm = page.form(&format!("{}/betaling", here.path()));
    let confirm: Vec<_> = confirm.iter().map(|(name, value)| (&**name, &**value)).collect();
    let page = claimant.post(&format!("{}/betaling", here.path()), &confirm).await;
    assert!(page.texts("main .ds-tag").contains(&"Bekreftet av begge".to_owned()));
    assert_eq!(here.stored("FJT").await.paid_ore, 200_050);
}

#[tokio::test]
async fn faults_of_an_act_come_back_at_their_fields() {
    let mut here = Received::start().await;
    let page = here.act("bestrid", &[("begrunnelse", " ")]).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(page.attributes(".ds-error-summary a", "href"), ["#begrunnelse"]);
    let page = here.act("betaling", &[("betalt-belop", "x"), ("betalt-dato", "1.1.2150")]).await;
    assert_eq!(page.attributes("[aria-invalid]", "value"), ["x", "1.1.2150"]);
    assert_eq!(here.stored("NLS").await.paid_ore, 0);
}

#[tokio::test]
async fn a_refused_act_says_why_and_keeps_what_was_typed() {
    let mut here = Received::start().await;
    let today = dates::date(dates::oslo_date(here.portal.now()));
    let much = [("betalt-belop", "999 999"), ("betalt-dato", today.as_str())];
    let page = here.act("betaling", &much).await;
    assert_eq!(page.status, StatusCode::CONFLICT);
    assert!(page.text("[role=alert]").contains("Beløpet er større enn det som står igjen"));
    assert_eq!(page.attributes("#betalt-belop", "value"), ["999 999"]);
}

#[tokio::test]
async fn one_who_was_overtaken_sees_what_stands_and_sends_it_again() {
    let mut here = Received::start().await;
    let seen = here.claim.version.to_string();
    here.act("registrer", &[]).await;
    let page = here.act_on(&seen, "bestrid", &[("begrunnelse", "Ikke vår bil")]).await;
    assert_eq!(page.status, StatusCode::PRECONDITION_FAILED);
    assert!(page.text(".ds-alert").contains("saksbehandler.nls"), "{}", page.text(".ds-alert"));
    let again = page.form(&format!("{}/bestrid", here.path()));
    let again: Vec<_> = again.iter().map(|(name, value)| (&**name, &**value)).collect();
    here.browser.post(&format!("{}/bestrid", here.path()), &again).await;
    assert_eq!(here.stored("NLS").await.dispute_reason.as_deref(), Some("Ikke vår bil"));
}

#[tokio::test]
async fn the_claimant_credits_what_is_left() {
    let here = Received::start().await;
    let mut claimant = signed_in(&here.portal, "saksbehandler.fjt").await;
    let page = claimant.get(&here.path()).await;
    let path = format!("{}/krediter", here.path());
    let mut form = page.form(&path);
    form.retain(|(name, _)| name != "kredit-grunn");
    let mut form: Vec<_> = form.iter().map(|(name, value)| (&**name, &**value)).collect();
    form.push(("kredit-grunn", "Sendt ved en feil"));
    let page = claimant.post(&path, &form).await;
    assert_eq!(page.text("#tur"), "Kravet er kreditert");
    assert_eq!(here.stored("NLS").await.outstanding_ore, 0);
}

#[tokio::test]
async fn a_third_company_does_not_find_the_claim() {
    let here = Received::start().await;
    let mut stranger = signed_in(&here.portal, "saksbehandler.tnd").await;
    for path in [here.path(), format!("/hendelser/{}/krav/ny", here.claim.incident_id)] {
        assert_eq!(stranger.get(&path).await.status, StatusCode::NOT_FOUND);
    }
    let form = [("version", "1")];
    let page = stranger.post(&format!("{}/godta", here.path()), &form).await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}
