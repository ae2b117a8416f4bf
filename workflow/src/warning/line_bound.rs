//! What else rides on a line and stops with it. People write it in words of their own.

use crate::text::Text;

/// A service that stops working with the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum LineBound {
    /// A lift's emergency telephone: lives hang on it.
    Lift,
    Alarm,
    Fax,
    PaymentTerminal,
    /// Something that we don't know.
    Other,
}

impl LineBound {
    /// What somebody wrote, `liftalarm` say. `None` for what goes on or has a warning of its own: internet.
    pub(super) fn of(service: &str) -> Option<Self> {
        const KNOWN: [(&str, LineBound); 11] = [
            ("lift", LineBound::Lift),
            ("elevator", LineBound::Lift),
            ("alarm", LineBound::Alarm),
            ("brandmeld", LineBound::Alarm),
            ("inbraak", LineBound::Alarm),
            ("fax", LineBound::Fax),
            ("payment", LineBound::PaymentTerminal),
            ("betaal", LineBound::PaymentTerminal),
            ("pin", LineBound::PaymentTerminal),
            ("internet", LineBound::Other),
            ("adsl", LineBound::Other),
        ];
        let written = service.to_lowercase();
        match KNOWN.iter().find(|(part, _)| written.contains(part)) {
            Some(("internet" | "adsl", _)) => None,
            Some((_, kind)) => Some(*kind),
            None => Some(LineBound::Other),
        }
    }

    /// What it is called; something unknown as it was written.
    pub(super) fn name(self, service: &str) -> Text {
        match self {
            LineBound::Lift => Text::new("lift", "lift"),
            LineBound::Alarm => Text::new("alarm", "alarm"),
            LineBound::Fax => Text::new("fax", "fax"),
            LineBound::PaymentTerminal => Text::new("betaalautomaat", "payment terminal"),
            LineBound::Other => Text::new(service, service),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::LineBound;

    #[test]
    fn what_people_write_is_understood_and_what_is_not_is_told_all_the_same() {
        for (written, kind) in [
            ("lift", Some(LineBound::Lift)),
            ("Liftalarm", Some(LineBound::Lift)),
            ("alarm", Some(LineBound::Alarm)),
            ("brandmelder", Some(LineBound::Alarm)),
            ("alarminstallatie", Some(LineBound::Alarm)),
            ("fax", Some(LineBound::Fax)),
            ("pinautomaat", Some(LineBound::PaymentTerminal)),
            ("payment_terminal", Some(LineBound::PaymentTerminal)),
            ("alram", Some(LineBound::Other)),
            ("deurtelefoon", Some(LineBound::Other)),
            ("internet", None),
            ("ADSL", None),
        ] {
            assert_eq!(LineBound::of(written), kind, "{written}");
        }
    }
}
