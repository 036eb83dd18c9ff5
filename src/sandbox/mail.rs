//! A mail server that keeps what it is given, and shows it: nothing leaves the machine.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use mail_parser::MessageParser;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use super::front::draw;

/// How many mails are kept.
const KEPT: usize = 100;

/// How long a mail may be, in bytes.
const LONGEST: usize = 1024 * 1024;

/// A mail as it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub to: String,
    pub subject: String,
    pub text: String,
}

/// What has been caught, the newest first. Cloning shares the same box.
#[derive(Debug, Clone, Default)]
pub struct Mailbox(Arc<Mutex<VecDeque<Mail>>>);

impl Mailbox {
    /// Everything in the box.
    pub fn all(&self) -> Vec<Mail> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    fn keep(&self, raw: &[u8]) {
        let Some(message) = MessageParser::default().parse(raw) else { return };
        let to = message.to().and_then(|to| to.first()).and_then(|it| it.address());
        let mail = Mail {
            to: to.unwrap_or_default().to_owned(),
            subject: message.subject().unwrap_or_default().to_owned(),
            text: message.body_text(0).unwrap_or_default().into_owned(),
        };
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.push_front(mail);
        kept.truncate(KEPT);
    }
}

/// Catches mail at `listener` (SMTP) until the task is dropped.
pub async fn catch(listener: TcpListener, mailbox: Mailbox) {
    while let Ok((stream, _)) = listener.accept().await {
        let mailbox = mailbox.clone();
        tokio::spawn(async move {
            if let Err(error) = converse(stream, &mailbox).await {
                tracing::debug!(%error, "a mail was broken off");
            }
        });
    }
}

/// RFC 5321, as far as one sender on the same machine needs it.
async fn converse(mut stream: TcpStream, mailbox: &Mailbox) -> Result<()> {
    let (read, mut write) = stream.split();
    let mut lines = BufReader::new(read);
    write.write_all(b"220 sandbox\r\n").await?;
    let mut line = String::new();
    loop {
        line.clear();
        if lines.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let word = line.get(..4).unwrap_or_default().to_ascii_uppercase();
        let answer: &[u8] = match word.as_str() {
            "EHLO" | "HELO" => b"250-sandbox\r\n250 8BITMIME\r\n",
            "DATA" => {
                write.write_all(b"354 go on\r\n").await?;
                mailbox.keep(&body(&mut lines).await?);
                b"250 kept\r\n"
            }
            "QUIT" => {
                write.write_all(b"221 bye\r\n").await?;
                return Ok(());
            }
            _ => b"250 ok\r\n",
        };
        write.write_all(answer).await?;
    }
}

async fn body(lines: &mut (impl AsyncBufReadExt + Unpin)) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let mut line = Vec::new();
        let read = lines.read_until(b'\n', &mut line).await?;
        if read == 0 || line == b".\r\n" {
            return Ok(body);
        }
        anyhow::ensure!(body.len() + line.len() <= LONGEST, "the mail is too long");
        body.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
    }
}

#[derive(Template)]
#[template(path = "sandbox/mail.html")]
struct MailPage {
    mails: Vec<Mail>,
}

/// `GET /post`
pub fn router(mailbox: Mailbox) -> Router {
    Router::new().route("/post", get(show)).with_state(mailbox)
}

async fn show(State(mailbox): State<Mailbox>) -> Response {
    draw(StatusCode::OK, &MailPage { mails: mailbox.all() })
}
