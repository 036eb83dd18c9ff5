//! A portal on a port of its own, with an identity provider and a clock that tests move.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use skadehub::app::App;
use skadehub::auth;
use skadehub::auth::members;
use skadehub::auth::role::Role;
use skadehub::clock::Clock;
use skadehub::config::Config;
use skadehub::contract::HubClient;
use skadehub::headers::Policy;
use skadehub::hub::api::bearer::Door;
use skadehub::hub::{Hub, api, jobs};
use skadehub::portal;
use skadehub::sandbox::authenticator::{self, Authenticator};
use skadehub::sandbox::demo_world::DemoWorld;
use skadehub::sandbox::dev::reference;
use skadehub::sandbox::mail::{self, Mailbox};
use skadehub::sandbox::tffauto;
use skadehub::serve;
use tokio::net::TcpListener;
use tower::ServiceExt;
use uuid::Uuid;

use super::api::Api;
use super::browser::{Browser, Page};
use super::database::Database;
use super::misbehaving::Misbehaving;
use super::routes;
use super::stand_ins::StandIns;

/// Two keys, so that tests meet rotation too.
pub(crate) const SEAL_KEYS: &str =
    "b:AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=,a:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";

/// The portal and what it stands on.
pub(crate) struct Portal {
    /// Its address, without a slash at the end.
    pub(crate) base: String,
    pub(crate) app: App,
    pub(crate) hub: Hub,
    /// Every route of portal and API.
    pub(crate) routes: Vec<String>,
    pub(crate) stand_ins: StandIns,
    pub(crate) database: Database,
    /// What has been mailed.
    pub(crate) mailbox: Mailbox,
    authenticator: Router,
    seconds: Arc<AtomicI64>,
}

impl Portal {
    /// Starts hub and portal with sign-in and `pages`; every demonstration user is invited.
    pub(crate) async fn start(pages: Router<App>) -> Self {
        Self::start_empty(pages).await.with_people().await
    }

    /// Starts portal and hub with the demonstration's companies, code lists and people; no incidents.
    pub(crate) async fn start_whole() -> Self {
        Self::start_on(Database::new()).await
    }

    /// The same on a database that holds incidents already.
    pub(crate) async fn start_on(database: Database) -> Self {
        Self::serve(database, portal::router).await.with_people().await
    }

    /// As [`Self::start`], with a provider that can be told to misbehave.
    pub(crate) async fn start_at_misbehaving(pages: Router<App>) -> (Self, Misbehaving) {
        let (clock, seconds) = movable_clock();
        let provider = Misbehaving::start(clock.clone()).await;
        let issuer = Some(provider.issuer().to_owned());
        let pages = |app| portal::around(app, pages);
        let portal = Self::serve_by(Database::new(), clock, seconds, issuer, pages)
            .await
            .with_people()
            .await;
        (portal, provider)
    }

    /// Another portal beside this one, set otherwise: its address.
    pub(crate) async fn beside(&self, pages: Router<App>, set: impl FnOnce(&mut Config)) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let mut config = Config { public_url: base.clone(), ..(*self.app.config).clone() };
        set(&mut config);
        let (clock, hub) = (self.app.clock.clone(), self.app.hub.clone());
        let seal = self.app.seal.clone();
        let app = App::new(Arc::new(config), clock, seal, hub, self.app.portal_db.clone()).unwrap();
        let router = portal::around(app, pages);
        tokio::spawn(async move { axum::serve(listener, router).await });
        base
    }

    async fn with_people(self) -> Self {
        let world = DemoWorld::new();
        let mut db = self.app.portal_db.acquire().await.unwrap();
        for user in &world.users {
            let name = user.company.as_ref().and_then(|code| world.company_name(code));
            let at = self.now();
            members::invite(&mut db, &user.username, user.company.as_ref(), name, &user.roles, at)
                .await
                .unwrap();
        }
        drop(db);
        self
    }

    /// A core system of the demonstration.
    pub(crate) async fn api(&self, client: &str) -> Api {
        Api::new(&self.base, &self.stand_ins.issuer(), client).await
    }

    /// The date so many days ago in Oslo, as the API writes it.
    pub(crate) fn days_ago(&self, days: i64) -> String {
        let today = skadehub::formats::dates::oslo_date(self.now());
        today.saturating_sub(jiff::Span::new().days(days)).to_string()
    }

    /// Starts hub and portal with sign-in and `pages`, without any member.
    pub(crate) async fn start_empty(pages: Router<App>) -> Self {
        Self::serve(Database::new(), |app| portal::around(app, pages)).await
    }

    async fn serve(database: Database, pages: impl FnOnce(App) -> Router) -> Self {
        let (clock, seconds) = movable_clock();
        Self::serve_by(database, clock, seconds, None, pages).await
    }

    async fn serve_by(
        database: Database,
        clock: Clock,
        seconds: Arc<AtomicI64>,
        issuer: Option<String>,
        pages: impl FnOnce(App) -> Router,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let stand_ins = StandIns::start(&base, clock.clone()).await;
        let issuer = issuer.unwrap_or_else(|| stand_ins.issuer());
        let mut config = config(&base, &stand_ins, &issuer, &database);
        let (mails, mailbox) =
            (TcpListener::bind("127.0.0.1:0").await.unwrap(), Mailbox::default());
        config.smtp_url = Some(format!("smtp://{}", mails.local_addr().unwrap()).into());
        tokio::spawn(mail::catch(mails, mailbox.clone()));
        let authenticator = Authenticator::new(database.portal(), &config, clock.clone()).unwrap();
        let seal = SEAL_KEYS.parse().unwrap();
        reference::load(&DemoWorld::new(), &database.owner()).await.unwrap();
        let hub = serve::hub(&config, clock.clone(), seal).unwrap();
        tokio::spawn(jobs::run(hub.clone()));
        let verifier = auth::token_verifier(&config, clock.clone()).unwrap();
        let network = api::network(hub.clone(), Door::new(hub.clone(), verifier, 1_000));
        let client = HubClient::in_process(api::router(hub.clone()));
        let seal = SEAL_KEYS.parse().unwrap();
        let policy = Policy::from(&config);
        let app = App::new(Arc::new(config), clock, seal, client, database.portal()).unwrap();
        let whole = pages(app.clone()).nest("/api/v1", network).merge(api::reader());
        let routes = routes::of(&whole);
        let served = policy.around(whole);
        tokio::spawn(async move { axum::serve(listener, served).await });
        let authenticator = authenticator::router(authenticator);
        Self { base, app, hub, routes, stand_ins, database, mailbox, authenticator, seconds }
    }

    /// A browser that has never been here.
    pub(crate) fn browser(&self) -> Browser {
        Browser::new(&self.base)
    }

    /// What the clock says.
    pub(crate) fn now(&self) -> Timestamp {
        self.app.clock.now()
    }

    /// Moves the clock on.
    pub(crate) fn advance(&self, by: SignedDuration) {
        self.seconds.fetch_add(by.as_secs(), Ordering::SeqCst);
    }

    /// The code the person's authenticator shows.
    pub(crate) async fn code(&self, username: &str) -> String {
        let request = Request::get(format!("/authenticator/{username}")).body(Body::empty());
        let answer = self.authenticator.clone().oneshot(request.unwrap()).await.unwrap();
        let body = to_bytes(answer.into_body(), 1024).await.unwrap();
        String::from_utf8(body.to_vec()).unwrap()
    }

    /// Passes the first factor: the page the person lands on.
    pub(crate) async fn vouch(&self, browser: &mut Browser, username: &str, back_to: &str) -> Page {
        let page = browser.get(&format!("/logg-inn?retur={back_to}")).await;
        if page.path().starts_with("/realms/") {
            return browser.post(page.url.as_str(), &[("demo", username)]).await;
        }
        page
    }

    /// Passes both factors, enrolling if need be: the page the person was going to.
    pub(crate) async fn sign_in(
        &self,
        browser: &mut Browser,
        username: &str,
        back_to: &str,
    ) -> Page {
        self.vouch(browser, username, back_to).await;
        // Past whatever code was used before.
        self.advance(SignedDuration::from_secs(30));
        let page = browser.get("/logg-inn/oppsett").await;
        let code = self.code(username).await;
        let page = browser.post(page.path(), &[("kode", &code)]).await;
        match page.path() {
            "/logg-inn/gjenoppretting" => browser.get(back_to).await,
            _ => page,
        }
    }

    /// The id of an invited person.
    pub(crate) async fn member(&self, username: &str) -> Uuid {
        sqlx::query_scalar("select member from portal.member where username = $1")
            .bind(username)
            .fetch_one(&self.app.portal_db)
            .await
            .unwrap()
    }

    /// Invites one person of Fjordtrygd.
    pub(crate) async fn invite(&self, username: &str, roles: &[Role]) {
        let mut db = self.app.portal_db.acquire().await.unwrap();
        let company = "FJT".parse().unwrap();
        let name = Some("Fjordtrygd Forsikring");
        let at = self.now();
        members::invite(&mut db, username, Some(&company), name, roles, at).await.unwrap();
    }
}

/// Stands still until it is moved.
fn movable_clock() -> (Clock, Arc<AtomicI64>) {
    let seconds = Arc::new(AtomicI64::new(Timestamp::now().as_second()));
    let told = Arc::clone(&seconds);
    let clock = Clock::new(move || Timestamp::from_second(told.load(Ordering::SeqCst)).unwrap());
    (clock, seconds)
}

fn config(base: &str, stand_ins: &StandIns, issuer: &str, database: &Database) -> Config {
    let config = json!({
        "public_url": base,
        "hub_database_url": database.url("skadehub_hub"),
        "tffauto_url": stand_ins.base,
        "tffauto_api_key": tffauto::API_KEY,
        "oidc_issuer": issuer,
        "oidc_client_secret": "demo-portal-secret",
        "seal_keys": SEAL_KEYS,
        "test_environment": true,
        "manage_accounts": true,
    });
    serde_json::from_value(config).unwrap()
}
