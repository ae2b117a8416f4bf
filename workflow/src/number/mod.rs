//! The Dutch telephone number plan: numbers, blocks, formats.
