//! Somebody of Fjordtrygd who has signed in the real way, a core system with a token, and what they ask for.

use anyhow::{Context, Result, ensure};
use axum::body::{Body, to_bytes};
use axum::http;
use jiff::ToSpan;
use secrecy::ExposeSecret;
use serde_json::json;
use skadehub::auth::machine::{Client, TokenSource};
use skadehub::auth::session::COOKIE;
use skadehub::clock::Clock;
use skadehub::config::Config;
use skadehub::db;
use skadehub::formats::dates;
use skadehub::sandbox::authenticator::{self, Authenticator};
use skadehub::sandbox::postgres::Postgres;
use skadehub::sealed::Seal;
use tower::ServiceExt;
use uuid::Uuid;

use crate::browser::{Browser, Page};
use crate::house;
use crate::load::Request;

pub(crate) const HANDLER: &str = "saksbehandler.fjt";
pub(crate) const AUDITOR: &str = "revisor.fjt";
/// Each run's references must be new.
const REFERENCE: &str = "MAAL-0000000";

/// What is asked for, by name.
pub(crate) struct Addresses {
    pub(crate) reads: Vec<(&'static str, String)>,
    /// The case among them.
    pub(crate) case: Uuid,
}

pub(crate) struct Visitor {
    browser: Browser,
    base: String,
    cookie: String,
}

impl Visitor {
    /// Signs in: identity provider, one-time code. Nobody has ever done so before a run.
    pub(crate) async fn sign_in(
        server: &Postgres,
        base: &str,
        user: &str,
        config: &Config,
    ) -> Result<Self> {
        let afresh = "delete from portal.recovery_code; delete from portal.session;
            update portal.member set issuer = null, subject = null, totp_secret = null,
                totp_confirmed_at = null, totp_last_step = 0";
        house::command(server, afresh).await?;
        let url = config.portal_database_url.as_ref().context("the portal has a database")?;
        let authenticator = Authenticator::new(db::pool(url, 1)?, config, Clock::system())?;
        let mut browser = Browser::new(base);
        let page = browser.get("/logg-inn?retur=/hjelp").await;
        browser.post(page.url.as_str(), &[("demo", user)]).await;
        let code = code(authenticator, user).await?;
        browser.post("/logg-inn/oppsett", &[("kode", &code)]).await;
        let signed_in = browser.get("/").await;
        ensure!(
            signed_in.path() == "/" && signed_in.status == 200,
            "signing in ended at {}",
            signed_in.url
        );
        let cookie = browser.cookie(COOKIE).context("signed in without a cookie")?;
        Ok(Self { browser, base: base.to_owned(), cookie: format!("{COOKIE}={cookie}") })
    }

    /// A request of the signed-in.
    pub(crate) fn request(&self, path: &str) -> Request {
        Request {
            base: self.base.clone(),
            headers: vec![("cookie".into(), self.cookie.clone())],
            path: path.to_owned(),
            script: None,
        }
    }

    /// The address of the page so many pages on, or of the last.
    pub(crate) async fn page_on(&mut self, first: &str, pages: usize) -> String {
        let mut address = first.to_owned();
        for _ in 0..pages {
            let page = self.browser.get(&address).await;
            let Some(next) = page.attributes("a[rel=next]", "href").pop() else { break };
            address = next;
        }
        address
    }

    /// Composes a draft, copies it `count` times, and gives the request that sends the next one.
    pub(crate) async fn drafts(
        &mut self,
        server: &Postgres,
        seal: &Seal,
        count: u32,
    ) -> Result<Request> {
        let page = self.compose().await?;
        let draft: Uuid = page.path().split('/').nth(2).context("a draft")?.parse()?;
        let mut db = house::superuser(server, house::DATABASE).await?;
        let (body, lookups, version): (Vec<u8>, Option<Vec<u8>>, i64) =
            sqlx::query_as("select body, lookups, version from portal.draft where draft = $1")
                .bind(draft)
                .fetch_one(&mut db)
                .await?;
        let owner = |id: Uuid| format!("portal.draft:{id}");
        let open = |sealed: &[u8]| seal.open(&owner(draft), sealed).context("the draft opens");
        let plain = String::from_utf8(open(&body)?.to_vec())?;
        ensure!(plain.contains(REFERENCE), "the draft holds its reference");
        let known = lookups.as_deref().map(open).transpose()?;
        let run = Uuid::now_v7().as_u128() & 0xffff_ffff;
        let (mut ids, mut bodies, mut looked_up) = (Vec::new(), Vec::new(), Vec::new());
        for n in 0..count {
            let id = Uuid::now_v7();
            let body = plain.replace(REFERENCE, &format!("MAAL-{run:x}-{n}"));
            ids.push(id);
            bodies.push(seal.seal(&owner(id), body.as_bytes()));
            looked_up.push(known.as_ref().map(|known| seal.seal(&owner(id), known)));
        }
        sqlx::query(
            "insert into portal.draft (draft, company, owner, reference, own_plate, other_plate, loss_date,
                 body, lookups, version, edit, edit_base, created_at, updated_at, updated_by)
             select n.id, company, owner, reference, own_plate, other_plate, loss_date, n.body, n.known,
                 version, edit, edit_base, created_at, updated_at, updated_by
             from portal.draft, unnest($2::uuid[], $3::bytea[], $4::bytea[]) n(id, body, known)
             where draft = $1",
        )
        .bind(draft)
        .bind(&ids)
        .bind(&bodies)
        .bind(&looked_up)
        .execute(&mut db)
        .await?;
        let mut request = self.request("/");
        let ids: Vec<_> = ids.iter().map(|id| format!("\"{id}\"")).collect();
        request.script = Some(format!(
            "local ids = {{{}}}\nlocal n = 0\nwrk.method = \"POST\"\n\
             wrk.headers[\"content-type\"] = \"application/x-www-form-urlencoded\"\n\
             wrk.headers[\"sec-fetch-site\"] = \"same-origin\"\n\
             request = function()\n  n = n + 1\n  if n >= #ids then wrk.thread:stop() end\n  \
             return wrk.format(nil, \"/utkast/\" .. ids[math.min(n, #ids)] .. \"/send\", nil, \"sett={version}\")\nend\n",
            ids.join(",")
        ));
        Ok(request)
    }

    async fn compose(&mut self) -> Result<Page> {
        let day = dates::oslo_date(Clock::system().now()).saturating_sub(3.days());
        let day = dates::date(day);
        let page = self.browser.get("/hendelser/ny").await;
        let typed = [
            ("skadenummer", REFERENCE),
            ("skadedato", &*day),
            ("klokkeslett", "1430"),
            ("egen-regnr", "EK12345"),
            ("motpart-regnr", "EL54321"),
        ];
        let page = self.submit(&page, &typed).await?;
        let typed = [
            ("sted", "Krysset Strandveien og Møllebakken"),
            (
                "beskrivelse",
                "Motparten svingte foran oss og traff høyre forskjerm. Begge signerte.",
            ),
            ("dekning", "kasko"),
        ];
        let page = self.submit(&page, &typed).await?;
        let page = self.submit(&page, &[("kode", "405"), ("a", "motpart")]).await?;
        ensure!(page.path().ends_with("/se-over"), "the draft is not whole: {}", page.url);
        Ok(page)
    }

    async fn submit(&mut self, page: &Page, typed: &[(&str, &str)]) -> Result<Page> {
        let action = page.attributes("main form", "action").into_iter().next();
        let action = action.with_context(|| format!("no form at {}", page.url))?;
        let mut fields = page.form(&action);
        fields.retain(|(name, _)| typed.iter().all(|(given, _)| given != name));
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .chain(typed.iter().copied())
            .collect();
        Ok(self.browser.post(&action, &fields).await)
    }
}

async fn code(authenticator: Authenticator, user: &str) -> Result<String> {
    let request = http::Request::get(format!("/authenticator/{user}")).body(Body::empty())?;
    let answer = authenticator::router(authenticator).oneshot(request).await?;
    Ok(String::from_utf8(to_bytes(answer.into_body(), 1024).await?.to_vec())?)
}

/// What is read: a case with a long history, and what the searches find it by.
pub(crate) async fn addresses(server: &Postgres) -> Result<Addresses> {
    let mut db = house::superuser(server, house::DATABASE).await?;
    let (case, reference, plate, kid): (Uuid, String, String, String) = sqlx::query_as(
        "select p.incident_id, p.reference, p.registration_number, c.kid
         from hub.incident_party p
         join hub.incident i using (incident_id)
         join hub.claim c using (incident_id)
         where p.company = 'FJT' and p.status = 'accepted' and i.event_seq between 12 and 14
         order by p.opened_at desc, p.incident_id limit 1",
    )
    .fetch_one(&mut db)
    .await?;
    let reads = vec![
        ("dashboard", "/".to_owned()),
        ("list of 50", "/hendelser".to_owned()),
        ("case", format!("/hendelser/{case}")),
        ("search: reference", format!("/sok?referanse={reference}")),
        ("search: plate", format!("/sok?regnr={plate}")),
        ("search: KID", format!("/sok?kid={kid}")),
        ("search: word", "/sok?tekst=fotgjengere".to_owned()),
        ("search: infix", format!("/sok?tekst={}", &reference[6..])),
    ];
    Ok(Addresses { reads, case })
}

/// A core system's request: create, each time another.
pub(crate) async fn api_create(base: &str, issuer: &str) -> Result<Request> {
    let mut request = api(base, issuer, "/api/v1/incidents").await?;
    let day = dates::oslo_date(Clock::system().now()).saturating_sub(3.days());
    let body = json!({
        "reference": "@", "lossDate": day, "lossTime": "14:30",
        "place": "Krysset Strandveien og Møllebakken",
        "description": "Motparten svingte foran oss og traff høyre forskjerm. Begge signerte.",
        "personalInjury": false,
        "own": {"vehicle": {"registrationNumber": "EK12345"}, "coverage": "kasko", "vatLiable": false,
                "businessInterruption": false},
        "other": {"vehicle": {"registrationNumber": "EL54321"}},
        "proposal": {"code": "405", "ownRole": "b"},
    })
    .to_string();
    let run = Uuid::now_v7().as_u128() & 0xffff_ffff;
    request.script = Some(format!(
        "local body = {body:?}\nlocal n = 0\nwrk.method = \"POST\"\n\
         wrk.headers[\"content-type\"] = \"application/json\"\n\
         request = function()\n  n = n + 1\n  local key = \"MAAL-{run:x}-\" .. n\n  \
         wrk.headers[\"idempotency-key\"] = key\n  \
         return wrk.format(nil, nil, nil, (body:gsub(\"@\", key)))\nend\n"
    ));
    Ok(request)
}

/// A core system's request for `path`.
pub(crate) async fn api(base: &str, issuer: &str, path: &str) -> Result<Request> {
    let client = Client { id: "fagsystem-fjt".into(), secret: "demo-fjt-secret".to_owned().into() };
    let source = TokenSource::new(issuer, client, "", reqwest::Client::new(), Clock::system());
    let token = source.token().await?.expose_secret().to_owned();
    Ok(Request {
        base: base.to_owned(),
        headers: vec![("authorization".into(), format!("Bearer {token}"))],
        script: None,
        path: path.to_owned(),
    })
}
