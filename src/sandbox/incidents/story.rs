//! What happened: a place, and the two drivers' sides of it.

/// A standard situation in the words of each side's claims handler.
pub(super) struct Story {
    /// The liability code that fits.
    pub(super) code: &'static str,
    /// Told by the company of part A.
    pub(super) a: &'static str,
    /// Told by the company of part B.
    pub(super) b: &'static str,
    /// Whether it happens where cars are parked.
    parked: bool,
}

const fn story(code: &'static str, parked: bool, a: &'static str, b: &'static str) -> Story {
    Story { code, a, b, parked }
}

/// Twenty incidents as they are spread in real life: half of them parking and reversing, a
/// quarter in one lane, the rest changing lanes and in junctions.
const STORIES: [Story; 20] = [
    story(
        "401",
        true,
        "Vår kunde sto stille i kø ut av parkeringshuset da bilen foran rygget på.",
        "Vår kunde rygget for å slippe en annen bil fram og traff bilen bak, som sto stille.",
    ),
    story(
        "404",
        true,
        "Vår kundes bil sto lovlig parkert da motparten kjørte borti høyre side. Lapp med kontaktinformasjon lå på ruta.",
        "Vår kunde skulle kjøre inn på plassen ved siden av og kom borti den parkerte bilen.",
    ),
    story(
        "101",
        false,
        "Vår kunde stanset for fotgjengere. Bilen bak rakk ikke å stanse.",
        "Bilen foran stanset for fotgjengere. Vår kunde rakk ikke å bremse på glatt føre.",
    ),
    story(
        "402",
        true,
        "Vår kunde kjørte forover mellom parkeringsrekkene da motparten rygget ut av en plass.",
        "Vår kunde rygget ut av parkeringsplassen og så ikke bilen som kom kjørende.",
    ),
    story(
        "301",
        false,
        "Vår kunde kom fra høyre i et kryss uten skilt.",
        "Vår kunde overså bilen som kom fra høyre.",
    ),
    story(
        "401",
        true,
        "Vår kunde ventet i innkjørselen da varebilen foran rygget.",
        "Vår kunde rygget varebilen og så ikke personbilen i blindsonen.",
    ),
    story(
        "101",
        false,
        "Kø i rushtiden. Vår kunde hadde stanset helt da det smalt bakfra.",
        "Køen stanset brått, og vår kunde traff bilen foran i lav fart.",
    ),
    story(
        "404",
        true,
        "Bilen sto parkert langs kanten om natten. Speil og dør er skadet.",
        "Vår kunde måtte vike for møtende bil og tok borti speilet på en parkert bil.",
    ),
    story(
        "104",
        false,
        "Vår kunde lå i høyre felt. Bilen til venstre skiftet felt uten å se.",
        "Vår kunde skiftet felt og så ikke bilen i blindsonen.",
    ),
    story(
        "403",
        true,
        "Begge bilene rygget ut samtidig fra hver sin side.",
        "Bilene rygget samtidig og møttes midt mellom rekkene.",
    ),
    story(
        "401",
        true,
        "Vår kunde sto parkert med føreren i bilen da motparten rygget ut fra plassen foran.",
        "Vår kunde rygget ut fra plassen og traff støtfangeren på bilen bak.",
    ),
    story(
        "102",
        false,
        "Vår kunde bremset for å svinge av til bensinstasjonen.",
        "Bilen foran bremset for å svinge av, og vår kunde klarte ikke å stanse.",
    ),
    story(
        "302",
        false,
        "Vår kunde kjørte på forkjørsvei. Motparten kom ut fra vikepliktskilt.",
        "Vår kunde hadde vikeplikt etter skilt og feilberegnet farten til den andre.",
    ),
    story(
        "406",
        true,
        "Vår kunde passerte da motparten kjørte ut fra fortauskanten.",
        "Vår kunde kjørte ut fra kanten og så ikke bilen som passerte.",
    ),
    story(
        "101",
        false,
        "Rødt lys. Vår kunde sto først i køen.",
        "Vår kunde trodde bilen foran hadde begynt å kjøre da det ble grønt.",
    ),
    story(
        "401",
        true,
        "Vår kunde sto bak motparten ved bommen. Motparten rygget for å ta billetten.",
        "Vår kunde kom for langt fram til bommen og rygget litt.",
    ),
    story(
        "305",
        false,
        "Vår kunde var inne i rundkjøringen da motparten kjørte inn foran.",
        "Vår kunde kjørte inn i rundkjøringen og rakk ikke fram før den andre bilen.",
    ),
    story(
        "404",
        true,
        "Parkert på kundeparkering. Vitne noterte registreringsnummeret.",
        "Vår kunde merket ikke sammenstøtet, men skadene stemmer med bilen.",
    ),
    story(
        "101",
        false,
        "Vår kunde senket farten for veiarbeid. Bilen bak kjørte på.",
        "Vår kunde så ned et øyeblikk da bilen foran bremset for veiarbeid.",
    ),
    story(
        "104",
        false,
        "Vår kunde holdt sitt felt. Vogntoget skiftet felt og tok med seg speil og skjerm.",
        "Vogntoget skulle ta av og skiftet til høyre felt. Personbilen lå i blindsonen.",
    ),
];

const PARKED: [&str; 8] = [
    "Parkeringshus ved kjøpesenter, Moss",
    "Parkeringsplass ved dagligvarebutikk, Lillehammer",
    "Storgata, Hamar",
    "Kundeparkering ved byggevarehus, Drammen",
    "Nedre gate, Trondheim",
    "Parkeringsplass ved barnehage, Asker",
    "Strandgata, Bodø",
    "Parkeringskjeller, Bergen sentrum",
];

const ON_THE_ROAD: [&str; 8] = [
    "E6 ved Klemetsrud, Oslo",
    "Ring 3 ved Ullevål, Oslo",
    "E18 ved Lier",
    "Rundkjøringen ved Forus, Stavanger",
    "Fv. 44, Sandnes",
    "Krysset Kirkegata og Skolegata, Tønsberg",
    "E39 ved Åsane, Bergen",
    "Innherredsveien, Trondheim",
];

/// The story of the `n`th incident.
pub(super) fn of(n: u32) -> &'static Story {
    // Shares no factor with 20, so that every twenty hold each story once.
    &STORIES[(n * 7 % 20) as usize]
}

impl Story {
    /// A place where it could have happened.
    pub(super) fn place(&self, draw: u32) -> &'static str {
        let places = if self.parked { &PARKED } else { &ON_THE_ROAD };
        places[draw as usize % places.len()]
    }
}
