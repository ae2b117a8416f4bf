//! Who may do what. Whose project it is has been looked at before.

use crate::actor::{Actor, Role};
use crate::command::Command;
use crate::rejection::Rejection;
use crate::text::Text;

/// Whether somebody may begin projects: asked before a file full of them is looked at.
///
/// # Errors
/// [`Rejection::Forbidden`].
pub fn may_start(actor: &Actor) -> Result<(), Rejection> {
    allow(actor, matches!(actor.role, Role::Manager | Role::System | Role::Integration))
}

/// Whether somebody of this role may give this command at all; whether the project allows it is another question.
pub fn may(role: Role, command: &Command) -> bool {
    check(&Actor::new(role, ""), command).is_ok()
}

pub(super) fn check(actor: &Actor, command: &Command) -> Result<(), Rejection> {
    if matches!(command, Command::Start { .. }) {
        return may_start(actor);
    }
    let allowed = match actor.role {
        Role::Manager | Role::System => true,
        Role::Provider => matches!(
            command,
            Command::RecordAnswer { .. }
                | Command::RecordDelay { .. }
                | Command::RecordPortingError { .. }
                | Command::RecordForeignMessage(_)
                | Command::RecordUnfitMessage { .. }
        ),
        Role::Engineer => matches!(
            command,
            Command::CompleteTask { .. }
                | Command::AddAttachment(_)
                | Command::RecordAnswer { .. }
                | Command::RetryEffect { .. }
                | Command::AskForwarding(_)
                | Command::RecordForwardingSet(_)
                | Command::RecordForwardingTested(_)
                | Command::EndForwarding(_)
                | Command::RehearseCutover { .. }
                | Command::RetryCutover
                | Command::ResolveStep { .. }
                | Command::SettleEffect { .. }
                | Command::AcknowledgeWarning { .. }
        ),
        Role::Customer => {
            matches!(
                command,
                Command::CompleteTask { .. }
                    | Command::AddAttachment(_)
                    | Command::RecordLetterSent { .. }
                    | Command::RecordLetterReceived { .. }
                    | Command::RecordLetterConfirmed { .. }
                    | Command::RecordForwardingSet(_)
                    | Command::RecordForwardingTested(_)
                    | Command::EndForwarding(_)
            )
        }
        Role::Integration => matches!(
            command,
            Command::ChangeIntake { .. }
                | Command::AddAttachment(_)
                | Command::AcceptSuggestion { .. }
                | Command::DismissSuggestion { .. }
                | Command::RecordAnswer { .. }
                | Command::SettleEffect { .. }
        ),
    };
    allow(actor, allowed)
}

fn allow(actor: &Actor, allowed: bool) -> Result<(), Rejection> {
    if allowed {
        return Ok(());
    }
    let role = actor.role.as_str();
    Err(Rejection::Forbidden(Text::new(
        format!("de rol {role} mag dit niet; vraag een projectleider"),
        format!("the role {role} may not do this; ask a project manager"),
    )))
}
