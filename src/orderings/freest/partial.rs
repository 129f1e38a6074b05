//! A strict partial order on a few elements, always transitively closed.

/// A strict partial order on the elements 0, 1, …
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Partial {
    /// `before[a][b]`: a comes before b.
    before: Vec<Vec<bool>>,
}

/// How a set of elements falls apart.
pub enum Shape {
    /// One element.
    One(usize),
    /// Parts one after the other.
    Series(Vec<Vec<usize>>),
    /// Parts without any order between them.
    Parallel(Vec<Vec<usize>>),
    /// Neither: some four of these elements form an N.
    Neither,
}

impl Partial {
    /// No order at all.
    pub fn none(elements: usize) -> Partial {
        Partial { before: vec![vec![false; elements]; elements] }
    }

    /// How many elements there are.
    pub fn len(&self) -> usize {
        self.before.len()
    }

    /// Whether one comes before the other.
    pub fn has(&self, a: usize, b: usize) -> bool {
        self.before[a][b]
    }

    /// Whether the order of two elements is given.
    pub fn knows(&self, a: usize, b: usize) -> bool {
        self.has(a, b) || self.has(b, a)
    }

    /// Puts one before the other, and all that follows from it; the other must not come before it.
    pub fn add(&mut self, a: usize, b: usize) {
        if self.has(a, b) {
            return;
        }
        let earlier: Vec<usize> = (0..self.len()).filter(|x| *x == a || self.has(*x, a)).collect();
        let later: Vec<usize> = (0..self.len()).filter(|y| *y == b || self.has(b, *y)).collect();
        for x in earlier {
            later.iter().for_each(|y| self.before[x][*y] = true);
        }
    }

    /// All pairs.
    pub fn pairs(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        let all = (0..self.len()).flat_map(|a| (0..self.len()).map(move |b| (a, b)));
        all.filter(|(a, b)| self.has(*a, *b))
    }

    /// The pairs that do not follow from others.
    pub fn covering(&self) -> impl Iterator<Item = (usize, usize)> + '_ {
        self.pairs().filter(|(a, b)| !(0..self.len()).any(|x| self.has(*a, x) && self.has(x, *b)))
    }

    /// How some of the elements, at least one, fall apart; parts that have no order come by their first elements.
    pub fn shape(&self, some: &[usize]) -> Shape {
        if let [one] = some {
            return Shape::One(*one);
        }
        let parallel = parts(some, |a, b| self.knows(a, b));
        if parallel.len() > 1 {
            return Shape::Parallel(parallel);
        }
        let mut series = parts(some, |a, b| !self.knows(a, b));
        if series.len() == 1 {
            return Shape::Neither;
        }
        // Every element of one part comes before every element of another, or after.
        series.sort_by_key(|part| some.iter().filter(|x| self.has(**x, part[0])).count());
        Shape::Series(series)
    }

    /// Four elements a, b, c, d with a before c, b before c and b before d and no other order, if there are any.
    pub fn n(&self) -> Option<[usize; 4]> {
        let free = |a: usize, b: usize| a != b && !self.knows(a, b);
        for (b, c) in self.pairs() {
            let first = (0..self.len()).filter(|a| self.has(*a, c) && free(*a, b));
            for a in first {
                if let Some(d) = (0..self.len()).find(|d| self.has(b, *d) && free(*d, c) && free(*d, a)) {
                    return Some([a, b, c, d]);
                }
            }
        }
        None
    }
}

/// The parts of some elements that hang together, by their first elements.
fn parts(some: &[usize], tied: impl Fn(usize, usize) -> bool) -> Vec<Vec<usize>> {
    let mut left = some.to_vec();
    let mut parts = Vec::new();
    while !left.is_empty() {
        let mut part = vec![left.remove(0)];
        let mut at = 0;
        while at < part.len() {
            let (near, far): (Vec<usize>, Vec<usize>) = left.into_iter().partition(|other| tied(part[at], *other));
            part.extend(near);
            left = far;
            at += 1;
        }
        part.sort_unstable();
        parts.push(part);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(elements: usize, pairs: &[(usize, usize)]) -> Partial {
        let mut order = Partial::none(elements);
        pairs.iter().for_each(|(a, b)| order.add(*a, *b));
        order
    }

    #[test]
    fn what_follows_is_added_and_is_not_covering() {
        let order = order(4, &[(0, 1), (2, 3), (1, 2)]);
        assert!(order.has(0, 3) && !order.has(3, 0));
        assert_eq!(order.covering().collect::<Vec<_>>(), [(0, 1), (1, 2), (2, 3)]);
    }

    #[test]
    fn an_n_is_neither_series_nor_parallel() {
        let n = order(4, &[(0, 2), (1, 2), (1, 3)]);
        assert_eq!(n.n(), Some([0, 1, 2, 3]));
        assert!(matches!(n.shape(&[0, 1, 2, 3]), Shape::Neither));
        let full = order(4, &[(0, 2), (1, 2), (1, 3), (0, 3)]);
        assert_eq!(full.n(), None);
        assert!(matches!(full.shape(&[0, 1, 2, 3]), Shape::Series(parts) if parts == [[0, 1], [2, 3]]));
    }
}
