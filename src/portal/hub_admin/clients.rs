//! API-klienter of every company: making one, its scopes, switching it off.

use askama::Template;
use axum::Form as Posted;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use secrecy::ExposeSecret;
use serde::Deserialize;

use super::{Setback, sent_back};
use crate::app::App;
use crate::auth::session::FreshCode;
use crate::contract::{Acting, ApiClient, ClientInput, Terms};
use crate::error::{Error, Result};
use crate::formats::dates;
use crate::portal::acting::Operator;
use crate::portal::company_admin::clients::scope_words;
use crate::portal::conflict::{Conflict, Value};
use crate::portal::form::{Errors, Form};
use crate::portal::page::{Frame, Page, redirect_with_flash};
use crate::portal::view::{Choice, Tag};

const LIST: &str = "/forvaltning/klienter";

/// The boxes of the scopes: field, scope, label.
const SCOPES: [(&str, &str, &str); 3] = [
    ("lese", "skadehub.read", "Lese selskapets saker"),
    ("skrive", "skadehub.write", "Handle for selskapet"),
    ("personskade", "skadehub.injury", "Personskadeopplysninger"),
];

const FIELDS: [(&str, &str); 5] = [
    ("/clientId", "klient"),
    ("/company", "selskap"),
    ("/name", "navn"),
    ("/scopes", "rettigheter"),
    ("/active", "aktiv"),
];

#[derive(Template)]
#[template(path = "portal/hub_admin/clients.html")]
pub(super) struct ClientsPage {
    frame: Frame,
    rows: Vec<Row>,
}

struct Row {
    client: ApiClient,
    scopes: String,
    last_use: String,
    status: Tag,
}

#[derive(Template)]
#[template(path = "portal/hub_admin/client.html")]
struct ClientPage {
    frame: Frame,
    /// None for a new one.
    id: Option<String>,
    companies: Vec<Choice>,
    alert: Option<String>,
    form: Form<Input>,
}

#[derive(Template)]
#[template(path = "portal/hub_admin/client_made.html")]
struct MadePage {
    frame: Frame,
    id: String,
    secret: Option<String>,
}

#[derive(Debug, Default, Clone, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Input {
    version: String,
    klient: String,
    selskap: String,
    navn: String,
    lese: String,
    skrive: String,
    personskade: String,
    aktiv: String,
}

impl Input {
    fn of(client: &ApiClient) -> Self {
        let yes = |it: bool| if it { "ja" } else { "" }.to_owned();
        let has = |scope: &str| yes(client.scopes.iter().any(|it| it == scope));
        Self {
            version: client.version.to_string(),
            klient: client.client_id.clone(),
            selskap: client.company.clone().unwrap_or_default(),
            navn: client.name.clone().unwrap_or_default(),
            lese: has("skadehub.read"),
            skrive: has("skadehub.write"),
            personskade: has("skadehub.injury"),
            aktiv: yes(client.active),
        }
    }

    fn ticked(&self, field: &str) -> bool {
        let value = match field {
            "lese" => &self.lese,
            "skrive" => &self.skrive,
            "personskade" => &self.personskade,
            _ => &self.aktiv,
        };
        value == "ja"
    }

    /// What the hub is told. The operator's own clients keep scopes that no box shows.
    fn read(&self, before: Option<&ApiClient>) -> ClientInput {
        let boxed = |scope: &str| SCOPES.iter().any(|(_, known, _)| *known == scope);
        let kept = before.map(|it| it.scopes.as_slice()).unwrap_or_default();
        let kept = kept.iter().filter(|scope| !boxed(scope)).cloned();
        let ticked = SCOPES.iter().filter(|(field, ..)| self.ticked(field));
        let scopes = ticked.map(|(_, scope, _)| (*scope).to_owned()).chain(kept).collect();
        let name = Some(self.navn.trim().to_owned()).filter(|name| !name.is_empty());
        ClientInput { client_id: None, company: None, name, scopes, active: self.aktiv == "ja" }
    }
}

/// `GET /forvaltning/klienter`
pub(super) async fn show(frame: Frame, Operator(hub): Operator) -> Result<Page<ClientsPage>> {
    let rows = hub
        .all_clients()
        .await?
        .into_iter()
        .map(|client| {
            let (color, word) =
                if client.active { ("success", "Aktiv") } else { ("danger", "Slått av") };
            let used = client.last_used_at;
            Row {
                scopes: scope_words(&client.scopes),
                last_use: used.map_or_else(|| "Aldri".to_owned(), |at| dates::moment(at.0)),
                status: Tag::new(color, word),
                client,
            }
        })
        .collect();
    Ok(Page(ClientsPage { frame, rows }))
}

async fn page(
    frame: Frame,
    hub: &Acting,
    id: Option<String>,
    form: Form<Input>,
    alert: Option<String>,
) -> Result<ClientPage> {
    let known = hub.all_companies().await?;
    let companies =
        known.into_iter().map(|it| (it.code.clone(), format!("{} ({})", it.name, it.code)));
    Ok(ClientPage { frame, id, companies: Choice::list(companies), alert, form })
}

/// `GET /forvaltning/klienter/ny`
pub(super) async fn new(frame: Frame, Operator(hub): Operator, _: FreshCode) -> Result<Response> {
    let form = Form::fresh(Input { aktiv: "ja".to_owned(), ..Input::default() });
    Ok(Page(page(frame, &hub, None, form, None).await?).into_response())
}

/// `POST /forvaltning/klienter/ny`
pub(super) async fn add(
    State(app): State<App>,
    frame: Frame,
    Operator(hub): Operator,
    _: FreshCode,
    Posted(input): Posted<Input>,
) -> Result<Response> {
    let new = ClientInput {
        client_id: Some(input.klient.trim().to_owned()),
        company: Some(input.selskap.clone()),
        ..input.read(None)
    };
    let client = match hub.add_client(&new).await {
        Ok(client) => client,
        Err(error) => {
            let setback = Setback::of(error, &FIELDS)?;
            let alone = setback.alert.is_some();
            let form = Form::rejected(input, setback.errors);
            return Ok(sent_back(page(frame, &hub, None, form, setback.alert).await?, alone));
        }
    };
    let secret = match &app.accounts {
        Some(accounts) => match accounts.create_client(&client.client_id, &client.scopes).await {
            Ok(secret) => Some(secret.expose_secret().to_owned()),
            Err(error) => {
                tracing::error!(error = format!("{error:#}"), "a client could not be made");
                None
            }
        },
        None => None,
    };
    Ok((StatusCode::CREATED, Page(MadePage { frame, id: client.client_id, secret }))
        .into_response())
}

async fn found(hub: &Acting, id: &str) -> Result<ApiClient> {
    let known = hub.all_clients().await?;
    known.into_iter().find(|it| it.client_id == id).ok_or(Error::NotFound)
}

/// `GET /forvaltning/klienter/{id}`
pub(super) async fn edit(
    frame: Frame,
    Operator(hub): Operator,
    _: FreshCode,
    Path(id): Path<String>,
) -> Result<Response> {
    let client = found(&hub, &id).await?;
    let form = Form::fresh(Input::of(&client));
    Ok(Page(page(frame, &hub, Some(id), form, None).await?).into_response())
}

/// `POST /forvaltning/klienter/{id}`
pub(super) async fn submit(
    frame: Frame,
    Operator(hub): Operator,
    _: FreshCode,
    Path(id): Path<String>,
    Posted(input): Posted<Input>,
) -> Result<Response> {
    let client = found(&hub, &id).await?;
    let terms = Terms::version(Some(input.version.parse().unwrap_or(0)));
    let setback = match hub.change_client(&id, &input.read(Some(&client)), terms).await {
        Ok(_) => {
            let told = format!("{id} er lagret. Endringen gjelder fra neste kall.");
            return Ok(redirect_with_flash(LIST, &told));
        }
        Err(error) => Setback::of(error, &FIELDS)?,
    };
    if setback.overtaken {
        return Ok(overtaken(frame, &client, &input));
    }
    let alone = setback.alert.is_some();
    let form = Form::rejected(input, setback.errors);
    Ok(sent_back(page(frame, &hub, Some(id), form, setback.alert).await?, alone))
}

fn overtaken(frame: Frame, client: &ApiClient, input: &Input) -> Response {
    let (stored, address) = (Input::of(client), format!("{LIST}/{}", client.client_id));
    let mut conflict = Conflict::new(frame, format!("API-klienten {}", client.client_id), &address)
        .version(client.version)
        .buttons("Lagre klient", &address);
    conflict.field("navn", "Navn", Value::text(&input.navn), Value::text(&stored.navn));
    let boxes = SCOPES.iter().map(|(field, _, label)| (*field, *label)).chain([("aktiv", "Aktiv")]);
    for (field, label) in boxes {
        let value = |input: &Input| Value::ticked(input.ticked(field));
        conflict.field(field, label, value(input), value(&stored));
    }
    conflict.into_response()
}

impl ClientPage {
    /// Whether a company's: the operator's own has no boxes to change.
    fn heading(&self) -> String {
        self.id.clone().unwrap_or_else(|| "Ny API-klient".to_owned())
    }

    fn action(&self) -> String {
        format!("{LIST}/{}", self.id.as_deref().unwrap_or("ny"))
    }

    fn errors(&self) -> &Errors {
        &self.form.errors
    }
}
