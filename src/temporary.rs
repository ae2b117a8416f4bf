//! A folder for as long as something runs.

use std::path::PathBuf;

use anyhow::Context;
use uuid::Uuid;

/// A folder that is removed at the end.
pub struct Folder(pub PathBuf);

impl Folder {
    /// A new one, named after what it is for.
    pub fn make(what_for: &str) -> anyhow::Result<Self> {
        let path = std::env::temp_dir().join(format!("overstap-{what_for}-{}", Uuid::now_v7()));
        std::fs::create_dir(&path).with_context(|| format!("can't make the folder {}", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.0) {
            tracing::warn!(folder = %self.0.display(), %error, "a temporary folder could not be removed");
        }
    }
}
