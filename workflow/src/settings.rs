//! What an operator configures and rules depend on.

use chrono::TimeDelta;

use crate::letter::PrintedCompany;
use crate::porting::blocking::BlockingCodes;
use crate::porting::window::PortingHours;
use crate::provider::Directory;

/// What an operator configures and rules depend on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// The integrator, as printed in letters.
    pub contractor: PrintedCompany,
    /// The network operator code under which the contractor ports (COIN: 3 to 6 letters or digits).
    pub operator_code: String,
    /// The hours in which portings are performed, Amsterdam time.
    pub porting_hours: PortingHours,
    /// How long the cutover's test calls are repeated before their failure becomes an incident. Other networks may follow a porting later,
    /// at most one working day (Tw art. 4.10(5)(c)).
    pub verify_for: TimeDelta,
    /// The pause between two test calls.
    pub verify_every: TimeDelta,
    /// How long a peer that took a cutover's step on may take to say how it ended, before its silence becomes an incident.
    pub answer_within: TimeDelta,
    /// Reminders are sent by e-mail; otherwise the trail alone tells them.
    pub reminders_by_mail: bool,
    /// After so many attempts a cutover's step becomes an incident.
    pub attempt_count_max: u32,
    /// What donors' blocking codes mean.
    pub blocking_codes: BlockingCodes,
    /// The providers that are known.
    pub providers: Directory,
}
