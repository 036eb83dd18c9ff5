//! What the small pages say: what happens, and what the button is called.

use super::Reasoned;
use crate::contract::Incident;
use crate::domain::{IncidentStatus, LiabilityStatus};
use crate::portal::incident::acts::Act;

/// The words of one page.
#[derive(Debug)]
pub(super) struct Words {
    pub heading: &'static str,
    /// What it leads to.
    pub consequence: String,
    /// What an error summary begins with: nothing has been done.
    pub not_done: &'static str,
    pub label: &'static str,
    pub help: String,
    pub optional: bool,
    pub button: &'static str,
    pub danger: bool,
}

impl Reasoned {
    /// The words for `them`, the other company in short, given what is allowed now.
    pub(super) fn words(self, allowed: &[Act], them: &str) -> Words {
        let shown = format!("{them} ser begrunnelsen.");
        let page = |heading, not_done, consequence: String, button| Words {
            heading,
            consequence,
            not_done,
            label: "Begrunnelse",
            help: shown.clone(),
            optional: false,
            button,
            danger: false,
        };
        match self {
            Self::Withdraw => Words {
                danger: true,
                ..page(
                    "Trekk tilbake hendelsen",
                    "Hendelsen er ikke trukket tilbake.",
                    format!(
                        "Hendelsen trekkes tilbake hos oss og hos {them}. Det kan ikke gjøres om, men \
                         en ny hendelse kan sendes."
                    ),
                    "Trekk tilbake hendelsen",
                )
            },
            Self::Close => Words { optional: true, ..close(allowed, them, &page) },
            Self::DeclineClose => page(
                "Si nei til avslutning",
                "Svaret er ikke sendt.",
                "Hendelsen forblir åpen. Begge kan be om avslutning på nytt.".into(),
                "Si nei til avslutning",
            ),
            Self::Reopen => page(
                "Gjenåpne hendelsen",
                "Hendelsen er ikke gjenåpnet.",
                format!(
                    "Hendelsen åpnes igjen for oss og for {them}, slik den sto da den ble avsluttet."
                ),
                "Gjenåpne hendelsen",
            ),
            Self::ReopenLiability => page(
                "Be om gjenåpning av ansvaret",
                "Forespørselen er ikke sendt.",
                format!(
                    "{them} må si ja før noe endres. Da faller avtalen bort, og begge kan foreslå \
                     på nytt. Krav som er sendt, beholder andelen de ble laget med; forskjellen \
                     krediteres eller kreves for seg."
                ),
                "Be om gjenåpning av ansvaret",
            ),
            Self::DeclineReopening => page(
                "Si nei til gjenåpning av ansvaret",
                "Svaret er ikke sendt.",
                "Avtalen om ansvaret står som den er.".into(),
                "Si nei til gjenåpning",
            ),
        }
    }

    /// What is said once it is done; `incident` is how it stands after.
    pub(super) fn done(self, incident: &Incident) -> &'static str {
        match self {
            Self::Withdraw => "Hendelsen er trukket tilbake.",
            Self::Close if incident.status == IncidentStatus::Closed => "Hendelsen er avsluttet.",
            Self::Close => "Motparten er bedt om å bekrefte avslutningen.",
            Self::DeclineClose => "Motparten har fått vite at vi ikke vil avslutte nå.",
            Self::Reopen => "Hendelsen er gjenåpnet.",
            Self::ReopenLiability if incident.liability.status == LiabilityStatus::None => {
                "Ansvaret er gjenåpnet. Begge kan foreslå på nytt."
            }
            Self::ReopenLiability => "Motparten er bedt om å gjenåpne ansvaret.",
            Self::DeclineReopening => "Motparten har fått vite at avtalen står.",
        }
    }
}

fn close(
    allowed: &[Act],
    them: &str,
    page: &impl Fn(&'static str, &'static str, String, &'static str) -> Words,
) -> Words {
    if allowed.contains(&Act::Close) {
        page(
            "Avslutt hendelsen",
            "Hendelsen er ikke avsluttet.",
            format!(
                "Ansvaret er avtalt, og ingen krav står åpne. Hendelsen avsluttes straks for oss \
                 og for {them}, og kan gjenåpnes siden."
            ),
            "Avslutt hendelsen",
        )
    } else if allowed.contains(&Act::ConfirmClose) {
        page(
            "Bekreft avslutning",
            "Hendelsen er ikke avsluttet.",
            "Hendelsen avsluttes for begge, og kan gjenåpnes siden.".into(),
            "Bekreft avslutning",
        )
    } else {
        page(
            "Be om avslutning",
            "Forespørselen er ikke sendt.",
            format!(
                "Noe står åpent, så {them} må bekrefte. Hendelsen er åpen til de har svart, og \
                 krav som ikke er gjort opp, blir stående."
            ),
            "Be om avslutning",
        )
    }
}
