//! The one path: load, decide, commit. HTTP requests, due timers, outcomes of effects and donors' answers all come through here.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::Datelike;
use letters::{LetterError, LetterName};
use serde_json::Value;
use serde_json::value::to_raw_value;
use sha2::{Digest, Sha256};
use store::{
    AnsweredEffect, ClaimChange, Commit, CommitError, FiredTimer, NewDocument, NewEffect, NewEvent, NewIdempotency, NewMessage,
    ProjectRow, Settle, SettledEffect, StoreError, TimerChange,
};
use uuid::Uuid;
use workflow::actor::{Actor, Moment};
use workflow::calendar::amsterdam;
use workflow::command::Command;
use workflow::decide::{Context, Decision, Settlement, decide, goes_ahead_without_letters};
use workflow::effect::Outcome;
use workflow::event::Event;
use workflow::intake::Intake;
use workflow::project::Project;
use workflow::rejection::Rejection;

use crate::derive::columns;
use crate::held::claims;
use crate::{Current, Engine, LoadError};

/// After so many lost races the caller is told to come back: somebody else is changing the project all the time.
pub(crate) const RACES_MAX: u32 = 20;

/// What makes an answer out of the state after a command: HTTP status and JSON body.
pub type Render = Box<dyn Fn(&Project, i64, &Moment) -> (u16, Value) + Send + Sync>;

/// Something that is to happen.
pub struct Request {
    /// To which project.
    pub target: Target,
    /// Who does it.
    pub actor: Actor,
    /// The version the caller has seen; another is refused.
    pub if_match: Option<i64>,
    /// Only say what would happen.
    pub dry_run: bool,
    /// The key under which the answer is kept for a repetition.
    pub idempotency: Option<Idempotency>,
    /// Files that come with it.
    pub documents: Vec<NewDocument>,
    /// The message from outside that it is about.
    pub message: Option<NewMessage>,
    /// Where it comes from.
    pub origin: Origin,
    /// What makes the answer.
    pub render: Render,
}

/// Which project a command is for.
pub enum Target {
    /// A new one with this intake.
    New(Box<Intake>),
    /// An existing one.
    Existing(Uuid, Command),
}

/// Where a command comes from: what must still hold when it is committed.
pub enum Origin {
    /// A person, another system, a message.
    Outside,
    /// A claimed effect's attempt.
    Effect {
        /// The effect.
        id: Uuid,
        /// The attempt.
        attempt: i64,
        /// Who claimed it.
        claimed_by: String,
        /// The project's version when it was claimed.
        seen: i64,
    },
    /// A claimed timer.
    Timer {
        /// The claim.
        fired: FiredTimer,
        /// The project's version when it was claimed.
        seen: i64,
    },
    /// Somebody says how a waiting effect ended.
    Answer(Uuid),
}

/// The key under which an answer is kept for a repetition.
#[derive(Debug, Clone)]
pub struct Idempotency {
    /// Whose key it is.
    pub scope: String,
    /// The key.
    pub key: String,
    /// What was asked: another request under the same key is refused.
    pub fingerprint: String,
}

/// What became of a command.
#[derive(Debug, Clone, PartialEq)]
pub struct Handled {
    /// The HTTP status of the answer.
    pub status: u16,
    /// The answer.
    pub answer: Value,
    /// The project's version; absent when a kept answer was given again.
    pub version: Option<i64>,
}

/// Why a command was not carried out. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// A rule forbids it.
    #[error("rejected: {0:?}")]
    Rejected(Rejection),
    /// There is no such project.
    #[error("there is no such project")]
    NotFound,
    /// The project has changed since the caller saw it.
    #[error("the project is at version {current}")]
    VersionConflict {
        /// The version it is at.
        current: i64,
    },
    /// The idempotency key was used for something else.
    #[error("the idempotency key was used for another request")]
    KeyReused,
    /// It was handled before: a message told twice, or a claim that somebody else took over.
    #[error("handled before")]
    AlreadyHandled,
    /// A letter can't be made.
    #[error(transparent)]
    Letter(#[from] LetterError),
    /// The state can't be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// The database did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Something could not be written as JSON.
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    /// Something ended before its time.
    #[error("interrupted: {0}")]
    Interrupted(String),
}

impl Failure {
    /// Whether the same may succeed a little later: the database is away, or others change the project all the time.
    pub fn passes(&self) -> bool {
        matches!(
            self,
            Self::VersionConflict { .. }
                | Self::Store(StoreError::Unavailable(_))
                | Self::Load(LoadError::Store(StoreError::Unavailable(_)))
        )
    }
}

impl Request {
    /// A command to an existing project, by the system itself, with no answer needed.
    pub fn internal(project: Uuid, command: Command, actor: Actor, origin: Origin) -> Self {
        Self {
            target: Target::Existing(project, command),
            actor,
            if_match: None,
            dry_run: false,
            idempotency: None,
            documents: Vec::new(),
            message: None,
            origin,
            render: Box::new(|_, _, _| (204, Value::Null)),
        }
    }

    fn goes_ahead_without_letters(&self) -> bool {
        matches!(&self.target, Target::Existing(_, command) if goes_ahead_without_letters(command))
    }
}

impl Engine {
    /// Takes a command through load, decide and commit. A lost race is decided again on what is there now.
    pub async fn handle(&self, request: Request) -> Result<Handled, Failure> {
        if let Some(idempotency) = &request.idempotency
            && let Some(kept) = self.kept_answer(idempotency).await?
        {
            return Ok(kept);
        }
        let new = match &request.target {
            Target::New(_) => Some((Uuid::now_v7(), self.new_reference(request.dry_run).await?)),
            Target::Existing(..) => None,
        };
        let mut makes_letters = true;
        for _ in 0..RACES_MAX {
            let attempt = match self.attempt(&request, new.as_ref(), makes_letters).await {
                Err(Failure::Letter(error)) if makes_letters && request.goes_ahead_without_letters() => {
                    tracing::error!(%error, "a letter can't be made; what has happened is recorded without it");
                    makes_letters = false;
                    continue;
                }
                attempt => attempt?,
            };
            match attempt {
                Attempt::Handled(handled) => return Ok(*handled),
                Attempt::LostRace => {}
                Attempt::KeyUsed => {
                    if let Some(idempotency) = &request.idempotency
                        && let Some(kept) = self.kept_answer(idempotency).await?
                    {
                        return Ok(kept);
                    }
                }
            }
        }
        let current = match &request.target {
            Target::Existing(id, _) => self.load(*id).await?.map_or(0, |current| current.version),
            Target::New(_) => 0,
        };
        Err(Failure::VersionConflict { current })
    }

    pub(crate) async fn kept_answer(&self, idempotency: &Idempotency) -> Result<Option<Handled>, Failure> {
        let Some(saved) = self.store().idempotency(&idempotency.scope, &idempotency.key).await? else { return Ok(None) };
        if saved.fingerprint != idempotency.fingerprint {
            return Err(Failure::KeyReused);
        }
        let status = u16::try_from(saved.status).unwrap_or(200);
        Ok(Some(Handled { status, answer: saved.answer, version: None }))
    }

    async fn new_reference(&self, dry_run: bool) -> Result<String, Failure> {
        let year = amsterdam::local_date(self.clock().now()).year();
        // A dry run takes no number; what it would be is not known before.
        let number = if dry_run { 0 } else { self.store().next_reference_number(year).await? };
        Ok(format!("{year}-{number:04}"))
    }

    async fn attempt(&self, request: &Request, new: Option<&(Uuid, String)>, makes_letters: bool) -> Result<Attempt, Failure> {
        let remembered = self.remembered(request);
        let was_remembered = remembered.is_some();
        match Box::pin(self.attempt_upon(remembered, request, new, makes_letters)).await {
            // That is for the project as it is to say.
            Err(Failure::Rejected(_)) if was_remembered => Ok(Attempt::LostRace),
            attempt => attempt,
        }
    }

    async fn attempt_upon(
        &self,
        remembered: Option<Current>,
        request: &Request,
        new: Option<&(Uuid, String)>,
        makes_letters: bool,
    ) -> Result<Attempt, Failure> {
        let (current, command) = match (&request.target, new) {
            (Target::New(intake), Some((id, reference))) => {
                (None, Command::Start { id: *id, reference: reference.clone(), intake: intake.clone() })
            }
            (Target::New(_), None) => return Err(Failure::NotFound),
            (Target::Existing(id, command), _) => {
                let current = match remembered {
                    Some(current) => current,
                    None => self.load(*id).await?.ok_or(Failure::NotFound)?,
                };
                (Some(current), command.clone())
            }
        };
        let version = current.as_ref().map_or(0, |current| current.version);
        if let Some(expected) = request.if_match
            && expected != version
        {
            return Err(Failure::VersionConflict { current: version });
        }
        let moment = self.moment();
        let context = Context { actor: &request.actor, moment, settings: self.settings(), version: version + 1, makes_letters };
        let decision = decide(current.as_ref().map(|current| &current.project), command, &context).map_err(Failure::Rejected)?;
        self.conclude(request, current.as_ref(), decision, moment).await
    }

    /// Renders the letters, makes the answer, commits.
    async fn conclude(
        &self,
        request: &Request,
        current: Option<&Current>,
        decision: Decision,
        moment: Moment,
    ) -> Result<Attempt, Failure> {
        let version = current.map_or(0, |current| current.version);
        let changes = !decision.events.is_empty() || !decision.settled.is_empty();
        let has_claim = !matches!(request.origin, Origin::Outside | Origin::Answer(_));
        // A key, a message or a claim is kept or ended even when nothing else changes.
        let commits = changes || request.idempotency.is_some() || request.message.is_some() || has_claim;
        let new_version = if commits { version + 1 } else { version };
        let (status, answer) = (request.render)(&decision.project, new_version, &moment);
        if request.dry_run {
            for (_, facts) in &decision.letters {
                self.parts.letters.check(facts)?;
            }
            if matches!(claims(&decision), ClaimChange::Replace(_)) {
                let taken = self.taken(&decision).await?;
                if !taken.is_empty() {
                    return Err(Failure::Rejected(Rejection::Input(taken)));
                }
            }
            return Ok(Attempt::handled(status, answer, new_version));
        }
        if !commits {
            return Ok(Attempt::handled(status, answer, version));
        }
        let mut documents = request.documents.clone();
        documents.extend(self.render_letters(&decision).await?);
        let commit = commit_of(request, &decision, version, moment, documents, status, &answer)?;
        match self.store().commit(commit).await {
            Ok(()) => {
                count(&decision.events);
                self.recent.keep(decision.project.id, new_version, decision.project);
                Ok(Attempt::handled(status, answer, new_version))
            }
            Err(CommitError::VersionConflict { .. } | CommitError::ReferenceTaken) => match request.if_match {
                Some(_) => Err(Failure::VersionConflict { current: self.version_now(&decision.project).await? }),
                None => Ok(Attempt::LostRace),
            },
            Err(CommitError::IdempotencyKeyUsed) => Ok(Attempt::KeyUsed),
            Err(CommitError::AlreadyHandled | CommitError::StaleClaim) => Err(Failure::AlreadyHandled),
            // Who gave the numbers back meanwhile no longer stands in the way.
            Err(CommitError::NumberTaken { .. }) => match self.taken(&decision).await? {
                taken if taken.is_empty() => Ok(Attempt::LostRace),
                taken => Err(Failure::Rejected(Rejection::Input(taken))),
            },
            Err(CommitError::DossierTaken { dossier_id }) => {
                Err(Failure::Interrupted(format!("dossier {dossier_id} belongs to another project")))
            }
            Err(CommitError::Store(error)) => Err(error.into()),
        }
    }

    async fn version_now(&self, project: &Project) -> Result<i64, Failure> {
        Ok(self.load(project.id).await?.map_or(0, |current| current.version))
    }

    /// Letters are rendered before the commit, so that there is never a letter without its PDF, nor a PDF without its letter.
    pub(crate) async fn render_letters(&self, decision: &Decision) -> Result<Vec<NewDocument>, Failure> {
        let mut documents = Vec::with_capacity(decision.letters.len());
        for (id, facts) in &decision.letters {
            let parts = self.parts.clone();
            let facts = facts.clone();
            let filename = format!("{}-{}.pdf", facts.reference, kind_name(&facts));
            let letter = LetterName::from(&facts);
            let rendered = tokio::task::spawn_blocking(move || parts.letters.render(&facts)).await;
            let pdf = rendered.map_err(|error| LetterError::Rendering { letter, detail: error.to_string() })??;
            documents.push(NewDocument {
                id: id.to_string(),
                kind: "letter".to_owned(),
                filename,
                content_type: "application/pdf".to_owned(),
                sha256: hex(&Sha256::digest(&pdf.bytes)),
                content: Arc::new(pdf.bytes),
            });
        }
        Ok(documents)
    }
}

enum Attempt {
    Handled(Box<Handled>),
    LostRace,
    KeyUsed,
}

impl Attempt {
    fn handled(status: u16, answer: Value, version: i64) -> Self {
        Self::Handled(Box::new(Handled { status, answer, version: Some(version) }))
    }
}

fn kind_name(facts: &workflow::letter::LetterFacts) -> String {
    let kind = serde_json::to_value(facts.kind).ok().and_then(|kind| kind.as_str().map(str::to_owned));
    kind.unwrap_or_else(|| "letter".to_owned())
}

/// Bytes in hexadecimal.
pub fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing to a String can't fail.
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

pub(crate) fn commit_of(
    request: &Request,
    decision: &Decision,
    version: i64,
    moment: Moment,
    documents: Vec<NewDocument>,
    status: u16,
    answer: &Value,
) -> Result<Commit, Failure> {
    let project = &decision.project;
    let row = ProjectRow {
        id: project.id.to_string(),
        reference: project.reference.clone(),
        state: to_raw_value(project)?,
        columns: columns(project),
    };
    let mut commit = Commit::new(row, version, moment.now);
    let actor = serde_json::to_value(&request.actor)?;
    for event in &decision.events {
        let (kind, data) = event.kind_and_data()?;
        commit.events.push(NewEvent { kind, actor: actor.clone(), data });
        if let Event::PortingRequested(asked) = event {
            commit.dossiers.push(asked.dossier_id.clone());
        }
    }
    for (effect, due_at) in &decision.effects {
        commit.new_effects.push(NewEffect {
            id: effect.id.to_string(),
            kind: effect.action.kind().to_owned(),
            payload: serde_json::to_value(effect)?,
            due_at: *due_at,
        });
    }
    settle(&mut commit, request, decision)?;
    commit.timers.extend(decision.timers_cleared.iter().map(|timer| TimerChange::Clear { key: timer.to_string() }));
    commit.timers.extend(decision.timers_set.iter().map(|(timer, at)| TimerChange::Set { key: timer.to_string(), due_at: *at }));
    commit.claims = claims(decision);
    commit.documents = documents;
    commit.message.clone_from(&request.message);
    commit.idempotency = request.idempotency.as_ref().map(|idempotency| NewIdempotency {
        scope: idempotency.scope.clone(),
        key: idempotency.key.clone(),
        fingerprint: idempotency.fingerprint.clone(),
        status: i64::from(status),
        answer: answer.clone(),
    });
    Ok(commit)
}

/// What becomes of effects: the claimed or answered one, and others that the decision withdraws or tries again.
fn settle(commit: &mut Commit, request: &Request, decision: &Decision) -> Result<(), Failure> {
    let outcome = match &request.target {
        Target::Existing(_, Command::SettleEffect { outcome, .. }) => serde_json::to_value(outcome)?,
        _ => Value::Null,
    };
    let error = match &request.target {
        Target::Existing(
            _,
            Command::SettleEffect { outcome: Outcome::Failed { error, .. } | Outcome::Denied { error, .. }, .. },
        ) => error.clone(),
        _ => String::new(),
    };
    let mut handled = BTreeSet::new();
    match &request.origin {
        Origin::Effect { id, attempt, claimed_by, .. } => {
            if let Some(settlement) = decision.settled.get(id) {
                let then = match settlement {
                    Settlement::Over => Settle::Done { outcome },
                    Settlement::TryAt(at) => Settle::RetryAt { at: *at, error },
                    Settlement::Wait => Settle::Waiting { detail: outcome },
                };
                commit.settled =
                    Some(SettledEffect { id: id.to_string(), attempt: *attempt, claimed_by: claimed_by.clone(), then });
                handled.insert(*id);
            }
        }
        Origin::Answer(id) => {
            if decision.settled.get(id) == Some(&Settlement::Over) {
                commit.answered = Some(AnsweredEffect { id: id.to_string(), outcome });
                handled.insert(*id);
            }
        }
        Origin::Timer { fired, .. } => commit.fired_timer = Some(fired.clone()),
        Origin::Outside => {}
    }
    for (id, settlement) in decision.settled.iter().filter(|(id, _)| !handled.contains(*id)) {
        match settlement {
            Settlement::Over => commit.withdrawn_effects.push(id.to_string()),
            Settlement::TryAt(at) => commit.rearmed_effects.push((id.to_string(), *at)),
            Settlement::Wait => commit.held_effects.push(id.to_string()),
        }
    }
    Ok(())
}

/// For the metrics.
fn count(events: &[Event]) {
    for event in events {
        if let Event::ReminderDue { what, working_days_before, .. } = event {
            let before = working_days_before.to_string();
            metrics::counter!("overstap_reminders_total", "kind" => what.kind(), "working_days_before" => before).increment(1);
        }
    }
}
