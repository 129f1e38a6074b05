//! Which two and which three steps may come in which order: one pass over a [`Chart`].
//!
//! Every node can be reached and completed, so *a before b* is possible if a leads to a node after which b may come, and
//! *a, then x, then b* if a leads to a node after which x before b is possible.

use super::chart::Chart;
use super::shape::Shape;
use crate::base::{Limit, Tally};
use crate::system::{OccurrenceId, StepSet};

/// The pairs and chains of three that are possible.
pub struct Table {
    steps: Vec<OccurrenceId>,
    /// For each occurrence, its index in `steps`.
    index: Vec<usize>,
    /// Words in a row.
    words: usize,
    /// One row of what comes later for each step.
    pairs: Vec<u64>,
    /// One row of what comes last for each two steps.
    chains: Vec<u64>,
}

/// More than this for the work of one pass, and chains are left to be found one by one.
const MOST_BYTES: usize = 256 << 20;

impl Table {
    /// Goes over a chart; None if that would take too much memory.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn of(chart: &Chart, tally: &mut Tally) -> Result<Option<Table>, Limit> {
        let steps: Vec<OccurrenceId> = chart.may(chart.root()).iter().collect();
        let count = steps.len();
        let words = count.div_ceil(64);
        let size = count * words;
        let bytes = size_of::<u64>() * size * (chart.len() + count);
        if bytes > MOST_BYTES {
            return Ok(None);
        }
        let held = tally.bytes;
        tally.hold(bytes)?;
        let mut index = vec![0; steps.last().map_or(0, |id| id.0 as usize + 1)];
        steps.iter().enumerate().for_each(|(at, id)| index[id.0 as usize] = at);
        let row = |set: StepSet| {
            let mut row = [0u64; StepSet::CAPACITY / 64];
            set.iter().for_each(|id| row[index[id.0 as usize] / 64] |= 1 << (index[id.0 as usize] % 64));
            row
        };
        let mut after = vec![0u64; size * chart.len()];
        let mut chains = vec![0u64; count * size];
        for node in 0..=chart.root() {
            let (before, own) = after.split_at_mut(node as usize * size);
            for (id, to) in chart.next(node) {
                let at = index[id.0 as usize];
                let rest = &before[*to as usize * size..][..size];
                merge(&mut own[..size], rest);
                merge(&mut own[at * words..][..words], &row(chart.may(*to))[..words]);
                merge(&mut chains[at * size..][..size], rest);
            }
            tally.check()?;
        }
        let pairs = after.split_off(chart.root() as usize * size);
        tally.bytes = held;
        Ok(Some(Table { steps, index, words, pairs, chains }))
    }

    /// The steps there are.
    pub fn steps(&self) -> &[OccurrenceId] {
        &self.steps
    }

    fn at(&self, id: OccurrenceId) -> Option<usize> {
        self.index.get(id.0 as usize).copied().filter(|at| self.steps.get(*at) == Some(&id))
    }

    /// Whether some ordering has the first before the second.
    pub fn pair(&self, a: OccurrenceId, b: OccurrenceId) -> bool {
        let (Some(a), Some(b)) = (self.at(a), self.at(b)) else { return false };
        has(&self.pairs[a * self.words..], b)
    }

    /// Whether some ordering has the three in this order.
    pub fn chain(&self, [a, x, b]: [OccurrenceId; 3]) -> bool {
        let (Some(a), Some(x), Some(b)) = (self.at(a), self.at(x), self.at(b)) else { return false };
        has(&self.chains[(a * self.steps.len() + x) * self.words..], b)
    }

    /// Whether some ordering is like this; None if the table does not know.
    pub fn fits(&self, shape: &Shape) -> Option<bool> {
        if !shape.left_out.is_empty() || shape.done.len() > 3 {
            return None;
        }
        let steps: Vec<OccurrenceId> = shape.done.iter().collect();
        let kept = |a, b| !shape.earlier(a).contains(b);
        Some(match steps[..] {
            [] => true,
            [a] => self.at(a).is_some(),
            [a, b] => kept(a, b) && self.pair(a, b) || kept(b, a) && self.pair(b, a),
            [a, b, c] => [[a, b, c], [a, c, b], [b, a, c], [b, c, a], [c, a, b], [c, b, a]]
                .iter()
                .any(|[a, x, b]| kept(*a, *x) && kept(*a, *b) && kept(*x, *b) && self.chain([*a, *x, *b])),
            _ => return None,
        })
    }
}

fn merge(into: &mut [u64], from: &[u64]) {
    into.iter_mut().zip(from).for_each(|(into, from)| *into |= from);
}

fn has(row: &[u64], at: usize) -> bool {
    row[at / 64] >> (at % 64) & 1 == 1
}
