//! The folder that keeps everything between runs of `dev`.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::sandbox::postgres;

/// What the folder keeps.
const OURS: [&str; 5] =
    ["demonstration-loaded", "identity-provider.pem", "keycloak", "seal-key", "postgres"];

pub(super) struct Folder(PathBuf);

impl Folder {
    /// Opens the folder, emptied first when `reset`.
    pub(super) fn open(path: &Path, reset: bool) -> Result<Self> {
        if reset {
            postgres::remove(&postgres::place(path)?)?;
            // Only what is ours: the folder may be a wrong guess.
            for ours in OURS {
                remove(&path.join(ours))?;
            }
        }
        fs::create_dir_all(path).with_context(|| format!("can't make {}", path.display()))?;
        Ok(Self(std::path::absolute(path)?))
    }

    /// Where PostgreSQL lives.
    pub(super) fn postgres(&self) -> Result<PathBuf> {
        postgres::place(&self.0)
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The key for encryption at rest, made at the first start.
    pub(super) fn seal_key(&self) -> Result<String> {
        let file = self.file("seal-key");
        if file.exists() {
            return fs::read_to_string(&file)
                .with_context(|| format!("can't read {}", file.display()));
        }
        let key = format!("dev:{}", STANDARD.encode(rand::random::<[u8; 32]>()));
        let mut options = fs::OpenOptions::new();
        let made = options.write(true).create_new(true).mode(0o600).open(&file);
        made.and_then(|mut made| made.write_all(key.as_bytes()))
            .with_context(|| format!("can't write {}", file.display()))?;
        Ok(key)
    }
}

fn remove(path: &Path) -> Result<()> {
    let removed = if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) };
    match removed {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("can't remove {}", path.display()))
        }
        _ => Ok(()),
    }
}
