//! What can be asked of the house, and the fields each takes: forms as the pages and templates
//! have them, operations as the `OpenAPI` document has them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use scraper::{Html, Selector};
use serde_json::{Map, Value, json};
use skadehub::hub::api;
use uuid::Uuid;

use super::house::House;

/// A page, a form or an operation.
#[derive(Debug)]
pub(super) struct Target {
    pub(super) method: String,
    /// With its parameters in braces.
    pub(super) path: String,
    pub(super) fields: Vec<Field>,
    /// The shape of a JSON body, the places of its fields held by [`hole`].
    pub(super) body: Option<Value>,
}

/// A place for a value.
#[derive(Debug, Clone)]
pub(super) struct Field {
    pub(super) place: Place,
    pub(super) name: String,
    /// What usually stands there; nothing, when it may be left out.
    pub(super) usual: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Path,
    Query,
    Header,
    Form,
    Json,
    /// The body as a whole.
    Body,
}

impl Target {
    pub(super) fn is_api(&self) -> bool {
        self.path.starts_with("/api/v1")
    }
}

/// What holds the place of a field in the shape of a body.
pub(super) fn hole(at: usize) -> String {
    format!("§{at}§")
}

const PAGE_HEADERS: &[&str] =
    &["cookie", "accept", "content-type", "referer", "hx-request", "hx-current-url", "range"];

const API_HEADERS: &[&str] = &[
    "idempotency-key",
    "if-match",
    "skadehub-user",
    "skadehub-company",
    "content-type",
    "authorization",
];

/// Names in addresses that stand in no form.
const QUERY: &[&str] = &["etter", "retur", "tilbake", "bare", "state", "code", "error", "ord"];

/// Every page and form of the portal, every operation of the API.
pub(super) async fn all(house: &House) -> Vec<Target> {
    let forms = Forms::read(house).await;
    let routes = house.portal.routes.iter().filter(|route| !route.contains(" /api/v1/"));
    let pages = routes.map(|route| page(route, &forms));
    let document = serde_json::to_value(api::document()).unwrap();
    pages.chain(operations(&document, &house.portal.days_ago(4))).collect()
}

/// The fields of the portal's forms.
#[derive(Default)]
struct Forms {
    /// By method and route: names and what stood in them.
    by_route: BTreeMap<String, BTreeMap<String, String>>,
    /// Every name of a form that is sent, for routes whose form was not met.
    names: BTreeSet<String>,
}

impl Forms {
    async fn read(house: &House) -> Self {
        let mut forms = Self::default();
        for html in house.pages().await {
            forms.of_page(&html);
        }
        let templates = Path::new(env!("CARGO_MANIFEST_DIR")).join("templates/portal");
        forms.of_templates(&templates);
        forms
    }

    fn of_page(&mut self, html: &str) {
        let css = |text: &str| Selector::parse(text).unwrap();
        let page = Html::parse_document(html);
        for form in page.select(&css("form")) {
            let post = form.attr("method").is_some_and(|m| m.eq_ignore_ascii_case("post"));
            let action = route_of(form.attr("action").unwrap_or_default());
            let route = format!("{} {action}", if post { "POST" } else { "GET" });
            for field in form.select(&css("[name]")) {
                let name = field.attr("name").unwrap().to_owned();
                if post {
                    self.names.insert(name.clone());
                }
                let option = field.select(&css("option:not([value=''])")).next();
                let value = field.attr("value").or(option.and_then(|option| option.attr("value")));
                let known = self.by_route.entry(route.clone()).or_default();
                known.entry(name).or_insert_with(|| value.unwrap_or_default().to_owned());
            }
        }
    }

    /// Fields that no page of the house happened to show.
    fn of_templates(&mut self, folder: &Path) {
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            if entry.path().is_dir() {
                self.of_templates(&entry.path());
                continue;
            }
            let text = std::fs::read_to_string(entry.path()).unwrap();
            let names = text.split(" name=\"").skip(1).filter_map(|rest| rest.split('"').next());
            let names = names.map(|name| name.replace("{{ loop.index }}", "1"));
            self.names.extend(names.filter(|name| !name.contains('{')));
        }
    }
}

/// The route a form's action leads to.
fn route_of(action: &str) -> String {
    let path = action.split(['?', '#']).next().unwrap();
    let part = |part: &str| {
        if part.parse::<Uuid>().is_ok() {
            "{id}".to_owned()
        } else if !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) {
            "{n}".to_owned()
        } else {
            part.to_owned()
        }
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

fn field(place: Place, name: &str, usual: Option<&str>) -> Field {
    Field { place, name: name.to_owned(), usual: usual.map(str::to_owned) }
}

fn parameters(path: &str) -> Vec<Field> {
    let names = path.split('{').skip(1).filter_map(|rest| rest.split('}').next());
    names.map(|name| field(Place::Path, name, Some(""))).collect()
}

fn page(route: &str, forms: &Forms) -> Target {
    let (method, path) = route.split_once(' ').unwrap();
    let mut fields = parameters(path);
    fields.extend(PAGE_HEADERS.iter().map(|name| field(Place::Header, name, None)));
    let place = if method == "GET" { Place::Query } else { Place::Form };
    match forms.by_route.get(route) {
        Some(form) => {
            let usual = |value: &String| (place == Place::Form).then(|| value.clone());
            let named = form.iter();
            fields.extend(
                named
                    .map(|(name, value)| Field { usual: usual(value), ..field(place, name, None) }),
            );
        }
        None if place == Place::Form => {
            fields.extend(forms.names.iter().map(|name| field(place, name, None)));
        }
        None => fields.extend(QUERY.iter().map(|name| field(place, name, None))),
    }
    if place == Place::Form {
        fields.push(field(Place::Body, "", None));
    }
    Target { method: method.to_owned(), path: path.to_owned(), fields, body: None }
}

fn operations(document: &Value, day: &str) -> Vec<Target> {
    let mut targets = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let mut fields = parameters(path);
            fields.extend(API_HEADERS.iter().map(|name| field(Place::Header, name, None)));
            for parameter in operation["parameters"].as_array().into_iter().flatten() {
                if parameter["in"] == "query" {
                    fields.push(field(Place::Query, parameter["name"].as_str().unwrap(), None));
                }
            }
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let mut body = schema.is_object().then(|| shape(document, schema, "", &mut fields));
            if method != "get" {
                fields.push(field(Place::Body, "", None));
                body.get_or_insert_with(|| json!({}));
            }
            for date in fields.iter_mut().filter(|it| ["lossDate", "date"].contains(&&*it.name)) {
                date.usual = date.usual.is_some().then(|| format!("\"{day}\""));
            }
            let method = method.to_uppercase();
            targets.push(Target { method, path: format!("/api/v1{path}"), fields, body });
        }
    }
    targets
}

/// The shape of a body after its schema, a field for each leaf.
fn shape(document: &Value, schema: &Value, name: &str, fields: &mut Vec<Field>) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        let known = document.pointer(reference.trim_start_matches('#')).unwrap();
        return shape(document, known, name, fields);
    }
    for choice in ["oneOf", "anyOf", "allOf"] {
        let mut choices = schema[choice].as_array().into_iter().flatten();
        if let Some(last) = choices.rfind(|one| one["type"] != "null") {
            return shape(document, last, name, fields);
        }
    }
    if let Some(properties) = schema["properties"].as_object() {
        let inner = properties.iter();
        let inner = inner.map(|(name, it)| (name.clone(), shape(document, it, name, fields)));
        return Value::Object(inner.collect::<Map<_, _>>());
    }
    if schema["items"].is_object() {
        return json!([shape(document, &schema["items"], name, fields)]);
    }
    let usual = match schema["type"].to_string() {
        kind if kind.contains("integer") => "1",
        kind if kind.contains("boolean") => "false",
        _ => usual_text(name),
    };
    fields.push(field(Place::Json, name, Some(usual)));
    hole(fields.len() - 1).into()
}

fn usual_text(name: &str) -> &'static str {
    match name {
        "lossTime" => "\"14:30\"",
        "registrationNumber" => "\"EK12345\"",
        "coverage" => "\"kasko\"",
        "company" | "suggestedCompany" => "\"NLS\"",
        "code" => "\"405\"",
        "ownRole" => "\"a\"",
        "kid" => "\"2345676\"",
        "type" => "\"repair\"",
        "country" => "\"N\"",
        "dueDate" => "null",
        _ => "\"F-1\"",
    }
}
