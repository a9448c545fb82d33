//! Random choices that can be repeated.

/// Is small and repeatable: a failure names its seed, and `INBOX_TEST_SEED` gives it again.
pub struct Dice(pub u64);

impl Dice {
    /// Begins with the seed of the environment, or one of its own.
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

    /// Gives a number from 0 that is less than `n`.
    pub fn below(&mut self, n: usize) -> usize {
        usize::try_from(self.next() % n as u64).unwrap()
    }

    /// Gives one of a list.
    pub fn of<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(list.len())]
    }

    /// Says yes so often of a hundred times.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }
}
