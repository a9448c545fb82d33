//! Random choices that can be repeated.

/// A small repeatable generator: a failure names its seed, and `INBOX_TEST_SEED` repeats it.
pub struct Dice(pub u64);

impl Dice {
    /// Starts with the seed of the environment, or a new one.
    pub fn new() -> Dice {
        let seed = std::env::var("INBOX_TEST_SEED").ok().and_then(|s| s.parse().ok());
        Dice(seed.unwrap_or_else(|| u64::from(std::process::id()) << 20 | 1))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Returns a number from 0 to `n` - 1.
    pub fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).unwrap()
    }

    /// Returns one item of a list.
    pub fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// Returns `true` with this probability in percent.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}
