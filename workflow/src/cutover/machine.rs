//! The cutover's machine.

use crate::machine::machine;

machine! {
    Cutover {
        states {
            /// Will begin by itself at its moment.
            Scheduled "scheduled",
            /// Its steps are being taken.
            Running "running",
            /// Stopped; a person decides how it goes on.
            Incident "incident",
            /// Given up before any number was ported; what was done is undone.
            Aborted "aborted",
            /// Every step is done.
            Done "done",
        }
        /// The moment has come.
        Start { Scheduled => Running }
        /// A step can't be done by itself, or turns out afterwards not to have been.
        Fail { Running, Done => Incident }
        /// A person retries, or has done the step by hand.
        Continue { Incident => Running }
        /// A person gives it up.
        Abort { Scheduled, Running, Incident => Aborted }
        /// The last step is done.
        Finish { Running => Done }
    }
}
