//! COIN's number portability messages, API v3: what goes over the wire, as types.
//!
//! Here live the shapes, their formats and their limits. Not here: when to send what (that is decided), how to sign and
//! carry it (that is a client's), and any meaning of a donor's codes.
//!
//! The wire form of every message is `{"message": {"header": {…}, "body": {"<kind>": {…}}}}`; see [`Envelope`]. On sending,
//! absent fields are omitted; on reading, `null` counts as absent (COIN's own Python SDK sends it) and unknown fields are
//! ignored. A message of a kind that isn't modelled here is kept as it came, as [`Body::Other`].

mod body;
mod customer;
mod limits;
mod message;
mod series;
mod shape;
mod timestamp;

#[cfg(test)]
mod tests;

pub use body::{
    AnswerDelayed, Cancel, Deactivation, ErrorFound, FoundError, PortingPerformed, PortingRequest, PortingRequestAnswer,
    SeriesAnswer, SeriesPerformed, SeriesRequested,
};
pub use customer::{Contract, CustomerInfo, HouseNumber, house_number, postcode};
pub use limits::FieldFault;
pub use message::{Body, Envelope, Header, Message, MessageKind, Party, dossier_id};
pub use series::NumberSeries;
pub use timestamp::{NotATimestamp, Timestamp};
