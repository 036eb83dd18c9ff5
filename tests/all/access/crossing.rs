//! Another company's ids, put into paths, queries and bodies at random: nothing is told that is
//! not told of what does not exist, and each attempt at a case stands in the asker's log.

use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use sqlx::{Connection, PgConnection};
use uuid::Uuid;

use super::Whose::{Everyones, Nobodys};
use super::{House, api, pages};

/// How many requests are made; `bin/chaos crossing` makes 10 000.
fn crossings() -> usize {
    std::env::var("SKADEHUB_CROSSINGS").ok().and_then(|it| it.parse().ok()).unwrap_or(300)
}

/// Where a request goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Door {
    Api,
    Handler,
    Administrator,
}

/// A request in which `…0`, `…1` and so on stand for what belongs to another company.
#[derive(Debug)]
struct Crossing {
    door: Door,
    method: String,
    path: String,
    body: String,
    /// Whether it asks for one case, draft or user, and not for a list.
    named: bool,
}

/// What belongs to Fjordtrygd or Nordlys, and the like of it that is nobody's.
struct Others {
    there: Vec<String>,
    nowhere: Vec<String>,
    /// How many of them are ids; the rest are what lists are searched by.
    ids: usize,
}

impl Others {
    async fn of(house: &House) -> Self {
        let mut maker = house.portal.browser();
        house.portal.sign_in(&mut maker, "saksbehandler.fjt", "/").await;
        let draft = maker.post("/utkast", &[]).await;
        let draft = draft.path().split('/').nth(2).unwrap().to_owned();
        let member = house.portal.member("saksbehandler.fjt").await.to_string();
        let ids = [house.incident, house.claim, house.message].map(|id| id.to_string());
        let mut there = [&ids[..], &[draft, member, "fagsystem-fjt".to_owned()]].concat();
        let ids = there.len();
        let mut nowhere: Vec<_> = (1..ids).map(|_| Uuid::now_v7().to_string()).collect();
        nowhere.push("fagsystem-xyz".to_owned());
        for (real, unreal) in [
            ("F-1", "Q-7"),
            ("N-1", "Q-8"),
            ("2345676", "1234567897"),
            ("EK12345", "EK98765"),
            ("saksbehandler.fjt", "saksbehandler.xyz"),
        ] {
            there.push(real.to_owned());
            nowhere.push(unreal.to_owned());
        }
        Self { there, nowhere, ids }
    }

    /// The last is that of an API client, which only administrators' pages name.
    fn id(&self, door: Door, random: &mut StdRng) -> String {
        let ids = if door == Door::Administrator { self.ids } else { self.ids - 1 };
        format!("…{}", random.random_range(0..ids))
    }

    fn any(&self, random: &mut StdRng) -> String {
        format!("…{}", random.random_range(0..self.there.len()))
    }
}

/// `text` with each mark replaced by the value of its number.
fn filled(text: &str, values: &[String]) -> String {
    let fill = |text: String, (number, value): (usize, &String)| {
        text.replace(&format!("…{number}"), value)
    };
    // The highest first: `…1` is also the beginning of `…10`.
    values.iter().enumerate().rev().fold(text.to_owned(), fill)
}

/// A request at random.
fn drawn(others: &Others, random: &mut StdRng) -> Crossing {
    let door = *[Door::Api, Door::Handler, Door::Administrator].choose(random).unwrap();
    if random.random_range(0..4) == 0 {
        return search(door, others, random);
    }
    let routes: Vec<&str> = match door {
        Door::Api => api::TABLE.iter().filter(|it| it.2 != Everyones).map(|it| it.0).collect(),
        Door::Handler => {
            let cases = pages::TABLE.iter().filter(|it| it.2 != Everyones && it.2 != Nobodys);
            cases.map(|it| it.0).collect()
        }
        Door::Administrator => {
            let own = pages::TABLE.iter().filter(|it| it.0.contains(" /selskap/"));
            own.filter(|it| it.2 == Nobodys).map(|it| it.0).collect()
        }
    };
    let (method, path) = routes.choose(random).unwrap().split_once(' ').unwrap();
    let mut path = path.to_owned();
    for parameter in ["{id}", "{message}"] {
        path = path.replace(parameter, &others.id(door, random));
    }
    path = path.replace("{number}", "1").replace("{n}", "1");
    let field = ["id", "incidentId", "claimId", "hendelse", "krav", "retur"].choose(random);
    if random.random_bool(0.5) {
        path = format!("{path}?{}={}", field.unwrap(), others.any(random));
    }
    let body = match (method, door) {
        ("GET", _) => String::new(),
        (_, Door::Api) => format!(
            r#"{{"{}": "{}", "reference": "{}"}}"#,
            field.unwrap(),
            others.any(random),
            others.any(random)
        ),
        _ => format!(
            "version=1&steg=kjoretoy&{}={}&skadenummer={}",
            field.unwrap(),
            others.any(random),
            others.any(random)
        ),
    };
    Crossing { door, method: method.to_owned(), path, body, named: true }
}

/// A list searched by what is another company's; some fields take nothing but a KID.
fn search(door: Door, others: &Others, random: &mut StdRng) -> Crossing {
    let lists: &[&str] = match door {
        Door::Api => &[
            "GET /incidents?reference=",
            "GET /incidents?q=",
            "GET /incidents?handler=",
            "GET /claims?kid=…8",
            "GET /log/events?reference=",
            "GET /log/events?person=",
            "GET /handlers/",
            "GET /incidents?registrationNumber=",
            "GET /incidents?kid=…8",
        ],
        Door::Handler => &[
            "GET /hendelser?q=",
            "GET /sok?q=",
            "GET /krav?kid=…8",
            "GET /hendelser?saksbehandler=",
        ],
        Door::Administrator => &["GET /selskap/brukere?q=", "GET /selskap/klienter?q="],
    };
    let (method, list) = lists.choose(random).unwrap().split_once(' ').unwrap();
    let path = if list.contains('…') {
        list.to_owned()
    } else {
        format!("{list}{}", others.any(random))
    };
    Crossing { door, method: method.to_owned(), path, body: String::new(), named: false }
}

/// Tinde, which has no part in any of it.
struct Outsider<'a> {
    house: &'a House,
    token: String,
    handler: String,
    administrator: String,
    superuser: PgConnection,
}

impl<'a> Outsider<'a> {
    async fn of(house: &'a House) -> Self {
        let token = house.bearer("fagsystem-tnd", "").await;
        let mut sessions = Vec::new();
        for name in ["saksbehandler.tnd", "admin.tnd"] {
            let mut browser = house.portal.browser();
            house.portal.sign_in(&mut browser, name, "/").await;
            sessions
                .push(format!("__Host-skadehub={}", browser.cookie("__Host-skadehub").unwrap()));
        }
        let superuser =
            PgConnection::connect(&house.portal.database.url("postgres")).await.unwrap();
        let [handler, administrator] = sessions.try_into().unwrap();
        Self { house, token, handler, administrator, superuser }
    }

    /// The answer when the marks stand for `values`, with the values as marks again.
    async fn answer(&self, crossing: &Crossing, values: &[String]) -> (u16, String) {
        let (path, body) = (filled(&crossing.path, values), filled(&crossing.body, values));
        let method = &crossing.method;
        let form = "application/x-www-form-urlencoded";
        let heard = match crossing.door {
            Door::Api => {
                let headers =
                    [("authorization", &*self.token), ("content-type", "application/json")];
                self.house.ask(method, &format!("/api/v1{path}"), &headers, &body).await
            }
            Door::Handler | Door::Administrator => {
                let session = if crossing.door == Door::Handler {
                    &self.handler
                } else {
                    &self.administrator
                };
                let headers = [
                    ("cookie", &**session),
                    ("sec-fetch-site", "same-origin"),
                    ("content-type", form),
                ];
                self.house.ask(method, &path, &headers, &body).await
            }
        };
        let (status, _, mut text) = heard.without_ids();
        for value in values {
            // A page that says what it searched for writes a number without hyphens.
            text = text.replace(value.as_str(), "…").replace(&value.replace('-', ""), "…");
        }
        (status.as_u16(), text)
    }

    /// How many refused attempts stand in the own log.
    async fn logged(&mut self) -> i64 {
        sqlx::query_scalar(
            "select count(*) from log.entry where company = 'TND' and kind = 'access_refused'",
        )
        .fetch_one(&mut self.superuser)
        .await
        .unwrap()
    }
}

#[tokio::test]
async fn ids_of_others_tell_nothing_wherever_they_stand_and_each_attempt_is_logged() {
    let house = House::start().await;
    let others = Others::of(&house).await;
    let mut outsider = Outsider::of(&house).await;
    let mut random = StdRng::seed_from_u64(0xc2055);
    let (mut named, mut searched) = (0, 0);
    for turn in 0..crossings() {
        let crossing = drawn(&others, &mut random);
        let before = outsider.logged().await;
        let there = outsider.answer(&crossing, &others.there).await;
        let logged = outsider.logged().await - before;
        let nowhere = outsider.answer(&crossing, &others.nowhere).await;
        let told = there.1.lines().zip(nowhere.1.lines()).find(|(one, other)| one != other);
        assert!(there == nowhere, "turn {turn}: {crossing:?} tells {told:?}");
        if crossing.named {
            named += 1;
            assert_eq!((there.0, logged), (404, 1), "turn {turn}: {crossing:?}");
        } else {
            searched += 1;
            assert_eq!(there.0, 200, "turn {turn}: {crossing:?}");
        }
    }
    println!(
        "{named} requests for one thing of another's, each refused and logged; {searched} searches that found nothing"
    );
}
