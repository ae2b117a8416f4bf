//! What to beware of at a contract's provider, as the provider directory knew it at the intake.

use super::{Severity, Warning};
use crate::intake::Contract;
use crate::provider::Trap;
use crate::text::Text;

/// `provider_trap`: the provider has ways that cost money or numbers. One warning for all of them, as each contract's warning is
/// acknowledged by its code.
pub(super) fn provider_trap(contract: &Contract) -> Option<Warning> {
    let traps = contract.provider.known.as_ref().map(|known| known.traps.as_slice()).filter(|traps| !traps.is_empty())?;
    let name = &contract.provider.name;
    let joined = |pick: fn(&Trap) -> &str, separator| traps.iter().map(pick).collect::<Vec<_>>().join(separator);
    Some(Warning::new(
        "provider_trap",
        Severity::Warning,
        Text::new(
            format!("{name}: {}", joined(|trap| &trap.text.nl, " ")),
            format!("{name}: {}", joined(|trap| &trap.text.en, " ")),
        ),
        Text::new(joined(|trap| &trap.to_do.nl, "; "), joined(|trap| &trap.to_do.en, "; ")),
    ))
}
