//! The one consumer that COIN knows here, and the files with which it can sign.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{PoisonError, RwLock};

use base64::prelude::{BASE64_STANDARD, Engine};
use rsa::pkcs8::{DecodePrivateKey, EncodePrivateKey, LineEnding};
use rsa::{PrivateKey, PublicKey};
use sha2::Sha256;

/// The name under which a new consumer signs.
const NAME: &str = "overstap-simulator";

/// COIN asks for 4096 bits; half of it is as good for a simulator and made eight times as fast.
const KEY_BITS: usize = 2048;

const CONSUMER_NAME: &str = "consumer_name";
const PRIVATE_KEY: &str = "private-key.pem";
const SHARED_KEY: &str = "sharedkey.encrypted";

/// What COIN knows of a consumer.
pub(crate) struct Consumer {
    name: String,
    key: PublicKey,
    /// The one that it shares with COIN now.
    secret: RwLock<Vec<u8>>,
}

/// The credentials could not be made or written.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// A file could not be written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which file or folder.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// The key could not be made.
    #[error("a consumer's key can't be made: {0}")]
    Key(#[from] rsa::Error),
    /// The key could not be put in its file's form.
    #[error("a consumer's key can't be encoded: {0}")]
    Encoding(#[from] rsa::pkcs8::Error),
}

impl Consumer {
    /// The consumer whose files are in `folder`; if they are missing or not valid, a new one, whose files are then written.
    pub(crate) fn in_folder(folder: Option<&Path>) -> Result<Self, CredentialsError> {
        if let Some(known) = folder.and_then(Self::read) {
            return Ok(known);
        }
        let private = PrivateKey::new(&mut rand::rng(), KEY_BITS)?;
        let consumer = Self { name: NAME.to_owned(), key: private.to_public_key(), secret: RwLock::new(new_secret()) };
        if let Some(folder) = folder {
            consumer.write(&private, folder)?;
        }
        Ok(consumer)
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The secret that it shares with COIN.
    pub(crate) fn secret(&self) -> Vec<u8> {
        self.secret.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Gives it another secret, as COIN does when the old one has expired; encrypted for its key, as its file has it. Whoever signs with the
    /// old one is not let in any more.
    pub(crate) fn renew_secret(&self) -> Result<String, CredentialsError> {
        let secret = new_secret();
        let encrypted = BASE64_STANDARD.encode(self.key.pkcs1v15_encrypt(&secret)?);
        *self.secret.write().unwrap_or_else(PoisonError::into_inner) = secret;
        Ok(encrypted)
    }

    /// Whether it is this consumer's RS256 signature.
    pub(crate) fn has_signed(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key.pkcs1v15_verify::<Sha256>(message, signature).is_ok()
    }

    fn read(folder: &Path) -> Option<Self> {
        let text = |file| fs::read_to_string(folder.join(file)).ok();
        let name = text(CONSUMER_NAME)?.trim().to_owned();
        let private = PrivateKey::from_pkcs8_pem(&text(PRIVATE_KEY)?).ok()?;
        let encrypted = BASE64_STANDARD.decode(text(SHARED_KEY)?.trim()).ok()?;
        let secret = private.pkcs1v15_decrypt(&encrypted).ok()?;
        let valid = !name.is_empty() && !secret.is_empty();
        valid.then(|| Self { name, key: private.to_public_key(), secret: RwLock::new(secret) })
    }

    fn write(&self, private: &PrivateKey, folder: &Path) -> Result<(), CredentialsError> {
        let encrypted = BASE64_STANDARD.encode(self.key.pkcs1v15_encrypt(&self.secret())?);
        let pem = private.to_pkcs8_pem(LineEnding::LF)?;
        fs::create_dir_all(folder).map_err(|source| CredentialsError::File { path: folder.to_owned(), source })?;
        // The name comes last: who waits for it finds the others complete.
        for (file, content) in [(PRIVATE_KEY, pem.as_str()), (SHARED_KEY, &encrypted), (CONSUMER_NAME, &self.name)] {
            let path = folder.join(file);
            replace(&path, content).map_err(|source| CredentialsError::File { path, source })?;
        }
        Ok(())
    }
}

fn new_secret() -> Vec<u8> {
    let random: [u8; 32] = rand::random();
    BASE64_STANDARD.encode(random).into_bytes()
}

/// Puts a file in place at once, readable by its owner only.
fn replace(path: &Path, content: &str) -> io::Result<()> {
    let new = path.with_extension("new");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&new)?;
    file.write_all(content.as_bytes())?;
    file.sync_all()?;
    fs::rename(new, path)
}
