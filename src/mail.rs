//! Outgoing mail, by SMTP. A mail holds names of people and links, never what a case is about.

use anyhow::Context;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::{AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor};
use secrecy::{ExposeSecret, SecretString};

/// A way to send mail. Cloning is cheap.
#[derive(Clone)]
pub struct Post {
    server: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl Post {
    /// Sends through the server at `url` (`smtps://user:password@host`, `smtp://host?tls=required`)
    /// as `from`.
    ///
    /// # Errors
    ///
    /// When one of the addresses is none.
    pub fn new(url: &SecretString, from: &str) -> anyhow::Result<Self> {
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url.expose_secret())
            .context("SKADEHUB_SMTP_URL is not understood")?
            .build();
        Ok(Self { server, from: from.parse().context("SKADEHUB_MAIL_FROM is no address")? })
    }

    /// Sends plain text to one person.
    pub async fn send(&self, to: &str, subject: &str, text: String) -> anyhow::Result<()> {
        let message = Message::builder()
            .from(self.from.clone())
            .to(to.parse().context("the receiver's address is none")?)
            .subject(subject)
            .header(ContentType::TEXT_PLAIN)
            .body(text)?;
        self.server.send(message).await?;
        Ok(())
    }
}

/// Whether `text` can be somebody's address.
pub fn is_address(text: &str) -> bool {
    text.parse::<lettre::Address>().is_ok()
}
