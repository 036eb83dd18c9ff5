//! The API: every operation with every scope, token and company.

use axum::body::Body;
use axum::http::Request;
use serde_json::Value;
use skadehub::auth;
use skadehub::auth::keys::ProviderKeys;
use skadehub::auth::machine::TokenVerifier;
use skadehub::hub::api;
use skadehub::hub::api::bearer::Door;
use tower::ServiceExt;
use uuid::Uuid;

use super::Whose::{Everyones, Parties};
use super::{Answer, Heard, House, Whose, complete};
use crate::support::api::Api;

/// What a token must allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// No token at all.
    Nothing,
    /// `skadehub.read`
    Read,
    /// `skadehub.write`
    Write,
    /// `skadehub.admin`, and no company
    Admin,
}

use Needs::{Admin, Nothing, Read, Write};

/// Every route, the scope it needs, and whose case its path names.
pub(super) const TABLE: &[(&str, Needs, Whose)] = &[
    ("GET /admin/api-clients", Admin, Everyones),
    ("GET /admin/code-lists", Admin, Everyones),
    ("GET /admin/companies", Admin, Everyones),
    ("GET /admin/usage", Admin, Everyones),
    ("GET /api-clients", Read, Everyones),
    ("GET /claims", Read, Everyones),
    ("GET /claims/{id}", Read, Parties),
    ("GET /code-lists", Read, Everyones),
    ("GET /code-lists/{name}", Read, Everyones),
    ("GET /companies", Read, Everyones),
    ("GET /company", Read, Everyones),
    ("GET /docs", Nothing, Everyones),
    ("GET /docs/", Nothing, Everyones),
    ("GET /docs/{*rest}", Nothing, Everyones),
    ("GET /events", Read, Everyones),
    ("GET /handler-rules", Read, Everyones),
    ("GET /handlers/{name}", Read, Everyones),
    ("GET /incidents", Read, Everyones),
    ("GET /incidents/counts", Read, Everyones),
    ("GET /incidents/{id}", Read, Parties),
    ("GET /incidents/{id}/claims", Read, Parties),
    ("GET /incidents/{id}/events", Read, Parties),
    ("GET /incidents/{id}/messages", Read, Parties),
    ("GET /incidents/{id}/proposals", Read, Parties),
    ("GET /log", Read, Everyones),
    ("GET /log/events", Read, Everyones),
    ("GET /log/verification", Read, Everyones),
    ("GET /openapi.json", Nothing, Everyones),
    ("GET /vehicles/{registrationNumber}/insurer", Read, Everyones),
    ("PATCH /incidents/{id}", Write, Parties),
    ("POST /admin/api-clients", Admin, Everyones),
    ("POST /admin/code-lists/{name}", Admin, Everyones),
    ("POST /admin/companies", Admin, Everyones),
    ("POST /claims/{id}/accept", Write, Parties),
    ("POST /claims/{id}/credit", Write, Parties),
    ("POST /claims/{id}/dispute", Write, Parties),
    ("POST /claims/{id}/register", Write, Parties),
    ("POST /claims/{id}/report-payment", Write, Parties),
    ("POST /handler-rules/trial", Write, Everyones),
    ("POST /handlers/{name}/hand-over", Write, Everyones),
    ("POST /incidents", Write, Everyones),
    ("POST /incidents/duplicates", Write, Everyones),
    ("POST /incidents/{id}/accept", Write, Parties),
    ("POST /incidents/{id}/claims", Write, Parties),
    ("POST /incidents/{id}/close", Write, Parties),
    ("POST /incidents/{id}/close/decline", Write, Parties),
    ("POST /incidents/{id}/liability/reopen", Write, Parties),
    ("POST /incidents/{id}/liability/reopen/decline", Write, Parties),
    ("POST /incidents/{id}/messages", Write, Parties),
    ("POST /incidents/{id}/messages/{message}/read", Write, Parties),
    ("POST /incidents/{id}/proposals", Write, Parties),
    ("POST /incidents/{id}/proposals/{number}/accept", Write, Parties),
    ("POST /incidents/{id}/redirect", Write, Parties),
    ("POST /incidents/{id}/reject", Write, Parties),
    ("POST /incidents/{id}/reopen", Write, Parties),
    ("POST /incidents/{id}/seen", Write, Parties),
    ("POST /incidents/{id}/withdraw", Write, Parties),
    ("PUT /admin/api-clients/{id}", Admin, Everyones),
    ("PUT /admin/companies/{code}", Admin, Everyones),
    ("PUT /company", Write, Everyones),
    ("PUT /handler-rules", Write, Everyones),
];

/// Who calls, and what that comes to.
struct Client {
    name: &'static str,
    authorization: Option<String>,
    acts_for: Option<&'static str>,
    is: Is,
}

enum Is {
    /// No token that is believed.
    Unknown,
    /// Known, and let in nowhere.
    Refused,
    /// Let in with these scopes, for this company.
    Known(&'static [Needs], &'static str),
}

impl Client {
    fn expected(&self, needs: Needs, whose: Whose) -> Answer {
        match &self.is {
            _ if needs == Nothing => Answer::In,
            Is::Unknown => Answer::SignedOut,
            Is::Refused => Answer::Forbidden,
            Is::Known(scopes, _) if !scopes.contains(&needs) => Answer::Forbidden,
            Is::Known(_, company) if whose == Parties && !["FJT", "NLS"].contains(company) => {
                Answer::NotThere
            }
            Is::Known(..) => Answer::In,
        }
    }
}

impl House {
    pub(super) async fn bearer(&self, client: &str, scopes: &str) -> String {
        let issuer = self.portal.stand_ins.issuer();
        let api = Api::with_scopes(&self.portal.base, &issuer, client, scopes).await;
        format!("Bearer {}", api.token())
    }

    async fn clients(&self) -> Vec<Client> {
        const BOTH: &[Needs] = &[Read, Write];
        const PORTAL: &str = "skadehub-portal";
        let known = |name, is| (name, None, is);
        let off = "update hub.api_client set active = false where client_id = 'fagsystem-skg'";
        sqlx::query(off).execute(&self.portal.database.owner()).await.unwrap();
        let mut clients = Vec::new();
        for (client, scopes, (name, acts_for, is)) in [
            ("fagsystem-fjt", "", known("sender", Is::Known(BOTH, "FJT"))),
            ("fagsystem-nls", "", known("counterpart", Is::Known(BOTH, "NLS"))),
            ("fagsystem-tnd", "", known("uninvolved", Is::Known(BOTH, "TND"))),
            ("fagsystem-fjt", "skadehub.read", known("read", Is::Known(&[Read], "FJT"))),
            ("fagsystem-fjt", "skadehub.write", known("write", Is::Known(&[Write], "FJT"))),
            ("fagsystem-fjt", "skadehub.injury", known("injury", Is::Known(&[], "FJT"))),
            ("fagsystem-fjt-les", "", known("client that reads", Is::Known(&[Read], "FJT"))),
            ("fagsystem-skg", "", known("switched off", Is::Refused)),
            (PORTAL, "", known("portal for nobody", Is::Known(&[Admin], ""))),
            (PORTAL, "skadehub.admin", known("admin", Is::Known(&[Admin], ""))),
            (PORTAL, "skadehub.act-for", ("act-for", Some("FJT"), Is::Known(&[], "FJT"))),
            (PORTAL, "skadehub.read", ("not act-for", Some("FJT"), Is::Refused)),
            (PORTAL, "", ("portal for own", Some("FJT"), Is::Known(BOTH, "FJT"))),
            (PORTAL, "", ("portal for other", Some("NLS"), Is::Known(BOTH, "NLS"))),
            (PORTAL, "", ("portal for uninvolved", Some("TND"), Is::Known(BOTH, "TND"))),
            ("fagsystem-fjt", "", ("core system for other", Some("NLS"), Is::Refused)),
        ] {
            let authorization = Some(self.bearer(client, scopes).await);
            clients.push(Client { name, authorization, acts_for, is });
        }
        let nobody = |name, authorization: Option<&str>| Client {
            name,
            authorization: authorization.map(str::to_owned),
            acts_for: None,
            is: Is::Unknown,
        };
        clients.push(nobody("no token", None));
        clients.push(nobody("no bearer", Some("Basic ZmplcnQ6aGVtbWVsaWc=")));
        clients.push(nobody("made-up token", Some("Bearer e30.e30.e30")));
        clients
    }

    fn api_path(&self, route: &str, there: bool) -> String {
        let path = route.split_once(' ').unwrap().1;
        let known = |id: Uuid| if there { id } else { Uuid::now_v7() }.to_string();
        let id = if path.starts_with("/claims") { self.claim } else { self.incident };
        let path = path.replace("/api-clients/{id}", "/api-clients/fagsystem-fjt-les");
        let path = path.replace("{code}", "SKG");
        let path = path.replace("{id}", &known(id)).replace("{message}", &known(self.message));
        let path = path.replace("{number}", "1").replace("{name}", "coverages");
        let path = path.replace("{registrationNumber}", "EK12345").replace("{*rest}", "index.css");
        format!(
            "/api/v1{path}{}",
            if path.ends_with("/insurer") { "?lossDate=2026-11-01" } else { "" }
        )
    }

    async fn call(&self, client: &Client, route: &str, path: &str) -> Heard {
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(client.authorization.as_deref().map(|token| ("authorization", token)));
        headers.extend(client.acts_for.map(|company| ("skadehub-company", company)));
        let method = route.split_once(' ').unwrap().0;
        self.ask(method, path, &headers, if method == "GET" { "" } else { "{}" }).await
    }
}

impl Heard {
    /// A problem but for the reference of its request.
    fn problem(&self) -> (u16, Value) {
        let mut problem: Value = serde_json::from_str(&self.body).unwrap();
        problem["requestId"] = Value::Null;
        (self.status.as_u16(), problem)
    }
}

#[tokio::test]
async fn every_operation_admits_exactly_those_it_is_for() {
    let house = House::start().await;
    let routes: Vec<_> =
        house.portal.routes.iter().filter(|route| route.contains(" /api/v1/")).collect();
    let routes: Vec<_> = routes.iter().map(|route| route.replace("/api/v1", "")).collect();
    complete(&TABLE.iter().map(|line| line.0).collect::<Vec<_>>(), &routes);
    let mut faults = Vec::new();
    for client in house.clients().await {
        for (route, needs, whose) in TABLE {
            let heard = house.call(&client, route, &house.api_path(route, true)).await;
            let expected = client.expected(*needs, *whose);
            if heard.answer() != expected {
                let (name, status) = (client.name, heard.status);
                faults.push(format!("{name} {route}: {status}, not {expected:?}"));
            } else if expected == Answer::NotThere {
                let nothing = house.call(&client, route, &house.api_path(route, false)).await;
                if nothing.problem() != heard.problem() {
                    faults.push(format!("{} {route}: tells what is there", client.name));
                }
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[tokio::test]
async fn a_token_for_another_audience_opens_nothing() {
    let house = House::start().await;
    let token = house.bearer("fagsystem-fjt", "").await;
    let clock = house.portal.app.clock.clone();
    let keys =
        ProviderKeys::new(house.portal.stand_ins.issuer(), auth::http_client().unwrap(), clock);
    let verifier = TokenVerifier::new(keys, "another-api");
    let hub = house.portal.hub.clone();
    let elsewhere = api::network(hub.clone(), Door::new(hub, verifier, 1_000));
    for (route, ..) in TABLE.iter().filter(|line| line.1 != Nothing) {
        let path = house.api_path(route, true).replace("/api/v1", "");
        let request = Request::builder()
            .method(route.split_once(' ').unwrap().0)
            .uri(path)
            .header("authorization", &token)
            .body(Body::empty());
        let answer = elsewhere.clone().oneshot(request.unwrap()).await.unwrap();
        assert_eq!(answer.status(), 401, "{route}");
    }
}
