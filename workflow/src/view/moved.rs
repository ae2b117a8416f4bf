//! The last time that the agreed moment of a cutover moved, as shown: who was told, when, and who is to be told still.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use crate::actor::Actor;
use crate::cutover::moved::{MoveKind, Recipient};
use crate::event::Purpose;
use crate::project::Project;
use crate::text::Text;

/// That the agreed moment moved, as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct MoveView {
    /// When it moved.
    pub at: DateTime<Utc>,
    /// How.
    pub kind: MoveKind,
    /// The moment that those who are to be told know of.
    pub from: DateTime<Utc>,
    /// The moment that holds now, when there is one.
    pub to: Option<DateTime<Utc>>,
    /// In words.
    pub text: Text,
    /// Who is to be told, and who was.
    pub tell: Vec<TellView>,
}

/// Somebody who is to be told, as shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct TellView {
    /// Who.
    #[serde(flatten)]
    pub recipient: Recipient,
    /// When they were told.
    pub told_at: Option<DateTime<Utc>>,
    /// By whom: Overstap itself by e-mail, or a person.
    pub told_by: Option<Actor>,
    /// The effect by which they are being told.
    pub effect: Option<Uuid>,
    /// What a person has to do, where it does not go by itself.
    pub to_do: Option<Text>,
    /// What went wrong last.
    pub last_error: Option<String>,
}

/// The last time that the agreed moment moved.
pub fn moved_view(project: &Project) -> Option<MoveView> {
    let last = project.moved.as_ref()?;
    let tell = last.moved.tell.iter().map(|recipient| {
        let told = last.told.iter().find(|told| told.email == recipient.email);
        let tells = |purpose: &Purpose| matches!(purpose, Purpose::TellMoved { to, .. } if *to == recipient.email);
        let under_way = project.effects.iter().find(|(_, effect)| tells(&effect.purpose));
        TellView {
            recipient: recipient.clone(),
            told_at: told.map(|told| told.at),
            told_by: told.map(|told| told.by.clone()),
            effect: under_way.map(|(id, _)| *id),
            to_do: under_way.filter(|(_, effect)| effect.needs_a_person()).map(|(_, effect)| effect.by_hand.clone()),
            last_error: under_way.and_then(|(_, effect)| effect.last_error.clone()),
        }
    });
    let (kind, from, to, text) = (last.moved.kind, last.moved.from, last.moved.to, last.moved.text.clone());
    Some(MoveView { at: last.at, kind, from, to, text, tell: tell.collect() })
}
