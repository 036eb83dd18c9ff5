//! Why an act was refused, and what is wrong with an input.

/// Why the rules refuse an act. Nothing changed. The text is a sentence for a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Refusal {
    /// Both sides would be the same company.
    #[error("Begge kjøretøyene er forsikret hos dere. Da er det ingen motpart å sende til.")]
    SameCompany,
    /// The reference is used for the same loss date and other vehicle.
    #[error(
        "Skadenummeret er alt brukt på en hendelse med samme skadedato og motpartens kjøretøy."
    )]
    DuplicateReference,
    /// Looks like something already sent.
    #[error(
        "Dette ligner noe som er sendt før. Bekreft at det er nytt, eller åpne det som finnes."
    )]
    DuplicateSuspected,
    /// A VAT line, though the own party deducts VAT.
    #[error(
        "Vår part er oppgavepliktig og trekker fra mva. Bekreft at merverdiavgiften likevel skal kreves."
    )]
    VatConfirmationRequired,
    /// Only the sender may.
    #[error("Bare selskapet som sendte dette, kan gjøre det.")]
    NotSender,
    /// Only the counterpart may.
    #[error("Bare selskapet som har mottatt dette, kan gjøre det.")]
    NotCounterpart,
    /// Nothing to answer.
    #[error("Det er ingenting å svare på her nå.")]
    NotPending,
    /// The incident has been accepted.
    #[error("Hendelsen er allerede akseptert.")]
    AlreadyAccepted,
    /// The incident has not been accepted yet.
    #[error("Hendelsen er ikke akseptert av motparten ennå.")]
    NotAccepted,
    /// The incident has been withdrawn.
    #[error("Hendelsen er trukket tilbake.")]
    Withdrawn,
    /// The incident has been rejected.
    #[error("Hendelsen er avvist.")]
    Rejected,
    /// The incident is closed.
    #[error("Hendelsen er avsluttet. Gjenåpne den først.")]
    Closed,
    /// No such proposal stands.
    #[error("Det finnes ikke noe slikt forslag å svare på.")]
    NoProposal,
    /// One's own proposal.
    #[error("Det siste forslaget er deres eget. Nå er det motparten som skal svare.")]
    OwnProposal,
    /// A newer proposal exists.
    #[error("Det er kommet et nyere forslag. Bare det nyeste kan godtas.")]
    SupersededProposal,
    /// The split is agreed.
    #[error("Ansvaret er allerede avtalt.")]
    LiabilityAgreed,
    /// The split is not agreed.
    #[error("Ansvaret er ikke avtalt ennå.")]
    LiabilityNotAgreed,
    /// The claim's reference is another than the incident's.
    #[error("Skadenummeret er ikke deres skadenummer på hendelsen.")]
    ReferenceMismatch,
    /// The other party bears nothing.
    #[error("Motparten bærer ingen del av ansvaret. Det er ingenting å kreve.")]
    NothingToDemand,
    /// The claim cannot be answered any more.
    #[error("Kravet er ikke åpent for dette lenger.")]
    ClaimNotOpen,
    /// More than what is outstanding.
    #[error("Beløpet er større enn det som står igjen av kravet.")]
    AmountExceedsOutstanding,
    /// Injury records that are not closed.
    #[error("Hendelsen har en personskade som ikke er avsluttet.")]
    OpenInjuries,
    /// The personal-injury flag, once an injury has been recorded.
    #[error("Det er registrert en personskade på hendelsen. Da kan ikke merket fjernes.")]
    InjuryRecorded,
    /// A field that never changes after sending.
    #[error("Skadenummer, skadedato og kjøretøy kan ikke endres etter at hendelsen er sendt.")]
    ImmutableField,
    /// The named insurer is not in the hub.
    #[error(
        "Selskapet er ikke koblet til Skadehub. Ta kontakt med det utenom, eller velg et annet."
    )]
    CounterpartNotConnected,
}

impl Refusal {
    /// The stable code of the API.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SameCompany => "same_company",
            Self::DuplicateReference => "duplicate_reference",
            Self::DuplicateSuspected => "duplicate_suspected",
            Self::VatConfirmationRequired => "vat_confirmation_required",
            Self::NotSender => "not_sender",
            Self::NotCounterpart => "not_counterpart",
            Self::NotPending => "not_pending",
            Self::AlreadyAccepted => "already_accepted",
            Self::NotAccepted => "not_accepted",
            Self::Withdrawn => "withdrawn",
            Self::Rejected => "rejected",
            Self::Closed => "closed",
            Self::NoProposal => "no_proposal",
            Self::OwnProposal => "own_proposal",
            Self::SupersededProposal => "superseded_proposal",
            Self::LiabilityAgreed => "liability_agreed",
            Self::LiabilityNotAgreed => "liability_not_agreed",
            Self::ReferenceMismatch => "reference_mismatch",
            Self::NothingToDemand => "nothing_to_demand",
            Self::ClaimNotOpen => "claim_not_open",
            Self::AmountExceedsOutstanding => "amount_exceeds_outstanding",
            Self::OpenInjuries => "open_injuries",
            Self::InjuryRecorded | Self::ImmutableField => "immutable_field",
            Self::CounterpartNotConnected => "counterpart_not_connected",
        }
    }
}

/// One thing wrong with an input. `field` is relative to the input's own root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invalid {
    /// Name of the field, for example `split`.
    pub field: &'static str,
    /// Stable code, for example `split_required`.
    pub code: &'static str,
    /// A sentence for a person.
    pub message: &'static str,
}

impl Invalid {
    /// A fault of `field`.
    pub const fn new(field: &'static str, code: &'static str, message: &'static str) -> Self {
        Self { field, code, message }
    }
}
