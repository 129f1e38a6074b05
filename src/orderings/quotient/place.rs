//! A place: how far an ordering has come, and all that the world may be by then; with interchangeable nodes put in order.
//!
//! In: a place and a [`Symmetry`]. Out: a place of its orbit, and the [`Arrangement`] that leads there. Where there is one state only, all places of
//! an orbit become one. With several, nodes are sorted by what they hold in each state, the states told apart by what does not depend on the order of nodes: two places of
//! one orbit may then remain two, which costs time and is never wrong.

use crate::system::{Member, OccurrenceId, Position, State, StepSet, Symmetry};

/// How far an ordering has come.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// Which steps are done.
    pub position: Position,
    /// The states that the runs are in that have not failed; sorted, distinct. None where all have.
    pub states: Box<[State]>,
    /// Whether no run has failed.
    pub fine: bool,
}

/// For each class, which node's things each node is given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrangement(Vec<Vec<usize>>);

/// What a node has done and what it holds, in any one of the states.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Own {
    done: u128,
    open: u32,
    held: u128,
}

/// What a state is, whatever the order of nodes.
type Signature = (State, Vec<Vec<Own>>);

impl Arrangement {
    /// Every node keeps what it has.
    pub fn identity(symmetry: &Symmetry) -> Arrangement {
        Arrangement(symmetry.classes().iter().map(|class| (0..class.len()).collect()).collect())
    }

    /// This arrangement of what the other one makes.
    #[must_use]
    pub fn after(&self, other: &Arrangement) -> Arrangement {
        let classes = self.0.iter().zip(&other.0);
        Arrangement(classes.map(|(last, first)| last.iter().map(|from| first[*from]).collect()).collect())
    }

    /// Which occurrence an occurrence of the arranged place was before.
    pub fn origin(&self, id: OccurrenceId, symmetry: &Symmetry) -> OccurrenceId {
        for (class, from) in symmetry.classes().iter().zip(&self.0) {
            for (member, from) in class.iter().zip(from) {
                if let Some(at) = member.occurrences.iter().position(|own| *own == id) {
                    return class[*from].occurrences[at];
                }
            }
        }
        id
    }
}

impl Place {
    /// The place with its nodes in order.
    pub fn arranged(&self, symmetry: &Symmetry) -> (Place, Arrangement) {
        let owns = |state: &State, class: &[Member]| -> Vec<Own> {
            class.iter().map(|member| self.own(member, state)).collect()
        };
        let signatures: Vec<Signature> = match &self.states[..] {
            [] | [_] => vec![Signature::default(); self.states.len()],
            several => several.iter().map(|state| signature(state, symmetry, owns)).collect(),
        };
        let mut arrangement = Arrangement::identity(symmetry);
        for (class, from) in symmetry.classes().iter().zip(&mut arrangement.0) {
            match &self.states[..] {
                [] => from.sort_by_cached_key(|at| self.own(&class[*at], &State::default())),
                [state] => from.sort_by_cached_key(|at| self.own(&class[*at], state)),
                several => from.sort_by_cached_key(|at| {
                    let held = several.iter().zip(&signatures);
                    let mut held: Vec<(&Signature, Own)> =
                        held.map(|(state, signature)| (signature, self.own(&class[*at], state))).collect();
                    held.sort_unstable();
                    held
                }),
            }
        }
        (self.rearranged(symmetry, &arrangement), arrangement)
    }

    fn own(&self, member: &Member, state: &State) -> Own {
        let done = (0..).zip(&member.occurrences).filter(|(_, id)| self.position.done.contains(**id));
        let open = self.position.open.checked_sub(1);
        let open = member.undivided.iter().position(|block| Some(*block) == open);
        Own {
            done: done.fold(0, |done, (bit, _)| done | 1u128 << bit),
            open: open.map_or(0, |at| at as u32 + 1),
            held: if self.states.is_empty() { 0 } else { member.read(state) },
        }
    }

    fn rearranged(&self, symmetry: &Symmetry, arrangement: &Arrangement) -> Place {
        let mut place = self.clone();
        let classes = || symmetry.classes().iter().zip(&arrangement.0);
        let owned: StepSet =
            symmetry.classes().iter().flatten().flat_map(|member| member.occurrences.clone()).collect();
        let mut done = self.position.done.minus(owned);
        for (class, from) in classes() {
            for (member, from) in class.iter().zip(from) {
                let before = &class[*from];
                for (to, was) in member.occurrences.iter().zip(&before.occurrences) {
                    if self.position.done.contains(*was) {
                        done = done.with(*to);
                    }
                }
                for (to, was) in member.undivided.iter().zip(&before.undivided) {
                    if self.position.open == was + 1 {
                        place.position.open = to + 1;
                    }
                }
                for (to, state) in place.states.iter_mut().zip(&self.states) {
                    member.write(to, before.read(state));
                }
            }
        }
        place.position.done = done;
        place.states.sort_unstable();
        place
    }

    /// For each class, where the nodes begin that differ from the one before, and how many are like it from there on: any two of those can change places
    /// and the place stays what it is.
    pub fn alike(&self, symmetry: &Symmetry) -> Vec<Vec<(usize, u32)>> {
        let same = |one: &Member, other: &Member| {
            let same = |state: &State| self.own(one, state) == self.own(other, state);
            if self.states.is_empty() { same(&State::default()) } else { self.states.iter().all(same) }
        };
        let runs = |class: &Vec<Member>| {
            let mut runs: Vec<(usize, u32)> = Vec::new();
            for at in 0..class.len() {
                match runs.last_mut() {
                    Some((_, count)) if same(&class[at - 1], &class[at]) => *count += 1,
                    _ => runs.push((at, 1)),
                }
            }
            runs
        };
        symmetry.classes().iter().map(runs).collect()
    }
}

fn signature(state: &State, symmetry: &Symmetry, owns: impl Fn(&State, &[Member]) -> Vec<Own>) -> Signature {
    let mut shared = *state;
    let mut classes = Vec::with_capacity(symmetry.classes().len());
    for class in symmetry.classes() {
        class.iter().for_each(|member| member.write(&mut shared, 0));
        let mut owns = owns(state, class);
        owns.sort_unstable();
        classes.push(owns);
    }
    (shared, classes)
}
