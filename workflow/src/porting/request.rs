//! A porting request's machine: one request per contract and kind of number.

use crate::machine::machine;

machine! {
    Request {
        states {
            /// Asked; the donor has not answered yet.
            Requested "requested",
            /// The donor agreed, with a First Possible Date per series.
            Accepted "accepted",
            /// The donor refused, with a blocking code; asking again is a new request.
            Refused "refused",
            /// The porting has been performed.
            Performed "performed",
            /// We withdrew it.
            Cancelled "cancelled",
            /// The window passed without a porting; asking again is a new request.
            Expired "expired",
        }
        /// The donor's answer is yes.
        Accept { Requested => Accepted }
        /// The donor's answer is no, or COIN reports that the request itself is wrong.
        Refuse { Requested => Refused }
        /// `portingperformed` was received by COIN.
        Perform { Accepted => Performed }
        /// COIN reports an error in `portingperformed`: it may not have taken effect.
        Doubt { Performed => Accepted }
        /// We send `cancel`.
        Cancel { Requested, Accepted => Cancelled }
        /// The last day of the window has passed.
        Expire { Accepted => Expired }
    }
}

impl State {
    /// Whether its numbers are still spoken for by this request.
    pub fn is_live(self) -> bool {
        matches!(self, State::Requested | State::Accepted | State::Performed)
    }
}
