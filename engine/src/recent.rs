//! What the last commits left, so that the steps of a cutover, which follow each other closely, need not be read and understood anew each time.
//!
//! What is remembered is only used where a commit follows, which the database refuses if somebody else has changed the project: it may be
//! out of date, and does no harm. Nobody is answered from here.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use uuid::Uuid;

use crate::{Current, Engine, Origin, Request, Target};

/// Of each generation. A project takes some fifty kilobytes.
const PROJECTS_MAX: usize = 500;

/// Projects as they were a moment ago: the young generation, and the old one, which is forgotten next.
#[derive(Debug)]
pub(crate) struct Recent<T>(Mutex<[HashMap<Uuid, (i64, T)>; 2]>);

impl<T> Default for Recent<T> {
    fn default() -> Self {
        Self(Mutex::new([HashMap::new(), HashMap::new()]))
    }
}

impl<T> Recent<T> {
    /// A project with its version, if it is known as it was at the version that somebody has seen, or later. It is forgotten thereby: what
    /// becomes of it, the next commit says.
    pub(crate) fn take(&self, id: Uuid, seen: i64) -> Option<(i64, T)> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let [young, old] = &mut *known;
        let (version, project) = young.remove(&id).or_else(|| old.remove(&id))?;
        (version >= seen).then_some((version, project))
    }

    /// Remembers a project as a commit left it.
    pub(crate) fn keep(&self, id: Uuid, version: i64, project: T) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let [young, old] = &mut *known;
        if young.len() >= PROJECTS_MAX {
            *old = std::mem::take(young);
        }
        old.remove(&id);
        young.insert(id, (version, project));
    }
}

impl Engine {
    /// The project as our last commit left it, for what always commits.
    pub(crate) fn remembered(&self, request: &Request) -> Option<Current> {
        let (Target::Existing(id, _), Origin::Effect { seen, .. } | Origin::Timer { seen, .. }) =
            (&request.target, &request.origin)
        else {
            return None;
        };
        let (version, project) = self.recent.take(*id, *seen)?;
        Some(Current { project, version })
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::{PROJECTS_MAX, Recent};

    #[test]
    fn a_project_older_than_was_seen_is_not_known() {
        let recent = Recent::default();
        for (seen, known) in [(2, Some((3, "as left"))), (3, Some((3, "as left"))), (4, None)] {
            recent.keep(Uuid::nil(), 3, "as left");
            assert_eq!(recent.take(Uuid::nil(), seen), known);
            assert_eq!(recent.take(Uuid::nil(), 0), None, "what becomes of it is not known");
        }
    }

    #[test]
    fn the_last_are_remembered_and_no_more_than_two_generations() {
        let recent = Recent::default();
        let count = 3 * PROJECTS_MAX;
        let ids: Vec<Uuid> = (0..count).map(|number| Uuid::from_u128(number as u128)).collect();
        for (version, id) in (1..).zip(&ids) {
            recent.keep(*id, version, ());
            recent.keep(*id, version + 1, ());
        }
        let known: Vec<usize> = (0..count).filter(|&number| recent.take(ids[number], 0).is_some()).collect();
        assert!(known.len() <= 2 * PROJECTS_MAX);
        assert_eq!(known, (count - known.len()..count).collect::<Vec<_>>());
        assert!(known.len() >= PROJECTS_MAX);
    }
}
