//! Tests over HTTP, as a browser and as a client.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::extract::State as AxumState;
use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use reqwest::redirect::Policy;
use reqwest::{Client as Http, Response};
use tokio::sync::mpsc;

use super::*;

mod admin;
mod sessions;
mod sign_in;
mod tokens;

const BACK: &str = "http://localhost:1/retur";
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

struct Setup {
    http: Http,
    issuer: String,
    seconds: Arc<AtomicI64>,
    logouts: mpsc::UnboundedReceiver<String>,
    provider: IdentityProvider,
}

async fn setup() -> Setup {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base = format!("http://{}", listener.local_addr().unwrap());
    let issuer = format!("{base}/realms/skadehub");
    let portal = Portal {
        client_id: "skadehub-portal".into(),
        redirect_uri: BACK.into(),
        post_logout_redirect_uri: "http://localhost:1/".into(),
        backchannel_logout_uri: Some(format!("{base}/logouts")),
    };
    let options = Options { issuer: issuer.parse().unwrap(), key_file: None, portal };
    let seconds = Arc::new(AtomicI64::new(Timestamp::now().as_second()));
    let told = seconds.clone();
    let clock = Clock::new(move || {
        Timestamp::UNIX_EPOCH + SignedDuration::from_secs(told.load(Ordering::SeqCst))
    });
    let provider = IdentityProvider::new(&DemoWorld::new(), &options, clock).unwrap();
    let (tell, logouts) = mpsc::unbounded_channel();
    let receiver = Router::new().route("/logouts", post(receive_logout)).with_state(tell);
    let app = router(&provider).merge(receiver);
    tokio::spawn(async move { axum::serve(listener, app).await });
    let http = Http::builder().redirect(Policy::none()).build().unwrap();
    Setup { http, issuer, seconds, logouts, provider }
}

async fn receive_logout(AxumState(tell): AxumState<mpsc::UnboundedSender<String>>, body: String) {
    tell.send(body).unwrap();
}

fn request() -> Vec<(&'static str, &'static str)> {
    vec![
        ("client_id", "skadehub-portal"),
        ("redirect_uri", BACK),
        ("response_type", "code"),
        ("scope", "openid profile"),
        ("state", "the state"),
        ("nonce", "the nonce"),
        ("code_challenge", CHALLENGE),
        ("code_challenge_method", "S256"),
    ]
}

fn with(name: &'static str, value: &'static str) -> Vec<(&'static str, &'static str)> {
    let mut request = request();
    request.retain(|(known, _)| *known != name);
    request.push((name, value));
    request
}

fn location(response: &Response) -> Url {
    response.headers()["location"].to_str().unwrap().parse().unwrap()
}

fn query(url: &Url) -> HashMap<String, String> {
    url.query_pairs().into_owned().collect()
}

fn cookie_of(response: &Response) -> String {
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    cookie.split(';').next().unwrap().to_owned()
}

impl Setup {
    fn at(&self, endpoint: &str) -> String {
        format!("{}/protocol/openid-connect/{endpoint}", self.issuer)
    }

    async fn authorize(&self, request: &[(&str, &str)]) -> Response {
        self.http.get(self.at("auth")).query(request).send().await.unwrap()
    }

    async fn sign_in(&self, username: &str, password: &str) -> Response {
        let form = [("username", username), ("password", password)];
        self.http.post(self.at("auth")).query(&request()).form(&form).send().await.unwrap()
    }

    async fn code(&self) -> String {
        let response = self.sign_in("saksbehandler.fjt", "saksbehandler.fjt").await;
        query(&location(&response))["code"].clone()
    }

    async fn redeem(&self, code: &str, redirect_uri: &str, verifier: &str) -> (StatusCode, Value) {
        let form = [
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect_uri),
            ("code_verifier", verifier),
        ];
        let request = self
            .http
            .post(self.at("token"))
            .basic_auth("skadehub-portal", Some("demo-portal-secret"));
        let response = request.form(&form).send().await.unwrap();
        (response.status(), response.json().await.unwrap())
    }

    async fn machine(&self, form: &[(&str, &str)]) -> (StatusCode, Value) {
        let response = self.http.post(self.at("token")).form(form).send().await.unwrap();
        (response.status(), response.json().await.unwrap())
    }

    fn claims(&self, token: &Value) -> Value {
        self.provider.0.keys.read(token.as_str().unwrap()).unwrap()
    }
}
