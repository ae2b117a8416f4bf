//! What a subscription signs with. A new key does not end the old one at once: receivers need time to learn of it.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

/// How long the old key signs beside the new one.
const OLD_SIGNS_FOR: TimeDelta = TimeDelta::hours(24);

/// So many keys sign at most. Who rotates more often within a day loses the oldest.
const SIGNING_MAX: usize = 4;

/// A key, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Key {
    /// What signs: `whsec_…` or `whsk_…`.
    pub secret: String,
    /// What a receiver checks with where that is not the secret: `whpk_…`.
    pub public: Option<String>,
    /// Since when it signs.
    pub made_at: DateTime<Utc>,
    /// Until when it signs; absent for the newest.
    pub signs_until: Option<DateTime<Utc>>,
}

/// The keys after a new one was made, the newest first.
pub fn rotated(keys: &[Key], new: Key, now: DateTime<Utc>) -> Vec<Key> {
    let until = now.checked_add_signed(OLD_SIGNS_FOR).unwrap_or(now);
    let old = signing(keys, now).map(|key| Key { signs_until: Some(key.signs_until.unwrap_or(until)), ..key.clone() });
    std::iter::once(new).chain(old).take(SIGNING_MAX).collect()
}

/// The keys that sign now, the newest first.
pub fn signing(keys: &[Key], now: DateTime<Utc>) -> impl Iterator<Item = &Key> {
    keys.iter().filter(move |key| key.signs_until.is_none_or(|until| now < until))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(hour: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hour)
    }

    fn made(name: &str, at: i64) -> Key {
        Key { secret: name.to_owned(), public: None, made_at: hour(at), signs_until: None }
    }

    #[track_caller]
    fn check(keys: &[Key], at: i64, expected: &[&str]) {
        assert_eq!(signing(keys, hour(at)).map(|key| key.secret.as_str()).collect::<Vec<_>>(), expected, "hour {at}");
    }

    #[test]
    fn an_old_key_signs_beside_the_new_one_for_a_day() {
        let keys = rotated(&[made("a", 0)], made("b", 10), hour(10));
        check(&keys, 10, &["b", "a"]);
        check(&keys, 33, &["b", "a"]);
        check(&keys, 34, &["b"]);
        // Rotated once more, the first keeps its own end.
        let keys = rotated(&keys, made("c", 20), hour(20));
        check(&keys, 33, &["c", "b", "a"]);
        check(&keys, 34, &["c", "b"]);
        check(&keys, 44, &["c"]);
    }

    #[test]
    fn what_has_ended_is_forgotten_and_few_sign_at_once() {
        let keys = rotated(&[made("a", 0)], made("b", 0), hour(0));
        assert_eq!(rotated(&keys, made("c", 24), hour(24)).len(), 2);
        let many = ["b", "c", "d", "e", "f"].iter().fold(vec![made("a", 0)], |keys, name| rotated(&keys, made(name, 1), hour(1)));
        check(&many, 1, &["f", "e", "d", "c"]);
    }
}
