//! The Dutch numbering plan as data: which numbers exist, of what kind, and which can be ported here.
//!
//! Source: Nummerplan telefoon- en ISDN-diensten (BWBR0010198), annexes 1 and 3. National form throughout, with the trunk
//! 0. Whether a number has been assigned, and to whom, is not in any plan.

use super::NumberFault;

/// The kinds of number that can be ported from one fixed network to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// Belongs to an area (*netnummergebied*), and is ported inside it.
    Geographic {
        /// Area code with the 0, of three or four digits: `030`, `0297`.
        area: &'static str,
    },
    /// 084 and 087: personal assistant services.
    PersonalAssistant,
    /// 085: electronic communications, without an area.
    Electronic085,
    /// 088: companies and institutions.
    Company088,
    /// 091: electronic communications, without an area.
    Electronic091,
    /// 0800, 0900, 0906, 0909: information numbers, whose holder is registered with ACM.
    Service,
}

impl Kind {
    /// The numbers that COIN wants together in one request: `geographic`, `non_geographic` or `service`.
    pub fn group(self) -> &'static str {
        match self {
            Self::Geographic { .. } => "geographic",
            Self::PersonalAssistant | Self::Electronic085 | Self::Company088 | Self::Electronic091 => "non_geographic",
            Self::Service => "service",
        }
    }

    /// How many digits with the 0 a number of this kind can have.
    fn lengths(self) -> &'static [usize] {
        match self {
            // Which of the two follows from the next digits (annex 3), by a list too fine to go stale here.
            Self::Service => &[8, 11],
            _ => &[10],
        }
    }

    /// How many digits come before the subscriber's own.
    pub(super) fn prefix_length(self) -> usize {
        match self {
            Self::Geographic { area } => area.len(),
            Self::Service => 4,
            _ => 3,
        }
    }
}

/// The kind of a number in national form, or why it can't be ported.
pub(super) fn kind_of(national: &str) -> Result<Kind, NumberFault> {
    if is_short_code(national) {
        return Err(NumberFault::ShortCode);
    }
    if MOBILE.iter().any(|prefix| national.starts_with(prefix)) {
        return Err(NumberFault::Mobile);
    }
    let (prefix, kind) = prefix_of(national).ok_or(NumberFault::UnknownPrefix)?;
    let lengths = kind.lengths();
    if lengths.contains(&national.len()) {
        Ok(kind)
    } else {
        Err(NumberFault::WrongLength { prefix, lengths, found: national.len() })
    }
}

fn prefix_of(national: &str) -> Option<(&'static str, Kind)> {
    let areas = AREA_CODES.iter().map(|area| (*area, Kind::Geographic { area }));
    areas.chain(NON_GEOGRAPHIC).find(|(prefix, _)| national.starts_with(prefix))
}

/// Whether these digits, dialled without a 0 before them, reach a service instead of a subscriber.
pub(super) fn is_short_code(digits: &str) -> bool {
    let is_fixed = |(prefix, length): &(&str, usize)| digits.starts_with(prefix) && digits.len() == *length;
    SHORT_CODES.iter().any(is_fixed) || digits.strip_prefix("14").is_some_and(|area| AREA_CODES.contains(&area))
}

/// The length of the longest short code: 116 and three digits, or 14 and an area code of four.
pub(super) const LONGEST_SHORT_CODE: usize = 6;

/// First digits and length: emergency (112, 144), harmonised social value (116), carrier selection (10, 16), and access to
/// networks and directories (12, 13, 18). A municipality's 14 with its area code is told from the area codes.
const SHORT_CODES: [(&str, usize); 8] =
    [("112", 3), ("144", 3), ("116", 6), ("10", 5), ("16", 4), ("12", 4), ("13", 4), ("18", 4)];

/// Whether a number in national form reaches a person's mobile telephone.
pub(super) fn is_mobile(national: &str) -> bool {
    let telephones = ["061", "062", "063", "064", "065", "068"];
    national.len() == 10 && telephones.iter().any(|prefix| national.starts_with(prefix))
}

/// Mobile (061–065, 068), paging (066), data (067) and machines (0970): bound to a subscription that is not moved here.
const MOBILE: [&str; 9] = ["061", "062", "063", "064", "065", "066", "067", "068", "0970"];

const NON_GEOGRAPHIC: [(&str, Kind); 9] = [
    ("084", Kind::PersonalAssistant),
    ("085", Kind::Electronic085),
    ("087", Kind::PersonalAssistant),
    ("088", Kind::Company088),
    ("091", Kind::Electronic091),
    ("0800", Kind::Service),
    ("0900", Kind::Service),
    ("0906", Kind::Service),
    ("0909", Kind::Service),
];

/// The 30 area codes of three digits, then the 111 of four. None begins another.
const AREA_CODES: [&str; 141] = [
    "010", "013", "015", "020", "023", "024", "026", "030", "033", "035", "036", "038", "040", "043", "045", "046", "050", "053",
    "055", "058", "070", "071", "072", "073", "074", "075", "076", "077", "078", "079", "0111", "0113", "0114", "0115", "0117",
    "0118", "0161", "0162", "0164", "0165", "0166", "0167", "0168", "0172", "0174", "0180", "0181", "0182", "0183", "0184",
    "0186", "0187", "0222", "0223", "0224", "0226", "0227", "0228", "0229", "0251", "0252", "0255", "0294", "0297", "0299",
    "0313", "0314", "0315", "0316", "0317", "0318", "0320", "0321", "0341", "0342", "0343", "0344", "0345", "0346", "0347",
    "0348", "0411", "0412", "0413", "0416", "0418", "0475", "0478", "0481", "0485", "0486", "0487", "0488", "0492", "0493",
    "0495", "0497", "0499", "0511", "0512", "0513", "0514", "0515", "0516", "0517", "0518", "0519", "0521", "0522", "0523",
    "0524", "0525", "0527", "0528", "0529", "0541", "0543", "0544", "0545", "0546", "0547", "0548", "0561", "0562", "0566",
    "0570", "0571", "0572", "0573", "0575", "0577", "0578", "0591", "0592", "0593", "0594", "0595", "0596", "0597", "0598",
    "0599",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_prefix_begins_another() {
        let ported = NON_GEOGRAPHIC.iter().map(|(prefix, _)| *prefix);
        let all: Vec<&str> = AREA_CODES.into_iter().chain(ported).chain(MOBILE).collect();
        for prefix in &all {
            let begun = all.iter().filter(|other| other.starts_with(prefix)).count();
            assert_eq!(begun, 1, "{prefix} begins another prefix, or stands twice");
        }
    }
}
