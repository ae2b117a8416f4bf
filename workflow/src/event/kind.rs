//! The kinds of events, by the names under which they are stored and told.

use super::Event;

/// Every kind.
pub const KINDS: [&str; 65] = [
    "project_started",
    "intake_changed",
    "phase_advanced",
    "held",
    "resumed",
    "project_cancelled",
    "task_confirmed",
    "task_skipped",
    "task_reopened",
    "due_date_passed",
    "reminder_due",
    "letter_made",
    "letter_sent",
    "letter_unsent",
    "letter_received",
    "letter_confirmed",
    "confirmation_missed",
    "letter_reviewed",
    "letter_emailed",
    "letter_withdrawn",
    "attachment_added",
    "invoice_read",
    "invoice_not_read",
    "suggestion_accepted",
    "suggestion_dismissed",
    "warning_acknowledged",
    "porting_requested",
    "porting_delayed",
    "porting_answered",
    "porting_error_reported",
    "porting_refused",
    "porting_cancelled",
    "porting_expired",
    "porting_doubted",
    "porting_performed",
    "foreign_message_received",
    "unfit_message_received",
    "porting_sent_again",
    "cutover_scheduled",
    "preflight_announced",
    "cutover_started",
    "step_started",
    "step_done",
    "incident_opened",
    "incident_closed",
    "cutover_aborted",
    "cutover_moved",
    "cutover_announced",
    "cutover_done",
    "forwarding_asked",
    "forwarding_set",
    "forwarding_tested",
    "forwarding_ended",
    "effect_requested",
    "effect_failed",
    "effect_held",
    "effect_rearmed",
    "effect_waiting",
    "step_unconfirmed",
    "rehearsal_begun",
    "rehearsal_part_ended",
    "rehearsal_ended",
    "effect_done",
    "effect_refused",
    "effect_withdrawn",
];

impl Event {
    /// The kind by which it is stored and shown, e.g. `task_confirmed`.
    pub fn kind_and_data(&self) -> Result<(String, serde_json::Value), serde_json::Error> {
        let mut stored = serde_json::to_value(self)?;
        let kind = stored.get("kind").and_then(|kind| kind.as_str()).unwrap_or_default().to_owned();
        let data = stored.get_mut("data").map(serde_json::Value::take).unwrap_or_default();
        Ok((kind, data))
    }

    /// Reads a stored event.
    pub fn from_kind_and_data(kind: &str, data: &serde_json::Value) -> Result<Self, serde_json::Error> {
        serde_json::from_value(serde_json::json!({ "kind": kind, "data": data }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_listed() {
        let unknown = Event::from_kind_and_data("no such kind", &serde_json::Value::Null).map(|_| ());
        let told = unknown.map_err(|error| error.to_string()).err().unwrap_or_default();
        // serde names in quotation marks what it found, and then all that it knows.
        let known: Vec<&str> = told.split('`').skip(3).step_by(2).collect();
        assert_eq!(known, KINDS, "{told}");
    }
}
