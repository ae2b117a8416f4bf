//! The shapes that repeat in COIN's JSON: lists of `{"seq": …}` and flags of `Y` and `N`.

/// A list that COIN writes as `[{"seq": {…}}, …]`.
pub(super) mod repeats {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    struct Repeat<T> {
        seq: T,
    }

    pub(in super::super) fn serialize<T: Serialize, S: Serializer>(items: &[T], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(items.iter().map(|seq| Repeat { seq }))
    }

    pub(in super::super) fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<T>, D::Error> {
        let repeats: Option<Vec<Repeat<T>>> = Option::deserialize(deserializer)?;
        Ok(repeats.into_iter().flatten().map(|repeat| repeat.seq).collect())
    }
}

/// A flag that is `Y` or `N`; absent counts as `N`.
pub(super) mod flag {
    use serde::{Deserialize, Deserializer, Serializer, de};

    #[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands fields by reference")]
    pub(in super::super) fn serialize<S: Serializer>(set: &bool, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(if *set { "Y" } else { "N" })
    }

    pub(in super::super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
        match Option::<String>::deserialize(deserializer)?.as_deref() {
            None | Some("N") => Ok(false),
            Some("Y") => Ok(true),
            Some(other) => Err(de::Error::custom(format!("{other:?} is neither Y nor N"))),
        }
    }
}
