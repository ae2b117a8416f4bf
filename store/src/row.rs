//! How rows become structs, and closed sets of words become enums, on both databases.

/// Reads each field from the column of its name; `json` fields from a JSON column into their own type; `nested` ones, which
/// are rows themselves, from the same row.
macro_rules! from_row {
    ($row:ident { $($field:ident),+ $(,)? } $(json { $($json:ident),+ })? $(nested { $($nested:ident),+ })?) => {
        from_row!(@ sqlx::sqlite::SqliteRow, $row, [$($field)+] [$($($json)+)?] [$($($nested)+)?]);
        from_row!(@ sqlx::postgres::PgRow, $row, [$($field)+] [$($($json)+)?] [$($($nested)+)?]);
    };
    (@ $of:ty, $row:ident, [$($field:ident)+] [$($json:ident)*] [$($nested:ident)*]) => {
        impl sqlx::FromRow<'_, $of> for $row {
            fn from_row(row: &$of) -> sqlx::Result<Self> {
                use sqlx::Row as _;
                Ok(Self {
                    $($field: row.try_get(stringify!($field))?,)+
                    $($json: row.try_get::<sqlx::types::Json<_>, _>(stringify!($json))?.0,)*
                    $($nested: sqlx::FromRow::from_row(row)?,)*
                })
            }
        }
    };
}

/// An enum that is kept as a word. The words are stored: they may be added to, never changed.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name { $($(#[$variant_doc])* $variant),+ }

        impl $name {
            /// The word that is stored.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl<DB: sqlx::Database> sqlx::Type<DB> for $name
        where
            String: sqlx::Type<DB>,
        {
            fn type_info() -> DB::TypeInfo {
                String::type_info()
            }

            fn compatible(of: &DB::TypeInfo) -> bool {
                String::compatible(of)
            }
        }

        impl<'r, DB: sqlx::Database> sqlx::Decode<'r, DB> for $name
        where
            String: sqlx::Decode<'r, DB>,
        {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, sqlx::error::BoxDynError> {
                match String::decode(value)?.as_str() {
                    $($word => Ok(Self::$variant),)+
                    other => Err(format!("{:?} is no {}", other, stringify!($name)).into()),
                }
            }
        }
    };
}
