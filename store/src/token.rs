//! Who may call. The token itself is never kept, only its hash.

use chrono::{DateTime, Utc};

use crate::{Store, StoreError};

/// A token to create.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// Its id, by which it is listed and revoked.
    pub id: String,
    /// Whose it is, in words.
    pub name: String,
    /// What its bearer may do.
    pub role: String,
    /// The only project that it opens, for a customer.
    pub project_id: Option<String>,
    /// SHA-256 of the token, in hexadecimal.
    pub sha256: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
}

/// A token as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: String,
    /// Whose it is, in words.
    pub name: String,
    /// What its bearer may do.
    pub role: String,
    /// The only project that it opens, for a customer.
    pub project_id: Option<String>,
    /// SHA-256 of the token, in hexadecimal.
    pub sha256: String,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was revoked, if it was.
    pub revoked_at: Option<DateTime<Utc>>,
}

from_row!(Token { id, name, role, project_id, sha256, created_at, revoked_at });

impl Store {
    /// Keeps a new token.
    pub async fn create_token(&self, token: &NewToken) -> Result<(), StoreError> {
        run!(
            self.writer,
            "INSERT INTO tokens (id, name, role, project_id, sha256, created_at) VALUES ($1, $2, $3, $4, $5, $6)",
            &token.id,
            &token.name,
            &token.role,
            &token.project_id,
            &token.sha256,
            token.created_at,
        )?;
        Ok(())
    }

    /// The token with this hash (SHA-256, hexadecimal), unless it was revoked.
    pub async fn token_by_hash(&self, sha256: &str) -> Result<Option<Token>, StoreError> {
        Ok(read!(fetch_optional, self.reader, "SELECT * FROM tokens WHERE sha256 = $1 AND revoked_at IS NULL", sha256)?)
    }

    /// All tokens, revoked ones too, oldest first.
    pub async fn tokens(&self) -> Result<Vec<Token>, StoreError> {
        Ok(read!(fetch_all, self.reader, "SELECT * FROM tokens ORDER BY created_at, id")?)
    }

    /// Revokes a token; false if there is no such token that was still good.
    pub async fn revoke_token(&self, id: &str, at: DateTime<Utc>) -> Result<bool, StoreError> {
        let revoked = run!(self.writer, "UPDATE tokens SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL", id, at)?;
        Ok(revoked > 0)
    }
}
