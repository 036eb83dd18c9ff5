//! The claims of the play.

use anyhow::{Context, Result};
use serde_json::Value;

use super::{Scene, id_in, reference};
use crate::domain::claim::NewLine;
use crate::formats::{Kid, Ore, dates};
use crate::hub::Act;
use crate::hub::commands::claim::{self, ClaimAct, NewClaim};
use crate::sandbox::incidents::course::Step;

impl Scene<'_> {
    /// Part A's company demands what part A's damage cost.
    pub(super) async fn claim(&mut self, by: &Act) -> Result<()> {
        let new = NewClaim {
            reference: reference(&by.company, self.case.n),
            kid: kid(self.case.n)?,
            due: None,
            message: None,
            lines: self.lines(),
            confirm_duplicate: false,
            confirm_vat: false,
        };
        let answer = claim::send(self.hub, by, self.known.incident, new).await?;
        self.known.claim = id_in(&answer.body)?;
        self.known.outstanding = outstanding_in(&answer.body)?;
        Ok(())
    }

    /// What happens to the claim afterwards.
    pub(super) async fn settle(&mut self, by: &Act, step: Step) -> Result<()> {
        let today = dates::oslo_date(self.now);
        let act = match step {
            Step::Register => ClaimAct::Register(Some(format!("B{}", 88_100 + self.case.n))),
            Step::Dispute => {
                ClaimAct::Dispute("Leiebil er krevd for flere dager enn reparasjonen tok.".into())
            }
            Step::Pay { whole: true } => ClaimAct::ReportPayment(self.known.outstanding, today),
            Step::Pay { whole: false } => {
                ClaimAct::ReportPayment(Ore(self.known.outstanding.0 / 2), today)
            }
            Step::Credit => ClaimAct::Credit(None, "Kravet er sendt til feil selskap.".into()),
            _ => ClaimAct::Accept,
        };
        let answer = claim::act(self.hub, by, self.known.claim, act).await?;
        self.known.outstanding = outstanding_in(&answer.body)?;
        Ok(())
    }

    fn lines(&self) -> Vec<NewLine> {
        let draw = self.case.draw;
        let kroner = |question, from: u32, spread: u32| {
            Ore(i64::from(from + draw.number(question, spread)) * 100
                + i64::from(draw.number(question + 100, 100)))
        };
        if draw.chance(20, 8) {
            let value = kroner(21, 60_000, 180_000);
            return vec![
                line("total_loss", value),
                NewLine { subtract: true, ..line("salvage", Ore(value.0 / 5)) },
                line("towing", kroner(22, 1_900, 2_500)),
            ];
        }
        let mut lines = vec![line("repair", kroner(23, 6_500, 62_000))];
        if draw.chance(24, 40) {
            lines.push(line("hire_car", kroner(25, 1_800, 9_000)));
        }
        if draw.chance(26, 20) {
            lines.push(line("deductible", Ore(600_000)));
        }
        if draw.chance(27, 15) {
            lines.push(line("survey", kroner(28, 1_200, 2_400)));
        }
        lines
    }
}

fn line(kind: &str, gross: Ore) -> NewLine {
    NewLine { kind: kind.into(), gross, subtract: false, description: None }
}

/// A payment reference that passes MOD10: the last digit is the one that fits.
fn kid(n: u32) -> Result<Kid> {
    let fitting = (0..10).filter_map(|digit| {
        Kid::parse(&format!("26{:09}{digit}", 30_000_417 + u64::from(n) * 13)).ok()
    });
    fitting.into_iter().find(|kid| kid.moduli().mod10).context("one of ten digits fits")
}

fn outstanding_in(answer: &[u8]) -> Result<Ore> {
    let answer: Value = serde_json::from_slice(answer)?;
    answer["outstandingOre"].as_i64().map(Ore).context("the answer has no outstanding amount")
}
