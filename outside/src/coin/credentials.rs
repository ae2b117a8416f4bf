//! What a consumer signs with, and where it is read again when COIN does not accept it any more.

use std::fmt;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use base64::prelude::{BASE64_STANDARD, Engine};
use hmac::{Hmac, KeyInit};
use rsa::PrivateKey;
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::pkcs8::DecodePrivateKey;
use sha2::{Digest, Sha256};

/// A consumer's name, its private key, and the secret that it shares with COIN. None of it is shown but the name.
#[derive(Clone)]
pub struct Credentials {
    pub(super) consumer: String,
    pub(super) private: PrivateKey,
    pub(super) shared: Hmac<Sha256>,
    /// Where they come from, and the digest of what stood there.
    pub(super) read_from: Option<(PathBuf, [u8; 32])>,
}

/// A file of the credentials is missing or wrong.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// It can't be read.
    #[error("{}: {source}", path.display())]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// It isn't what it should be.
    #[error("{}: {reason}", path.display())]
    Invalid {
        /// Which file.
        path: PathBuf,
        /// What it should be.
        reason: &'static str,
    },
}

impl Credentials {
    /// Reads a folder: `consumer_name`, the name that COIN gave; `private-key.pem`, the consumer's own RSA key in PKCS#8 or
    /// PKCS#1, not encrypted; `sharedkey.encrypted`, the shared secret as COIN gives it: encrypted for that key with RSA
    /// PKCS#1 v1.5, in base64.
    pub fn load(folder: &Path) -> Result<Self, CredentialsError> {
        let (name_file, name) = read(folder, "consumer_name")?;
        let consumer = name.trim();
        if consumer.is_empty() || !consumer.bytes().all(|b| b.is_ascii_graphic() && b != b'"') {
            return Err(CredentialsError::Invalid { path: name_file, reason: "is not a consumer's name" });
        }
        let (key_file, pem) = read(folder, "private-key.pem")?;
        let private = PrivateKey::from_pkcs8_pem(&pem).ok().or_else(|| PrivateKey::from_pkcs1_pem(&pem).ok());
        let private = private
            .ok_or(CredentialsError::Invalid { path: key_file, reason: "is not an unencrypted RSA private key in PEM" })?;
        let (secret_file, encrypted) = read(folder, "sharedkey.encrypted")?;
        let base64: String = encrypted.split_whitespace().collect();
        let secret = BASE64_STANDARD.decode(base64).ok().and_then(|bytes| private.pkcs1v15_decrypt(&bytes).ok());
        let shared = secret.filter(|secret| !secret.is_empty()).and_then(|secret| Hmac::new_from_slice(&secret).ok());
        let shared = shared.ok_or(CredentialsError::Invalid {
            path: secret_file,
            reason: "is not a secret encrypted for the key in private-key.pem, in base64",
        })?;
        let digest = Sha256::new().chain_update(&name).chain_update(&pem).chain_update(&encrypted).finalize().into();
        Ok(Self { consumer: consumer.to_owned(), private, shared, read_from: Some((folder.to_owned(), digest)) })
    }

    /// The name that COIN gave.
    pub fn consumer(&self) -> &str {
        &self.consumer
    }
}

/// The credentials in use. They can be replaced while the server runs: whoever renews them puts the new files in the folder.
#[derive(Debug)]
pub(super) struct Keyring(RwLock<Arc<Credentials>>);

impl Keyring {
    pub(super) fn new(credentials: Credentials) -> Self {
        Self(RwLock::new(Arc::new(credentials)))
    }

    pub(super) fn current(&self) -> Arc<Credentials> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Other credentials than these, where somebody has put such in the folder.
    ///
    /// # Errors
    /// What stands there now is no credentials: half of it has been replaced, say.
    pub(super) async fn renewed(&self, refused: &Arc<Credentials>) -> Result<Option<Arc<Credentials>>, CredentialsError> {
        let current = self.current();
        if !Arc::ptr_eq(&current, refused) {
            return Ok(Some(current));
        }
        let Some((folder, digest)) = refused.read_from.clone() else { return Ok(None) };
        // A private key is taken apart: long enough to be off the threads that answer others.
        let Ok(read) = tokio::task::spawn_blocking(move || Credentials::load(&folder)).await else { return Ok(None) };
        let read = Arc::new(read?);
        if read.read_from.as_ref().is_some_and(|(_, now)| *now == digest) {
            return Ok(None);
        }
        tracing::info!(consumer = read.consumer, "COIN's credentials were renewed and are used from now on");
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = read.clone();
        Ok(Some(read))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("consumer", &self.consumer).finish_non_exhaustive()
    }
}

fn read(folder: &Path, file: &str) -> Result<(PathBuf, String), CredentialsError> {
    let path = folder.join(file);
    match fs::read_to_string(&path) {
        Ok(text) => Ok((path, text)),
        Err(source) => Err(CredentialsError::Unreadable { path, source }),
    }
}
