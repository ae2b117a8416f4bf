//! A number or a block of consecutive numbers (*doorkiesreeks*).

use serde::{Deserialize, Serialize};

use super::plan::Kind;
use super::{NumberFault, format, spelling};

/// The largest block taken in at once; more is given in parts. It stops a telephone number typed as a size.
const LARGEST_BLOCK: u32 = 10_000;

/// One number or a block of consecutive numbers, all of one kind and one area. Only [`Series::parse`] makes one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "Stored", try_from = "Stored")]
pub struct Series {
    /// E.164 digits. No digit can get lost at the front: they begin with 31.
    first: i64,
    size: u32,
    kind: Kind,
}

impl Series {
    /// Reads a number and a block size (absent: a single number), or a range such as `030 100 12 00 t/m 99`, which may come
    /// with its block size.
    pub fn parse(number: &str, block_size: Option<u32>) -> Result<Self, NumberFault> {
        let spelled = spelling::read(number)?;
        let first = spelled.first.e164()?;
        let in_range = spelled.last.map(|last| range_size(first, last)).transpose()?;
        let size = match (in_range, block_size) {
            (Some(in_range), Some(given)) if in_range != given => {
                return Err(NumberFault::BlockSizeMismatch { in_range, given });
            }
            (in_range, given) => in_range.or(given).unwrap_or(1),
        };
        check_block(&spelled.first, first, size)?;
        Ok(Self { first, size, kind: spelled.first.kind })
    }

    /// How many numbers: 1 to 10,000.
    pub fn block_size(&self) -> u32 {
        self.size
    }

    /// What the numbers are for.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The area code of geographic numbers, with the 0: `030`.
    pub fn area(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Geographic { area } => Some(area),
            _ => None,
        }
    }

    /// First and last number as E.164 digits (`31301001200`): two series overlap when their spans do.
    pub fn span(&self) -> (i64, i64) {
        (self.first, self.first + i64::from(self.size) - 1)
    }

    /// Whether all numbers of the other are among these.
    pub fn contains(&self, other: &Self) -> bool {
        let ((first, last), (other_first, other_last)) = (self.span(), other.span());
        first <= other_first && other_last <= last
    }

    /// Whether any number is in both.
    pub fn overlaps(&self, other: &Self) -> bool {
        let ((first, last), (other_first, other_last)) = (self.span(), other.span());
        first <= other_last && other_first <= last
    }

    /// Whether a telephone number is in the same area. None when that can't be said: one of them has no area, or `phone`
    /// isn't a Dutch fixed number.
    pub fn same_area(&self, phone: &str) -> Option<bool> {
        match (self.kind, Self::parse(phone, None).ok()?.kind) {
            (Kind::Geographic { area }, Kind::Geographic { area: other }) => Some(area == other),
            _ => None,
        }
    }

    /// The first number in E.164 (ITU-T): `+31301001200`.
    pub fn first(&self) -> String {
        e164(self.span().0)
    }

    /// The last number in E.164 (ITU-T).
    pub fn last(&self) -> String {
        e164(self.span().1)
    }

    /// The first number in national form, as COIN wants it: `0301001200`.
    pub fn national_first(&self) -> String {
        national(self.span().0)
    }

    /// The last number in national form, as COIN wants it.
    pub fn national_last(&self) -> String {
        national(self.span().1)
    }

    /// The first number as printed: `030 100 12 00`.
    pub fn paper_first(&self) -> String {
        format::on_paper(&self.national_first(), self.kind.prefix_length())
    }

    /// The last number as printed.
    pub fn paper_last(&self) -> String {
        format::on_paper(&self.national_last(), self.kind.prefix_length())
    }
}

/// As printed: `030 100 12 00`, a block as `030 100 12 00 – 030 100 12 99`.
impl std::fmt::Display for Series {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.paper_first())?;
        if self.size > 1 { write!(f, " – {}", self.paper_last()) } else { Ok(()) }
    }
}

fn e164(digits: i64) -> String {
    format!("+{digits}")
}

fn national(digits: i64) -> String {
    let digits = digits.to_string();
    format!("0{}", digits.strip_prefix("31").unwrap_or(&digits))
}

fn range_size(first: i64, last: i64) -> Result<u32, NumberFault> {
    if last < first {
        return Err(NumberFault::InvalidRange);
    }
    u32::try_from(last - first + 1).map_err(|_| NumberFault::InvalidBlockSize)
}

/// Whether as many numbers can follow. Blocks are given out in tens, so a larger one begins at a ten and a smaller one
/// doesn't leave its ten.
fn check_block(number: &spelling::Number, first: i64, size: u32) -> Result<(), NumberFault> {
    if !(1..=LARGEST_BLOCK).contains(&size) {
        return Err(NumberFault::InvalidBlockSize);
    }
    let size = i64::from(size);
    let subscriber_digits = number.national.len().saturating_sub(number.kind.prefix_length());
    let subscribers = (0..subscriber_digits).fold(1_i64, |all, _| all * 10);
    if first % subscribers + size > subscribers {
        return Err(NumberFault::BlockOverflow);
    }
    let in_ten = first % 10;
    if in_ten == 0 || in_ten + size <= 10 { Ok(()) } else { Err(NumberFault::BlockNotAligned) }
}

/// How the numbers to be ported relate to the block they are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PartOfBlock {
    /// They are the whole block.
    Whole,
    /// They are a part that donors port: whole tens.
    Part,
    /// They are a part that the donor may refuse: not a multiple of ten.
    PartDonorMayRefuse,
    /// Some or all of them are not in the block.
    NotInside,
}

/// How `series` relates to `whole`, the block the donor has. Donors port a part only in whole tens (KPN since 2013-12-16:
/// contiguous, ten or a multiple of ten).
pub fn part_of_block(series: &Series, whole: &Series) -> PartOfBlock {
    if series == whole {
        PartOfBlock::Whole
    } else if !whole.contains(series) {
        PartOfBlock::NotInside
    } else if series.block_size().is_multiple_of(10) {
        PartOfBlock::Part
    } else {
        PartOfBlock::PartDonorMayRefuse
    }
}

/// The stored and exchanged form: `{"number": "+31301001200", "block_size": 100}`.
#[derive(Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
struct Stored {
    #[cfg_attr(feature = "schema", schema(example = "+31301001200"))]
    number: String,
    block_size: Option<u32>,
}

#[cfg(feature = "schema")]
impl utoipa::PartialSchema for Series {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        <Stored as utoipa::PartialSchema>::schema()
    }
}

#[cfg(feature = "schema")]
impl utoipa::ToSchema for Series {
    fn name() -> std::borrow::Cow<'static, str> {
        "Series".into()
    }
}

impl From<Series> for Stored {
    fn from(series: Series) -> Self {
        Self { number: series.first(), block_size: Some(series.size) }
    }
}

impl TryFrom<Stored> for Series {
    type Error = NumberFault;

    fn try_from(stored: Stored) -> Result<Self, NumberFault> {
        Self::parse(&stored.number, stored.block_size)
    }
}
