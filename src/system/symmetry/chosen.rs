//! In how many ways some are chosen from many.

/// Binomial coefficients, as far as they fit: row by row, each as long as its number and one more.
#[derive(Clone, Debug)]
pub struct Chosen<T>(Vec<Option<T>>);

impl<T> Chosen<T> {
    /// Pascal's triangle.
    pub fn of(largest: usize, one: T, sum: impl Fn(&T, &T) -> Option<T>) -> Chosen<T>
    where
        T: Clone,
    {
        let mut chosen = Chosen(Vec::new());
        for from in 0..=largest {
            for some in 0..=from {
                let both = || sum(chosen.get(from - 1, some - 1)?, chosen.get(from - 1, some)?);
                let ways = if some == 0 || some == from { Some(one.clone()) } else { both() };
                chosen.0.push(ways);
            }
        }
        chosen
    }

    /// In how many ways so many are chosen from so many.
    #[inline(always)]
    pub fn get(&self, from: usize, some: usize) -> Option<&T> {
        self.0[from * (from + 1) / 2 + some].as_ref()
    }
}
