//! What commands are called in the report.

use workflow::command::Command;
use workflow::rejection::Rejection;
use workflow::text::Text;

/// A command's stable name.
pub(super) fn name(command: &Command) -> &'static str {
    match command {
        Command::Start { .. } => "start",
        Command::ChangeIntake { .. } => "change_intake",
        Command::Advance => "advance",
        Command::Hold { .. } => "hold",
        Command::Resume => "resume",
        Command::Cancel { .. } => "cancel",
        Command::CompleteTask { on_behalf_of: Some(_), .. } => "complete_task_for_customer",
        Command::CompleteTask { on_behalf_of: None, .. } => "complete_task",
        Command::SkipTask { .. } => "skip_task",
        Command::ReopenTask { .. } => "reopen_task",
        Command::MakeLetter { .. } => "make_letter",
        Command::RecordLetterSent { .. } => "record_letter_sent",
        Command::RecordLetterUnsent { .. } => "record_letter_unsent",
        Command::RecordLetterReceived { .. } => "record_letter_received",
        Command::RecordLetterConfirmed { .. } => "record_letter_confirmed",
        Command::MailLetters { .. } => "mail_letters",
        Command::ReviewLetters => "review_letters",
        Command::AddAttachment(_) => "add_attachment",
        Command::AcceptSuggestion { .. } => "accept_suggestion",
        Command::DismissSuggestion { .. } => "dismiss_suggestion",
        Command::AcknowledgeWarning { .. } => "acknowledge_warning",
        Command::SubmitPorting => "submit_porting",
        Command::SchedulePorting { .. } => "schedule_porting",
        Command::CancelPorting { .. } => "cancel_porting",
        Command::RecordAnswer { .. } => "record_answer",
        Command::RecordDelay { .. } => "record_delay",
        Command::RecordPortingError { .. } => "record_porting_error",
        Command::RecordForeignMessage(_) => "record_foreign_message",
        Command::RecordUnfitMessage { .. } => "record_unfit_message",
        Command::AskForwarding(_) => "ask_forwarding",
        Command::RecordForwardingSet(_) => "record_forwarding_set",
        Command::RecordForwardingTested(_) => "record_forwarding_tested",
        Command::EndForwarding(_) => "end_forwarding",
        Command::RehearseCutover { .. } => "rehearse_cutover",
        Command::RetryCutover => "retry_cutover",
        Command::AbortCutover { .. } => "abort_cutover",
        Command::ResolveStep { .. } => "resolve_step",
        Command::SettleEffect { .. } => "settle_effect",
        Command::RetryEffect { .. } => "retry_effect",
        Command::TimerDue(_) => "timer_due",
    }
}

/// The same in words; for what people do in a rehearsal.
pub(super) fn words(name: &str) -> Text {
    let (nl, en) = match name {
        "start" => ("intake vastgelegd", "intake recorded"),
        "change_intake" => ("gegevens gewijzigd", "intake changed"),
        "advance" => ("naar de volgende fase", "on to the next phase"),
        "hold" => ("in de wacht gezet", "put on hold"),
        "resume" => ("hervat", "resumed"),
        "cancel" => ("geannuleerd", "cancelled"),
        "complete_task_for_customer" => ("taak namens de klant bevestigd", "task confirmed for the customer"),
        "reopen_task" => ("taak heropend", "task reopened"),
        "complete_task" => ("taak bevestigd", "task confirmed"),
        "record_letter_sent" => ("brief verzonden", "letter sent"),
        "record_letter_confirmed" => ("bevestiging van een opzegging vastgelegd", "confirmation of a cancellation recorded"),
        "mail_letters" => ("brieven aan de klant gemaild", "letters e-mailed to the customer"),
        "add_attachment" => ("bestand toegevoegd", "file added"),
        "accept_suggestion" => ("voorstel uit een factuur overgenomen", "suggestion of an invoice accepted"),
        "dismiss_suggestion" => ("voorstel uit een factuur afgewezen", "suggestion of an invoice dismissed"),
        "acknowledge_warning" => ("waarschuwing bevestigd", "warning acknowledged"),
        "submit_porting" => ("portering aangevraagd", "porting asked for"),
        "schedule_porting" => ("portering gepland", "porting scheduled"),
        "cancel_porting" => ("porteringsverzoek ingetrokken", "porting request withdrawn"),
        "rehearse_cutover" => ("cutover geoefend", "cutover rehearsed"),
        "retry_cutover" => ("incident: opnieuw geprobeerd", "incident: tried again"),
        "abort_cutover" => ("cutover afgebroken", "cutover aborted"),
        "resolve_step" => ("incident: met de hand gedaan", "incident: done by hand"),
        "retry_effect" => ("gestopt effect opnieuw geprobeerd", "stopped effect tried again"),
        "telephone" => ("klant gebeld", "customer telephoned"),
        other => (other, other),
    };
    Text::new(nl, en)
}

/// The code of a refusal.
pub(super) fn code(rejection: &Rejection) -> String {
    match rejection {
        Rejection::Input(faults) => faults.first().map_or("input".to_owned(), |fault| fault.code.clone()),
        Rejection::Conflict { reason, .. } => reason.code().to_owned(),
        Rejection::Forbidden(_) => "forbidden".to_owned(),
        Rejection::NotFound(_) => "not_found".to_owned(),
    }
}
