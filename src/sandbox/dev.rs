//! `skadehub dev`: everything on one machine, with demonstration companies.

mod folder;
pub mod reference;
mod world;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::pin::pin;

use anyhow::{Context, Result};
use axum::Router;
use secrecy::SecretString;
use serde_json::json;
use tokio::net::TcpListener;

use super::authenticator::{self, Authenticator};
use super::demo_world::DemoWorld;
use super::front;
use super::identity_provider::{self, IdentityProvider, Portal};
use super::keycloak::{self, Keycloak};
use super::mail::{self, Mailbox};
use super::postgres::{Options as PostgresOptions, Postgres};
use super::tffauto::{self, TffAuto};
use crate::clock::Clock;
use crate::config::Config;
use crate::{db, serve};

use folder::Folder;

const DATABASE: &str = "skadehub";

/// What `skadehub dev` can be told.
#[derive(Debug, Clone, clap::Args)]
pub struct Options {
    /// Folder that keeps everything between runs [default: .data; .data-keycloak with a Keycloak]
    #[arg(long)]
    pub data: Option<PathBuf>,
    /// Start afresh: delete what the folder keeps
    #[arg(long)]
    pub reset: bool,
    /// Port of the portal and the API
    #[arg(long, default_value_t = 8080)]
    pub port: u16,
    /// Port of the stand-ins for outside systems
    #[arg(long, default_value_t = 8081)]
    pub sandbox_port: u16,
    /// Sign people in by a real Keycloak, which this program starts
    #[arg(long, value_name = "PROGRAM")]
    pub keycloak: Option<PathBuf>,
    /// Port of that Keycloak
    #[arg(long, default_value_t = 8082)]
    pub keycloak_port: u16,
}

impl Options {
    fn portal(&self) -> String {
        format!("http://localhost:{}", self.port)
    }

    fn sandbox(&self) -> String {
        format!("http://localhost:{}", self.sandbox_port)
    }

    /// A person is known by issuer and subject, so each provider has a folder of its own.
    fn data(&self) -> PathBuf {
        let name = if self.keycloak.is_some() { ".data-keycloak" } else { ".data" };
        self.data.clone().unwrap_or_else(|| name.into())
    }

    fn issuer(&self) -> String {
        match self.keycloak {
            Some(_) => format!("http://localhost:{}/realms/skadehub", self.keycloak_port),
            None => format!("{}/realms/skadehub", self.sandbox()),
        }
    }
}

/// Runs until told to stop. Call it outside an async runtime.
pub fn run(options: &Options) -> Result<()> {
    let folder = Folder::open(&options.data(), options.reset)?;
    let keycloak = options.keycloak.as_deref();
    let keycloak = keycloak.map(|program| start_keycloak(program, options, &folder)).transpose()?;
    let postgres = Postgres::start(&PostgresOptions { data: folder.postgres()?, durable: true })?;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(serve_all(options, &folder, &postgres, keycloak.as_ref()))
}

fn start_keycloak(program: &Path, options: &Options, folder: &Folder) -> Result<Keycloak> {
    Keycloak::start(&keycloak::Options {
        program: program.to_owned(),
        data: folder.file("keycloak"),
        port: options.keycloak_port,
        portal: options.portal(),
        portal_secret: portal_secret(&DemoWorld::new())?,
    })
}

async fn serve_all(
    options: &Options,
    folder: &Folder,
    postgres: &Postgres,
    keycloak: Option<&Keycloak>,
) -> Result<()> {
    let mut stop = pin!(serve::told_to_stop()?);
    let portal_ports = bind(options.port, "--port").await?;
    let sandbox_ports = bind(options.sandbox_port, "--sandbox-port").await?;
    let (world, clock) = (DemoWorld::new(), Clock::system());
    let mut config = config(options, folder, postgres, &world)?;
    let (mails, mailbox) = (TcpListener::bind("127.0.0.1:0").await?, Mailbox::default());
    config.smtp_url = Some(format!("smtp://{}", mails.local_addr()?).into());
    tokio::spawn(mail::catch(mails, mailbox.clone()));
    tokio::select! {
        () = &mut stop => return Ok(()),
        loaded = world::load(folder, postgres, &world, &config, &clock) => loaded?,
    }
    if let Some(keycloak) = keycloak {
        tokio::select! {
            () = &mut stop => return Ok(()),
            filled = keycloak.fill(&world) => filled?,
        }
    }
    let portal_db = db::pool(&postgres.url("skadehub_portal", DATABASE).into(), 2)?;
    let authenticator = Authenticator::new(portal_db, &config, clock.clone())?;
    let sandbox =
        sandbox(options, folder, &world, &clock, authenticator)?.merge(mail::router(mailbox));
    let service = serve::assemble(config, clock, None)?;
    let mut servers = Vec::new();
    servers.extend(portal_ports.into_iter().map(|port| (port, service.router.clone())));
    servers.extend(sandbox_ports.into_iter().map(|port| (port, sandbox.clone())));
    greet(options);
    serve::listen(servers, service.hub, stop).await
}

fn sandbox(
    options: &Options,
    folder: &Folder,
    world: &DemoWorld,
    clock: &Clock,
    authenticator: Authenticator,
) -> Result<Router> {
    let realm = identity_provider::Options {
        issuer: options.issuer().parse()?,
        key_file: Some(folder.file("identity-provider.pem")),
        portal: Portal::at(&options.portal()),
    };
    let provider = IdentityProvider::new(world, &realm, clock.clone())?;
    let router = front::router(&options.portal(), &options.issuer())
        .merge(tffauto::router(TffAuto::new(world)))
        .merge(authenticator::router(authenticator));
    Ok(match options.keycloak {
        Some(_) => router,
        None => router.merge(identity_provider::router(&provider)),
    })
}

fn portal_secret(world: &DemoWorld) -> Result<String> {
    let portal = world.api_clients.iter().find(|client| client.client_id == "skadehub-portal");
    Ok(portal.context("the portal has no client")?.client_secret.clone())
}

fn config(
    options: &Options,
    folder: &Folder,
    postgres: &Postgres,
    world: &DemoWorld,
) -> Result<Config> {
    let url = |role| postgres.url(role, DATABASE);
    let seal_keys: SecretString = folder.seal_key()?.into();
    let config = json!({
        "public_url": options.portal(),
        "hub_database_url": url("skadehub_hub"),
        "portal_database_url": url("skadehub_portal"),
        "oidc_issuer": options.issuer(),
        "oidc_client_secret": portal_secret(world)?,
        "tffauto_url": options.sandbox(),
        "tffauto_api_key": tffauto::API_KEY,
        "seal_keys": secrecy::ExposeSecret::expose_secret(&seal_keys),
        "test_environment": true,
        "manage_accounts": true,
        "rate_per_second": 1_000,
    });
    Ok(serde_json::from_value(config)?)
}

/// Listens on the machine itself only, by both of its addresses where it has both: `localhost`
/// means the one to some programs and the other to others.
async fn bind(port: u16, option: &str) -> Result<Vec<TcpListener>> {
    let first = TcpListener::bind(("127.0.0.1", port))
        .await
        .with_context(|| format!("port {port} is taken; choose another with {option}"))?;
    let mut listeners = vec![first];
    listeners.extend(TcpListener::bind(("::1", port)).await);
    Ok(listeners)
}

fn greet(options: &Options) {
    let (portal, sandbox, data) = (options.portal(), options.sandbox(), options.data());
    let (issuer, data) = (options.issuer(), data.display());
    // Whoever started us may have stopped reading; that is no reason to stop.
    let _ = writeln!(
        std::io::stdout(),
        "
Skadehub is running.

  Portal           {portal}
  API              {portal}/api/v1/docs
  Outside systems  {sandbox}
  Sign-in          {issuer}

Sign in as saksbehandler.fjt or saksbehandler.nls; the password is the username.
One-time codes of those who have enrolled: {sandbox}/authenticator
Data is kept in {data}. Stop with ctrl-C; start afresh with --reset.
"
    );
}
