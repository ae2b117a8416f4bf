//! The one transaction: all that a decision changes, or nothing.

use chrono::{DateTime, Utc};

use crate::backend::Tx;
use crate::{
    AnsweredEffect, ClaimChange, CommitError, FiredTimer, NewDocument, NewEffect, NewEvent, NewIdempotency, NewMessage,
    ProjectRow, SettledEffect, Store, TimerChange,
};
use crate::{claim, document, event, idempotency, message, outbox, project, timer};

/// As many are written with one statement.
pub(crate) const COMMITS_AT_A_TIME: usize = 32;

/// A decision about a project, with all that it changes.
#[derive(Debug, Clone)]
pub struct Commit {
    /// The project as it will be.
    pub project: ProjectRow,
    /// The version decided upon; 0 for a new project.
    pub expected_version: i64,
    /// When it was decided.
    pub at: DateTime<Utc>,
    /// What happened, in order.
    pub events: Vec<NewEvent>,
    /// What is to be done outside from now on.
    pub new_effects: Vec<NewEffect>,
    /// What the worker says about the effect by which this came about.
    pub settled: Option<SettledEffect>,
    /// The answer, from a person or from outside, by which this came about.
    pub answered: Option<AnsweredEffect>,
    /// Ids of effects that are withdrawn. Ones that are done stay done.
    pub withdrawn_effects: Vec<String>,
    /// Ids of effects that are not tried until they are rearmed. One that is claimed is left to its worker.
    pub held_effects: Vec<String>,
    /// Ids of waiting effects that are tried again, each not before its instant.
    pub rearmed_effects: Vec<(String, DateTime<Utc>)>,
    /// What changes in the project's timers, in order.
    pub timers: Vec<TimerChange>,
    /// The timer by which this came about; ended before the changes.
    pub fired_timer: Option<FiredTimer>,
    /// What changes in the numbers that the project holds.
    pub claims: ClaimChange,
    /// What is to be kept.
    pub documents: Vec<NewDocument>,
    /// The message by which this came about, or that it sends.
    pub message: Option<NewMessage>,
    /// External dossiers that lead to the project from now on.
    pub dossiers: Vec<String>,
    /// The answer to the request by which this came about.
    pub idempotency: Option<NewIdempotency>,
}

impl Commit {
    /// A commit that only writes the project's row; the rest is added by setting fields.
    pub fn new(project: ProjectRow, expected_version: i64, at: DateTime<Utc>) -> Self {
        Self {
            project,
            expected_version,
            at,
            events: Vec::new(),
            new_effects: Vec::new(),
            settled: None,
            answered: None,
            withdrawn_effects: Vec::new(),
            held_effects: Vec::new(),
            rearmed_effects: Vec::new(),
            timers: Vec::new(),
            fired_timer: None,
            claims: ClaimChange::Keep,
            documents: Vec::new(),
            message: None,
            dossiers: Vec::new(),
            idempotency: None,
        }
    }

    pub(crate) fn adds_work(&self) -> bool {
        !self.new_effects.is_empty() || !self.rearmed_effects.is_empty() || !self.timers.is_empty()
    }
}

impl Store {
    /// Makes a decision take effect: all of it, or on any error nothing. When this has returned, it is on the disk; what it was made upon is one
    /// version further. It takes effect also if nobody waits for it any more.
    ///
    /// If several things stand in the way, the answer is the first of: the idempotency key was used, the message was handled,
    /// the version or reference conflicts, a claim is stale, a dossier is taken, a number is taken.
    pub async fn commit(&self, commit: Commit) -> Result<(), CommitError> {
        // Numbers are given out one after the other: others in its company would wait with it. Boxed, as it is large, and every caller's would grow.
        if commit.claims == ClaimChange::Keep {
            self.commit_in_company(commit).await
        } else {
            Box::pin(self.commit_alone(&commit)).await
        }
    }

    pub(crate) async fn commit_alone(&self, commit: &Commit) -> Result<(), CommitError> {
        let mut tx = self.writer.begin().await?;
        write(&mut tx, vec![commit]).await?;
        claim::change(&mut tx, &commit.project.id, &commit.claims).await?;
        tx.commit().await?;
        if commit.adds_work() {
            self.wake();
        }
        Ok(())
    }

    /// Makes decisions about different projects take effect together: all of them, or on any error nothing. `told` hears now and then how
    /// many are written, all but their numbers: these come last, for all together. New projects only: who writes rows that others write too could wait
    /// for them, and they for it.
    pub async fn commit_all(&self, commits: &[Commit], told: impl Fn(usize) + Send) -> Result<(), CommitError> {
        let mut tx = self.writer.begin().await?;
        let mut written = 0;
        for some in commits.chunks(COMMITS_AT_A_TIME) {
            if let Some(left) = write(&mut tx, some.iter().collect()).await?.first() {
                return Err(project::refusal(&mut tx, left).await?);
            }
            written += some.len();
            told(written);
        }
        for commit in commits {
            claim::change(&mut tx, &commit.project.id, &commit.claims).await?;
        }
        tx.commit().await?;
        if commits.iter().any(Commit::adds_work) {
            self.wake();
        }
        Ok(())
    }
}

/// Writes commits about different projects, all but their numbers: nobody else may take any from the first that is written until the transaction
/// ends, so these come last. An error is that of one of them, and nothing of any may stay. Those that lost a race against others' are answered, and
/// nothing of them is written, unless one of them is alone.
///
/// Every transaction takes its locks in this order, so that no two can wait for each other.
pub(crate) async fn write<'a>(tx: &mut Tx, mut commits: Vec<&'a Commit>) -> Result<Vec<&'a Commit>, CommitError> {
    for commit in &commits {
        if let Some(new) = &commit.idempotency {
            idempotency::save(tx, new, commit.at).await?;
        }
    }
    for commit in &commits {
        if let Some(message) = &commit.message {
            message::keep(tx, &commit.project.id, message, commit.at).await?;
        }
    }
    let left = project::write(tx, &commits).await?;
    if let Some(first) = left.iter().find(|commit| commits.len() == 1 || commit.idempotency.is_some() || commit.message.is_some())
    {
        return Err(project::refusal(tx, first).await?);
    }
    commits.retain(|commit| !left.iter().any(|other| std::ptr::eq(*commit, *other)));
    let commits = commits.as_slice();
    timer::end(tx, commits).await?;
    outbox::settle(tx, commits).await?;
    for commit in commits {
        let (id, at) = (commit.project.id.as_str(), commit.at);
        if let Some(answered) = &commit.answered {
            outbox::answer(tx, id, answered, at).await?;
        }
        for dossier_id in &commit.dossiers {
            project::add_dossier(tx, id, dossier_id).await?;
        }
        for effect_id in &commit.withdrawn_effects {
            outbox::withdraw(tx, id, effect_id, at).await?;
        }
        for effect_id in &commit.held_effects {
            outbox::hold(tx, id, effect_id).await?;
        }
        for (effect_id, due_at) in &commit.rearmed_effects {
            outbox::rearm(tx, id, effect_id, *due_at).await?;
        }
    }
    outbox::add(tx, commits).await?;
    let timers: Vec<_> =
        commits.iter().flat_map(|commit| commit.timers.iter().map(|change| (commit.project.id.as_str(), change))).collect();
    timer::change(tx, &timers).await?;
    event::append(tx, commits).await?;
    for commit in commits {
        for document in &commit.documents {
            document::keep(tx, &commit.project.id, document, commit.at).await?;
        }
    }
    Ok(left)
}
