//! The phase machine: the only place that names a transition between phases.

use crate::machine::machine;

machine! {
    Phase {
        states {
            /// Before the order: contract ends, scope, connectivity.
            Offer "offer",
            /// Letters, invoices, signature, porting request.
            Order "order",
            /// PBX, phones, tests, cutover, delivery.
            Implementation "implementation",
            /// Registrations, updates, changes.
            Maintenance "maintenance",
            /// The service has been handed over or given up.
            Ended "ended",
            /// The migration was called off before any number was ported.
            Cancelled "cancelled",
        }
        /// The gate of the phase is met and somebody moves on.
        Advance { Offer => Order  Order => Implementation  Implementation => Maintenance  Maintenance => Ended }
        /// The migration is called off.
        Cancel { Offer, Order, Implementation => Cancelled }
    }
}

impl State {
    /// Whether nothing more happens in a project of this phase.
    pub fn is_final(self) -> bool {
        !TRANSITIONS.iter().any(|(from, _, _)| *from == self)
    }
}
