//! `GET /krav/{id}`: a claim, sent or received, with what can be done about it.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use uuid::Uuid;

use super::act::Typed;
use super::case::Case;
use super::view;
use crate::app::App;
use crate::contract::{Claim, Payment};
use crate::error::Result;
use crate::formats::{Ore, dates};
use crate::portal::acting::Hub;
use crate::portal::form::Errors;
use crate::portal::page::{Frame, Page};
use crate::portal::view::Tag;

pub(super) fn router() -> Router<App> {
    Router::new().route("/krav/{id}", get(show))
}

/// The page; also what a refused act comes back to.
#[derive(Template)]
#[template(path = "portal/claims/show.html")]
pub(super) struct ClaimPage {
    frame: Frame,
    case: Case,
    errors: Errors,
    /// Why the act was refused, for a refusal that belongs to no field.
    refused: Option<String>,
    typed: Shown,
    amounts: Amounts,
    lines: Vec<Line>,
    kid: Vec<String>,
    account: Option<Vec<String>>,
    movements: Vec<Movement>,
    /// Makes each form on the page one act, however often it is sent.
    keys: [Uuid; 3],
}

/// The fields of the acts as they are drawn: typed, or proposed by us.
struct Shown {
    booking: String,
    reason: String,
    paid: String,
    paid_on: String,
    credited: String,
    credit_reason: String,
}

/// The sums of the claim, in kroner.
struct Amounts {
    gross: String,
    total: String,
    paid: String,
    credited: String,
    outstanding: String,
}

/// One line of the claim.
struct Line {
    kind: String,
    text: String,
    gross: String,
    demanded: String,
}

/// A payment or a credit note.
struct Movement {
    day: String,
    what: String,
    amount: String,
    tag: Tag,
    /// What a confirming report repeats: amount and date.
    confirm: Option<(String, String)>,
    /// Makes confirming one act, however often it is sent.
    key: Uuid,
}

async fn show(
    State(app): State<App>,
    Hub(hub): Hub,
    Path(id): Path<Uuid>,
    frame: Frame,
) -> Result<Response> {
    let case = Case::of(&hub, &app, id).await?;
    Ok(Page(ClaimPage::new(frame, case, Typed::default(), Errors::new(), None)).into_response())
}

impl ClaimPage {
    pub(super) fn new(
        frame: Frame,
        case: Case,
        typed: Typed,
        errors: Errors,
        refused: Option<String>,
    ) -> Self {
        let account = case.claim.account_number.as_deref().map(view::grouped);
        Self {
            frame,
            errors,
            refused,
            typed: Shown::of(typed, &case),
            amounts: Amounts::of(&case.claim),
            lines: lines(&case),
            kid: view::groups(&case.claim.kid),
            account: account.map(|text| text.split('\u{a0}').map(str::to_owned).collect()),
            movements: movements(&case),
            keys: [(); 3].map(|()| Uuid::new_v4()),
            case,
        }
    }

    pub(super) fn with(self, status: StatusCode) -> Response {
        (status, Page(self)).into_response()
    }

    fn credit_help(&self) -> String {
        format!("Følger kreditnotaen til {}.", self.case.short)
    }
}

impl Shown {
    fn of(typed: Typed, case: &Case) -> Self {
        let outstanding = || case.outstanding().kr();
        Self {
            booking: typed.booking.unwrap_or_default(),
            reason: typed.reason.unwrap_or_default(),
            paid: typed.paid.unwrap_or_else(outstanding),
            paid_on: typed.paid_on.unwrap_or_else(|| dates::date(case.today())),
            credited: typed.credited.unwrap_or_else(outstanding),
            credit_reason: typed.credit_reason.unwrap_or_default(),
        }
    }
}

impl Amounts {
    fn of(claim: &Claim) -> Self {
        let kr = |ore| Ore(ore).kr();
        Self {
            gross: kr(claim.gross_ore),
            total: kr(claim.total_ore),
            paid: kr(claim.paid_ore),
            credited: kr(claim.credited_ore),
            outstanding: kr(claim.outstanding_ore),
        }
    }
}

fn lines(case: &Case) -> Vec<Line> {
    let lines = case.claim.lines.iter();
    lines
        .map(|line| Line {
            kind: case.codes.line_type(&line.kind).to_owned(),
            text: line.description.clone().unwrap_or_default(),
            gross: view::signed(case.codes.line_types(), &line.kind, line.gross_ore).kr(),
            demanded: Ore(line.demanded_ore).kr(),
        })
        .collect()
}

/// Payments and credit notes, oldest first.
fn movements(case: &Case) -> Vec<Movement> {
    let Claim { payments, credits, .. } = &case.claim;
    let paid = payments.iter().map(|payment| (payment.at, payment_row(case, payment)));
    let credited = credits.iter().map(|credit| {
        let row = Movement {
            day: dates::date(dates::oslo_date(credit.at.0)),
            what: format!("Kreditert: {}", credit.reason),
            amount: Ore(credit.amount_ore).kr(),
            tag: Tag::new("neutral", "Kreditert"),
            confirm: None,
            key: Uuid::new_v4(),
        };
        (credit.at, row)
    });
    let mut rows: Vec<_> = paid.chain(credited).collect();
    rows.sort_by_key(|(at, _)| *at);
    rows.into_iter().map(|(_, row)| row).collect()
}

fn payment_row(case: &Case, payment: &Payment) -> Movement {
    let by = if payment.by == "own" { "oss" } else { case.short.as_str() };
    let day = dates::date(payment.date);
    let amount = Ore(payment.amount_ore).kr();
    let tag = if payment.confirmed {
        Tag::new("success", "Bekreftet av begge").with_icon("hake")
    } else {
        Tag::new("info", "Ikke bekreftet")
    };
    Movement {
        what: format!("Betaling meldt av {by}"),
        confirm: Case::may_confirm(payment).then(|| (amount.clone(), day.clone())),
        key: Uuid::new_v4(),
        day,
        amount,
        tag,
    }
}

#[cfg(test)]
mod tests {
    use scraper::{Html, Selector};
    use serde_json::{Value, json};

    use super::*;
    use crate::portal::claims::samples;

    fn page(changes: &Value) -> Html {
        let (frame, case) = (samples::frame("/krav/2"), samples::case(changes));
        let page = ClaimPage::new(frame, case, Typed::default(), Errors::new(), None);
        Html::parse_document(&page.render().unwrap())
    }

    fn texts(html: &Html, selector: &str) -> Vec<String> {
        let selector = Selector::parse(selector).unwrap();
        let plain = |text: String| text.replace('\u{a0}', " ").trim().to_owned();
        html.select(&selector).map(|found| plain(found.text().collect())).collect()
    }

    fn buttons(changes: &Value) -> Vec<String> {
        texts(&page(changes), "main button")
    }

    #[test]
    fn the_receiver_answers_and_only_the_claimant_credits() {
        let received = |status: &str| json!({"direction": "received", "status": status});
        let answers = ["Registrer kravet", "Godta kravet", "Bestrid kravet", "Meld betaling"];
        assert_eq!(buttons(&received("sent")), answers);
        assert_eq!(buttons(&received("registered")), answers[1..]);
        assert_eq!(buttons(&received("disputed")), ["Godta kravet likevel", "Meld betaling"]);
        assert_eq!(buttons(&received("accepted")), ["Meld betaling"]);
        assert_eq!(buttons(&json!({})), ["Meld betaling", "Krediter"]);
    }

    #[test]
    fn a_settled_claim_asks_for_nothing() {
        let settled = json!({"status": "paid", "outstandingOre": 0, "paidOre": 3_000_000,
            "payments": [{"by": "other", "amountOre": 3_000_000, "date": "2026-11-20",
                "confirmed": true, "at": "2026-11-20T09:00:00+01:00"}]});
        assert!(buttons(&settled).is_empty());
        assert_eq!(texts(&page(&settled), "#tur"), ["Kravet er betalt"]);
    }

    #[test]
    fn a_payment_the_other_reported_can_be_confirmed() {
        let reported = json!({"status": "accepted", "outstandingOre": 1_000_000,
            "payments": [{"by": "other", "amountOre": 2_000_000, "date": "2026-11-20",
                "confirmed": false, "at": "2026-11-20T09:00:00+01:00"}]});
        let html = page(&reported);
        assert_eq!(texts(&html, "main tbody .ds-link"), ["Bekreft betalingen på 20 000,00 kr"]);
        let date = Selector::parse("form input[type=hidden][name=betalt-dato]").unwrap();
        assert_eq!(html.select(&date).next().unwrap().attr("value"), Some("20.11.2026"));
    }

    #[test]
    fn lines_sum_to_the_claim_and_what_is_subtracted_shows_it() {
        let html = page(&json!({}));
        let row = texts(&html, "table:first-of-type tbody tr:nth-child(2) td");
        assert_eq!(row[1..], ["\u{2212}10 000,00", "\u{2212}7 500,00"]);
        assert_eq!(texts(&html, "tfoot td"), ["40 000,00", "30 000,00"]);
    }

    #[test]
    fn a_page_has_one_filled_button_at_most() {
        for direction in ["sent", "received"] {
            for status in ["sent", "registered", "accepted", "disputed"] {
                let html = page(&json!({"direction": direction, "status": status}));
                let filled = texts(&html, "main .ds-button:not([data-variant])");
                assert!(filled.len() <= 1, "{direction} {status}: {filled:?}");
            }
        }
    }
}
