//! The one error type of the crate, and its two renderings.
//!
//! A handler returns `Result<_, Error>` and nothing else. `Error` turns into a
//! response that carries a [`Problem`] in its extensions; the layer around the
//! API draws it as `application/problem+json`, the layer around the portal as a
//! page. Internals never reach the caller: everything 5xx is one neutral
//! sentence, and a log line with the same reference.

use axum::Extension;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use tower_sessions::{session, session_store};

use crate::contract::Problem;
use crate::db;
use crate::domain::Refusal;

/// What handlers, commands and stores return.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What can go wrong.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Nobody is signed in, or the second factor is missing.
    #[error("not signed in")]
    SignedOut,
    /// Signed in, but a fresh one-time code is asked for first.
    #[error("a fresh one-time code is needed")]
    CodeNeeded,
    /// Signed in, but the role does not allow it.
    #[error("your role does not allow this")]
    Forbidden,
    /// Not there, or not yours: the same answer.
    #[error("there is nothing here")]
    NotFound,
    /// The rules said no, or the input was not understood.
    #[error("{}", .0.detail)]
    Problem(Box<Problem>),
    /// A stored row contradicts the rules of the domain.
    #[error("{0} row {1} breaks an invariant")]
    Inconsistent(&'static str, String),
    /// The database.
    #[error("database: {0}")]
    Database(#[from] sqlx::Error),
    /// A template.
    #[error("template: {0}")]
    Template(#[from] askama::Error),
    /// The session store.
    #[error("session: {0}")]
    Session(#[from] session::Error),
    /// Anything else that is our fault.
    #[error("{0:#}")]
    Internal(#[from] anyhow::Error),
}

impl Error {
    /// The code of [`Self::CodeNeeded`].
    pub const CODE_NEEDED: &str = "code_needed";

    /// The problem as the caller is told of it.
    pub fn problem(&self) -> Problem {
        match self {
            Self::SignedOut => Problem::new(401, "unauthorized", "Du må logge inn først."),
            Self::CodeNeeded => {
                Problem::new(401, Self::CODE_NEEDED, "Skriv en ny engangskode først.")
            }
            Self::Forbidden => {
                Problem::new(403, "forbidden", "Rollen din gir ikke tilgang til dette.")
            }
            Self::NotFound => Problem::new(404, "not_found", "Vi finner ikke det du ser etter."),
            Self::Problem(problem) => (**problem).clone(),
            Self::Database(sqlx::Error::PoolTimedOut) => Problem::new(
                503,
                "unavailable",
                "Skadehub har for mye å gjøre akkurat nå. Prøv igjen om litt.",
            )
            .retry_after(5),
            Self::Database(error) if db::is_away(error) => away(),
            Self::Session(session::Error::Store(session_store::Error::Backend(_))) => away(),
            Self::Inconsistent(..)
            | Self::Database(_)
            | Self::Template(_)
            | Self::Session(_)
            | Self::Internal(_) => Problem::new(
                500,
                "internal",
                "Noe gikk galt hos oss. Ingenting er lagret eller sendt.",
            ),
        }
    }

    /// The problem's code when the rules or the parser said no.
    pub fn code(&self) -> Option<&str> {
        match self {
            Self::Problem(problem) => Some(&problem.code),
            _ => None,
        }
    }
}

fn away() -> Problem {
    let detail = "Skadehub når ikke databasen akkurat nå. Prøv igjen om litt.";
    Problem::new(503, "unavailable", detail).retry_after(5)
}

impl From<Problem> for Error {
    fn from(problem: Problem) -> Self {
        Self::Problem(Box::new(problem))
    }
}

impl From<Refusal> for Error {
    fn from(refusal: Refusal) -> Self {
        Problem::refused(&refusal).into()
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let problem = self.problem();
        let status =
            StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        if status.is_server_error() {
            tracing::error!(error = %self, "request failed");
        }
        let retry = problem.retry_after;
        let mut response = (status, Extension(problem)).into_response();
        if let Some(seconds) = retry {
            response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
        }
        response
    }
}
