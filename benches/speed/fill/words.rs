//! What a copy puts into its gaps.

use anyhow::{Context, Result};
use skadehub::formats::{CompanyCode, Kid};
use skadehub::sandbox::tffauto;

use super::draw;
use super::template::Piece;

/// The text with its gaps filled: each with a text in lower case, and as it is written.
pub(super) fn filled(pieces: &[Piece], gaps: &[(String, String)]) -> String {
    let mut text = String::new();
    for piece in pieces {
        text.push_str(match piece {
            Piece::Same(same) => same,
            Piece::Gap { number, lower: true } => &gaps[*number].0,
            Piece::Gap { number, lower: false } => &gaps[*number].1,
        });
    }
    text
}

/// The company's way of writing it, with another number.
pub(super) fn reference(pattern: &str, n: u32) -> String {
    let mut runs: Vec<&str> = pattern.split(|c: char| !c.is_ascii_digit()).collect();
    runs.sort_by_key(|run| run.len());
    let longest = runs.last().copied().unwrap_or_default();
    pattern.replacen(longest, &format!("{n:08}"), 1)
}

pub(super) fn plate(company: &str, n: u32, question: u32) -> Result<String> {
    let code: CompanyCode = company.parse()?;
    let place = draw::number(n, question, 270_000);
    let number = tffauto::vehicle(&code, place);
    Ok(number.map_or_else(|| format!("MKD{place:06}"), |number| number.as_str().to_owned()))
}

pub(super) fn kid(n: u32) -> Result<String> {
    let fitting = (0..10).filter_map(|digit| Kid::parse(&format!("27{n:08}{digit}")).ok());
    let mut fitting = fitting.filter(|kid| kid.moduli().mod10);
    Ok(fitting.next().context("one of ten digits fits")?.as_str().to_owned())
}
