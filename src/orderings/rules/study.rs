//! The rules of a system that was explored.

use super::discover::{Question, discover};
use crate::base::Tally;
use crate::orderings::renamed::renamed;
use crate::orderings::study::Study;
use crate::orderings::suffixes::{Runs, Trait};
use crate::system::OccurrenceId;
use crate::verdict::{Among, Rules};

impl Study<'_> {
    /// Which of the orderings spoken of are good, in rules. Never fails: where a limit is hit the rules are as far as it got.
    ///
    /// Where no ordering is refused, all are spoken of, whatever was asked.
    pub fn rules(&mut self, among: Among, tally: &mut Tally) -> Rules {
        let spoken = match among {
            Among::All => self.suffixes.whole(tally),
            Among::NotRefused => self.suffixes.having(Runs::Every, Trait::NotRefused, tally),
        };
        let spoken = match spoken {
            Ok(spoken) => spoken,
            Err(limit) => {
                return Rules { among, spoken_of: None, never: Vec::new(), admitted: None, limit: Some(limit) };
            }
        };
        let nothing_refused = self.suffixes.languages.count(spoken) == *self.suffixes.course.total();
        let among = if nothing_refused { Among::All } else { among };
        let renamings = self.swaps();
        let question = Question { spoken, good: self.good, among, renamings: &renamings };
        discover(&mut self.suffixes.languages, question, tally)
    }

    /// What becomes of the steps where two nodes change names.
    fn swaps(&self) -> Vec<Vec<OccurrenceId>> {
        let nodes = 0..self.system.origins.nodes.len() as u32;
        let mut swaps = Vec::new();
        for (a, b) in nodes.clone().flat_map(|b| (0..b).map(move |a| (a, b))) {
            let mut permutation: Vec<u32> = nodes.clone().collect();
            permutation.swap(a as usize, b as usize);
            let swap = renamed(self.system, self.plan, &permutation);
            swaps.extend(swap.filter(|swap| (0..).map(OccurrenceId).zip(swap).any(|(old, new)| old != *new)));
        }
        swaps
    }
}
