//! Who may do what. Whose project it is has been looked at before.

use crate::actor::{Actor, Role};
use crate::command::Command;
use crate::rejection::Rejection;
use crate::text::Text;

pub(super) fn check(actor: &Actor, command: &Command) -> Result<(), Rejection> {
    let allowed = match actor.role {
        Role::Manager | Role::System => true,
        Role::Provider => matches!(
            command,
            Command::RecordAnswer { .. }
                | Command::RecordDelay { .. }
                | Command::RecordPortingError { .. }
                | Command::RecordForeignMessage { .. }
                | Command::RecordUnfitMessage { .. }
        ),
        Role::Engineer => matches!(
            command,
            Command::CompleteTask { .. }
                | Command::AddAttachment(_)
                | Command::RecordAnswer { .. }
                | Command::RetryEffect { .. }
                | Command::RetryCutover
                | Command::ResolveStep { .. }
                | Command::SettleEffect { .. }
                | Command::AcknowledgeWarning { .. }
        ),
        Role::Customer => {
            matches!(command, Command::CompleteTask { .. } | Command::AddAttachment(_) | Command::RecordLetterSent { .. })
        }
        Role::Integration => matches!(
            command,
            Command::Start { .. }
                | Command::ChangeIntake { .. }
                | Command::AddAttachment(_)
                | Command::AcceptSuggestion { .. }
                | Command::DismissSuggestion { .. }
                | Command::RecordAnswer { .. }
                | Command::SettleEffect { .. }
        ),
    };
    if allowed {
        return Ok(());
    }
    let role = actor.role.as_str();
    Err(Rejection::Forbidden(Text::new(
        format!("de rol {role} mag dit niet; vraag een projectleider"),
        format!("the role {role} may not do this; ask a project manager"),
    )))
}
