//! What a person types is shown as they typed it, to the other company too: never as markup.
//!
//! Every text field of the exchange holds markup of its own; the pages of both companies are
//! parsed, and none of it may have become an element or an attribute.

use std::collections::BTreeSet;

use scraper::Html;
use skadehub::contract::{
    Accept, Changes, InsurerOverride, NewCredit, NewProposal, Redirect, Register, Reject, Terms,
};
use uuid::Uuid;

use crate::support::cases::repair;
use crate::support::portal::Portal;

/// The texts that both companies read.
const SHARED: &[&str] = &[
    "own reference",
    "place",
    "description",
    "own vehicle",
    "other vehicle",
    "their reference",
    "first proposal",
    "reopening",
    "no to reopening",
    "closing",
    "no to closing",
    "message",
    "claim line",
    "claim message",
    "booking reference",
    "dispute",
    "credit",
    "person who acts",
    "rejection",
    "redirection",
    "withdrawal",
];

/// Markup that would show itself as an element, an attribute, or a script.
fn markup(field: &str) -> String {
    let number = SHARED.iter().position(|known| *known == field).unwrap();
    format!("<i-{number} onx=1>\"'><b bx7")
}

fn reference(field: &str) -> String {
    markup(field).replace(' ', "/")
}

struct House {
    portal: Portal,
    /// Agreed, with a claim; rejected and sent on; withdrawn.
    incidents: [Uuid; 3],
    claim: Uuid,
}

impl House {
    async fn start() -> Self {
        let portal = Portal::start_whole().await;
        let agreed = agree(&portal).await;
        let claim = claim(&portal, agreed).await;
        ask_and_decline(&portal, agreed).await;
        let incidents = [agreed, reject(&portal).await, withdraw(&portal).await];
        Self { portal, incidents, claim }
    }

    /// Every page and fragment on which a case's texts stand, as `user` sees them.
    async fn pages(&self, user: &str) -> Vec<(String, String)> {
        let mut browser = self.portal.browser();
        self.portal.sign_in(&mut browser, user, "/").await;
        let mut addresses: Vec<String> = [
            "/",
            "/?fane=motpart",
            "/?fane=krav",
            "/?fane=avsluttet",
            "/hendelser",
            "/krav",
            "/sok?q=bx7",
        ]
        .map(str::to_owned)
        .into();
        let search = serde_urlencoded::to_string([("q", markup("place"))]).unwrap();
        addresses.push(format!("/sok?{search}"));
        addresses.push(format!("/krav/{}", self.claim));
        for route in self.portal.routes.iter().filter_map(|route| route.strip_prefix("GET ")) {
            let ids = self.incidents.iter().map(Uuid::to_string);
            if route.starts_with("/hendelser/{id}") {
                addresses.extend(ids.map(|id| route.replace("{id}", &id).replace("{n}", "1")));
            }
        }
        let mut pages = Vec::new();
        for address in addresses {
            let page = browser.get(&address).await;
            assert!(!page.status.is_server_error(), "{address}");
            pages.push((address, page.html));
        }
        pages
    }
}

/// An agreed incident, every text of the way there being markup.
async fn agree(portal: &Portal) -> Uuid {
    let mut new = portal.collision(&reference("own reference"));
    new.place = Some(markup("place"));
    new.description = Some(markup("description"));
    new.own.vehicle.description = Some(markup("own vehicle"));
    new.other.vehicle.description = Some(markup("other vehicle"));
    let free = new.proposal.insert(NewProposal {
        code: "999".into(),
        own_role: "a".into(),
        reason: Some(markup("first proposal")),
        ..NewProposal::default()
    });
    free.split =
        serde_json::from_str(r#"{"own":{"num":1,"den":2},"other":{"num":1,"den":2}}"#).unwrap();
    let id = portal.acting("FJT").send_incident(&new, "e-1").await.unwrap().id;
    let accept = Accept {
        reference: reference("their reference"),
        accept_proposal: Some(1),
        ..Accept::default()
    };
    let nls = portal.acting("NLS");
    nls.accept(id, &accept, Terms::default()).await.unwrap();
    nls.send_message(id, markup("message"), Terms::default()).await.unwrap();
    // The core system says which person acts.
    let api = portal.api("fagsystem-nls").await;
    let person = markup("person who acts");
    let changes = serde_json::to_value(Changes { vat_liable: Some(true), ..Changes::default() });
    let path = format!("/incidents/{id}");
    let headers = [("skadehub-user", &*person)];
    api.call(reqwest::Method::PATCH, &path, Some(changes.unwrap()), &headers).await.ok(200);
    id
}

async fn claim(portal: &Portal, incident: Uuid) -> Uuid {
    let (fjt, nls) = (portal.acting("FJT"), portal.acting("NLS"));
    let mut new = repair(&reference("own reference"));
    new.message = Some(markup("claim message"));
    new.lines[0].description = Some(markup("claim line"));
    let claim = fjt.send_claim(incident, &new, "e-2").await.unwrap().id;
    let register = Register { reference: Some(markup("booking reference")) };
    nls.register_claim(claim, &register, Terms::default()).await.unwrap();
    nls.dispute_claim(claim, markup("dispute"), Terms::default()).await.unwrap();
    let credit = NewCredit { amount_ore: Some(100), reason: markup("credit") };
    fjt.credit_claim(claim, &credit, Terms::default()).await.unwrap();
    claim
}

/// Each asks, and the other says no.
async fn ask_and_decline(portal: &Portal, incident: Uuid) {
    let (fjt, nls) = (portal.acting("FJT"), portal.acting("NLS"));
    for (act, asked, refused) in [
        ("close", "closing", "no to closing"),
        ("liability/reopen", "reopening", "no to reopening"),
    ] {
        let terms = Terms::default;
        fjt.act(incident, act, Some(markup(asked)), terms()).await.unwrap();
        let decline = format!("{act}/decline");
        nls.act(incident, &decline, Some(markup(refused)), terms()).await.unwrap();
    }
}

async fn reject(portal: &Portal) -> Uuid {
    let mut new = portal.collision("E-2");
    new.other.insurer_override =
        Some(InsurerOverride { company: "NLS".into(), reason: Some("Sjekket.".into()) });
    let fjt = portal.acting("FJT");
    let id = fjt.send_incident(&new, "e-3").await.unwrap().id;
    let reject = Reject {
        reason: "other".into(),
        text: Some(markup("rejection")),
        suggested_company: Some("TND".into()),
    };
    portal.acting("NLS").reject(id, &reject, Terms::default()).await.unwrap();
    let on = Redirect { company: "TND".into(), reason: markup("redirection") };
    fjt.redirect(id, &on, Terms::default()).await.unwrap();
    id
}

async fn withdraw(portal: &Portal) -> Uuid {
    let fjt = portal.acting("FJT");
    let id = fjt.send_incident(&portal.collision("E-3"), "e-4").await.unwrap().id;
    fjt.act(id, "withdraw", Some(markup("withdrawal")), Terms::default()).await.unwrap();
    id
}

/// What of the corpus has become markup of the page.
fn become_markup(html: &str) -> Vec<String> {
    let page = Html::parse_document(html);
    let elements = page.tree.values().filter_map(|node| node.as_element());
    let ours = |name: &str| name.starts_with("i-") || name == "onx" || name == "bx7";
    let mut found = Vec::new();
    for element in elements {
        let names = element.attrs().map(|(name, _)| name).chain([element.name()]);
        found.extend(names.filter(|name| ours(name)).map(|name| format!("{name} in {element:?}")));
    }
    found
}

/// Every text and attribute value of a page, as a person reads them.
fn read(html: &str) -> String {
    let page = Html::parse_document(html);
    let mut read = String::new();
    for node in page.tree.values() {
        if let Some(text) = node.as_text() {
            read.push_str(text);
        }
        for (_, value) in node.as_element().into_iter().flat_map(|element| element.attrs()) {
            read.push_str(value);
        }
    }
    read
}

#[tokio::test]
async fn nothing_typed_becomes_markup_and_everything_typed_is_shown() {
    let house = House::start().await;
    let mut shown = BTreeSet::new();
    for user in ["saksbehandler.fjt", "saksbehandler.nls", "saksbehandler.tnd"] {
        for (address, html) in house.pages(user).await {
            let found = become_markup(&html);
            assert!(found.is_empty(), "{user} at {address}: {found:?}");
            let read = read(&html);
            let here = SHARED
                .iter()
                .filter(|field| read.contains(&markup(field)) || read.contains(&reference(field)));
            shown.extend(here.map(|field| (user, *field)));
        }
    }
    let typed_by_fjt = [
        "own reference",
        "place",
        "description",
        "own vehicle",
        "other vehicle",
        "first proposal",
        "reopening",
        "closing",
        "claim line",
        "claim message",
        "credit",
    ];
    let typed_by_nls = [
        "their reference",
        "no to reopening",
        "no to closing",
        "message",
        "booking reference",
        "dispute",
        "rejection",
    ];
    for (reader, fields) in [
        ("saksbehandler.nls", &typed_by_fjt[..]),
        // Who of them acted, a company tells nobody but its own.
        ("saksbehandler.nls", &["withdrawal", "person who acts"]),
        ("saksbehandler.fjt", &typed_by_nls),
        ("saksbehandler.tnd", &["redirection"]),
    ] {
        for field in fields {
            assert!(shown.contains(&(reader, field)), "{reader} never reads the {field}");
        }
    }
}
