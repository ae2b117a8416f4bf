//! Letters as they were sent and files as they were received.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::backend::Tx;
use crate::{CommitError, Store, StoreError};

/// A document to keep with a commit.
#[derive(Debug, Clone)]
pub struct NewDocument {
    /// Its id.
    pub id: String,
    /// What it is.
    pub kind: String,
    /// What a reader's file is called.
    pub filename: String,
    /// Its MIME type.
    pub content_type: String,
    /// SHA-256 of the content, in hexadecimal.
    pub sha256: String,
    /// The bytes: many megabytes, perhaps, so they are shared rather than copied when a lost race is decided again.
    pub content: Arc<Vec<u8>>,
}

/// A document as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its id.
    pub id: String,
    /// The project that it belongs to.
    pub project_id: String,
    /// What it is.
    pub kind: String,
    /// What a reader's file is called.
    pub filename: String,
    /// Its MIME type.
    pub content_type: String,
    /// SHA-256 of the content, in hexadecimal.
    pub sha256: String,
    /// When it was kept.
    pub created_at: DateTime<Utc>,
    /// The bytes.
    pub content: Vec<u8>,
}

from_row!(Document { id, project_id, kind, filename, content_type, sha256, created_at, content });

impl Store {
    /// A document with its content.
    pub async fn document(&self, id: &str) -> Result<Option<Document>, StoreError> {
        Ok(read!(fetch_optional, self.reader, "SELECT * FROM documents WHERE id = $1", id)?)
    }

    /// The project that a document belongs to, without reading the document: for asking first whether the reader may.
    pub async fn document_project(&self, id: &str) -> Result<Option<String>, StoreError> {
        let row: Option<(String,)> = read!(fetch_optional, self.reader, "SELECT project_id FROM documents WHERE id = $1", id)?;
        Ok(row.map(|(project_id,)| project_id))
    }
}

pub(crate) async fn keep(tx: &mut Tx, project_id: &str, document: &NewDocument, at: DateTime<Utc>) -> Result<(), CommitError> {
    run!(
        tx,
        "INSERT INTO documents (id, project_id, kind, filename, content_type, sha256, created_at, content)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        &document.id,
        project_id,
        &document.kind,
        &document.filename,
        &document.content_type,
        &document.sha256,
        at,
        &document.content,
    )?;
    Ok(())
}
