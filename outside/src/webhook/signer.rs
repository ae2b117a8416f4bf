//! What signs calls about events, in either scheme of Standard Webhooks: HMAC with a shared secret (`v1`), or Ed25519 (`v1a`).

use std::fmt;
use std::str::FromStr;

use base64::prelude::{BASE64_STANDARD, Engine};
use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{Ed25519KeyPair, KeyPair};

use super::{InvalidSecret, Secret};

/// As many bytes as HMAC-SHA256 makes use of; the standard asks for 24 to 64.
const SECRET_BYTES: usize = 32;

/// An Ed25519 key's seed; its public key has as many (RFC 8032).
const SEED_BYTES: usize = 32;

/// What signs. Made of `whsec_…` or `whsk_…`; its text is never shown.
pub struct Signer(Kind);

enum Kind {
    Shared(Secret),
    Pair(Box<Ed25519KeyPair>),
}

/// The system gives no random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the system gives no random bytes")]
pub struct NoRandomness;

/// A new secret for HMAC: `whsec_` and base64.
pub fn new_secret() -> Result<String, NoRandomness> {
    Ok(format!("whsec_{}", BASE64_STANDARD.encode(random::<SECRET_BYTES>()?)))
}

/// A new Ed25519 key: `whsk_` and base64 of the seed and the public key, the usual form of 64 bytes.
pub fn new_key() -> Result<String, NoRandomness> {
    let seed = random::<SEED_BYTES>()?;
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).map_err(|_| NoRandomness)?;
    Ok(format!("whsk_{}", BASE64_STANDARD.encode([&seed[..], pair.public_key().as_ref()].concat())))
}

fn random<const BYTES: usize>() -> Result<[u8; BYTES], NoRandomness> {
    let mut bytes = [0; BYTES];
    SystemRandom::new().fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}

impl Signer {
    /// The signature of a call: `v1,` or `v1a,`, and base64.
    pub fn sign(&self, id: &str, timestamp: &str, body: &[u8]) -> String {
        match &self.0 {
            Kind::Shared(secret) => secret.sign(id, timestamp, body),
            Kind::Pair(pair) => {
                let signed = [format!("{id}.{timestamp}.").as_bytes(), body].concat();
                format!("v1a,{}", BASE64_STANDARD.encode(pair.sign(&signed)))
            }
        }
    }

    /// What a receiver checks with, where it is not the secret itself: `whpk_` and base64.
    pub fn public_key(&self) -> Option<String> {
        match &self.0 {
            Kind::Shared(_) => None,
            Kind::Pair(pair) => Some(format!("whpk_{}", BASE64_STANDARD.encode(pair.public_key().as_ref()))),
        }
    }
}

impl FromStr for Signer {
    type Err = InvalidSecret;

    fn from_str(text: &str) -> Result<Self, InvalidSecret> {
        let Some(key) = text.strip_prefix("whsk_") else { return text.parse().map(|secret| Self(Kind::Shared(secret))) };
        let bytes = BASE64_STANDARD.decode(key).map_err(|_| InvalidSecret)?;
        let (seed, public) = bytes.split_at_checked(SEED_BYTES).ok_or(InvalidSecret)?;
        let pair = Ed25519KeyPair::from_seed_and_public_key(seed, public).map_err(|_| InvalidSecret)?;
        Ok(Self(Kind::Pair(Box::new(pair))))
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer(…)")
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::collections::BTreeSet;
    use std::io::Write;
    use std::process::{Command, Stdio};

    use super::*;

    const BODY: &[u8] = br#"{"type":"test"}"#;

    #[test]
    fn new_secrets_differ_and_have_their_form() {
        let secrets: BTreeSet<String> = (0..20).map(|_| new_secret().unwrap()).collect();
        assert_eq!(secrets.len(), 20);
        for secret in secrets {
            assert_eq!(BASE64_STANDARD.decode(secret.strip_prefix("whsec_").unwrap()).unwrap().len(), 32);
            let signer: Signer = secret.parse().unwrap();
            assert!(signer.sign("msg_1", "1", BODY).starts_with("v1,"));
            assert_eq!(signer.public_key(), None);
            assert_eq!(format!("{signer:?}"), "Signer(…)");
        }
    }

    #[test]
    fn a_key_that_is_cut_or_changed_is_refused() {
        let key = new_key().unwrap();
        let other = new_key().unwrap();
        // The seed of one with the public key of the other.
        let mut mixed = BASE64_STANDARD.decode(&key[5..]).unwrap();
        mixed.truncate(32);
        mixed.extend(&BASE64_STANDARD.decode(&other[5..]).unwrap()[32..]);
        let mixed = format!("whsk_{}", BASE64_STANDARD.encode(mixed));
        for text in [&key[..key.len() - 8], "whsk_", "whsk_AAAA", &mixed, &key.replace("whsk", "whpk")] {
            assert!(text.parse::<Signer>().is_err(), "{text}");
        }
    }

    /// OpenSSL is another implementation of Ed25519.
    #[test]
    fn openssl_verifies_what_is_signed_with_a_key_pair() {
        let signer: Signer = new_key().unwrap().parse().unwrap();
        let signature = signer.sign("msg_1", "1614265330", BODY);
        let signature = BASE64_STANDARD.decode(signature.strip_prefix("v1a,").unwrap()).unwrap();
        let public = BASE64_STANDARD.decode(signer.public_key().unwrap().strip_prefix("whpk_").unwrap()).unwrap();
        assert!(openssl_verifies(&public, &signature, &[b"msg_1.1614265330.", BODY].concat()));
        assert!(!openssl_verifies(&public, &signature, &[b"msg_2.1614265330.", BODY].concat()));
    }

    fn openssl_verifies(public: &[u8], signature: &[u8], message: &[u8]) -> bool {
        let folder = std::env::temp_dir().join(format!("overstap-ed25519-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        // A public key as X.509 has it (RFC 8410, section 4).
        let prefix = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
        std::fs::write(folder.join("key.der"), [&prefix[..], public].concat()).unwrap();
        std::fs::write(folder.join("signature"), signature).unwrap();
        std::fs::File::create(folder.join("message")).unwrap().write_all(message).unwrap();
        let verified = Command::new("openssl")
            .args(["pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey", "key.der", "-rawin"])
            .args(["-in", "message", "-sigfile", "signature"])
            .current_dir(&folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        verified.success()
    }
}
