//! Finds the installed PostgreSQL, and the account that it may run under.

use std::fs;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

const NOT_INSTALLED: &str =
    "PostgreSQL is not installed; on Debian and Ubuntu: apt-get install postgresql";

/// The programs of one PostgreSQL version.
#[derive(Debug)]
pub(super) struct Install {
    bin: PathBuf,
    major: u32,
}

impl Install {
    /// The newest of Debian's versions, else what is on the `PATH`.
    pub(super) fn find() -> Result<Self> {
        let debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        let newest = debian
            .filter_map(|entry| {
                Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin")))
            })
            .filter(|(_, bin)| bin.join("initdb").exists() && bin.join("postgres").exists())
            .max();
        if let Some((major, bin)) = newest {
            return Ok(Self { bin, major });
        }
        let path = std::env::var_os("PATH").unwrap_or_default();
        let bin = std::env::split_paths(&path)
            .find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
            .context(NOT_INSTALLED)?;
        let major = version_of(&bin.join("postgres"))?;
        Ok(Self { bin, major })
    }

    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.bin.join(name)
    }

    /// Refuses a cluster of another major version, which this one can't open.
    pub(super) fn check_version(&self, cluster: &Path) -> Result<()> {
        let made_by = fs::read_to_string(cluster.join("PG_VERSION"))?;
        ensure!(
            made_by.trim() == self.major.to_string(),
            "the data in {} was made by PostgreSQL {}, but {} is installed; start afresh with `bin/dev --reset`",
            cluster.display(),
            made_by.trim(),
            self.major
        );
        Ok(())
    }
}

fn version_of(postgres: &Path) -> Result<u32> {
    let said = Command::new(postgres).arg("--version").output().context(NOT_INSTALLED)?;
    let said = String::from_utf8_lossy(&said.stdout);
    said.split(|c: char| !c.is_ascii_digit())
        .find_map(|number| number.parse().ok())
        .with_context(|| format!("can't tell the version of {}", postgres.display()))
}

/// Whom the server runs as: ourselves, or an ordinary account when we are root, since
/// PostgreSQL refuses to run as root.
#[derive(Debug)]
pub(super) enum Account {
    Ourselves,
    Other { name: String, uid: u32, gid: u32 },
}

impl Account {
    pub(super) fn to_run_as() -> Result<Self> {
        if !rustix::process::getuid().is_root() {
            return Ok(Self::Ourselves);
        }
        let accounts = fs::read_to_string("/etc/passwd").context("can't read /etc/passwd")?;
        let found = ["postgres", "nobody"].iter().find_map(|name| account_in(&accounts, name));
        found.context(
            "PostgreSQL doesn't run as root, and there is no account `postgres` or `nobody`",
        )
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Self::Ourselves => "yourself",
            Self::Other { name, .. } => name,
        }
    }

    /// `program` under this account, told by the kernel with `signal` when its parent dies.
    pub(super) fn command(&self, program: &Path, signal: Option<&str>) -> Command {
        let mut command = Command::new("setpriv");
        if let Some(signal) = signal {
            command.args(["--pdeathsig", signal]);
        }
        if let Self::Other { uid, gid, .. } = self {
            command.args([
                "--reuid",
                &uid.to_string(),
                "--regid",
                &gid.to_string(),
                "--clear-groups",
            ]);
        }
        command.arg("--").arg(program);
        command
    }

    /// Hands a folder to the account and closes it to everyone else.
    pub(super) fn own(&self, folder: &Path) -> Result<()> {
        if let Self::Other { uid, gid, .. } = self {
            chown(folder, Some(*uid), Some(*gid))?;
        }
        fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
            .with_context(|| format!("{} belongs to someone else", folder.display()))
    }

    /// The first folder above `path` that the account may not pass, if any.
    pub(super) fn blocked_by(&self, path: &Path) -> Result<Option<PathBuf>> {
        let Self::Other { uid, gid, .. } = self else { return Ok(None) };
        for folder in path.ancestors().skip(1).filter(|folder| folder.exists()) {
            let about = folder.metadata()?;
            let bit = match (about.uid() == *uid, about.gid() == *gid) {
                (true, _) => 0o100,
                (false, true) => 0o010,
                (false, false) => 0o001,
            };
            if about.mode() & bit == 0 {
                return Ok(Some(folder.to_path_buf()));
            }
        }
        Ok(None)
    }
}

fn account_in(accounts: &str, name: &str) -> Option<Account> {
    accounts.lines().find_map(|line| {
        let mut fields = line.split(':');
        (fields.next()? == name).then_some(())?;
        let uid = fields.nth(1)?.parse().ok()?;
        let gid = fields.next()?.parse().ok()?;
        Some(Account::Other { name: name.into(), uid, gid })
    })
}
