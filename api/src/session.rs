//! Who is signed in with a browser: sessions, which pages open with a token and by which they call this API.
//!
//! A [`Session`] is made here only. Put into a request's extensions, which nothing that comes over the network can set, it stands for the token
//! with which it was opened: what its bearer may see and do is looked at and decided as for that token, and it ends with it.

use chrono::{DateTime, TimeDelta, Utc};
use rand::TryRng as _;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::ApiState;
use crate::auth::{Caller, TokenRole, by_hash, caller, token_hash};

/// A session that is not used for so long has ended: a lunch and a meeting fit in.
const IDLE_MAX: TimeDelta = TimeDelta::hours(8);
/// However much it is used, a session ends after so long.
const LASTS_MAX: TimeDelta = TimeDelta::hours(24);
/// Its use is written down no more often than this.
const SEEN_EVERY: TimeDelta = TimeDelta::minutes(5);
/// The way in which a token's bearer is known.
const BY_TOKEN: &str = "token";

/// Whoever is signed in.
#[derive(Debug, Clone)]
pub struct Session {
    caller: Caller,
    form_token: String,
}

impl Session {
    /// What they may do.
    pub fn role(&self) -> TokenRole {
        self.caller.role
    }

    /// As the trail shows them.
    pub fn name(&self) -> &str {
        &self.caller.actor.name
    }

    /// The only project that they may see.
    pub fn project(&self) -> Option<Uuid> {
        self.caller.project
    }

    /// What stands in every form of this session and in no other's.
    pub fn form_token(&self) -> &str {
        &self.form_token
    }

    pub(crate) fn caller(&self) -> &Caller {
        &self.caller
    }
}

/// The database does not answer; why is in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the database does not answer")]
pub struct Unavailable;

/// Why somebody is not signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignInRefused {
    /// The token opens nothing.
    #[error("the token opens nothing")]
    Unknown,
    /// It opens the calendar feed only.
    #[error("the token opens the calendar feed only")]
    CalendarOnly,
    /// It could not be looked up.
    #[error(transparent)]
    Unavailable(#[from] Unavailable),
}

/// All sessions. A clone is another handle to the same.
#[derive(Clone)]
pub struct Sessions {
    api: ApiState,
    clock: fn() -> DateTime<Utc>,
}

impl Sessions {
    /// Sessions of this server. They end by the world's clock, whatever Overstap's shows.
    pub fn new(api: ApiState, clock: fn() -> DateTime<Utc>) -> Self {
        Self { api, clock }
    }

    /// Opens a session with a token; answers the session's id, of which only the hash is kept.
    ///
    /// # Errors
    /// Why the token opens none.
    pub async fn open(&self, token: &str) -> Result<String, SignInRefused> {
        let proof = token_hash(token.trim());
        let bearer = self.bearer(&proof).await?.ok_or(SignInRefused::Unknown)?;
        let caller = caller(bearer).map_err(|_| SignInRefused::CalendarOnly)?;
        let id = random_id().map_err(|error| unavailable(&error))?;
        let now = (self.clock)();
        let session = store::Session {
            id_sha256: token_hash(&id),
            subject_kind: BY_TOKEN.to_owned(),
            subject: caller.token.clone(),
            proof_sha256: proof,
            created_at: now,
            seen_at: now,
            ends_at: now + LASTS_MAX,
        };
        self.api.engine.store().open_session(&session).await.map_err(|error| unavailable(&error))?;
        tracing::info!(subject = caller.token, "signed in");
        Ok(id)
    }

    /// Whoever has the session with this id, while it lasts and what it was opened with is good.
    ///
    /// # Errors
    /// It could not be looked up.
    pub async fn find(&self, id: &str) -> Result<Option<Session>, Unavailable> {
        let (store, now) = (self.api.engine.store(), (self.clock)());
        let Some(kept) = store.session(&token_hash(id)).await.map_err(|error| unavailable(&error))? else { return Ok(None) };
        if now >= kept.ends_at || now >= kept.seen_at + IDLE_MAX {
            return Ok(None);
        }
        let Some(bearer) = self.bearer(&kept.proof_sha256).await? else { return Ok(None) };
        if now >= kept.seen_at + SEEN_EVERY {
            store.session_seen(&kept.id_sha256, now).await.map_err(|error| unavailable(&error))?;
        }
        Ok(caller(bearer).ok().map(|caller| Session { caller, form_token: form_token(id) }))
    }

    /// Ends the session with this id.
    ///
    /// # Errors
    /// It could not be ended.
    pub async fn end(&self, id: &str) -> Result<(), Unavailable> {
        self.api.engine.store().end_session(&token_hash(id)).await.map_err(|error| unavailable(&error))?;
        tracing::info!("signed out");
        Ok(())
    }

    async fn bearer(&self, proof: &str) -> Result<Option<crate::auth::Bearer>, Unavailable> {
        match by_hash(&self.api, proof).await {
            Ok(bearer) => Ok(Some(bearer)),
            Err(problem) if problem.is_of_the_server() => Err(Unavailable),
            Err(_) => Ok(None),
        }
    }
}

fn unavailable(error: &dyn std::fmt::Display) -> Unavailable {
    tracing::error!(%error, "sessions can't be looked up");
    Unavailable
}

/// 256 random bits.
fn random_id() -> Result<String, rand::rngs::SysError> {
    let mut bytes = [0_u8; 32];
    rand::rngs::SysRng.try_fill_bytes(&mut bytes)?;
    Ok(engine::handle::hex(&bytes))
}

/// Follows from the id, which only the cookie knows, and does not tell it.
fn form_token(id: &str) -> String {
    engine::handle::hex(&Sha256::digest(format!("form of {id}")))
}
