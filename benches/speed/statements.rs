//! The statements a request really runs, read from the server's log, and `pgbench` with the same.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use skadehub::sandbox::postgres::Postgres;
use uuid::Uuid;

use crate::house::{self, DATABASE};
use crate::load::{Figures, Request};

/// A statement with its parameters, as the log writes them: quoted.
#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub(crate) sql: String,
    parameters: BTreeMap<usize, String>,
}

/// What one read runs in the hub's schema, transactions included.
pub(crate) async fn of(server: &Postgres, log: &Path, request: &Request) -> Result<Vec<Statement>> {
    // Once before, so that what is remembered for a minute is not read now.
    send(request).await?;
    during(server, log, send(request)).await
}

/// What the hub runs while `work` is done.
pub(crate) async fn during(
    server: &Postgres,
    log: &Path,
    work: impl Future<Output = Result<()>>,
) -> Result<Vec<Statement>> {
    house::command(
        server,
        "alter system set log_min_duration_statement = 0; select pg_reload_conf()",
    )
    .await?;
    // The server's processes hear of it when they next have something to do.
    tokio::time::sleep(Duration::from_millis(300)).await;
    let before = std::fs::metadata(log)?.len();
    work.await?;
    house::command(
        server,
        "alter system reset log_min_duration_statement; select pg_reload_conf()",
    )
    .await?;
    let text = std::fs::read(log)?;
    let text = String::from_utf8_lossy(&text[usize::try_from(before)?..]).into_owned();
    Ok(hubs(read(&text)))
}

/// The first whole transaction in which a statement begins like this.
pub(crate) fn first_with(statements: &[Statement], begin: &str) -> Vec<Statement> {
    let ends = |it: &Statement| it.sql.eq_ignore_ascii_case("commit");
    let found = statements
        .split_inclusive(ends)
        .find(|whole| whole.iter().any(|it| it.sql.trim_start().starts_with(begin)));
    found.map(<[Statement]>::to_vec).unwrap_or_default()
}

async fn send(request: &Request) -> Result<()> {
    let http = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
    let mut get = http.get(format!("{}{}", request.base, request.path));
    for (name, value) in &request.headers {
        get = get.header(name, value);
    }
    let status = get.send().await?.status();
    ensure!(status.is_success(), "{} answered {status}", request.path);
    Ok(())
}

/// Every statement in the order of the log, by server process.
fn read(log: &str) -> BTreeMap<String, Vec<Statement>> {
    let mut found: BTreeMap<String, Vec<Statement>> = BTreeMap::new();
    let mut entries: Vec<String> = Vec::new();
    for line in log.lines() {
        match (line.strip_prefix('\t'), entries.last_mut()) {
            (Some(more), Some(entry)) => {
                entry.push('\n');
                entry.push_str(more);
            }
            _ => entries.push(line.to_owned()),
        }
    }
    // Parameters are told at binding as well as at running; only the latter follow their statement.
    let mut running: BTreeMap<String, bool> = BTreeMap::new();
    for entry in entries {
        let Some((prefix, rest)) = entry.split_once("] ") else { continue };
        let process = prefix.rsplit('[').next().unwrap_or_default().to_owned();
        let statements = found.entry(process.clone()).or_default();
        if let Some(text) = rest.strip_prefix("DETAIL:  parameters: ") {
            if let (Some(true), Some(last)) = (running.get(&process), statements.last_mut()) {
                last.parameters = parameters(text);
            }
            continue;
        }
        let prepared = rest.split_once("ms  execute ").and_then(|(_, it)| it.split_once(": "));
        let sql = prepared.or(rest.split_once("ms  statement: ")).map(|(_, sql)| sql.to_owned());
        running.insert(process, sql.is_some());
        statements.extend(sql.map(|sql| Statement { sql, parameters: BTreeMap::new() }));
    }
    found
}

/// `$1 = 'FJT', $2 = NULL`: by number.
fn parameters(text: &str) -> BTreeMap<usize, String> {
    let mut found = BTreeMap::new();
    let mut rest = text;
    while let Some((number, after)) = rest.strip_prefix('$').and_then(|it| it.split_once(" = ")) {
        let mut quoted = false;
        let end = after.char_indices().find(|(_, c)| {
            quoted ^= *c == '\'';
            *c == ',' && !quoted
        });
        let end = end.map_or(after.len(), |(end, _)| end);
        if let Ok(number) = number.parse() {
            found.insert(number, after[..end].to_owned());
        }
        rest = after.get(end + 2..).unwrap_or_default();
    }
    found
}

/// The hub's transactions, without those of its jobs.
fn hubs(processes: BTreeMap<String, Vec<Statement>>) -> Vec<Statement> {
    let mut kept = Vec::new();
    for statements in processes.into_values() {
        let mut transaction: Vec<Statement> = Vec::new();
        for statement in statements {
            let begins = statement.sql.to_lowercase().starts_with("begin");
            let ends = ["commit", "rollback"].contains(&statement.sql.to_lowercase().as_str());
            if begins || !transaction.is_empty() {
                transaction.push(statement);
            }
            if ends {
                let whole = std::mem::take(&mut transaction);
                let names = |text: &str| whole.iter().any(|it| it.sql.contains(text));
                if names("hub.") && !names("7310") && !names("delete from hub.idempotency") {
                    kept.extend(whole);
                }
            }
        }
    }
    kept
}

impl Statement {
    /// With its parameters in their places, for `pgbench`.
    fn whole(&self) -> String {
        let mut sql = self.sql.clone();
        for (number, value) in self.parameters.iter().rev() {
            sql = sql.replace(&format!("${number}"), &literal(value));
        }
        format!("{};\n", sql.trim_end().trim_end_matches(';'))
    }
}

/// The ids, keys and references among its parameters, quoted as they are.
fn ids(statement: &Statement) -> impl Iterator<Item = &str> {
    statement.parameters.values().map(String::as_str).filter(|value| {
        let bare = value.trim_matches('\'');
        let is_id = bare.parse::<Uuid>().is_ok() || bare.to_uppercase().starts_with("MAAL-");
        is_id && !value.contains('\n')
    })
}

/// A quoted value in which `pgbench` sees no variable.
fn literal(value: &str) -> String {
    if !value.contains(':') && !value.contains('$') {
        return value.to_owned();
    }
    let safe = value.replace('\\', "\\\\").replace(':', "\\x3A").replace('$', "\\x24");
    format!("E{safe}")
}

/// `pgbench` on this server.
pub(crate) struct Pgbench<'a> {
    pub(crate) socket: PathBuf,
    pub(crate) folder: &'a Path,
    pub(crate) seconds: u64,
}

impl Pgbench<'_> {
    /// Runs the statements of a page as the hub's role, prepared. What it notes in the log gets
    /// an id of its own each time.
    pub(crate) async fn run(&self, statements: &[Statement], connections: u32) -> Result<Figures> {
        let notes = |it: &&Statement| it.sql.contains("insert into log.");
        let elsewhere: Vec<_> = statements.iter().filter(|it| !notes(it)).flat_map(ids).collect();
        let written = statements.iter().filter(notes).flat_map(ids);
        let fresh = written.filter(|id| !elsewhere.contains(id)).collect();
        self.with(fresh, statements, connections).await
    }

    /// The same with every id, key and reference new each time.
    pub(crate) async fn run_fresh(
        &self,
        statements: &[Statement],
        connections: u32,
    ) -> Result<Figures> {
        self.with(statements.iter().flat_map(ids).collect(), statements, connections).await
    }

    async fn with(
        &self,
        fresh: BTreeSet<&str>,
        statements: &[Statement],
        connections: u32,
    ) -> Result<Figures> {
        let mut script: String = statements.iter().map(Statement::whole).collect();
        let mut drawn = Vec::new();
        for (number, value) in fresh.into_iter().enumerate() {
            script = script.replace(value, &format!(":new{number}"));
            drawn.push(format!("gen_random_uuid() as new{number}"));
        }
        if !drawn.is_empty() {
            script = format!("select {} \\gset\n{script}", drawn.join(", "));
        }
        self.script(script, connections).await
    }

    async fn script(&self, script: String, connections: u32) -> Result<Figures> {
        let file = self.folder.join("pgbench.sql");
        std::fs::write(&file, script)?;
        let mut command = Command::new(program()?);
        command
            .args(["-n", "-M", "prepared", "-U", "skadehub_hub", "-h"])
            .arg(&self.socket)
            .args(["-c", &connections.to_string(), "-j", "1", "-T", &self.seconds.to_string()])
            .arg("-f")
            .arg(&file)
            .arg(DATABASE);
        let out = tokio::task::spawn_blocking(move || command.output()).await??;
        let said = String::from_utf8_lossy(&out.stdout).into_owned();
        let number = |before: &str| {
            let line = said.lines().find_map(|line| line.strip_prefix(before))?;
            line.split_whitespace().next()?.parse::<f64>().ok()
        };
        let wrong = || format!("pgbench said: {said}{}", String::from_utf8_lossy(&out.stderr));
        let rate = number("tps = ").with_context(wrong)?;
        ensure!(number("number of failed transactions: ").unwrap_or_default() == 0.0, wrong());
        ensure!(out.status.success() && rate > 0.0, wrong());
        Ok(Figures {
            rate,
            p50: number("latency average = ").unwrap_or_default(),
            ..Figures::default()
        })
    }
}

fn program() -> Result<PathBuf> {
    let found = Command::new("sh")
        .args(["-c", "ls /usr/lib/postgresql/*/bin/pgbench | sort -V | tail -n 1"])
        .output()?;
    let path = String::from_utf8_lossy(&found.stdout).trim().to_owned();
    Ok(if path.is_empty() { "pgbench".into() } else { path.into() })
}
