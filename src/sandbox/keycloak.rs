//! A real Keycloak in the place of the stand-in: started by `bin/keycloak`, and given the
//! people and core systems of the demonstration through its Admin API.

mod admin;

use std::fs::{self, File};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use backon::{ConstantBuilder, Retryable};
use rustix::process::{Pid, Signal, kill_process};

use super::demo_world::DemoWorld;
use super::identity_provider::realm;
use admin::Admin;

/// The first start fetches 170 MB and makes a database.
const READY_WITHIN: Duration = Duration::from_mins(10);
const ASK_EVERY: Duration = Duration::from_millis(250);

/// How it is started.
pub struct Options {
    /// The program that starts it: `bin/keycloak`.
    pub program: PathBuf,
    /// The folder that keeps its data.
    pub data: PathBuf,
    /// Where it listens.
    pub port: u16,
    /// The portal's address, without a slash at the end.
    pub portal: String,
    /// The secret the portal's client gets at the first start.
    pub portal_secret: String,
}

/// A running Keycloak. Dropping it stops it and waits until it has stopped.
pub struct Keycloak {
    /// Behind a lock only so that the handle can be shared.
    process: Mutex<Child>,
    address: String,
    data: PathBuf,
}

impl Keycloak {
    /// Starts it, without waiting.
    ///
    /// Call it from a thread that lives as long as the process: when it ends, the kernel
    /// ends Keycloak.
    pub fn start(options: &Options) -> Result<Self> {
        fs::create_dir_all(&options.data)
            .with_context(|| format!("can't make {}", options.data.display()))?;
        let log = File::create(options.data.join("keycloak.log"))?;
        let process = Command::new("setpriv")
            .args(["--pdeathsig", "TERM"])
            .arg(&options.program)
            .args(["--port", &options.port.to_string(), "--portal", &options.portal, "--data"])
            .arg(&options.data)
            .env("OIDC_CLIENT_SECRET", &options.portal_secret)
            .stdin(Stdio::null())
            .stdout(log)
            // A group of its own, so that ctrl-C in the terminal reaches us alone and we stop in order.
            .process_group(0)
            .spawn()
            .with_context(|| format!("can't run {}", options.program.display()))?;
        let address = format!("http://localhost:{}", options.port);
        Ok(Self { process: Mutex::new(process), address, data: options.data.clone() })
    }

    /// Waits until it answers, and adds the people and core systems that it lacks.
    pub async fn fill(&self, world: &DemoWorld) -> Result<()> {
        self.wait_until_ready().await?;
        let password = fs::read_to_string(self.data.join("admin-password"))?;
        let admin = Admin::sign_in(&self.address, password.trim()).await?;
        for person in realm::people(world) {
            admin.add_person(&person).await?;
        }
        for client in world.api_clients.iter().filter(|client| client.company.is_some()) {
            admin.add_client(client).await?;
        }
        Ok(())
    }

    async fn wait_until_ready(&self) -> Result<()> {
        let realm = format!("{}/realms/skadehub", self.address);
        let ask = async || reqwest::get(&realm).await?.error_for_status();
        let times = READY_WITHIN.as_millis() / ASK_EVERY.as_millis();
        let pace = ConstantBuilder::new()
            .with_delay(ASK_EVERY)
            .with_max_times(usize::try_from(times).unwrap_or(usize::MAX));
        let ready = ask.retry(pace).when(|_| !self.has_ended()).await;
        let log = self.data.join("keycloak.log");
        ensure!(!self.has_ended(), "Keycloak ended at once; see {}", log.display());
        ready.with_context(|| format!("Keycloak does not answer; see {}", log.display()))?;
        Ok(())
    }

    fn has_ended(&self) -> bool {
        let mut process = self.process.lock().unwrap_or_else(PoisonError::into_inner);
        !matches!(process.try_wait(), Ok(None))
    }
}

impl Drop for Keycloak {
    fn drop(&mut self) {
        let process = self.process.get_mut().unwrap_or_else(PoisonError::into_inner);
        if let Ok(None) = process.try_wait() {
            let _ = kill_process(Pid::from_child(process), Signal::TERM);
            let _ = process.wait();
        }
    }
}
