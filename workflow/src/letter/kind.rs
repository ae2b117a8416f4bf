//! The kinds of letter, and what binds a letter to one occasion.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::intake::CallRecording;
use crate::text::Text;

/// The kinds of letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum LetterKind {
    /// To a current provider: the numbers are about to be ported. One per provider.
    PortingNotice,
    /// To a current provider: the contract ends. One per contract that ends.
    Cancellation,
    /// The customer's mandate to port and to end the named contracts. One per provider.
    Authorization,
    /// To the customer, with the letters above: what to sign, and what to post where and by when.
    Cover,
    /// To the customer: when the phones are installed, and what must be there.
    InstallationAppointment,
    /// To the customer: when the numbers move, what won't work for a moment and what to mind.
    CutoverAnnouncement,
    /// To the customer: what was delivered, for both to sign.
    Delivery,
    /// To the customer: texts with which to tell callers and employees that calls are recorded.
    RecordingAnnouncement,
    /// To the customer: how to be safe from telephony fraud.
    FraudSafety,
}

impl LetterKind {
    /// Every kind.
    pub const ALL: [LetterKind; 9] = [
        LetterKind::PortingNotice,
        LetterKind::Cancellation,
        LetterKind::Authorization,
        LetterKind::Cover,
        LetterKind::InstallationAppointment,
        LetterKind::CutoverAnnouncement,
        LetterKind::Delivery,
        LetterKind::RecordingAnnouncement,
        LetterKind::FraudSafety,
    ];

    /// The name by which it is stored, shown in answers and found under `templates/letters`.
    pub const fn as_str(self) -> &'static str {
        match self {
            LetterKind::PortingNotice => "porting_notice",
            LetterKind::Cancellation => "cancellation",
            LetterKind::Authorization => "authorization",
            LetterKind::Cover => "cover",
            LetterKind::InstallationAppointment => "installation_appointment",
            LetterKind::CutoverAnnouncement => "cutover_announcement",
            LetterKind::Delivery => "delivery",
            LetterKind::RecordingAnnouncement => "recording_announcement",
            LetterKind::FraudSafety => "fraud_safety",
        }
    }

    /// What it is called.
    pub fn title(self) -> Text {
        match self {
            LetterKind::PortingNotice => Text::new("aankondiging van de portering", "porting notice"),
            LetterKind::Cancellation => Text::new("opzegging", "cancellation"),
            LetterKind::Authorization => Text::new("machtiging", "authorization"),
            LetterKind::Cover => Text::new("begeleidende brief", "cover letter"),
            LetterKind::InstallationAppointment => Text::new("afspraak voor de installatie", "installation appointment"),
            LetterKind::CutoverAnnouncement => Text::new("aankondiging van de overzetting", "cutover announcement"),
            LetterKind::Delivery => Text::new("opleverdocument", "delivery document"),
            LetterKind::RecordingAnnouncement => Text::new("teksten over gespreksopname", "texts about call recording"),
            LetterKind::FraudSafety => Text::new("veiligheidsblad telefoniefraude", "safety sheet against telephony fraud"),
        }
    }

    /// Whether it asks the provider to confirm it in writing within 14 days.
    pub const fn asks_for_confirmation(self) -> bool {
        matches!(self, LetterKind::Cancellation)
    }

    /// Whether the contractor writes it, to the customer. The others the customer signs and sends.
    pub const fn is_from_contractor(self) -> bool {
        match self {
            LetterKind::PortingNotice | LetterKind::Cancellation | LetterKind::Authorization => false,
            LetterKind::Cover
            | LetterKind::InstallationAppointment
            | LetterKind::CutoverAnnouncement
            | LetterKind::Delivery
            | LetterKind::RecordingAnnouncement
            | LetterKind::FraudSafety => true,
        }
    }
}

/// What a letter tells of that can change after it was sent: then another letter is to tell of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Occasion {
    /// An appointment or a cutover, by its moment.
    Moment(DateTime<Utc>),
    /// How long recordings are kept.
    Retention(CallRecording),
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::LetterKind;

    #[test]
    fn a_kind_is_stored_under_its_name() {
        for kind in LetterKind::ALL {
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.as_str());
        }
    }
}
