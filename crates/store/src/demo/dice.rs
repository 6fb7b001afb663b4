//! Dice that fall the same way for the same contact.

/// What splitmix64 steps by: 2⁶⁴ divided by the golden ratio, odd.
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;

/// The finaliser of splitmix64 (Steele, Lea, Flood, 2014): a one-to-one mapping of 64 bits that looks random.
pub(super) const fn scatter(value: u64) -> u64 {
    let mut z = value;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A number for contact `n` that no other contact of the seed has.
pub(super) const fn unique(seed: u64, n: u64) -> u64 {
    scatter(scatter(seed ^ STEP).wrapping_add(n.wrapping_mul(STEP)))
}

/// The dice of one contact.
pub(super) struct Dice(u64);

impl Dice {
    /// The dice of contact `n` of the seed.
    pub(super) const fn new(seed: u64, n: u64) -> Self {
        Self(unique(seed, n))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(STEP);
        scatter(self.0)
    }

    /// One of 0 to `end` − 1, each as likely; 0 when there are none.
    pub(super) fn below(&mut self, end: u64) -> u64 {
        // The upper half of a product is below `end`; the bias is beyond measuring for ends as small as ours.
        ((u128::from(self.next()) * u128::from(end)) >> 64) as u64
    }

    /// One of 0 to `end` − 1, small ones more likely: the smaller of two throws.
    pub(super) fn small(&mut self, end: u64) -> u64 {
        self.below(end).min(self.below(end))
    }

    /// True so many times in a hundred.
    pub(super) fn percent(&mut self, share: u64) -> bool {
        self.below(100) < share
    }

    /// One of them, each as likely.
    pub(super) fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let place = self.below(from.len() as u64);
        from.get(usize::try_from(place).ok()?)
    }

    /// One of them, the first ones more likely.
    pub(super) fn early<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let place = self.small(from.len() as u64);
        from.get(usize::try_from(place).ok()?)
    }
}
