//! Errors as people meet them: what happened, what to do, and a reference.
//!
//! The reference stands in the span around the request, so support finds every
//! log line of it.

use std::borrow::Cow;

use askama::Template;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tower_http::request_id::RequestId;
use tracing::Instrument;
use uuid::Uuid;

use super::page::{Frame, Page};
use crate::contract::Problem;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    frame: Frame,
    status: u16,
    heading: &'static str,
    sentence: String,
    advice: Cow<'static, str>,
    reference: String,
}

/// Layer of the pages: draws a [`Problem`], or a bare error status, as a page.
pub async fn layer(request: Request, next: Next) -> Response {
    let reference = reference(&request);
    let span = tracing::info_span!(
        "page",
        %reference,
        method = %request.method(),
        path = request.uri().path(),
    );
    let (parts, body) = request.into_parts();
    let frame = Frame::of(&parts);
    let request = Request::from_parts(parts, body);
    let response = next.run(request).instrument(span).await;
    if is_finished(&response) {
        return response;
    }
    draw(frame, reference, response)
}

fn draw(frame: Frame, reference: String, response: Response) -> Response {
    let (mut parts, _) = response.into_parts();
    let problem = parts.extensions.remove::<Problem>();
    let (heading, sentence, advice) = words(parts.status, problem.as_ref());
    let page =
        ErrorPage { frame, status: parts.status.as_u16(), heading, sentence, advice, reference };
    let mut drawn = Page(page).into_response();
    *drawn.status_mut() = parts.status;
    for name in [header::RETRY_AFTER, header::ALLOW, header::SET_COOKIE] {
        for value in parts.headers.get_all(&name) {
            drawn.headers_mut().append(&name, value.clone());
        }
    }
    drawn
}

/// The request id of the outermost layer, or one of our own.
fn reference(request: &Request) -> String {
    request
        .extensions()
        .get::<RequestId>()
        .and_then(|id| id.header_value().to_str().ok())
        .map_or_else(|| Uuid::now_v7().to_string(), str::to_owned)
}

/// Whether a handler has drawn the answer itself, such as a form that comes back.
fn is_finished(response: &Response) -> bool {
    let fine = !response.status().is_client_error() && !response.status().is_server_error();
    let drawn = response.headers().get(header::CONTENT_TYPE).is_some_and(|kind| {
        let kind = kind.as_bytes();
        kind.starts_with(b"text/html") || kind.starts_with(b"application/")
    });
    fine || (drawn && response.extensions().get::<Problem>().is_none())
}

/// Heading, sentence and advice. The problem's own sentence wins where the rules spoke; of what is not
/// there it says no more than the heading.
fn words(
    status: StatusCode,
    problem: Option<&Problem>,
) -> (&'static str, String, Cow<'static, str>) {
    let (heading, sentence, advice) = general(status);
    let advice = match problem.and_then(|problem| problem.retry_after) {
        Some(seconds) => Cow::Owned(format!("Vent {} før du prøver igjen.", in_words(seconds))),
        None => Cow::Borrowed(advice),
    };
    let own = problem.filter(|it| !it.detail.is_empty() && status != StatusCode::NOT_FOUND);
    let sentence = own.map_or_else(|| sentence.to_owned(), |problem| problem.detail.clone());
    (heading, sentence, advice)
}

fn general(status: StatusCode) -> (&'static str, &'static str, &'static str) {
    match status.as_u16() {
        401 => (
            "Du må logge inn",
            "Du er ikke logget inn, eller du har vært borte for lenge.",
            "Logg inn, så kommer du videre.",
        ),
        403 => (
            "Du har ikke tilgang",
            "Rollen din gir ikke tilgang til dette.",
            "Trenger du tilgangen i jobben, kan selskapsadministratoren gi deg den.",
        ),
        404 => (
            "Vi finner ikke siden",
            "Den finnes ikke, eller den tilhører et annet selskap.",
            "Sjekk adressen, eller let etter hendelsen i oversikten eller med søk.",
        ),
        405 => (
            "Siden kan ikke brukes på denne måten",
            "Adressen tar ikke imot det nettleseren sendte.",
            "Gå tilbake, og bruk knappene på siden.",
        ),
        409 | 412 => (
            "Det gikk ikke, fordi noe har endret seg",
            "En annen har endret det samme i mellomtiden.",
            "Gå tilbake, last siden på nytt og se hvordan saken står nå.",
        ),
        410 => (
            "Dette er slettet",
            "Lagringstiden er ute, eller utkastet er slettet.",
            "Det kan ikke hentes fram igjen.",
        ),
        413 => (
            "Det er for stort",
            "Du sendte mer enn Skadehub tar imot på én gang.",
            "Gå tilbake, og send mindre om gangen.",
        ),
        429 => (
            "For mange forsøk",
            "Det har kommet for mange forespørsler på kort tid.",
            "Vent litt før du prøver igjen.",
        ),
        503 => (
            "Skadehub er ikke tilgjengelig akkurat nå",
            "Skadehub har for mye å gjøre, eller oppdateres.",
            "Prøv igjen om litt. Det du har sendt før, er trygt lagret.",
        ),
        400..=499 => (
            "Vi forsto ikke forespørselen",
            "Nettleseren sendte noe vi ikke kunne lese.",
            "Gå tilbake, og prøv en gang til.",
        ),
        _ => (
            "Noe gikk galt hos oss",
            "Vi fikk ikke gjort det du ba om.",
            "Prøv igjen. Skjer det på nytt, oppgi referansen under når du ber om hjelp.",
        ),
    }
}

/// «20 sekunder», «1 minutt», «15 minutter».
fn in_words(seconds: u32) -> String {
    match seconds {
        1 => "1 sekund".to_owned(),
        ..60 => format!("{seconds} sekunder"),
        60 => "1 minutt".to_owned(),
        _ => format!("{} minutter", seconds.div_ceil(60)),
    }
}
