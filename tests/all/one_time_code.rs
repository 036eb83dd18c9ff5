//! One code tried a thousand times, many at once, at two processes.

use std::collections::BTreeMap;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use backon::{ConstantBuilder, Retryable};
use jiff::Timestamp;
use reqwest::redirect::Policy;
use skadehub::auth::role::{As, Handler};
use skadehub::auth::session::COOKIE;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

use crate::support::portal::{Portal, SEAL_KEYS};

const HANDLER: &str = "saksbehandler.fjt";
const SESSIONS: usize = 20;
const TRIES: usize = 1_000;
/// How many of them are under way at a time. Far more would wait in vain for a connection to the
/// database, and be turned away before anyone looks at their code.
const AT_ONCE: usize = 50;

/// A portal of its own, at the database of another; ended with the test.
struct Process {
    address: String,
    child: Child,
}

impl Process {
    async fn start(portal: &Portal) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_skadehub"))
            .args(["serve", "--only", "portal"])
            .env("SKADEHUB_LISTEN", free.to_string())
            .env("SKADEHUB_PUBLIC_URL", &portal.base)
            .env("SKADEHUB_HUB_URL", format!("{}/api/v1", portal.base))
            .env("SKADEHUB_PORTAL_DATABASE_URL", portal.database.url("skadehub_portal"))
            .env("SKADEHUB_OIDC_ISSUER", portal.stand_ins.issuer())
            .env("SKADEHUB_OIDC_CLIENT_SECRET", "demo-portal-secret")
            .env("SKADEHUB_SEAL_KEYS", SEAL_KEYS)
            .env("SKADEHUB_POOL_SIZE", (AT_ONCE / 2).to_string())
            .env("RUST_LOG", "error")
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let process = Self { address: format!("http://{free}"), child };
        let up =
            async || reqwest::get(format!("{}/readyz", process.address)).await?.error_for_status();
        let pace = ConstantBuilder::new().with_delay(Duration::from_millis(50)).with_max_times(600);
        up.retry(pace).await.unwrap();
        process
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[tokio::test]
async fn a_thousand_tries_of_one_code_at_two_processes_succeed_once() {
    let desk = Router::new().route("/pult", get(async |As(_): As<Handler>| "på plass"));
    let portal = Portal::start(desk).await;
    portal.sign_in(&mut portal.browser(), HANDLER, "/pult").await;
    let cookies = halfway(&portal).await;
    let processes = [Process::start(&portal).await, Process::start(&portal).await];
    // The processes go by the real time, and the code of this step may have been used above.
    portal.advance(Timestamp::now().duration_since(portal.now()));
    let forget = "update portal.member set totp_last_step = 0";
    sqlx::query(forget).execute(&portal.app.portal_db).await.unwrap();
    let code = portal.code(HANDLER).await;

    let room = Arc::new(Semaphore::new(AT_ONCE));
    let http = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
    let tries: Vec<_> = (0..TRIES)
        .map(|n| {
            let request = http
                .post(format!("{}/logg-inn/kode", processes[n % 2].address))
                .header("cookie", format!("{COOKIE}={}", cookies[n % SESSIONS]))
                .header("sec-fetch-site", "same-origin")
                .form(&[("kode", &code)]);
            let room = Arc::clone(&room);
            tokio::spawn(async move {
                let _permit = room.acquire().await.unwrap();
                request.send().await.unwrap()
            })
        })
        .collect();
    let mut answers = BTreeMap::new();
    for tried in tries {
        let answer = tried.await.unwrap();
        let to = answer.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        *answers.entry((answer.status().as_u16(), to)).or_insert(0) += 1;
    }
    let accepted = answers.get(&(303, Some("/pult".to_owned())));
    assert_eq!(accepted, Some(&1), "{answers:?}");
}

/// Browsers that have passed the first factor.
async fn halfway(portal: &Portal) -> Vec<String> {
    let mut cookies = Vec::new();
    for _ in 0..SESSIONS {
        let mut browser = portal.browser();
        portal.vouch(&mut browser, HANDLER, "/pult").await;
        cookies.push(browser.cookie(COOKIE).unwrap());
    }
    cookies
}
