//! For every reached node, backward: the orderings of what is left that have a property, in every run or in some.
//!
//! In: the reached graph. Out: a [`Language`] of whole orderings. An edge decides the property for good ([`Edgewise`])
//! or leaves it to what follows; so does the end of an ordering. *Every run* is an intersection over what the environment
//! may do with the same occurrence, *some run* a union.

use super::language::{Language, Languages};
use crate::base::{Limit, Tally};
use crate::engine::{Reached, Target};
use crate::system::{Finish, Finishes, Marks, System};

/// What a run may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trait {
    /// The run is good.
    Good,
    /// It is not.
    NotGood,
    /// A step is refused.
    Refused,
    /// None is.
    NotRefused,
    /// The mark is left.
    Marked(Marks),
    /// It is not.
    Unmarked(Marks),
}

/// What an edge says about a run that takes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edgewise {
    /// The run has it, however it goes on.
    Has,
    /// The run has it not, however it goes on.
    Lacks,
    /// It depends on what follows, from this node on.
    Open(u32),
}

impl Trait {
    /// What an edge says.
    pub fn edgewise(self, marks: Marks, target: Target) -> Edgewise {
        let either = |has: bool| if has { Edgewise::Has } else { Edgewise::Lacks };
        match (self, target) {
            (Trait::Good | Trait::NotGood, _) if marks.meets(Marks::BROKEN) => either(self == Trait::NotGood),
            (Trait::Marked(mark), _) if marks.meets(mark) => Edgewise::Has,
            (Trait::Unmarked(mark), _) if marks.meets(mark) => Edgewise::Lacks,
            (_, Target::Node(node)) => Edgewise::Open(node),
            (Trait::Good | Trait::Marked(_), _) => Edgewise::Lacks,
            (Trait::NotGood | Trait::Unmarked(_), _) => Edgewise::Has,
            (Trait::Refused, end) => either(end == Target::Refused),
            (Trait::NotRefused, end) => either(end != Target::Refused),
        }
    }

    /// Whether a run that comes to its end undecided has it.
    pub fn at_the_end(self, finish: Finish) -> bool {
        match self {
            Trait::Good => finish == Finish::Healthy,
            Trait::NotGood => finish != Finish::Healthy,
            Trait::Refused | Trait::Marked(_) => false,
            Trait::NotRefused | Trait::Unmarked(_) => true,
        }
    }
}

/// Over which runs of an ordering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Runs {
    /// All have it.
    Every,
    /// At least one has it.
    Some,
}

/// All that the sets of orderings are made from.
pub struct Suffixes<'s> {
    /// The graph.
    pub reached: Reached,
    /// The sets.
    pub languages: Languages,
    /// How runs end.
    pub finishes: Finishes<'s>,
    /// For each position, all that may follow.
    whole: Vec<Language>,
    /// The nodes of the graph, later positions first.
    backwards: Vec<u32>,
}

impl<'s> Suffixes<'s> {
    /// Prepares a graph.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn of(system: &'s System, reached: Reached, tally: &mut Tally) -> Result<Suffixes<'s>, Limit> {
        tally.phase = "orderings";
        let mut languages = Languages::default();
        let course = &reached.course;
        let mut whole = vec![Language::NONE; course.len()];
        for at in course.backwards() {
            let next: Vec<_> = course.next(*at).iter().map(|(id, to)| (*id, whole[*to as usize])).collect();
            whole[*at as usize] = languages.node(course.may_end(*at), next, tally)?;
        }
        let depth = |node: &u32| std::cmp::Reverse(course.position(reached.node(*node).0).done.len());
        let mut backwards: Vec<u32> = (0..).take(reached.nodes()).collect();
        backwards.sort_by_key(depth);
        Ok(Suffixes { reached, languages, finishes: Finishes::new(system), whole, backwards })
    }

    /// All orderings.
    pub fn whole(&self) -> Language {
        self.whole[0]
    }

    /// The orderings that have something, in every run or in some.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn having(&mut self, runs: Runs, what: Trait, tally: &mut Tally) -> Result<Language, Limit> {
        let mut sets = vec![Language::NONE; self.reached.nodes()];
        let nodes = self.backwards.len().max(1);
        for at in 0..self.backwards.len() {
            let node = self.backwards[at];
            let (position, state) = self.reached.node(node);
            let mut ends = self.reached.course.may_end(position);
            if ends {
                let needs_finish = matches!(what, Trait::Good | Trait::NotGood);
                let finish = if needs_finish { self.finishes.finish(state, tally)? } else { Finish::Healthy };
                ends = what.at_the_end(finish);
            }
            let mut edges = self.reached.edges(node);
            let mut next = Vec::with_capacity(self.reached.course.next(position).len());
            for (id, after) in self.reached.course.next(position) {
                let (these, others) = edges.split_at(edges.partition_point(|edge| edge.occurrence <= *id));
                edges = others;
                let ways = these.iter().map(|edge| what.edgewise(edge.marks, edge.target));
                let whole = self.whole[*after as usize];
                next.push((*id, combine(&mut self.languages, runs, (ways, whole, &sets), tally)?));
            }
            sets[node as usize] = self.languages.node(ends, next, tally)?;
            tally.share = Some(at as f64 / nodes as f64);
            tally.check()?;
        }
        tally.share = None;
        let ways = self.reached.starts.iter().map(|start| what.edgewise(start.marks, start.target));
        combine(&mut self.languages, runs, (ways, self.whole[0], &sets), tally)
    }
}

/// What follows one occurrence: the intersection or union over the ways it can go. `whole` is all that may follow.
fn combine(
    languages: &mut Languages,
    runs: Runs,
    (ways, whole, sets): (impl Iterator<Item = Edgewise>, Language, &[Language]),
    tally: &mut Tally,
) -> Result<Language, Limit> {
    let mut combined = None;
    for way in ways {
        let set = match way {
            Edgewise::Has => whole,
            Edgewise::Lacks => Language::NONE,
            Edgewise::Open(node) => sets[node as usize],
        };
        combined = Some(match (combined, runs) {
            (None, _) => set,
            (Some(sofar), Runs::Every) => languages.intersection(sofar, set, tally)?,
            (Some(sofar), Runs::Some) => languages.union(sofar, set, tally)?,
        });
    }
    Ok(combined.unwrap_or(Language::NONE))
}
