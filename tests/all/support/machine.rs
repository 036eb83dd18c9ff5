//! The program as a process of its own, with the stand-ins around it: to be stopped, killed and
//! started again.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus};
use std::time::{Duration, Instant};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::Request;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Map, Value, json};
use skadehub::auth::members;
use skadehub::clock::Clock;
use skadehub::db;
use skadehub::sandbox::authenticator::{self, Authenticator};
use skadehub::sandbox::demo_world::DemoWorld;
use skadehub::sandbox::dev::reference;
use skadehub::sandbox::tffauto;
use tokio::net::TcpStream;
use tower::ServiceExt;

use super::api::Api;
use super::browser::Browser;
use super::database::{Database, own_folder, own_port};
use super::durable::Durable;
use super::stand_ins::StandIns;

const PATIENCE: Duration = Duration::from_mins(2);

/// Where the program keeps its data.
pub(crate) enum Store {
    /// In a database server that may be killed too.
    Own(Durable),
    /// In a database of the server all tests share.
    Shared(Database),
}

impl Store {
    fn url(&self, role: &str) -> String {
        match self {
            Self::Own(server) => server.url(role),
            Self::Shared(database) => database.url(role),
        }
    }
}

/// The process and what it stands on.
pub(crate) struct Machine {
    /// Its address, without a slash at the end.
    pub(crate) base: String,
    pub(crate) store: Store,
    pub(crate) stand_ins: StandIns,
    settings: Map<String, Value>,
    authenticator: Router,
    process: Option<Child>,
    log: PathBuf,
}

impl Machine {
    /// Starts it with the demonstration's companies, code lists and people; no incidents.
    pub(crate) async fn start(store: Store) -> Self {
        Self::with(store, json!({})).await
    }

    /// The same with some settings of its own.
    pub(crate) async fn with(store: Store, changes: Value) -> Self {
        let listen = format!("127.0.0.1:{}", own_port());
        let base = format!("http://{listen}");
        let stand_ins = StandIns::start(&base, Clock::system()).await;
        let mut settings = settings(&listen, &stand_ins, &store);
        settings.extend(changes.as_object().unwrap().clone());
        let portal = db::pool(&store.url("skadehub_portal").into(), 2).unwrap();
        let config = serde_json::from_value(Value::Object(settings.clone())).unwrap();
        let authenticator = Authenticator::new(portal, &config, Clock::system()).unwrap();
        let authenticator = authenticator::router(authenticator);
        fill(&store).await;
        let log = own_folder().with_extension("log");
        let mut machine =
            Self { base, store, stand_ins, settings, authenticator, process: None, log };
        machine.run().await;
        machine
    }

    /// Starts the process and waits until it can do its work.
    pub(crate) async fn run(&mut self) {
        // Should the test be killed itself, the process goes with it.
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", env!("CARGO_BIN_EXE_skadehub"), "serve"]);
        self.in_surroundings(&mut command);
        let log = File::options().create(true).append(true).open(&self.log).unwrap();
        self.process = Some(command.stdout(log.try_clone().unwrap()).stderr(log).spawn().unwrap());
        self.ready().await;
    }

    /// Waits until the process can do its work.
    pub(crate) async fn ready(&mut self) {
        let (http, url) = (reqwest::Client::new(), format!("{}/readyz", self.base));
        let deadline = Instant::now() + PATIENCE;
        while !http.get(&url).send().await.is_ok_and(|answer| answer.status() == 200) {
            let ended = self.process.as_mut().and_then(|process| process.try_wait().unwrap());
            assert!(ended.is_none() && Instant::now() < deadline, "not ready: {}", self.said());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// `kill -9`; the process is gone afterwards.
    pub(crate) fn kill(&mut self) {
        self.tell(Signal::KILL);
        self.ended();
    }

    /// Tells it to stop; it lets nobody in afterwards.
    pub(crate) async fn stop(&self) {
        self.tell(Signal::TERM);
        let address = self.base.strip_prefix("http://").unwrap();
        while TcpStream::connect(address).await.is_ok() {}
    }

    /// Waits for the end.
    pub(crate) fn ended(&mut self) -> ExitStatus {
        self.process.take().unwrap().wait().unwrap()
    }

    /// The memory it uses, in bytes.
    pub(crate) fn memory(&self) -> u64 {
        let status = format!("/proc/{}/status", self.process.as_ref().unwrap().id());
        let status = std::fs::read_to_string(status).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.split_whitespace().next().unwrap().parse::<u64>().unwrap() * 1024
    }

    fn tell(&self, signal: Signal) {
        let process = Pid::from_child(self.process.as_ref().unwrap());
        kill_process(process, signal).unwrap();
    }

    /// What the process has logged.
    pub(crate) fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// What `skadehub audit verify` says when it finds a broken chain.
    pub(crate) fn broken_chains(&self) -> Option<String> {
        let mut command = Command::new(env!("CARGO_BIN_EXE_skadehub"));
        command.args(["audit", "verify"]);
        self.in_surroundings(&mut command);
        let output = command.output().unwrap();
        let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (!output.status.success()).then(|| said(&output.stdout) + &said(&output.stderr))
    }

    /// A core system of the demonstration.
    pub(crate) async fn api(&self, client: &str) -> Api {
        Api::new(&self.base, &self.stand_ins.issuer(), client).await
    }

    /// A browser in which this person is signed in, for the first time.
    pub(crate) async fn signed_in(&self, username: &str) -> Browser {
        let mut browser = Browser::new(&self.base);
        let page = browser.get("/logg-inn?retur=/").await;
        browser.post(page.url.as_str(), &[("demo", username)]).await;
        let page = browser.get("/logg-inn/oppsett").await;
        let request = Request::get(format!("/authenticator/{username}")).body(Body::empty());
        let answer = self.authenticator.clone().oneshot(request.unwrap()).await.unwrap();
        let code = to_bytes(answer.into_body(), 1024).await.unwrap();
        let code = String::from_utf8(code.to_vec()).unwrap();
        let page = browser.post(page.path(), &[("kode", &code)]).await;
        assert_eq!(page.path(), "/logg-inn/gjenoppretting", "{}", page.html);
        browser
    }

    fn in_surroundings(&self, command: &mut Command) {
        command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default());
        for (name, value) in &self.settings {
            let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            command.env(format!("SKADEHUB_{}", name.to_uppercase()), text);
        }
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
        if std::thread::panicking() {
            eprintln!("what the process complained of:");
            for (what, times) in complaints(&self.said()) {
                eprintln!("  {times}× {what}");
            }
        }
        let _ = std::fs::remove_file(&self.log);
    }
}

/// The errors and warnings of a log, and how often there was each.
fn complaints(log: &str) -> BTreeMap<String, usize> {
    let mut counted = BTreeMap::new();
    for line in log.lines() {
        let said: Value = serde_json::from_str(line).unwrap_or_else(|_| line.into());
        if said["level"] != "INFO" {
            let what = if said.is_object() { said["fields"].to_string() } else { said.to_string() };
            *counted.entry(what).or_default() += 1;
        }
    }
    counted
}

fn settings(listen: &str, stand_ins: &StandIns, store: &Store) -> Map<String, Value> {
    let settings = json!({
        "public_url": format!("http://{listen}"),
        "listen": listen,
        "hub_database_url": store.url("skadehub_hub"),
        "portal_database_url": store.url("skadehub_portal"),
        "tffauto_url": stand_ins.base,
        "tffauto_api_key": tffauto::API_KEY,
        "oidc_issuer": stand_ins.issuer(),
        "oidc_client_secret": "demo-portal-secret",
        "seal_keys": "a:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
        "rate_per_second": 10_000,
    });
    settings.as_object().unwrap().clone()
}

async fn fill(store: &Store) {
    let world = DemoWorld::new();
    let owner = db::pool(&store.url("skadehub_owner").into(), 1).unwrap();
    reference::load(&world, &owner).await.unwrap();
    let portal = db::pool(&store.url("skadehub_portal").into(), 1).unwrap();
    let mut db = portal.acquire().await.unwrap();
    for user in &world.users {
        let name = user.company.as_ref().and_then(|code| world.company_name(code));
        let (company, at) = (user.company.as_ref(), Clock::system().now());
        members::invite(&mut db, &user.username, company, name, &user.roles, at).await.unwrap();
    }
}
