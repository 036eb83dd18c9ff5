//! The preview of a new claim: exactly what the other company will see.

use askama::Template;
use axum::response::{IntoResponse, Response};

use super::grounds::Grounds;
use super::input::Input;
use super::sums::Sums;
use super::view;
use crate::contract::NewClaim;
use crate::formats::dates;
use crate::portal::page::{Frame, Page};

#[derive(Template)]
#[template(path = "portal/claims/review.html")]
struct ReviewPage {
    frame: Frame,
    grounds: Grounds,
    input: Input,
    rows: Vec<Row>,
    sums: Sums,
    kid: Vec<String>,
    due: String,
    /// The message that follows the claim, empty for none.
    message: String,
}

/// A line that will be sent.
struct Row {
    kind: String,
    text: String,
    gross: String,
    demanded: String,
    /// Where it is changed.
    field: String,
    /// «underkrav 2»: what is changed, for those who do not see the row.
    name: String,
}

/// The page, drawn from the claim that will be sent.
pub(super) fn page(mut frame: Frame, grounds: Grounds, input: Input, claim: NewClaim) -> Response {
    let sums = Sums::of(&input.lines, grounds.types(), grounds.share());
    "/krav".clone_into(&mut frame.path);
    let due = input.due_date().and_then(Result::ok).unwrap_or(grounds.due);
    Page(ReviewPage {
        frame,
        rows: rows(&grounds, &input, &claim, &sums),
        kid: view::groups(&claim.kid),
        due: dates::weekday_date(due),
        message: claim.message.unwrap_or_default(),
        sums,
        grounds,
        input,
    })
    .into_response()
}

fn rows(grounds: &Grounds, input: &Input, claim: &NewClaim, sums: &Sums) -> Vec<Row> {
    let lines = input.filled().into_iter().zip(&claim.lines);
    lines
        .map(|(at, line)| Row {
            kind: grounds.codes.line_type(&line.kind).to_owned(),
            text: line.description.clone().unwrap_or_default(),
            gross: view::signed(grounds.types(), &line.kind, line.gross_ore).kr(),
            demanded: sums.share(at),
            field: format!("linje-{}-belop", at + 1),
            name: format!("underkrav {}", at + 1),
        })
        .collect()
}
