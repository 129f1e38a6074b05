//! Whether a good ordering is like a pattern.
//!
//! In: the good orderings and a [`Shape`]. Out: yes or no, by a search over pairs of a node and the steps of the shape that
//! are done there. A step may be taken if all that the shape has before it are done. Where all orderings have the same
//! steps the node says which are done, and a mark for each node is all the memory that is needed.

use super::chart::Chart;
use super::shape::Shape;
use super::table::Table;
use crate::base::{Limit, Tally};
use crate::system::StepSet;
use rustc_hash::FxHashSet;

/// The good orderings, to be asked.
pub struct Good {
    /// All of them.
    pub chart: Chart,
    /// What is known of two and three steps.
    pub table: Option<Table>,
    seen: Seen,
}

/// What a search has met.
enum Seen {
    /// Where a node says what is done: the number of the last search that met it.
    Nodes {
        search: u32,
        last: Vec<u32>,
    },
    Pairs(FxHashSet<(u32, StepSet)>),
}

impl Seen {
    fn forget(&mut self) {
        match self {
            Seen::Nodes { search, .. } => *search += 1,
            Seen::Pairs(pairs) => pairs.clear(),
        }
    }

    fn is_new(&mut self, node: u32, done: StepSet) -> bool {
        match self {
            Seen::Nodes { search, last } => std::mem::replace(&mut last[node as usize], *search) != *search,
            Seen::Pairs(pairs) => pairs.insert((node, done)),
        }
    }
}

impl Good {
    /// Prepares the good orderings.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn of(chart: Chart, tally: &mut Tally) -> Result<Good, Limit> {
        let table = Table::of(&chart, tally)?;
        let seen = if chart.is_uniform() {
            Seen::Nodes { search: 0, last: vec![0; chart.len()] }
        } else {
            Seen::Pairs(FxHashSet::default())
        };
        Ok(Good { chart, table, seen })
    }

    /// Whether no good ordering is like this.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn forbids(&mut self, shape: &Shape, tally: &mut Tally) -> Result<bool, Limit> {
        if let Some(fits) = self.table.as_ref().and_then(|table| table.fits(shape)) {
            return Ok(!fits);
        }
        let chart = &self.chart;
        let open = |node: u32, done: StepSet| {
            shape.done.minus(done).within(chart.may(node)) && !shape.left_out.meets(chart.must(node))
        };
        let start = (chart.root(), StepSet::default());
        let mut todo = if open(start.0, start.1) { vec![start] } else { Vec::new() };
        self.seen.forget();
        while let Some((node, done)) = todo.pop() {
            tally.check()?;
            if done == shape.done && (chart.ends(node) || !shape.left_out.meets(chart.may(node))) {
                return Ok(false);
            }
            for (id, to) in chart.next(node) {
                let mut after = done;
                if shape.left_out.contains(*id) {
                    continue;
                }
                if shape.done.contains(*id) {
                    if !shape.earlier(*id).within(done) {
                        continue;
                    }
                    after = done.with(*id);
                }
                if open(*to, after) && self.seen.is_new(*to, after) {
                    todo.push((*to, after));
                }
            }
        }
        Ok(true)
    }
}
