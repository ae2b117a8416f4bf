//! Other systems that are told of events: making and changing subscriptions, and having deliveries sent again.
//!
//! What happens is told by a [`Teller`], beside the worker and never before it: nothing that a receiver does holds up a migration.

mod dispatch;
mod replay;
mod teller;

use chrono::{DateTime, Utc};
use outside::webhook::{AddressFault, Signer, new_key, new_secret};
use serde_json::Value;
use store::{CommitError, NewIdempotency, Subscription, SubscriptionState};
use uuid::Uuid;
use workflow::actor::Actor;
use workflow::intake::FieldError;
use workflow::rejection::{Reason, Rejection};
use workflow::subscription::{COUNT_MAX, Key, Scheme, kind_faults, rotated};
use workflow::text::Text;

use crate::handle::RACES_MAX;
use crate::{Engine, Failure, Handled, Idempotency};

pub use dispatch::told;
pub use teller::Teller;

/// On what terms something is asked for.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The version the caller has seen; another is refused.
    pub if_match: Option<i64>,
    /// Only say what would happen.
    pub dry_run: bool,
    /// The key under which the answer is kept for a repetition.
    pub idempotency: Option<Idempotency>,
}

/// A subscription to make.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Where it is told.
    pub url: String,
    /// Of what.
    pub kinds: Vec<String>,
    /// What it is for.
    pub description: Option<String>,
    /// How deliveries are signed.
    pub scheme: Scheme,
}

/// What is done to a subscription.
#[derive(Debug, Clone)]
pub enum SubscriptionChange {
    /// It is told elsewhere, or of something else; what is absent stays.
    Amend {
        /// Where.
        url: Option<String>,
        /// Of what.
        kinds: Option<Vec<String>>,
        /// What it is for; an inner `None` leaves it unsaid.
        description: Option<Option<String>>,
    },
    /// It waits. One that is disabled stays so.
    Pause,
    /// It is told again, also if it was disabled.
    Resume,
    /// It gets a new key, and the old one signs beside it for a while.
    Rotate,
    /// It is gone.
    Remove,
}

impl SubscriptionChange {
    /// In a word, for the log: an address may hold what only its owner should see.
    const fn what(&self) -> &'static str {
        match self {
            Self::Amend { .. } => "amended",
            Self::Pause => "paused",
            Self::Resume => "resumed",
            Self::Rotate => "rotated",
            Self::Remove => "removed",
        }
    }
}

/// What makes an answer of a subscription; the key is there where it was made just now.
pub type RenderSubscription<'a> = &'a (dyn Fn(&Subscription, Option<&Key>) -> (u16, Value) + Send + Sync);

impl Engine {
    /// Makes a subscription.
    ///
    /// # Errors
    /// All that is wrong with what is wanted, or there are too many.
    pub async fn subscribe(
        &self,
        wanted: Wanted,
        by: &Actor,
        asked: &Asked,
        render: RenderSubscription<'_>,
    ) -> Result<Handled, Failure> {
        // There is none yet of which a version could have been seen.
        if asked.if_match.is_some() {
            return Err(Failure::VersionConflict { current: 0 });
        }
        self.check(Some(&wanted.url), Some(&wanted.kinds))?;
        if self.store().subscriptions().await?.len() >= COUNT_MAX {
            return Err(too_many());
        }
        let now = self.clock().now();
        let key = new_signing_key(wanted.scheme, now)?;
        let subscription = Subscription {
            id: Uuid::now_v7().to_string(),
            version: 1,
            url: wanted.url,
            kinds: wanted.kinds,
            description: wanted.description,
            scheme: wanted.scheme.as_str().to_owned(),
            keys: serde_json::to_value([&key])?,
            state: SubscriptionState::Active,
            disabled_because: None,
            disabled_at: None,
            failing_since: None,
            created_by: by.name.clone(),
            created_at: now,
            updated_at: now,
        };
        let (status, answer) = render(&subscription, Some(&key).filter(|_| !asked.dry_run));
        if !asked.dry_run {
            let kept = kept(asked, status, &answer);
            if let Err(error) = self.store().add_subscription(&subscription, kept.as_ref()).await {
                return self.kept_instead(asked, error).await;
            }
            tracing::info!(subscription = subscription.id, by = by.name, "a subscription was made");
        }
        Ok(Handled { status, answer, version: Some(1) })
    }

    /// Changes a subscription. A lost race is decided again on what is there now.
    ///
    /// # Errors
    /// It is not there, is at another version, or what is wanted is wrong.
    pub async fn change_subscription(
        &self,
        id: Uuid,
        change: &SubscriptionChange,
        by: &Actor,
        asked: &Asked,
        render: RenderSubscription<'_>,
    ) -> Result<Handled, Failure> {
        let mut current = 0;
        for _ in 0..RACES_MAX {
            let stored = self.store().subscription(&id.to_string()).await?.ok_or(Failure::NotFound)?;
            current = stored.version;
            if asked.if_match.is_some_and(|seen| seen != current) {
                return Err(Failure::VersionConflict { current });
            }
            let (changed, key) = self.changed(stored, change)?;
            let (status, answer) = render(&changed, key.as_ref().filter(|_| !asked.dry_run));
            let handled = Handled { status, answer, version: Some(changed.version) };
            if asked.dry_run {
                return Ok(handled);
            }
            let kept = kept(asked, status, &handled.answer);
            match self.store().change_subscription(&changed, kept.as_ref()).await {
                Ok(()) => {
                    tracing::info!(subscription = changed.id, by = by.name, what = change.what(), "a subscription was changed");
                    return Ok(handled);
                }
                Err(CommitError::VersionConflict { .. }) => {}
                Err(error) => return self.kept_instead(asked, error).await,
            }
        }
        Err(Failure::VersionConflict { current })
    }

    fn changed(&self, stored: Subscription, change: &SubscriptionChange) -> Result<(Subscription, Option<Key>), Failure> {
        let now = self.clock().now();
        let mut changed = Subscription { version: stored.version + 1, updated_at: now, ..stored };
        match change {
            SubscriptionChange::Amend { url, kinds, description } => {
                self.check(url.as_deref(), kinds.as_deref())?;
                changed.url = url.clone().unwrap_or(changed.url);
                changed.kinds = kinds.clone().unwrap_or(changed.kinds);
                changed.description = description.clone().unwrap_or(changed.description);
            }
            SubscriptionChange::Pause if changed.state == SubscriptionState::Active => changed.state = SubscriptionState::Paused,
            SubscriptionChange::Pause => {}
            SubscriptionChange::Resume => {
                changed.state = SubscriptionState::Active;
                (changed.disabled_because, changed.disabled_at, changed.failing_since) = (None, None, None);
            }
            SubscriptionChange::Rotate => {
                let scheme = Scheme::parse(&changed.scheme).unwrap_or_default();
                let key = new_signing_key(scheme, now)?;
                let keys: Vec<Key> = serde_json::from_value(changed.keys)?;
                changed.keys = serde_json::to_value(rotated(&keys, key.clone(), now))?;
                return Ok((changed, Some(key)));
            }
            SubscriptionChange::Remove => {
                changed.state = SubscriptionState::Deleted;
                (changed.disabled_because, changed.disabled_at) = (None, None);
                changed.keys = Value::Array(Vec::new());
            }
        }
        Ok((changed, None))
    }

    /// All that is wrong with an address and with kinds.
    fn check(&self, url: Option<&str>, kinds: Option<&[String]>) -> Result<(), Failure> {
        let address = url.and_then(|url| self.parts.receivers.fault(url)).map(address_fault);
        let faults: Vec<FieldError> = address.into_iter().chain(kinds.map(kind_faults).unwrap_or_default()).collect();
        if faults.is_empty() { Ok(()) } else { Err(Failure::Rejected(Rejection::Input(faults))) }
    }

    /// Where a commit was refused because the key had been used meanwhile, what was answered then.
    async fn kept_instead(&self, asked: &Asked, error: CommitError) -> Result<Handled, Failure> {
        match (error, &asked.idempotency) {
            (CommitError::IdempotencyKeyUsed, Some(idempotency)) => {
                self.kept_answer(idempotency).await?.ok_or(Failure::AlreadyHandled)
            }
            (CommitError::Store(error), _) => Err(error.into()),
            (CommitError::StaleClaim, _) => Err(under_way()),
            _ => Err(Failure::AlreadyHandled),
        }
    }
}

fn kept(asked: &Asked, status: u16, answer: &Value) -> Option<NewIdempotency> {
    let Idempotency { scope, key, fingerprint } = asked.idempotency.clone()?;
    Some(NewIdempotency { scope, key, fingerprint, status: status.into(), answer: answer.clone() })
}

fn new_signing_key(scheme: Scheme, now: DateTime<Utc>) -> Result<Key, Failure> {
    let interrupted = |error: &dyn std::fmt::Display| Failure::Interrupted(error.to_string());
    let secret = match scheme {
        Scheme::V1 => new_secret(),
        Scheme::V1a => new_key(),
    };
    let secret = secret.map_err(|error| interrupted(&error))?;
    let public = secret.parse::<Signer>().map_err(|error| interrupted(&error))?.public_key();
    Ok(Key { secret, public, made_at: now, signs_until: None })
}

fn address_fault(fault: AddressFault) -> FieldError {
    let (code, nl, en) = match fault {
        AddressFault::NotAnAddress => (
            "invalid_url",
            "geef een adres op het web, bijvoorbeeld https://crm.example/overstap",
            "give an address on the web, for example https://crm.example/overstap",
        ),
        AddressFault::WithPassword => (
            "invalid_url",
            "laat gebruiker en wachtwoord weg; berichten zijn ondertekend",
            "leave out user and password; messages are signed",
        ),
        AddressFault::NotTls => (
            "not_https",
            "geef een adres met https; http gaat alleen naar netwerken die de beheerder toelaat",
            "give an address with https; http goes only to networks that the operator allows",
        ),
        AddressFault::Internal => (
            "internal_address",
            "dit adres ligt in een intern netwerk, dat de beheerder niet toelaat",
            "this address is in an internal network, which the operator does not allow",
        ),
    };
    FieldError::new("/url", code, nl, en)
}

fn too_many() -> Failure {
    conflict(
        Reason::TooManySubscriptions,
        format!("er zijn al {COUNT_MAX} abonnementen; verwijder er eerst een"),
        format!("there are {COUNT_MAX} subscriptions already; delete one first"),
    )
}

fn under_way() -> Failure {
    conflict(
        Reason::DeliveryUnderWay,
        "dit bericht wordt op dit moment verstuurd; wacht even",
        "this is being sent at this moment; wait for it",
    )
}

fn conflict(reason: Reason, nl: impl Into<String>, en: impl Into<String>) -> Failure {
    Failure::Rejected(Rejection::Conflict { reason, detail: Text::new(nl, en), unmet: Vec::new() })
}
