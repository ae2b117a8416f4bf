//! Why a number or a block can't be ported, in words that say what would be right.

use crate::letter::Language;

/// Why a text is not a number, or a block of numbers, that can be ported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.text(Language::En))]
pub enum NumberFault {
    /// Holds something that isn't part of a telephone number, or nothing at all.
    Unreadable,
    /// Begins as no Dutch number does.
    UnknownPrefix,
    /// Has too many or too few digits.
    WrongLength {
        /// The first digits, by which the length is known.
        prefix: &'static str,
        /// The lengths that exist, with the 0.
        lengths: &'static [usize],
        /// The length it has, with the 0.
        found: usize,
    },
    /// Has another country's code.
    Foreign,
    /// An emergency, access or municipal number.
    ShortCode,
    /// A mobile, pager, data or machine number.
    Mobile,
    /// A size that a block can't have.
    InvalidBlockSize,
    /// A range that ends before it begins, or whose end isn't a number.
    InvalidRange,
    /// A range together with another block size.
    BlockSizeMismatch {
        /// How many numbers the range has.
        in_range: u32,
        /// The block size beside it.
        given: u32,
    },
    /// A block that doesn't begin at a ten, or is small and crosses one.
    BlockNotAligned,
    /// A block that runs on past the last number of its area or kind.
    BlockOverflow,
}

impl NumberFault {
    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unreadable | Self::UnknownPrefix | Self::WrongLength { .. } => "invalid_number",
            Self::Foreign => "foreign_number",
            Self::ShortCode => "short_code",
            Self::Mobile => "mobile_number",
            Self::InvalidBlockSize => "invalid_block_size",
            Self::InvalidRange => "invalid_range",
            Self::BlockSizeMismatch { .. } => "block_size_mismatch",
            Self::BlockNotAligned => "block_not_aligned",
            Self::BlockOverflow => "block_overflow",
        }
    }

    /// What is wrong, and what would be right.
    pub fn text(self, language: Language) -> String {
        match language {
            Language::Nl => self.dutch(),
            Language::En => self.english(),
        }
    }

    fn dutch(self) -> String {
        match self {
            Self::Unreadable => "Dit is geen telefoonnummer; schrijf bijvoorbeeld 030 100 12 00 of +31 30 100 12 00.".into(),
            Self::UnknownPrefix => {
                "Zo begint geen Nederlands nummer; begin met het netnummer of de nummersoort, zoals in 030 100 12 00 of \
                 088 100 12 00."
                    .into()
            }
            Self::WrongLength { prefix, lengths, found } => {
                let lengths = either(lengths, "of");
                format!("Nummers die met {prefix} beginnen hebben {lengths} cijfers, de 0 meegeteld; dit heeft er {found}.")
            }
            Self::Foreign => "Dit is een buitenlands nummer; alleen Nederlandse nummers (+31) worden geporteerd.".into(),
            Self::ShortCode => {
                "Dit is een kort nummer van een dienst; geef het nummer van de aansluiting zelf, met netnummer.".into()
            }
            Self::Mobile => {
                "Mobiele, semafoon-, data- en apparaatnummers (06, 097) blijven bij hun eigen abonnement; geef een vast nummer."
                    .into()
            }
            Self::InvalidBlockSize => "Een nummerblok telt 1 tot en met 10.000 nummers.".into(),
            Self::InvalidRange => {
                "Deze reeks eindigt niet op een later nummer; schrijf bijvoorbeeld 030 100 12 00 t/m 99.".into()
            }
            Self::BlockSizeMismatch { in_range, given } => {
                format!("De reeks telt {in_range} nummers, maar als blokgrootte staat er {given}; geef één van beide.")
            }
            Self::BlockNotAligned => {
                "Een blok van 10 of meer begint bij een nummer dat op 0 eindigt; een kleiner blok valt binnen één tiental.".into()
            }
            Self::BlockOverflow => {
                "Dit blok loopt door na het laatste nummer van het netnummer of de nummersoort; kies een kleiner blok.".into()
            }
        }
    }

    fn english(self) -> String {
        match self {
            Self::Unreadable => "This is not a telephone number; write for example 030 100 12 00 or +31 30 100 12 00.".into(),
            Self::UnknownPrefix => {
                "No Dutch number begins like this; begin with the area code or the kind of number, as in 030 100 12 00 or \
                 088 100 12 00."
                    .into()
            }
            Self::WrongLength { prefix, lengths, found } => {
                let lengths = either(lengths, "or");
                format!("Numbers that begin with {prefix} have {lengths} digits, counting the 0; this one has {found}.")
            }
            Self::Foreign => "This is a foreign number; only Dutch numbers (+31) are ported.".into(),
            Self::ShortCode => "This is a short number of a service; give the line's own number, with its area code.".into(),
            Self::Mobile => {
                "Mobile, pager, data and machine numbers (06, 097) stay with their own subscription; give a fixed number.".into()
            }
            Self::InvalidBlockSize => "A number block has 1 to 10,000 numbers.".into(),
            Self::InvalidRange => "This range doesn't end at a later number; write for example 030 100 12 00 - 99.".into(),
            Self::BlockSizeMismatch { in_range, given } => {
                format!("The range has {in_range} numbers, but the block size says {given}; give one of the two.")
            }
            Self::BlockNotAligned => {
                "A block of 10 or more begins at a number that ends in 0; a smaller block lies inside one ten.".into()
            }
            Self::BlockOverflow => {
                "This block runs on past the last number of its area code or kind; choose a smaller block.".into()
            }
        }
    }
}

fn either(lengths: &[usize], or: &str) -> String {
    lengths.iter().map(usize::to_string).collect::<Vec<_>>().join(&format!(" {or} "))
}
