//! All places that orderings come to, folded, and how many orderings go on from each.
//!
//! In: a system with an ordered procedure, and its [`Symmetry`]. Out: a [`Graph`]: places, forward from the start; for each, backward, the numbers of all
//! orderings of what is left, of those that are good in every run, and of those that are in some.
//!
//! An edge stands for as many steps as it says: steps of nodes that are alike lead to places that are, so one is tried for all. Every sequence
//! of steps is counted once that way, along one path.
//! A run that has failed is left; where all have, only positions go on, for the number of all orderings.

use super::place::{Arrangement, Place};
use super::spread::Spread;
use crate::base::{Limit, Tally};
use crate::system::{
    End, Finish, Finishes, Marks, OccurrenceId, Plan, Position, Run, Runner, State, StepId, StepSet, Symmetry, System,
    Watch,
};
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::rc::Rc;

/// Steps from one place to another.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    /// One of the steps.
    pub id: OccurrenceId,
    /// How many there are.
    pub times: u32,
    /// Where they lead.
    pub to: u32,
}

/// How many orderings go on from a place.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    /// All.
    pub total: Spread,
    /// Those that are good in every run.
    pub good: Spread,
    /// Those that are good in some run.
    pub good_in_some: Spread,
}

/// What a step makes of a state: the states that runs are in that do not fail, and whether none does.
type Results = Rc<(Vec<State>, bool)>;

/// All places.
pub struct Graph<'s> {
    system: &'s System,
    plan: &'s Plan,
    /// What is folded.
    pub symmetry: &'s Symmetry,
    predecessors: Option<Vec<StepSet>>,
    /// For each occurrence, the class and the node that it belongs to.
    owners: Vec<Option<(usize, usize)>>,
    relevant: State,
    runner: Runner<'s>,
    finishes: Finishes<'s>,
    /// What is known of steps, where no `if` is to be looked at.
    results: FxHashMap<(StepId, State), Results>,
    places: indexmap::IndexSet<Place, FxBuildHasher>,
    edges: Vec<Vec<Edge>>,
    /// One for each place.
    pub numbers: Vec<Numbers>,
    /// Ways in which steps went.
    pub moves: u64,
}

static NO_CLAIMS: Watch = Watch::always();

impl<'s> Graph<'s> {
    /// Walks all places, and counts.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn of(
        system: &'s System,
        plan: &'s Plan,
        symmetry: &'s Symmetry,
        tally: &mut Tally,
    ) -> Result<Graph<'s>, Limit> {
        let mut owners = vec![None; plan.occurrences.len()];
        for (at, class) in symmetry.classes().iter().enumerate() {
            for (member, own) in class.iter().enumerate() {
                own.occurrences.iter().for_each(|id| owners[id.0 as usize] = Some((at, member)));
            }
        }
        let mut graph = Graph {
            system,
            plan,
            symmetry,
            predecessors: plan.predecessors(),
            owners,
            relevant: system.relevant(),
            runner: Runner::new(system, &NO_CLAIMS),
            finishes: Finishes::new(system),
            results: FxHashMap::default(),
            places: indexmap::IndexSet::default(),
            edges: Vec::new(),
            numbers: Vec::new(),
            moves: 0,
        };
        graph.walk(tally)?;
        graph.count(tally)?;
        Ok(graph)
    }

    fn walk(&mut self, tally: &mut Tally) -> Result<(), Limit> {
        tally.phase = "places";
        let start = self.start(tally)?.arranged(self.symmetry).0;
        self.places.insert(start);
        while let Some(place) = self.places.get_index(self.edges.len()).cloned() {
            let mut edges = Vec::new();
            for (id, times, after) in self.next(&place) {
                let child = self.child(&place, (id, after), tally)?.arranged(self.symmetry).0;
                let bytes = 2 * size_of::<Place>() + size_of_val(&*child.states);
                let (to, new) = self.places.insert_full(child);
                if new {
                    tally.states += 1;
                    tally.hold(bytes)?;
                }
                let to = u32::try_from(to).expect("places are bounded by memory far below u32::MAX");
                edges.push(Edge { id, times, to });
            }
            tally.hold(size_of_val(&edges[..]))?;
            self.edges.push(edges);
        }
        Ok(())
    }

    /// Before the first step, as the document has it.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn start(&mut self, tally: &mut Tally) -> Result<Place, Limit> {
        let mut results = (Vec::new(), true);
        for initial in (0..).take(self.system.initial.len()) {
            for run in &self.runner.initial(initial, tally)?.runs {
                take(run, &mut results, &self.relevant);
            }
        }
        Ok(place(self.plan.start(), results))
    }

    /// The steps that may come next: one for all that are alike, how many those are, and the position after it.
    fn next(&self, place: &Place) -> Vec<(OccurrenceId, u32, Position)> {
        let alike = place.alike(self.symmetry);
        let times = |id: OccurrenceId| match self.owners[id.0 as usize] {
            None => Some(1),
            Some((class, member)) => alike[class].iter().find(|(first, _)| *first == member).map(|(_, count)| *count),
        };
        let next = self.plan.next_after(place.position, self.predecessors.as_deref()).into_iter();
        next.filter_map(|(id, after)| Some((id, times(id)?, after))).collect()
    }

    /// Where a step leads, as it is.
    fn child(
        &mut self,
        from: &Place,
        (id, after): (OccurrenceId, Position),
        tally: &mut Tally,
    ) -> Result<Place, Limit> {
        let mut all = (Vec::new(), from.fine);
        for state in &from.states {
            let results = self.attempt((from.position, id, after), *state, tally)?;
            all.0.extend_from_slice(&results.0);
            all.1 &= results.1;
        }
        Ok(place(after, all))
    }

    fn attempt(
        &mut self,
        way: (Position, OccurrenceId, Position),
        state: State,
        tally: &mut Tally,
    ) -> Result<Results, Limit> {
        let key = (self.plan.occurrences[way.1.0 as usize].step, state);
        let alike = self.plan.guards.is_empty() && self.plan.retries.is_empty();
        if let Some(known) = self.results.get(&key) {
            return Ok(Rc::clone(known));
        }
        let struck = self.runner.struck(state, tally)?;
        let attempt = self.runner.occurrence(self.plan, way, &struck, tally)?;
        self.moves += attempt.runs.len() as u64;
        let mut results = (Vec::with_capacity(attempt.runs.len()), true);
        attempt.runs.iter().for_each(|run| take(run, &mut results, &self.relevant));
        let results = Rc::new(results);
        if alike {
            tally.hold(2 * size_of_val(&key) + size_of::<(Results, Vec<State>)>() + size_of_val(&results.0[..]))?;
            self.results.insert(key, Rc::clone(&results));
        }
        Ok(results)
    }

    fn count(&mut self, tally: &mut Tally) -> Result<(), Limit> {
        tally.phase = "counts";
        self.numbers = vec![Numbers::default(); self.places.len()];
        let mut backwards: Vec<usize> = (0..self.places.len()).collect();
        backwards.sort_by_key(|at| std::cmp::Reverse(self.places[*at].position.done.len()));
        for at in backwards {
            let mut numbers = Numbers::default();
            if self.plan.may_end(self.places[at].position) {
                let (every, some) = self.ends_well(at, tally)?;
                let end = |there: bool| if there { Spread::end() } else { Spread::default() };
                numbers = Numbers { total: Spread::end(), good: end(every), good_in_some: end(some) };
            }
            for edge in &self.edges[at] {
                let rest = &self.numbers[edge.to as usize];
                numbers.total.add_after_a_step(&rest.total, edge.times);
                numbers.good.add_after_a_step(&rest.good, edge.times);
                numbers.good_in_some.add_after_a_step(&rest.good_in_some, edge.times);
            }
            let Numbers { total, good, good_in_some } = &numbers;
            tally.hold(size_of::<Numbers>() + total.bytes() + good.bytes() + good_in_some.bytes())?;
            self.numbers[at] = numbers;
        }
        Ok(())
    }

    /// Whether all runs that end at a place end well, and whether some do.
    fn ends_well(&mut self, at: usize, tally: &mut Tally) -> Result<(bool, bool), Limit> {
        let (mut every, mut some) = (self.places[at].fine, false);
        for number in 0..self.places[at].states.len() {
            let state = self.places[at].states[number];
            let well = self.finishes.finish(state, tally)? == Finish::Healthy;
            every &= well;
            some |= well;
        }
        Ok((every && some, some))
    }

    /// How many places there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// The edges from a place.
    pub fn edges(&self, at: u32) -> &[Edge] {
        &self.edges[at as usize]
    }

    /// Whether an ordering may end at a place; and if so, whether it is good then.
    pub fn end(&mut self, at: u32, tally: &mut Tally) -> Result<Option<bool>, Limit> {
        if !self.plan.may_end(self.places[at as usize].position) {
            return Ok(None);
        }
        self.ends_well(at as usize, tally).map(|(every, _)| Some(every))
    }

    /// A path from the start, given by its edges, as real steps.
    ///
    /// # Errors
    /// The limit that was hit.
    pub fn unfolded(&mut self, path: &[Edge], tally: &mut Tally) -> Result<Vec<OccurrenceId>, Limit> {
        let start = self.start(tally)?;
        // The nodes of the place, as the real nodes that they stand for.
        let (mut place, mut real): (Place, Arrangement) = start.arranged(self.symmetry);
        let mut ordering = Vec::with_capacity(path.len());
        for edge in path {
            ordering.push(real.origin(edge.id, self.symmetry));
            let next = self.next(&place).into_iter().find(|(id, ..)| *id == edge.id);
            let (id, _, after) = next.expect("the edge begins at this place");
            let (arranged, arrangement) = self.child(&place, (id, after), tally)?.arranged(self.symmetry);
            place = arranged;
            real = arrangement.after(&real);
        }
        Ok(ordering)
    }
}

/// Adds where a run leads.
fn take(run: &Run, results: &mut (Vec<State>, bool), relevant: &State) {
    match run.end {
        End::Stable(state) if !run.marks.meets(Marks::BROKEN) => {
            results.0.push(std::array::from_fn(|word| state[word] & relevant[word]));
        }
        _ => results.1 = false,
    }
}

fn place(position: Position, (mut states, fine): (Vec<State>, bool)) -> Place {
    states.sort_unstable();
    states.dedup();
    let fine = fine && !states.is_empty();
    Place { position, states: states.into_boxed_slice(), fine }
}
