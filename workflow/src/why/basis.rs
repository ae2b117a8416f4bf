//! Where a count of months or days comes from.

use crate::text::Text;

/// Where a count of months or days comes from: a contract, a law, COIN's rules, the process.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Basis {
    /// The contract's initial term.
    InitialTerm,
    /// The notice period that the contract names.
    NoticeAgreed,
    /// The contract names no notice period.
    NoticeNotAgreed,
    /// On an indefinite contract, more than a month at the customer's own express request.
    LongerNoticeAgreed,
    /// An indefinite contract names a longer notice period, of which the law lets less bind.
    NoticeCapped {
        /// What the contract names, in months.
        agreed: u32,
        /// The customer asked expressly for more than one month.
        expressly: bool,
    },
    /// A contract with an initial term names a longer notice period, which does not bind once it is renewed.
    RenewalNoticeCapped {
        /// What the contract names, in months.
        agreed: u32,
    },
    /// A letter counts from its receipt, so it is posted earlier.
    Posting,
    /// A letter asks to be confirmed within so long.
    ConfirmationAsked,
    /// A number can be taken along for so long after its contract's end.
    Retention,
    /// The process counts a task's due date so.
    Process,
    /// Nobody can be late with what they could not know.
    CouldNotBeKnown,
    /// A porting may be performed for so long.
    Window,
    /// A donor answers in so long.
    DonorAnswers,
}

impl Basis {
    /// What it says of a count of `count`, as a fact of its own.
    pub fn text(self, count: u32) -> Text {
        let months = months(count);
        match self {
            Basis::InitialTerm => {
                Text::new(format!("de eerste looptijd is {}", months.nl), format!("the initial term is {}", months.en))
            }
            Basis::NoticeAgreed => {
                Text::new(format!("de afgesproken opzegtermijn is {}", months.nl), format!("the agreed notice is {}", months.en))
            }
            Basis::NoticeNotAgreed => Text::new(
                format!("er is geen opzegtermijn afgesproken: {} is altijd genoeg", months.nl),
                format!("no notice was agreed: {} is always enough", months.en),
            ),
            Basis::LongerNoticeAgreed => Text::new(
                format!("op eigen uitdrukkelijk verzoek is een opzegtermijn van {} afgesproken", months.nl),
                format!("at the customer's own express request a notice of {} was agreed", months.en),
            ),
            Basis::NoticeCapped { agreed, .. } => {
                let agreed = self::months(agreed);
                Text::new(
                    format!("er is {} opzegtermijn afgesproken, waarvan voor onbepaalde tijd {} bindt", agreed.nl, months.nl),
                    format!("a notice of {} was agreed, of which on an indefinite contract {} binds", agreed.en, months.en),
                )
            }
            Basis::RenewalNoticeCapped { agreed } => {
                let agreed = self::months(agreed);
                Text::new(
                    format!("er is {} opzegtermijn afgesproken, waarvan na een verlenging {} bindt", agreed.nl, months.nl),
                    format!("a notice of {} was agreed, of which after a renewal {} binds", agreed.en, months.en),
                )
            }
            Basis::Posting => Text::new(
                format!("een brief telt vanaf ontvangst; voor de post is {count} werkdagen gerekend"),
                format!("a letter counts from its receipt; {count} working days are reckoned for the post"),
            ),
            Basis::ConfirmationAsked => Text::new(
                format!("de brief vraagt om bevestiging binnen {count} dagen"),
                format!("the letter asks for a confirmation within {count} days"),
            ),
            Basis::Retention => Text::new(
                format!("een nummer kan tot {} na het einde van het contract worden meegenomen", months.nl),
                format!("a number can be taken along until {} after the contract's end", months.en),
            ),
            Basis::Process => Text::new(
                format!("het proces rekent {count} werkdagen voor deze taak"),
                format!("the process reckons {count} working days for this task"),
            ),
            Basis::CouldNotBeKnown => {
                Text::new("niemand is te laat met wat nog niet bekend was", "nobody is late with what was not known yet")
            }
            Basis::Window => Text::new(
                format!("porteren mag tot en met {count} dagen na de eerst mogelijke datum"),
                format!("porting is allowed until {count} days after the first possible date, that day included"),
            ),
            Basis::DonorAnswers => Text::new(
                format!("een donor antwoordt in de regel binnen {count} werkdagen"),
                format!("a donor answers as a rule within {count} working days"),
            ),
        }
    }

    /// The law, agreement or rule.
    pub fn source(self) -> Text {
        match self {
            Basis::InitialTerm | Basis::NoticeAgreed => Text::new("contract", "contract"),
            Basis::NoticeNotAgreed => Text::new("Tw art. 7.2a lid 6 en 7.2ab lid 1", "Tw art. 7.2a(6) and 7.2ab(1)"),
            Basis::NoticeCapped { expressly: false, .. } => Text::new("Tw art. 7.2a lid 6", "Tw art. 7.2a(6)"),
            Basis::LongerNoticeAgreed | Basis::NoticeCapped { expressly: true, .. } => {
                Text::new("Tw art. 7.2a lid 7", "Tw art. 7.2a(7)")
            }
            Basis::RenewalNoticeCapped { .. } => Text::new("Tw art. 7.2ab lid 1", "Tw art. 7.2ab(1)"),
            Basis::Posting => Text::new("BW art. 3:37 lid 3", "BW art. 3:37(3)"),
            Basis::ConfirmationAsked => Text::new("de brief zelf", "the letter itself"),
            Basis::Retention => Text::new("Tw art. 4.10 lid 3", "Tw art. 4.10(3)"),
            Basis::Process => Text::new("proces", "process"),
            Basis::CouldNotBeKnown => Text::new("planning", "planning"),
            Basis::Window | Basis::DonorAnswers => Text::new("COIN, Porting on Demand", "COIN, Porting on Demand"),
        }
    }
}

/// `1 maand` and `1 month`, `36 maanden` and `36 months`.
pub(super) fn months(count: u32) -> Text {
    if count == 1 { Text::new("1 maand", "1 month") } else { Text::new(format!("{count} maanden"), format!("{count} months")) }
}
