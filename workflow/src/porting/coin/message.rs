//! A message: a header, and a body of one kind.

use serde::de::{self, Deserializer};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{AnswerDelayed, Cancel, Deactivation, ErrorFound, PortingPerformed, PortingRequest, PortingRequestAnswer, Timestamp};

/// The outermost wire form: `{"message": …}`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Envelope {
    /// The message itself.
    pub message: Message,
}

/// A message to or from COIN.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// From whom, to whom, when.
    pub header: Header,
    /// What it says.
    pub body: Body,
}

/// From whom, to whom, when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// Who sends.
    pub sender: Party,
    /// To whom; `CRDB` is the central database, `ALLO` all operators.
    pub receiver: Party,
    /// When it was made.
    pub timestamp: Timestamp,
}

/// An operator and, if it acts for one, a service provider: codes of 3 to 6 capitals and digits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// The network operator's code.
    #[serde(rename = "networkoperator")]
    pub network_operator: String,
    /// The service provider's code.
    #[serde(rename = "serviceprovider", default, skip_serializing_if = "Option::is_none")]
    pub service_provider: Option<String>,
}

impl Party {
    /// A network operator by itself.
    pub fn operator(code: impl Into<String>) -> Self {
        Self { network_operator: code.into(), service_provider: None }
    }
}

/// Declares the modelled kinds once: the kind, its name on the wire, and its type.
macro_rules! kinds {
    ($( $(#[$doc:meta])* $kind:ident = $name:literal: $body:ty, )+) => {
        /// The kinds of message that are modelled here.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum MessageKind {
            $( $(#[$doc])* $kind, )+
        }

        impl MessageKind {
            /// All of them.
            pub const ALL: &[Self] = &[$( Self::$kind, )+];

            /// The name on the wire and in the address to which it is sent: `portingrequest`, ….
            pub fn as_str(self) -> &'static str {
                match self { $( Self::$kind => $name, )+ }
            }
        }

        /// What a message says.
        #[derive(Debug, Clone, PartialEq)]
        #[expect(clippy::large_enum_variant, reason = "messages are few and handled one by one")]
        pub enum Body {
            $( $(#[$doc])* $kind($body), )+
            /// A kind that is not modelled, kept as it came.
            Other {
                /// Its name on the wire.
                kind: String,
                /// All that it says.
                content: Value,
            },
        }

        impl Body {
            /// The name on the wire: `portingrequest`, ….
            pub fn kind(&self) -> &str {
                match self {
                    $( Self::$kind(_) => $name, )+
                    Self::Other { kind, .. } => kind,
                }
            }

            /// The dossier that it belongs to.
            pub fn dossier_id(&self) -> Option<&str> {
                match self {
                    $( Self::$kind(body) => Some(&body.dossier_id), )+
                    Self::Other { content, .. } => content.get("dossierid").and_then(Value::as_str),
                }
            }

            fn read(kind: String, content: Value) -> serde_json::Result<Self> {
                Ok(match kind.as_str() {
                    $( $name => Self::$kind(serde_json::from_value(content)?), )+
                    _ => Self::Other { kind, content },
                })
            }
        }

        impl Serialize for Body {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut map = serializer.serialize_map(Some(1))?;
                match self {
                    $( Self::$kind(body) => map.serialize_entry($name, body)?, )+
                    Self::Other { kind, content } => map.serialize_entry(kind, content)?,
                }
                map.end()
            }
        }
    };
}

kinds! {
    /// The recipient asks for numbers.
    PortingRequest = "portingrequest": PortingRequest,
    /// The donor accepts or blocks.
    PortingRequestAnswer = "portingrequestanswer": PortingRequestAnswer,
    /// The donor will answer later.
    AnswerDelayed = "pradelayed": AnswerDelayed,
    /// The recipient has taken the numbers over.
    PortingPerformed = "portingperformed": PortingPerformed,
    /// The porting is called off.
    Cancel = "cancel": Cancel,
    /// COIN found an error in a message.
    ErrorFound = "errorfound": ErrorFound,
    /// Numbers are given back.
    Deactivation = "deactivation": Deactivation,
}

impl MessageKind {
    /// The kind with this name on the wire.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|kind| kind.as_str() == name)
    }
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut said = Map::deserialize(deserializer)?.into_iter().filter(|(_, content)| !content.is_null());
        let (Some((kind, content)), None) = (said.next(), said.next()) else {
            return Err(de::Error::custom("a body has exactly one kind of content"));
        };
        let reason = |error: serde_json::Error, kind: &str| de::Error::custom(format!("{kind}: {error}"));
        Self::read(kind.clone(), content).map_err(|error| reason(error, &kind))
    }
}

/// A dossier's id by the field's habit, operator and number: `DYNX`, `2026-0001`, 1 → `DYNX-20260001-1`.
///
/// `attempt` tells apart the requests made for one reference, since a dossier is never used again. [`Message::faults`] says
/// when the result is longer than COIN takes.
pub fn dossier_id(operator: &str, reference: &str, attempt: u32) -> String {
    let reference: String = reference.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    format!("{operator}-{reference}-{attempt}")
}
