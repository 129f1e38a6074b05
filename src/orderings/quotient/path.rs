//! Paths through the places that are looked for: to where nothing is good any more, to an end.
//!
//! Breadth first, so each has the fewest steps; ties go to the order of the edges, which is that of the document.

use super::graph::{Edge, Graph, Numbers};
use crate::base::{Limit, Tally};
use crate::system::OccurrenceId;

/// What an ordering is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wanted {
    /// After it no completion is good, but there is one. It need not be complete.
    Doomed,
    /// It is complete, and not good.
    BadEnd,
    /// It is complete, and good.
    GoodEnd,
    /// It is complete.
    End,
}

impl Graph<'_> {
    /// The shortest beginning of an ordering that is wanted, in real steps, completed; and the length of that beginning. None where there is none.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn find(&mut self, wanted: Wanted, tally: &mut Tally) -> Result<Option<(Vec<OccurrenceId>, usize)>, Limit> {
        let Some((mut path, mut at)) = self.search(wanted, tally)? else { return Ok(None) };
        let length = path.len();
        if wanted == Wanted::Doomed {
            // Goes on for as long as a step may come.
            while let Some(edge) = self.edges(at).iter().find(|edge| !self.numbers(edge.to).total.is_empty()) {
                (path, at) = ([&path[..], &[*edge]].concat(), edge.to);
            }
        }
        Ok(Some((self.unfolded(&path, tally)?, length)))
    }

    fn numbers(&self, at: u32) -> &Numbers {
        &self.numbers[at as usize]
    }

    fn search(&mut self, wanted: Wanted, tally: &mut Tally) -> Result<Option<(Vec<Edge>, u32)>, Limit> {
        // How each place was reached first.
        let mut ways: Vec<Option<(u32, Edge)>> = vec![None; self.len()];
        let mut queue = vec![0u32];
        let mut looked_at = 0;
        while let Some(at) = queue.get(looked_at).copied() {
            let found = match wanted {
                Wanted::Doomed => !self.numbers(at).total.is_empty() && self.numbers(at).good.is_empty(),
                Wanted::BadEnd => self.end(at, tally)? == Some(false),
                Wanted::GoodEnd => self.end(at, tally)? == Some(true),
                Wanted::End => self.end(at, tally)?.is_some(),
            };
            if found {
                let (mut path, mut here) = (Vec::new(), at);
                while let Some((from, edge)) = ways[here as usize] {
                    path.push(edge);
                    here = from;
                }
                path.reverse();
                return Ok(Some((path, at)));
            }
            for edge in self.edges(at) {
                if edge.to != 0 && ways[edge.to as usize].is_none() {
                    ways[edge.to as usize] = Some((at, *edge));
                    queue.push(edge.to);
                }
            }
            tally.check()?;
            looked_at += 1;
        }
        Ok(None)
    }
}
