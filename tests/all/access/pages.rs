//! The portal's pages.

use skadehub::auth::role::Role;
use skadehub::portal::assets;
use skadehub::sandbox::demo_world::DemoWorld;
use uuid::Uuid;

use super::Whose::{Everyones, Nobodys, Own, Parties};
use super::{Answer, House, Whose, complete};
use crate::support::browser::Browser;

/// Who may use a route.
#[derive(Debug, Clone, Copy)]
pub(super) enum Who {
    /// Also those who are not signed in.
    Anyone,
    /// Whoever has passed the first factor.
    FirstFactor,
    /// Whoever has passed both.
    Members,
    /// Those of them with one of these roles.
    Only(&'static [Role]),
    /// It is the page that says no.
    Strangers,
}

use Who::{Anyone, FirstFactor, Members, Only, Strangers};

const HANDLERS: Who = Only(&[Role::Handler, Role::InjuryHandler]);
const AUDITORS: Who = Only(&[Role::Auditor]);
const COMPANY_ADMINS: Who = Only(&[Role::CompanyAdmin]);
const HUB_ADMINS: Who = Only(&[Role::HubAdmin]);

/// Every route, who may use it, and whose case its path names.
pub(super) const TABLE: &[(&str, Who, Whose)] = &[
    ("GET /", Members, Everyones),
    ("GET /forvaltning/klienter", HUB_ADMINS, Everyones),
    ("GET /forvaltning/klienter/ny", HUB_ADMINS, Everyones),
    ("GET /forvaltning/klienter/{id}", HUB_ADMINS, Nobodys),
    ("GET /forvaltning/kodeverk", HUB_ADMINS, Everyones),
    ("GET /forvaltning/kodeverk/{name}/fil", HUB_ADMINS, Everyones),
    ("GET /forvaltning/kodeverk/{name}/ny", HUB_ADMINS, Everyones),
    ("GET /forvaltning/meldinger", HUB_ADMINS, Everyones),
    ("GET /forvaltning/selskaper", HUB_ADMINS, Everyones),
    ("GET /forvaltning/selskaper/nytt", HUB_ADMINS, Everyones),
    ("GET /forvaltning/selskaper/{code}", HUB_ADMINS, Everyones),
    ("GET /forvaltning/selskaper/{code}/administrator", HUB_ADMINS, Everyones),
    // Before the company's request is recorded, whoever is named: the way to record it.
    ("GET /forvaltning/selskaper/{code}/brukere", HUB_ADMINS, Everyones),
    ("GET /forvaltning/selskaper/{code}/brukere/{id}", HUB_ADMINS, Everyones),
    ("GET /hendelser", HANDLERS, Everyones),
    ("GET /hendelser/ny", HANDLERS, Everyones),
    ("GET /hendelser/{id}", HANDLERS, Parties),
    ("GET /hendelser/{id}/ansvar/gjenapne", HANDLERS, Parties),
    ("GET /hendelser/{id}/ansvar/gjenapne/avsla", HANDLERS, Parties),
    ("GET /hendelser/{id}/avslutt", HANDLERS, Parties),
    ("GET /hendelser/{id}/avslutt/avsla", HANDLERS, Parties),
    ("GET /hendelser/{id}/avvis", HANDLERS, Parties),
    ("GET /hendelser/{id}/endre", HANDLERS, Parties),
    ("GET /hendelser/{id}/forslag", HANDLERS, Parties),
    ("GET /hendelser/{id}/forslag/{n}/godta", HANDLERS, Everyones),
    ("GET /hendelser/{id}/gjenapne", HANDLERS, Parties),
    ("GET /hendelser/{id}/krav/ny", HANDLERS, Parties),
    ("GET /hendelser/{id}/melding", HANDLERS, Everyones),
    ("GET /hendelser/{id}/saksbehandler", HANDLERS, Parties),
    ("GET /hendelser/{id}/send-videre", HANDLERS, Everyones),
    ("GET /hendelser/{id}/svar", HANDLERS, Everyones),
    ("GET /hendelser/{id}/trekk", HANDLERS, Parties),
    ("GET /hjelp", Anyone, Everyones),
    ("GET /krav", HANDLERS, Everyones),
    ("GET /krav/{id}", HANDLERS, Parties),
    ("GET /logg-inn", Anyone, Everyones),
    ("GET /logg-inn/gjenoppretting", FirstFactor, Everyones),
    ("GET /logg-inn/kode", FirstFactor, Everyones),
    ("GET /logg-inn/ny-app", Members, Everyones),
    ("GET /logg-inn/oppsett", FirstFactor, Everyones),
    ("GET /logg-inn/retur", Anyone, Everyones),
    ("GET /logg-inn/skjema/{id}", Members, Everyones),
    ("GET /logg-inn/ukjent", Strangers, Everyones),
    ("GET /logg-ut/ferdig", Anyone, Everyones),
    ("GET /okter", Members, Everyones),
    ("GET /personvern", Anyone, Everyones),
    ("GET /revisor/historikk", AUDITORS, Everyones),
    ("GET /revisor/historikk/fil", AUDITORS, Everyones),
    ("GET /revisor/kontroll", AUDITORS, Everyones),
    ("GET /revisor/logg", AUDITORS, Everyones),
    ("GET /revisor/logg/fil", AUDITORS, Everyones),
    ("GET /selskap/brukere", COMPANY_ADMINS, Everyones),
    ("GET /selskap/brukere/importer", COMPANY_ADMINS, Everyones),
    ("GET /selskap/brukere/inviter", COMPANY_ADMINS, Everyones),
    ("GET /selskap/brukere/{id}", COMPANY_ADMINS, Nobodys),
    ("GET /selskap/brukere/{id}/steng", COMPANY_ADMINS, Nobodys),
    ("GET /selskap/klienter", COMPANY_ADMINS, Everyones),
    ("GET /selskap/klienter/{id}/hemmelighet", COMPANY_ADMINS, Nobodys),
    ("GET /selskap/profil", COMPANY_ADMINS, Everyones),
    ("GET /selskap/regler", COMPANY_ADMINS, Everyones),
    ("GET /sok", HANDLERS, Everyones),
    ("GET /static/{file}", Anyone, Everyones),
    ("GET /tilgjengelighet", Anyone, Everyones),
    ("GET /utkast", HANDLERS, Everyones),
    ("GET /utkast/{id}/ansvar", HANDLERS, Own),
    ("GET /utkast/{id}/hva", HANDLERS, Own),
    ("GET /utkast/{id}/kjoretoy", HANDLERS, Own),
    ("GET /utkast/{id}/se-over", HANDLERS, Own),
    ("GET /utkast/{id}/slett", HANDLERS, Own),
    ("POST /forvaltning/klienter/ny", HUB_ADMINS, Everyones),
    ("POST /forvaltning/klienter/{id}", HUB_ADMINS, Nobodys),
    ("POST /forvaltning/kodeverk/{name}/ny", HUB_ADMINS, Everyones),
    ("POST /forvaltning/meldinger", HUB_ADMINS, Everyones),
    ("POST /forvaltning/meldinger/{id}/ta-ned", HUB_ADMINS, Nobodys),
    ("POST /forvaltning/selskaper/nytt", HUB_ADMINS, Everyones),
    ("POST /forvaltning/selskaper/{code}", HUB_ADMINS, Everyones),
    ("POST /forvaltning/selskaper/{code}/administrator", HUB_ADMINS, Everyones),
    ("POST /forvaltning/selskaper/{code}/brukere", HUB_ADMINS, Everyones),
    ("POST /forvaltning/selskaper/{code}/brukere/{id}/nullstill", HUB_ADMINS, Everyones),
    ("POST /forvaltning/selskaper/{code}/brukere/{id}/steng", HUB_ADMINS, Everyones),
    ("POST /hendelser/{id}/ansvar/gjenapne", HANDLERS, Parties),
    ("POST /hendelser/{id}/ansvar/gjenapne/avsla", HANDLERS, Parties),
    ("POST /hendelser/{id}/avslutt", HANDLERS, Parties),
    ("POST /hendelser/{id}/avslutt/avsla", HANDLERS, Parties),
    ("POST /hendelser/{id}/avvis", HANDLERS, Parties),
    ("POST /hendelser/{id}/endre", HANDLERS, Parties),
    ("POST /hendelser/{id}/forslag", HANDLERS, Parties),
    ("POST /hendelser/{id}/forslag/{n}/godta", HANDLERS, Parties),
    ("POST /hendelser/{id}/gjenapne", HANDLERS, Parties),
    ("POST /hendelser/{id}/krav/ny", HANDLERS, Parties),
    ("POST /hendelser/{id}/melding", HANDLERS, Parties),
    ("POST /hendelser/{id}/saksbehandler", HANDLERS, Parties),
    ("POST /hendelser/{id}/send-videre", HANDLERS, Parties),
    ("POST /hendelser/{id}/svar", HANDLERS, Parties),
    ("POST /hendelser/{id}/ta", HANDLERS, Parties),
    ("POST /hendelser/{id}/trekk", HANDLERS, Parties),
    ("POST /krav/{id}/bestrid", HANDLERS, Parties),
    ("POST /krav/{id}/betaling", HANDLERS, Parties),
    ("POST /krav/{id}/godta", HANDLERS, Parties),
    ("POST /krav/{id}/krediter", HANDLERS, Parties),
    ("POST /krav/{id}/registrer", HANDLERS, Parties),
    ("POST /logg-inn/forleng", Members, Everyones),
    ("POST /logg-inn/gjenoppretting", FirstFactor, Everyones),
    ("POST /logg-inn/gjenoppretting/nye", Members, Everyones),
    ("POST /logg-inn/kode", FirstFactor, Everyones),
    ("POST /logg-inn/ny-app", Members, Everyones),
    ("POST /logg-inn/oppsett", FirstFactor, Everyones),
    ("POST /logg-ut/kanal", Anyone, Everyones),
    ("POST /okter/avslutt", Members, Everyones),
    ("POST /selskap/brukere/importer", COMPANY_ADMINS, Everyones),
    ("POST /selskap/brukere/inviter", COMPANY_ADMINS, Everyones),
    ("POST /selskap/brukere/{id}", COMPANY_ADMINS, Nobodys),
    ("POST /selskap/brukere/{id}/nullstill", COMPANY_ADMINS, Nobodys),
    ("POST /selskap/brukere/{id}/slipp-inn", COMPANY_ADMINS, Nobodys),
    ("POST /selskap/brukere/{id}/steng", COMPANY_ADMINS, Nobodys),
    ("POST /selskap/klienter/{id}/hemmelighet", COMPANY_ADMINS, Nobodys),
    ("POST /selskap/profil", COMPANY_ADMINS, Everyones),
    ("POST /selskap/regler", COMPANY_ADMINS, Everyones),
    ("POST /utkast", HANDLERS, Everyones),
    ("POST /utkast/{id}/ansvar", HANDLERS, Own),
    ("POST /utkast/{id}/hva", HANDLERS, Own),
    ("POST /utkast/{id}/kjoretoy", HANDLERS, Own),
    ("POST /utkast/{id}/lagre", HANDLERS, Own),
    ("POST /utkast/{id}/send", HANDLERS, Own),
    // Deleting what is not there is no fault, so this one says the same to everybody.
    ("POST /utkast/{id}/slett", HANDLERS, Everyones),
    ("POST /okter/avslutt-alle", Members, Everyones),
    ("POST /logg-ut", Anyone, Everyones),
];

/// Someone at the portal's door.
struct Person {
    name: &'static str,
    stage: Stage,
    /// Of the signed-in.
    company: Option<String>,
    roles: Vec<Role>,
    session: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Nobody,
    FirstFactor,
    Both,
}

impl Who {
    fn admits(self, person: &Person) -> Answer {
        let enough = match self {
            Strangers => return Answer::Forbidden,
            Anyone => true,
            FirstFactor => person.stage != Stage::Nobody,
            Members | Only(_) => person.stage == Stage::Both,
        };
        match self {
            _ if !enough => Answer::SignedOut,
            Only(roles) if !roles.iter().any(|role| person.roles.contains(role)) => {
                Answer::Forbidden
            }
            _ => Answer::In,
        }
    }
}

impl Whose {
    fn admits(self, company: Option<&str>) -> bool {
        match self {
            Everyones => true,
            Parties => matches!(company, Some("FJT" | "NLS")),
            Own => company == Some("FJT"),
            Nobodys => false,
        }
    }
}

fn expected(who: Who, whose: Whose, person: &Person) -> Answer {
    match who.admits(person) {
        Answer::In if !whose.admits(person.company.as_deref()) => Answer::NotThere,
        answer => answer,
    }
}

impl House {
    /// The outsiders first, so that what they may not change is still there for the others.
    async fn people(&self) -> Vec<Person> {
        let mut people = vec![self.person("ingen", Stage::Nobody).await];
        people.push(self.person("saksbehandler.skg", Stage::FirstFactor).await);
        for name in [
            "saksbehandler.tnd",
            "saksbehandler.nls",
            "admin.nls",
            "admin.fjt",
            "revisor.fjt",
            "skadehubadmin",
            "personskade.fjt",
            "saksbehandler.fjt",
        ] {
            people.push(self.person(name, Stage::Both).await);
        }
        people
    }

    async fn person(&self, name: &'static str, stage: Stage) -> Person {
        let mut browser = self.portal.browser();
        match stage {
            Stage::Nobody => {}
            Stage::FirstFactor => drop(self.portal.vouch(&mut browser, name, "/").await),
            Stage::Both => drop(self.portal.sign_in(&mut browser, name, "/").await),
        }
        let session = browser.cookie("__Host-skadehub");
        let world = DemoWorld::new();
        let user = world.users.iter().find(|user| user.username == name);
        let company = user.and_then(|user| user.company.as_ref());
        let company = company.map(|code| code.as_str().to_owned());
        let roles = user.map_or(Vec::new(), |user| user.roles.clone());
        Person { name, stage, company, roles, session }
    }

    /// An empty draft of Fjordtrygd's.
    async fn draft(&self, maker: &mut Browser) -> Uuid {
        let page = maker.post("/utkast", &[]).await;
        page.path().split('/').nth(2).unwrap().parse().unwrap()
    }

    /// The path of a route; ids are those of `draft` and the house's case, or of nothing.
    fn path(&self, route: &str, draft: Option<Uuid>) -> String {
        let path = route.split_once(' ').unwrap().1;
        let there = |id: Uuid| if draft.is_some() { id } else { Uuid::now_v7() };
        let id = match path.split('/').nth(1).unwrap() {
            "hendelser" => there(self.incident),
            "krav" => there(self.claim),
            _ => draft.unwrap_or_else(Uuid::now_v7),
        };
        let path = path.replace("{id}", &id.to_string()).replace("{n}", "1");
        let path = path.replace("{code}", "FJT").replace("{name}", "coverages");
        path.replace("/static/{file}", assets::url("app.css"))
    }

    async fn visit(&self, person: &Person, route: &str, path: &str, site: &str) -> super::Heard {
        let cookie = person.session.as_ref().map(|id| format!("__Host-skadehub={id}"));
        let mut headers = vec![("sec-fetch-site", site)];
        headers.extend(cookie.as_deref().map(|cookie| ("cookie", cookie)));
        let method = route.split_once(' ').unwrap().0;
        if method == "GET" {
            return self.ask(method, path, &headers, "").await;
        }
        headers.push(("content-type", "application/x-www-form-urlencoded"));
        self.ask(method, path, &headers, "version=1&steg=kjoretoy").await
    }
}

#[tokio::test]
async fn every_page_admits_exactly_those_it_is_for() {
    let house = House::start().await;
    let routes = house.portal.routes.iter().filter(|route| !route.contains(" /api/v1/"));
    complete(
        &TABLE.iter().map(|line| line.0).collect::<Vec<_>>(),
        &routes.cloned().collect::<Vec<_>>(),
    );
    let mut maker = house.portal.browser();
    house.portal.sign_in(&mut maker, "saksbehandler.fjt", "/").await;
    let mut faults = Vec::new();
    for person in house.people().await {
        let draft = house.draft(&mut maker).await;
        for (route, who, whose) in TABLE {
            let heard =
                house.visit(&person, route, &house.path(route, Some(draft)), "same-origin").await;
            let expected = expected(*who, *whose, &person);
            if heard.answer() != expected {
                faults.push(format!("{} {route}: {}, not {expected:?}", person.name, heard.status));
            }
            if expected == Answer::NotThere {
                let nothing =
                    house.visit(&person, route, &house.path(route, None), "same-origin").await;
                if nothing.without_ids() != heard.without_ids() {
                    faults.push(format!("{} {route}: tells what is there", person.name));
                }
            }
        }
        if person.company.as_deref() != Some("FJT") {
            let still = maker.get(&format!("/utkast/{draft}/kjoretoy")).await;
            assert_eq!(still.status, 200, "{} took a draft away", person.name);
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[tokio::test]
async fn nothing_is_changed_for_another_site() {
    let house = House::start().await;
    let handler = house.person("saksbehandler.fjt", Stage::Both).await;
    for (route, ..) in TABLE.iter().filter(|line| line.0.starts_with("POST")) {
        // The provider's own call, which no browser makes and which its token vouches for.
        if *route == "POST /logg-ut/kanal" {
            continue;
        }
        let path = house.path(route, Some(Uuid::now_v7()));
        for site in ["cross-site", "same-site", "none"] {
            let heard = house.visit(&handler, route, &path, site).await;
            assert_eq!(heard.status, 403, "{route} from {site}");
        }
    }
}
