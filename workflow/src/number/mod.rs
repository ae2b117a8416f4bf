//! The Dutch telephone number plan: numbers, blocks, formats.
//!
//! A number enters only through [`Series::parse`], so whatever holds a [`Series`] holds numbers that exist in the plan and
//! can be ported. Which numbers belong to which contract or project is decided elsewhere.

mod fault;
mod format;
mod plan;
mod search;
mod series;
mod spelling;
pub mod town;

pub use fault::NumberFault;
pub use plan::Kind;
pub use search::searched;
pub use series::{PartOfBlock, Series, part_of_block};
pub use spelling::mobile;
