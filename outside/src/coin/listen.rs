//! Taking messages from COIN's event stream, for ever.
//!
//! COIN delivers a message again until it is confirmed, and it is confirmed only when the sink has it for good: every
//! message arrives at least once, in order. A message that the sink can't take for a reason of its own does not hold up the
//! others: it stays unconfirmed and comes again with a later connection. Neither does one whose confirmation COIN refuses: it is confirmed
//! again and again, and the client's health tells of it.

use std::collections::BTreeSet;
use std::error::Error;
use std::pin::{Pin, pin};
use std::time::Duration;

use rand::RngExt;
use tokio::time::{Instant, sleep, sleep_until, timeout};
use workflow::porting::coin::{Envelope, Message};

use super::CoinClient;
use super::events::{Event, Events};
use crate::outcome::{CallError, causes, storable};

/// COIN sends a heartbeat after 20 seconds without a message; when not even that comes, the connection is dead.
pub(super) const SILENCE: Duration = Duration::from_secs(30);

/// After how long a connection is given up on which messages were passed over: a new one brings them again.
const PASSED_OVER_FOR: Duration = Duration::from_mins(15);

/// How soon a confirmation that COIN refused is tried again; later more calmly.
pub(super) const CONFIRMED_AGAIN_AFTER: Duration = Duration::from_mins(1);
/// The longest pause between two attempts at it.
const CONFIRMED_AGAIN_AT_LEAST_EVERY: Duration = Duration::from_mins(15);

const FIRST_PAUSE: Duration = Duration::from_secs(1);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);

/// A message as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncomingMessage {
    /// COIN's id of the message: the same when it is delivered again.
    pub id: String,
    /// Its name on the wire: `portingrequestanswer`, …; perhaps one that isn't known here.
    pub kind: String,
    /// Its text as it came, JSON by agreement.
    pub text: String,
}

impl IncomingMessage {
    /// The message that the text holds.
    pub fn message(&self) -> Result<Message, serde_json::Error> {
        serde_json::from_str::<Envelope>(&self.text).map(|envelope| envelope.message)
    }
}

/// Why a sink could not take a message. Either way it is not confirmed and will be delivered again.
#[derive(Debug, thiserror::Error)]
pub enum SinkError {
    /// It can take none now, the database being away say: all wait.
    #[error("{0}")]
    NotNow(#[source] Box<dyn Error + Send + Sync>),
    /// It can't take this one, and would fail again: those behind it must not wait for that.
    #[error("{0}")]
    NotThis(#[source] Box<dyn Error + Send + Sync>),
}

/// Where messages go.
pub trait MessageSink: Sync {
    /// Takes a message for good: `Ok` confirms it to COIN. May be given one that it has already.
    fn receive(&self, message: IncomingMessage) -> impl Future<Output = Result<(), SinkError>> + Send;
}

/// What became of a message.
enum Taken {
    Yes,
    /// The sink has it, and COIN refuses its confirmation.
    Unconfirmed,
    PassedOver,
}

/// Confirmations that COIN refused on this connection.
struct Refused {
    ids: BTreeSet<String>,
    pause: Duration,
    again_at: Option<Instant>,
}

impl Refused {
    fn none(pause: Duration) -> Self {
        Self { ids: BTreeSet::new(), pause, again_at: None }
    }

    fn add(&mut self, id: String) {
        self.ids.insert(id);
        self.again_at.get_or_insert(Instant::now() + self.pause);
    }

    fn tried_again(&mut self) {
        self.pause = self.pause.saturating_mul(2).min(CONFIRMED_AGAIN_AT_LEAST_EVERY);
        self.again_at = (!self.ids.is_empty()).then(|| Instant::now() + self.pause);
    }
}

/// Why a stream ended.
enum End {
    Shutdown,
    Lost(String),
}

impl CoinClient {
    /// Takes messages until `shutdown`, reconnecting for ever with growing pauses. Ends between two messages.
    pub async fn listen(&self, sink: &impl MessageSink, shutdown: impl Future<Output = ()> + Send) {
        let mut shutdown = pin!(shutdown);
        let mut pauses = Pauses::default();
        loop {
            let end = self.take_stream(sink, shutdown.as_mut(), &mut pauses).await;
            let reason = match end {
                End::Shutdown => {
                    self.pulse.lost((self.wire_clock)(), None);
                    return;
                }
                End::Lost(reason) => reason,
            };
            let pause = pauses.next();
            tracing::warn!(reason, pause_ms = pause.as_millis(), "COIN's event stream is lost");
            self.pulse.lost((self.wire_clock)(), Some(reason));
            tokio::select! {
                () = shutdown.as_mut() => return,
                () = sleep(pause) => {}
            }
        }
    }

    async fn take_stream(
        &self,
        sink: &impl MessageSink,
        mut shutdown: Pin<&mut (impl Future<Output = ()> + Send)>,
        pauses: &mut Pauses,
    ) -> End {
        let opened = tokio::select! {
            () = shutdown.as_mut() => return End::Shutdown,
            opened = timeout(self.silence, self.open_events()) => opened,
        };
        let mut stream = match opened {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return End::Lost(error.to_string()),
            Err(_) => return End::Lost("no answer".to_owned()),
        };
        self.pulse.connected((self.wire_clock)());
        let mut events = Events::default();
        let mut tell_again_at = None;
        let mut refused = Refused::none(self.confirmed_again_after);
        loop {
            let chunk = tokio::select! {
                () = shutdown.as_mut() => return End::Shutdown,
                () = until(tell_again_at) => return End::Lost("messages that were passed over are to come again".to_owned()),
                () = until(refused.again_at) => {
                    self.confirm_again(&mut refused).await;
                    continue;
                }
                chunk = timeout(self.silence, stream.chunk()) => chunk,
            };
            let bytes = match chunk {
                Ok(Ok(Some(bytes))) => bytes,
                Ok(Ok(None)) => return End::Lost("ended by COIN".to_owned()),
                Ok(Err(error)) => return End::Lost(causes(error)),
                Err(_) => return End::Lost(format!("silent for {} s", self.silence.as_secs())),
            };
            self.pulse.heard((self.wire_clock)());
            for event in events.push(&bytes) {
                let id = event.id.clone();
                match self.take(sink, event).await {
                    Ok(Taken::Yes) => pauses.reset(),
                    Ok(Taken::Unconfirmed) => refused.add(id),
                    Ok(Taken::PassedOver) => {
                        tell_again_at.get_or_insert(Instant::now() + PASSED_OVER_FOR);
                    }
                    Err(reason) => return End::Lost(reason),
                }
            }
        }
    }

    /// Hands a message over, then confirms it. After an error the stream is opened anew, which brings the message again.
    async fn take(&self, sink: &impl MessageSink, event: Event) -> Result<Taken, String> {
        if event.data.is_empty() {
            return Ok(Taken::Yes);
        }
        let kind = event.kind.strip_suffix("-v3").unwrap_or(&event.kind).to_owned();
        let message = IncomingMessage { id: event.id, kind, text: storable(&event.data) };
        let id = message.id.clone();
        match sink.receive(message).await {
            Ok(()) => {}
            Err(SinkError::NotNow(error)) => return Err(format!("message {id} was not taken: {error}")),
            Err(SinkError::NotThis(error)) => {
                tracing::error!(id, %error, "a message from COIN can't be taken; it stays unconfirmed, and those behind it go on");
                self.pulse.unconfirmed(&id, &error.to_string());
                return Ok(Taken::PassedOver);
            }
        }
        match self.confirm(&id).await {
            Ok(()) => {
                self.pulse.confirmed(&id);
                Ok(Taken::Yes)
            }
            // The sink has it. COIN may deliver it again, but those behind it must not wait for that.
            Err(CallError::Rejected(reason) | CallError::Denied(reason)) => {
                tracing::error!(id, reason, "COIN does not take the confirmation of a message; it is confirmed again later");
                self.pulse.unconfirmed(&id, &reason);
                Ok(Taken::Unconfirmed)
            }
            Err(error) => Err(format!("message {id} is not confirmed: {error}")),
        }
    }

    async fn confirm_again(&self, refused: &mut Refused) {
        for id in std::mem::take(&mut refused.ids) {
            match self.confirm(&id).await {
                Ok(()) => self.pulse.confirmed(&id),
                Err(error) => {
                    self.pulse.unconfirmed(&id, &error.to_string());
                    refused.ids.insert(id);
                }
            }
        }
        refused.tried_again();
    }
}

async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => sleep_until(instant).await,
        None => std::future::pending().await,
    }
}

/// The pauses between attempts: doubling from one second to a minute, each cut by up to a half at random so that many
/// consumers don't come back at the same moment.
#[derive(Default)]
struct Pauses {
    attempts: u32,
}

impl Pauses {
    fn next(&mut self) -> Duration {
        let whole = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(self.attempts)).min(LONGEST_PAUSE);
        self.attempts = self.attempts.saturating_add(1);
        whole.mul_f64(rand::rng().random_range(0.5..=1.0))
    }

    fn reset(&mut self) {
        self.attempts = 0;
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use chrono::DateTime;
    use hmac::{Hmac, KeyInit};
    use rsa::PrivateKey;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::coin::Credentials;

    /// Takes whatever comes.
    struct Takes;

    impl MessageSink for Takes {
        async fn receive(&self, _: IncomingMessage) -> Result<(), SinkError> {
            Ok(())
        }
    }

    /// Nothing is ever delivered to it.
    struct Unused;

    impl MessageSink for Unused {
        async fn receive(&self, message: IncomingMessage) -> Result<(), SinkError> {
            Err(SinkError::NotNow(format!("{message:?} came from nowhere").into()))
        }
    }

    async fn client_and_server() -> (CoinClient, TcpListener) {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let credentials = Credentials {
            consumer: "TEST".to_owned(),
            private: PrivateKey::new(&mut rand::rng(), 2048).unwrap(),
            shared: Hmac::new_from_slice(b"secret").unwrap(),
            read_from: None,
        };
        (CoinClient::new(&url, credentials, DateTime::default).unwrap(), listener)
    }

    #[tokio::test]
    async fn a_confirmation_that_is_refused_is_tried_again_on_the_same_connection() {
        let (mut client, listener) = client_and_server().await;
        client.confirmed_again_after = Duration::from_millis(20);
        let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
        let answers = async {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut said = vec![0; 4096];
            assert_ne!(stream.read(&mut said).await.unwrap(), 0);
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\nid: 7\ndata: {}\n\n").await.unwrap();
            for status in ["403 Forbidden", "404 Not Found", "200 OK"] {
                let (mut confirmation, _) = listener.accept().await.unwrap();
                let length = confirmation.read(&mut said).await.unwrap();
                assert!(
                    String::from_utf8_lossy(&said[..length]).starts_with("PUT /number-portability/v3/dossiers/confirmations/7 ")
                );
                let known = client.health().unconfirmed.contains_key("7");
                assert_eq!(known, status != "403 Forbidden", "it is told that one was refused");
                confirmation
                    .write_all(format!("HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n").as_bytes())
                    .await
                    .unwrap();
            }
            while !client.health().unconfirmed.is_empty() {
                sleep(Duration::from_millis(5)).await;
            }
            stop.send(()).unwrap();
        };
        let listening = client.listen(&Takes, async { stopped.await.unwrap() });
        timeout(Duration::from_secs(10), async { tokio::join!(listening, answers) }).await.unwrap();
        assert_eq!(client.health().last_error, None, "the stream was not given up for it");
    }

    #[tokio::test]
    async fn a_connection_on_which_nothing_is_heard_is_given_up() {
        let (mut client, listener) = client_and_server().await;
        client.silence = Duration::from_millis(100);
        // Two connections come: the first is dead after its headers, and the second proves that it was given up.
        let two_connections = async {
            let (mut dead, _) = listener.accept().await.unwrap();
            // Its request, or its beginning: a server that answers unasked is another failure.
            let asked = dead.read(&mut [0; 4096]).await.unwrap();
            assert_ne!(asked, 0);
            dead.write_all(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n\r\n").await.unwrap();
            let _second = listener.accept().await.unwrap();
        };
        timeout(Duration::from_secs(10), client.listen(&Unused, two_connections)).await.unwrap();
        let (_, error) = client.health().last_error.unwrap();
        assert!(error.starts_with("silent"), "{error}");
        assert_eq!(client.health().connected_since, None);
    }

    #[test]
    fn pauses_grow_from_a_second_to_a_minute_and_start_again() {
        let mut pauses = Pauses::default();
        for whole in [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0] {
            let pause = pauses.next().as_secs_f64();
            assert!((whole / 2.0..=whole).contains(&pause), "{pause} s of {whole} s");
        }
        pauses.attempts = u32::MAX;
        assert!(pauses.next() <= LONGEST_PAUSE);
        pauses.reset();
        assert!(pauses.next() <= FIRST_PAUSE);
    }
}
