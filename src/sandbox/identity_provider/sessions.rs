//! Sign-in sessions and authorization codes, in memory: a restart signs everyone out here.

use std::collections::{BTreeSet, HashMap};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

const SESSION_LASTS: SignedDuration = SignedDuration::from_hours(10);
const CODE_LASTS: SignedDuration = SignedDuration::from_secs(60);

#[derive(Default)]
pub(super) struct Sessions {
    /// By the session's public id, which tokens carry as `sid`.
    sessions: HashMap<Uuid, Session>,
    codes: HashMap<String, Code>,
}

/// One browser in which one person has signed in.
#[derive(Debug, Clone)]
pub(super) struct Session {
    pub(super) id: Uuid,
    /// The secret in the browser's cookie.
    pub(super) cookie: String,
    pub(super) username: String,
    pub(super) signed_in_at: Timestamp,
    /// The clients that have had tokens, to be told when it ends.
    pub(super) clients: BTreeSet<String>,
}

/// What an authorization code stands for.
#[derive(Debug, Clone)]
pub(super) struct Code {
    pub(super) client: String,
    pub(super) redirect_uri: String,
    pub(super) challenge: String,
    pub(super) nonce: Option<String>,
    pub(super) scope: String,
    pub(super) session: Uuid,
    /// Whether the password was given for this very request.
    pub(super) fresh: bool,
    pub(super) issued_at: Timestamp,
}

impl Sessions {
    pub(super) fn open(&mut self, username: &str, now: Timestamp) -> Session {
        self.sessions.retain(|_, session| now < session.signed_in_at + SESSION_LASTS);
        let session = Session {
            id: Uuid::new_v4(),
            cookie: secret(),
            username: username.into(),
            signed_in_at: now,
            clients: BTreeSet::new(),
        };
        self.sessions.insert(session.id, session.clone());
        session
    }

    pub(super) fn by_cookie(&self, cookie: &str, now: Timestamp) -> Option<&Session> {
        let found = self.sessions.values().find(|session| session.cookie == cookie)?;
        (now < found.signed_in_at + SESSION_LASTS).then_some(found)
    }

    pub(super) fn by_id(&self, id: Uuid) -> Option<&Session> {
        self.sessions.get(&id)
    }

    pub(super) fn close(&mut self, id: Uuid) -> Option<Session> {
        self.codes.retain(|_, code| code.session != id);
        self.sessions.remove(&id)
    }

    /// Ends every session of a person.
    pub(super) fn close_all(&mut self, username: &str) -> Vec<Session> {
        let own = self.sessions.values().filter(|session| session.username == username);
        let ids: Vec<Uuid> = own.map(|session| session.id).collect();
        ids.into_iter().filter_map(|id| self.close(id)).collect()
    }

    /// Makes a code that can be redeemed once, for a minute.
    pub(super) fn issue(&mut self, code: Code) -> String {
        self.codes.retain(|_, old| code.issued_at < old.issued_at + CODE_LASTS);
        let text = secret();
        self.codes.insert(text.clone(), code);
        text
    }

    /// Uses up the code, whatever comes of it, and marks its client as one to tell.
    pub(super) fn redeem(&mut self, code: &str, now: Timestamp) -> Option<(Code, Session)> {
        let code = self.codes.remove(code)?;
        if now >= code.issued_at + CODE_LASTS {
            return None;
        }
        let session = self.sessions.get_mut(&code.session)?;
        session.clients.insert(code.client.clone());
        Some((code, session.clone()))
    }
}

/// 256 random bits.
fn secret() -> String {
    URL_SAFE_NO_PAD.encode(rand::random::<[u8; 32]>())
}
