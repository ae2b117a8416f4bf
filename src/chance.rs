//! Chance that can be repeated: numbers that follow from a seed. For rehearsals and tests; nothing secret is made of them.

/// `SplitMix64` (Steele, Lea and Flood, 2014).
#[derive(Debug, Clone)]
pub struct Chance(pub u64);

impl Chance {
    /// A chance of its own for something that has a number, so that what befalls it does not depend on what befell others.
    pub fn of(seed: u64, number: u64) -> Self {
        let mut first = Self(seed ^ number.wrapping_mul(0xd134_2543_de82_ef95));
        Self(first.next())
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `least` to `most`.
    pub fn between(&mut self, least: u64, most: u64) -> u64 {
        least + self.next() % (most.saturating_sub(least) + 1)
    }

    /// A small number from `least` to `most`.
    pub fn small(&mut self, least: u32, most: u32) -> u32 {
        u32::try_from(self.between(least.into(), most.into())).unwrap_or(least)
    }

    /// Whether something happens that does so in so many cases of a hundred.
    pub fn percent(&mut self, cases: u64) -> bool {
        self.between(1, 100) <= cases
    }

    /// One of these; there is at least one.
    ///
    /// # Panics
    /// On an empty choice.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        let last = u64::try_from(of.len()).unwrap_or(u64::MAX).saturating_sub(1);
        of[usize::try_from(self.between(0, last)).unwrap_or_default()]
    }
}
