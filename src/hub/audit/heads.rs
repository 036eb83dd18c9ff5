//! Signed heads: where every chain stood at one moment, in a file that leaves the machine.
//!
//! JSON lines: the first says when, the last is an Ed25519 signature of the SHA-256 of all
//! before it, and each between is the head of one chain. A chain rewritten afterwards, head
//! and all, still differs from what was signed.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, anyhow, ensure};
use aws_lc_rs::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};
use data_encoding::{BASE64, HEXLOWER};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use uuid::Uuid;

use super::{Broken, Chain, Fault, PAGE, companies};
use crate::company_log;
use crate::db;
use crate::formats::{CompanyCode, dates};
use crate::hub::store::{chain, log_chain};

/// Signs heads, and says where the files go.
#[derive(Clone)]
pub struct Signer {
    key: Arc<Ed25519KeyPair>,
    folder: PathBuf,
}

/// One line between the first and the last.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    /// Whose log; or who opened the incident.
    company: CompanyCode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    incident: Option<Uuid>,
    seq: i64,
    hash: String,
}

#[derive(Serialize, Deserialize)]
struct First {
    at: Timestamp,
}

#[derive(Serialize, Deserialize)]
struct Last {
    signature: String,
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("folder", &self.folder).finish_non_exhaustive()
    }
}

impl Signer {
    /// Signs with the Ed25519 seed `key` (32 bytes, base64) and writes into `folder`.
    pub fn new(key: &str, folder: PathBuf) -> anyhow::Result<Self> {
        let seed = BASE64.decode(key.trim().as_bytes()).context("the audit key is not base64")?;
        let key = Ed25519KeyPair::from_seed_unchecked(&seed)
            .map_err(|_| anyhow!("the audit key is not 32 bytes"))?;
        Ok(Self { key: Arc::new(key), folder })
    }

    /// What others check signatures with, hexadecimal.
    pub fn public_key(&self) -> String {
        HEXLOWER.encode(self.key.public_key().as_ref())
    }

    /// Writes the heads of the day before `now`, unless that has been done; the file's name.
    pub async fn daily(&self, db: &PgPool, now: Timestamp) -> anyhow::Result<Option<PathBuf>> {
        let day = dates::oslo_date(now);
        let file = self.folder.join(format!("heads-{day}.jsonl"));
        if file.exists() {
            return Ok(None);
        }
        self.write(db, now, &file).await?;
        Ok(Some(file))
    }

    /// Writes the heads as they are into `file`, whole or not at all.
    pub async fn write(&self, db: &PgPool, now: Timestamp, file: &Path) -> anyhow::Result<()> {
        let beside = file.with_extension(format!("{}.part", Uuid::new_v4()));
        let mut out = Signed { hash: Sha256::new(), out: BufWriter::new(File::create(&beside)?) };
        out.line(&First { at: now })?;
        let mut owners = companies(db).await?;
        owners.push(company_log::operator());
        for company in &owners {
            heads_of(db, company, &mut out).await?;
        }
        let signature = self.key.sign(&out.hash.clone().finalize());
        out.line(&Last { signature: HEXLOWER.encode(signature.as_ref()) })?;
        out.out.into_inner().map_err(std::io::IntoInnerError::into_error)?.sync_all()?;
        fs::rename(&beside, file).with_context(|| format!("can't write {}", file.display()))
    }
}

struct Signed {
    hash: Sha256,
    out: BufWriter<File>,
}

impl Signed {
    fn line(&mut self, line: &impl Serialize) -> anyhow::Result<()> {
        let mut text = serde_json::to_vec(line)?;
        text.push(b'\n');
        self.hash.update(&text);
        Ok(self.out.write_all(&text)?)
    }
}

async fn heads_of(db: &PgPool, company: &CompanyCode, out: &mut Signed) -> anyhow::Result<()> {
    let mut tx = db::begin_read(db, company).await?;
    let head = log_chain::head(&mut tx, company).await?;
    let hash = HEXLOWER.encode(&head.hash);
    out.line(&Line { company: company.clone(), incident: None, seq: head.seq, hash })?;
    let mut after = Uuid::nil();
    loop {
        let heads = chain::heads(&mut tx, company, None, after, PAGE).await?;
        let Some((last, _)) = heads.last() else { break };
        after = *last;
        for (incident, head) in heads {
            let hash = HEXLOWER.encode(&head.hash);
            let (company, incident) = (company.clone(), Some(incident));
            out.line(&Line { company, incident, seq: head.seq, hash })?;
        }
    }
    tx.rollback().await?;
    Ok(())
}

/// What a file of signed heads says of the chains as they are now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Against {
    /// When it was signed.
    pub at: Timestamp,
    /// Heads compared.
    pub heads: u64,
    /// Chains that no longer hold what was signed.
    pub broken: Vec<Broken>,
}

/// Compares the chains with `file`, whose signature must be `public_key`'s (hexadecimal).
pub async fn verify_against(db: &PgPool, file: &Path, public_key: &str) -> anyhow::Result<Against> {
    let (at, lines) = read(file, public_key)?;
    let mut against = Against { at, heads: lines.len() as u64, broken: Vec::new() };
    let mut by_company: BTreeMap<CompanyCode, Vec<Line>> = BTreeMap::new();
    for line in lines.into_iter().filter(|line| line.seq > 0) {
        by_company.entry(line.company.clone()).or_default().push(line);
    }
    for (company, lines) in by_company {
        let mut tx = db::begin_read(db, &company).await?;
        for line in lines {
            let stored = match line.incident {
                Some(incident) => chain::hash_at(&mut tx, incident, line.seq).await?,
                None => log_chain::hash_at(&mut tx, &company, line.seq).await?,
            };
            let chain = line.incident.map_or_else(|| Chain::Log(company.clone()), Chain::Incident);
            let fault = match stored.map(|hash| HEXLOWER.encode(&hash)) {
                None => Fault::Missing,
                Some(hash) if hash != line.hash => Fault::Signed,
                Some(_) => continue,
            };
            against.broken.push(Broken { chain, seq: line.seq, fault });
        }
        tx.rollback().await?;
    }
    Ok(against)
}

fn read(file: &Path, public_key: &str) -> anyhow::Result<(Timestamp, Vec<Line>)> {
    let open = File::open(file).with_context(|| format!("can't read {}", file.display()))?;
    let mut lines: Vec<String> = BufReader::new(open).lines().collect::<Result<_, _>>()?;
    let last = lines.pop().context("the file is empty")?;
    let last: Last = serde_json::from_str(&last).context("the last line is no signature")?;
    let mut hash = Sha256::new();
    for line in &lines {
        hash.update(line);
        hash.update(b"\n");
    }
    let key =
        HEXLOWER.decode(public_key.trim().as_bytes()).context("the key is not hexadecimal")?;
    let signature = HEXLOWER.decode(last.signature.as_bytes())?;
    let signed = UnparsedPublicKey::new(&ED25519, key).verify(&hash.finalize(), &signature);
    ensure!(signed.is_ok(), "{} is not signed with this key, or was changed", file.display());
    let mut lines = lines.iter();
    let first: First = serde_json::from_str(lines.next().context("the file has no first line")?)?;
    let heads = lines.map(|line| serde_json::from_str(line)).collect::<Result<_, _>>()?;
    Ok((first.at, heads))
}
