//! The plan itself: in each state the fewest steps, then the fewest restarts, then the first step; and where to look.
//!
//! Where several states are possible, one sequence of steps that is right in all of them is taken, if it is no longer than the
//! longest of them needs. Otherwise the operator looks, at the fewest variables that tell apart the states that call for other steps.
//! Equal plans are one: nodes are hash-consed.

use super::data::{Node, Plan};
use super::problem::faults;
use super::search::{Place, Planner};
use crate::base::{Limit, Tally};
use crate::system::{StepId, VarId};
use rustc_hash::{FxBuildHasher, FxHashMap, FxHashSet};
use std::rc::Rc;

/// Sets of variables up to this size are tried one by one; larger ones are put together variable by variable.
const TOLD_APART_BY: usize = 3;

/// Builds plans from the values of states.
pub struct Strategy<'p, 's> {
    planner: &'p mut Planner<'s>,
    /// For each state the step to take, and the restarts at worst from there on.
    chosen: FxHashMap<Place, (usize, u32)>,
    nodes: indexmap::IndexSet<Node, FxBuildHasher>,
    built: FxHashMap<Vec<Place>, usize>,
    /// Sets of states from which no sequence of so many steps with so many restarts is right.
    failed: FxHashSet<(Vec<Place>, u32, u32)>,
}

impl<'p, 's> Strategy<'p, 's> {
    /// Nothing was built yet.
    pub fn new(planner: &'p mut Planner<'s>) -> Strategy<'p, 's> {
        Strategy {
            planner,
            chosen: FxHashMap::default(),
            nodes: indexmap::IndexSet::default(),
            built: FxHashMap::default(),
            failed: FxHashSet::default(),
        }
    }

    /// The plan for these states, each of which has a value. Its restarts are left for whoever carries it out to count.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn plan(mut self, places: &[Place], tally: &mut Tally) -> Result<Plan, Limit> {
        let mut places = places.to_vec();
        places.sort_unstable();
        places.dedup();
        let mut steps = 0;
        for place in &places {
            steps = steps.max(self.planner.value(*place, tally)?);
        }
        let root = match self.sequence(&places, steps, tally)? {
            Some(sequence) => self.chain(&sequence),
            None => self.build(&places, tally)?,
        };
        let blind = places.len() > 1 && !self.looks(root);
        Ok(Plan { nodes: self.nodes.into_iter().collect(), root, steps, restarts: 0, blind })
    }

    /// Whether one has to look on the way, but for crashes.
    fn looks(&self, mut node: usize) -> bool {
        while let Node::Step { next, .. } = &self.nodes[node] {
            node = *next;
        }
        self.nodes[node] != Node::Done
    }

    /// The restarts at worst from a state on, if in each state first the fewest steps and then the fewest restarts are taken.
    fn restarts(&mut self, place: Place, tally: &mut Tally) -> Result<u32, Limit> {
        if self.planner.good(place, tally)? {
            return Ok(0);
        }
        if let Some((_, restarts)) = self.chosen.get(&place) {
            return Ok(*restarts);
        }
        let moves = self.planner.moves(place, tally)?;
        let mut best: Option<(u32, usize)> = None;
        for steps in 0.. {
            tally.check()?;
            for (step, ends) in moves.iter().enumerate() {
                let Some(ends) = ends else { continue };
                if !self.planner.all_within(ends, steps, tally)? {
                    continue;
                }
                let mut restarts = 0;
                for end in ends.iter() {
                    restarts = restarts.max(self.restarts(*end, tally)?);
                }
                restarts += u32::from(self.planner.restarts(step));
                if best.is_none_or(|best| (restarts, step) < best) {
                    best = Some((restarts, step));
                }
            }
            if best.is_some() {
                break;
            }
        }
        let (mut restarts, step) = best.expect("the state has a value");
        for (_, ends) in self.planner.crashes(place, tally)?.iter() {
            for end in ends.iter().flat_map(|ends| ends.iter()) {
                restarts = restarts.max(self.restarts(*end, tally)?);
            }
        }
        self.chosen.insert(place, (step, restarts));
        Ok(restarts)
    }

    fn node(&mut self, node: Node) -> usize {
        self.nodes.insert_full(node).0
    }

    /// Where to go on if one is in one of these states; sorted, distinct.
    fn build(&mut self, places: &[Place], tally: &mut Tally) -> Result<usize, Limit> {
        if let Some(built) = self.built.get(places) {
            return Ok(*built);
        }
        tally.check()?;
        let built = match places {
            [] => self.node(Node::Done),
            [place] if self.planner.good(*place, tally)? => self.node(Node::Done),
            [place] => {
                self.restarts(*place, tally)?;
                let step = self.chosen[place].0;
                let mut crashes = Vec::new();
                for (fault, ends) in self.planner.crashes(*place, tally)?.iter() {
                    let ends = ends.as_ref().expect("a state with a value survives what may strike");
                    crashes.push((*fault, self.build(ends, tally)?));
                }
                let ends = self.planner.moves(*place, tally)?[step].clone().expect("a chosen step may be taken");
                let next = self.build(&ends, tally)?;
                self.node(Node::Step { step: step_id(step), crashes, next })
            }
            several => {
                let mut worst = 0;
                for place in several {
                    worst = worst.max(self.planner.value(*place, tally)?);
                }
                match self.sequence(several, worst, tally)? {
                    Some(sequence) => self.chain(&sequence),
                    None => self.look(several, tally)?,
                }
            }
        };
        self.built.insert(places.to_vec(), built);
        Ok(built)
    }

    fn chain(&mut self, steps: &[usize]) -> usize {
        let done = self.node(Node::Done);
        steps
            .iter()
            .rev()
            .fold(done, |next, step| self.node(Node::Step { step: step_id(*step), crashes: Vec::new(), next }))
    }

    /// A sequence of exactly so many steps that is right in all these states, with the fewest restarts. None where crashes are to be
    /// survived: then the operator has to look anyway.
    fn sequence(&mut self, places: &[Place], steps: u32, tally: &mut Tally) -> Result<Option<Vec<usize>>, Limit> {
        if faults(self.planner.system()).next().is_some() {
            return Ok(None);
        }
        for restarts in 0..=steps {
            let mut sequence = Vec::new();
            if self.extend(places, (steps, restarts), &mut sequence, tally)? {
                sequence.reverse();
                return Ok(Some(sequence));
            }
        }
        Ok(None)
    }

    /// Puts the rest of a sequence behind `sequence`, last step first.
    fn extend(
        &mut self,
        places: &[Place],
        (steps, restarts): (u32, u32),
        sequence: &mut Vec<usize>,
        tally: &mut Tally,
    ) -> Result<bool, Limit> {
        let mut good = true;
        for place in places {
            good = good && self.planner.good(*place, tally)?;
        }
        if good {
            return Ok(true);
        }
        if steps == 0 || !self.planner.all_within(places, steps, tally)? {
            return Ok(false);
        }
        if self.failed.contains(&(places.to_vec(), steps, restarts)) {
            return Ok(false);
        }
        let mut moves = Vec::with_capacity(places.len());
        for place in places {
            moves.push(self.planner.moves(*place, tally)?);
        }
        for step in 0..self.planner.system().steps.len() {
            let left = restarts.checked_sub(u32::from(self.planner.restarts(step)));
            let ends: Option<Vec<_>> = moves.iter().map(|moves| moves[step].clone()).collect();
            let (Some(left), Some(ends)) = (left, ends) else { continue };
            let mut next: Vec<Place> = ends.iter().flat_map(|ends| ends.iter().copied()).collect();
            next.sort_unstable();
            next.dedup();
            if next != places && self.extend(&next, (steps - 1, left), sequence, tally)? {
                sequence.push(step);
                return Ok(true);
            }
        }
        tally.hold(size_of_val(places) + size_of::<(Vec<Place>, u32, u32)>())?;
        self.failed.insert((places.to_vec(), steps, restarts));
        Ok(false)
    }

    /// Tells apart the states that call for other plans.
    fn look(&mut self, places: &[Place], tally: &mut Tally) -> Result<usize, Limit> {
        let mut groups: Vec<(usize, Vec<Place>)> = Vec::new();
        for place in places {
            let node = self.build(&[*place], tally)?;
            let mut fits = groups.iter().position(|(other, _)| *other == node);
            let nodes: Vec<usize> = groups.iter().map(|(node, _)| *node).collect();
            for (index, node) in nodes.into_iter().enumerate() {
                if fits.is_none() && self.planner.system().faults.is_empty() && self.right(node, *place, tally)? {
                    fits = Some(index);
                }
            }
            match fits {
                Some(index) => groups[index].1.push(*place),
                None => groups.push((node, vec![*place])),
            }
        }
        if let [(node, _)] = groups[..] {
            return Ok(node);
        }
        let variables = self.told_apart_by(&groups);
        let layout = &self.planner.system().layout;
        let cases = groups.iter().map(|(node, places)| {
            let values = |place: &Place| {
                let state = self.planner.state(*place);
                variables.iter().map(|var| layout.get(&state, *var)).collect::<Vec<u8>>()
            };
            let mut values: Vec<Vec<u8>> = places.iter().map(values).collect();
            values.sort_unstable();
            values.dedup();
            (values, *node)
        });
        let cases = cases.collect();
        Ok(self.node(Node::Look { variables, cases }))
    }

    /// Whether a sequence that begins at a node is right in another state, and no longer than that one needs.
    fn right(&mut self, mut node: usize, place: Place, tally: &mut Tally) -> Result<bool, Limit> {
        let mut places: Rc<[Place]> = Rc::new([place]);
        let mut steps = 0;
        while let Node::Step { step, next, crashes } = self.nodes[node].clone() {
            if !crashes.is_empty() {
                return Ok(false);
            }
            let mut ends = Vec::new();
            for place in places.iter() {
                match &self.planner.moves(*place, tally)?[step.0 as usize] {
                    Some(more) => ends.extend_from_slice(more),
                    None => return Ok(false),
                }
            }
            ends.sort_unstable();
            ends.dedup();
            (places, node, steps) = (ends.into(), next, steps + 1);
        }
        for place in places.iter() {
            if !self.planner.good(*place, tally)? {
                return Ok(false);
            }
        }
        Ok(self.nodes[node] == Node::Done && steps == self.planner.value(place, tally)?)
    }

    /// The fewest variables in which any two states of different groups differ; visible ones, if they are enough.
    fn told_apart_by(&self, groups: &[(usize, Vec<Place>)]) -> Vec<VarId> {
        let system = self.planner.system();
        let rows: Vec<(usize, crate::system::State)> = groups
            .iter()
            .enumerate()
            .flat_map(|(index, (_, places))| places.iter().map(move |place| (index, *place)))
            .map(|(index, place)| (index, self.planner.state(place)))
            .collect();
        let all = (0..).map(VarId).take(system.layout.slots.len());
        let value = |var: VarId, row: usize| system.layout.get(&rows[row].1, var);
        let differs = |var: &VarId| (1..rows.len()).any(|row| value(*var, row) != value(*var, 0));
        let hidden = |var: &VarId| system.origins.vars.get(var.0 as usize).is_some_and(|origin| origin.hidden);
        let mut pairs = Vec::new();
        for first in 0..rows.len() {
            pairs.extend(
                (first + 1..rows.len()).filter(|second| rows[first].0 != rows[*second].0).map(|second| (first, second)),
            );
        }
        let apart = |vars: &[VarId]| {
            pairs.iter().all(|(first, second)| vars.iter().any(|var| value(*var, *first) != value(*var, *second)))
        };
        let mut candidates: Vec<VarId> = all.filter(differs).collect();
        candidates.sort_by_key(hidden);
        let visible: Vec<VarId> = candidates.iter().copied().filter(|var| !hidden(var)).collect();
        let candidates = if apart(&visible) { visible } else { candidates };
        for size in 1..=TOLD_APART_BY {
            if let Some(found) = subset(&candidates, size, &mut Vec::new(), &apart) {
                return found;
            }
        }
        let mut kept = candidates;
        for index in (0..kept.len()).rev() {
            let mut fewer = kept.clone();
            fewer.remove(index);
            if apart(&fewer) {
                kept = fewer;
            }
        }
        kept
    }
}

/// The first subset of this size that passes.
fn subset(
    from: &[VarId],
    size: usize,
    taken: &mut Vec<VarId>,
    passes: &impl Fn(&[VarId]) -> bool,
) -> Option<Vec<VarId>> {
    if size == 0 {
        return passes(taken).then(|| taken.clone());
    }
    for (index, var) in from.iter().enumerate() {
        taken.push(*var);
        let found = subset(&from[index + 1..], size - 1, taken, passes);
        taken.pop();
        if found.is_some() {
            return found;
        }
    }
    None
}

fn step_id(step: usize) -> StepId {
    StepId(u32::try_from(step).expect("steps of a world are limited"))
}
