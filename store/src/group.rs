//! Commits in company: those that wait at the same time are written by one transaction, with the statements of one.
//!
//! Nobody waits for company. Whoever comes while others are being written waits for a turn, and then goes with all who wait by then; so the more
//! there is to do, the less each costs. A transaction that fails because of one of them is undone, and each tries alone: what is wrong is told
//! only to whom it concerns.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use tokio::sync::{Semaphore, oneshot};

use crate::commit::{COMMITS_AT_A_TIME, write};
use crate::{Commit, CommitError, Store};

/// SQLite has one writer. On PostgreSQL some write while others' transaction is on its way to the disk; more than two make the groups smaller.
const SQLITE_TURNS: usize = 1;
const POSTGRES_TURNS: usize = 2;

/// Those who wait for a turn.
#[derive(Debug)]
pub(crate) struct Company {
    waiting: Mutex<Vec<Waiting>>,
    turns: Semaphore,
}

#[derive(Debug)]
struct Waiting {
    commit: Commit,
    told: oneshot::Sender<Result<(), CommitError>>,
}

impl Company {
    pub(crate) const fn on_sqlite() -> Self {
        Self { waiting: Mutex::new(Vec::new()), turns: Semaphore::const_new(SQLITE_TURNS) }
    }

    pub(crate) const fn on_postgres() -> Self {
        Self { waiting: Mutex::new(Vec::new()), turns: Semaphore::const_new(POSTGRES_TURNS) }
    }

    /// Those who go together now: first come, first served, and one of each project, as the next is decided upon what the first makes.
    fn set_out(&self) -> Vec<Waiting> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut together, mut projects) = (Vec::new(), BTreeSet::new());
        for one in std::mem::take(&mut *waiting) {
            if together.len() < COMMITS_AT_A_TIME && projects.insert(one.commit.project.id.clone()) {
                together.push(one);
            } else {
                waiting.push(one);
            }
        }
        // Other servers lock projects in the same order.
        together.sort_by(|one, other| one.commit.project.id.cmp(&other.commit.project.id));
        together
    }
}

impl Store {
    /// In a task of its own: if the caller goes away meanwhile, the others' commits must not.
    pub(crate) async fn commit_in_company(&self, commit: Commit) -> Result<(), CommitError> {
        let (told, hear) = oneshot::channel();
        self.company.waiting.lock().unwrap_or_else(PoisonError::into_inner).push(Waiting { commit, told });
        let store = self.clone();
        // There are as many of these as wait, and each takes one at least, so all are taken.
        tokio::spawn(async move { store.take_turn().await });
        hear.await.unwrap_or_else(|_| Err(sqlx::Error::WorkerCrashed.into()))
    }

    async fn take_turn(&self) {
        let Ok(_turn) = self.company.turns.acquire().await else { return };
        let together = self.company.set_out();
        if together.len() > 1 {
            self.go_together(together).await;
        } else {
            self.go_alone(together).await;
        }
    }

    async fn go_together(&self, together: Vec<Waiting>) {
        let mut tx = match self.writer.begin().await {
            Ok(tx) => tx,
            Err(error) => return tell_all(together, Err(&error)),
        };
        let written = write(&mut tx, together.iter().map(|waiting| &waiting.commit).collect()).await;
        let left: BTreeSet<String> = match written {
            Ok(left) => left.into_iter().map(|commit| commit.project.id.clone()).collect(),
            Err(error) => {
                if let Err(error) = tx.rollback().await {
                    return tell_all(together, Err(&error));
                }
                tracing::debug!(%error, count = together.len(), "what was to be committed together is committed one by one");
                return self.go_alone(together).await;
            }
        };
        let (left, together): (Vec<_>, Vec<_>) =
            together.into_iter().partition(|waiting| left.contains(&waiting.commit.project.id));
        match tx.commit().await {
            Ok(()) => {
                if together.iter().any(|waiting| waiting.commit.adds_work()) {
                    self.wake();
                }
                tell_all(together, Ok(()));
            }
            // It may have taken effect, so nobody tries again here.
            Err(error) => tell_all(together, Err(&error)),
        }
        self.go_alone(left).await;
    }

    async fn go_alone(&self, all: Vec<Waiting>) {
        for Waiting { commit, told } in all {
            let committed = self.commit_alone(&commit).await;
            // Whoever does not listen any more has gone away.
            let _gone = told.send(committed);
        }
    }
}

fn tell_all(all: Vec<Waiting>, outcome: Result<(), &sqlx::Error>) {
    for waiting in all {
        let outcome = outcome.map_err(|error| sqlx::Error::Io(std::io::Error::other(error.to_string())).into());
        let _gone = waiting.told.send(outcome);
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use serde_json::value::RawValue;
    use tokio::sync::oneshot;

    use super::{Company, Waiting};
    use crate::{Commit, ListColumns, ProjectRow};

    fn waiting(id: &str) -> Waiting {
        let columns = ListColumns {
            phase: String::new(),
            status: String::new(),
            customer_name: String::new(),
            city: String::new(),
            waiting_on: Vec::new(),
            next_due_on: None,
            porting_on: None,
            porting_status: String::new(),
            cutover_status: String::new(),
            search: String::new(),
        };
        let row = ProjectRow { id: id.to_owned(), reference: id.to_owned(), state: RawValue::NULL.to_owned(), columns };
        Waiting { commit: Commit::new(row, 1, DateTime::UNIX_EPOCH), told: oneshot::channel().0 }
    }

    #[tokio::test]
    async fn of_a_project_one_goes_at_a_time() {
        let company = Company::on_sqlite();
        if let Ok(mut queue) = company.waiting.lock() {
            queue.extend(["b", "a", "b", "b"].map(waiting));
        }
        let set_out = || company.set_out().iter().map(|one| one.commit.project.id.clone()).collect::<Vec<_>>();
        assert_eq!([set_out(), set_out(), set_out(), set_out()], [vec!["a", "b"], vec!["b"], vec!["b"], vec![]]);
    }
}
