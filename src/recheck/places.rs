//! The pairs of position and state: whether they hold all that can be come to and nothing else, and whether each has the
//! orderings that it is said to have, given those of the pairs that follow it.

use super::attempt::{End, Fates};
use super::certificate::{Certificate, Question, Set};
use super::courses::Courses;
use super::machine::{Machine, Marks, Values};
use super::names::Shape;
use super::problem::{Problem, check, refused};
use super::sets::{Of, Sets};
use super::settle::Known;
use crate::base::Tally;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;

/// The pairs of a certificate, with their positions found again.
pub(super) struct Places<'c> {
    certificate: &'c Certificate,
    courses: &'c Courses,
    states: Vec<Values>,
    numbers: FxHashMap<Values, u32>,
    /// By position of the certificate, that of the procedure.
    position: Vec<u32>,
    /// By position of the procedure, the states met there and which place each is in the certificate.
    met: FxHashMap<u32, (usize, FxHashMap<u32, usize>)>,
    /// Which places were come to.
    reached: Vec<Vec<bool>>,
    /// How many ways of going on were looked at.
    pub moves: u64,
}

impl<'c> Places<'c> {
    /// Reads them; nothing is twice, and nothing names what is not there.
    pub fn read(
        certificate: &'c Certificate,
        courses: &'c Courses,
        shape: &Shape,
        tally: &mut Tally,
    ) -> Result<Places<'c>, Problem> {
        let mut position = vec![0u32];
        for (number, (from, step)) in (1..).zip(&certificate.positions) {
            let before = position.get(*from as usize).copied();
            let after = before.and_then(|before| courses.after(before, *step));
            position.push(after.ok_or_else(|| refused(format!("position {number} cannot be come to as it is said")))?);
        }
        let mut states = Vec::with_capacity(certificate.states.len());
        let mut numbers = FxHashMap::default();
        for (number, text) in (0..).zip(&certificate.states) {
            let values = shape.state(text)?;
            tally.hold(4 * size_of::<Values>() + 2 * values.len())?;
            states.push(values.clone());
            check(numbers.insert(values, number).is_none(), || format!("state {number} is there twice"))?;
        }
        check(certificate.places.len() == position.len(), || {
            "there are not as many lists of states as positions".to_owned()
        })?;
        let mut met = FxHashMap::default();
        let mut used = vec![false; states.len()];
        for (at, own) in certificate.places.iter().enumerate() {
            let mut places = FxHashMap::default();
            for (place, state) in own.iter().enumerate() {
                let known = used.get_mut(*state as usize);
                *known.ok_or_else(|| refused(format!("there is no state {state}")))? = true;
                check(places.insert(*state, place).is_none(), || {
                    format!("state {state} is there twice at position {at}")
                })?;
            }
            tally.hold(4 * size_of::<(u32, usize)>() * own.len())?;
            check(met.insert(position[at], (at, places)).is_none(), || format!("position {at} is there twice"))?;
        }
        check(used.iter().all(|used| *used), || "a state is at no position".to_owned())?;
        let reached = certificate.places.iter().map(|own| vec![false; own.len()]).collect();
        Ok(Places { certificate, courses, states, numbers, position, met, reached, moves: 0 })
    }

    /// How many pairs there are.
    pub fn count(&self) -> u64 {
        self.certificate.places.iter().map(|own| own.len() as u64).sum()
    }

    /// Checks everything about them.
    pub fn check(
        &mut self,
        machine: &Machine<'_>,
        sets: &mut Sets<'_>,
        known: &mut Known,
        tally: &mut Tally,
    ) -> Result<(), Problem> {
        for set in &self.certificate.sets {
            let same = set.from.len() == self.certificate.places.len()
                && set.from.iter().zip(&self.certificate.places).all(|(nodes, own)| nodes.len() == own.len());
            check(same, || "a set does not have one node for each pair of position and state".to_owned())?;
            set.from.iter().flatten().chain([&set.root]).try_for_each(|node| sets.node(*node).map(|_| ()))?;
        }
        let mut starts = Fates::new();
        for start in machine.starts() {
            let mut stable = BTreeSet::new();
            machine.land(&start, &Marks::new(), (&mut stable, &mut starts), known, tally)?;
            starts.extend(stable.into_iter().map(|(values, marks)| (End::Stable(values), marks)));
        }
        let starts = self.found(&starts, 0)?;
        for set in &self.certificate.sets {
            let parts = starts.iter().map(|fate| part(machine, set, fate, 0)).collect();
            check(sets.is(set.root, set.runs, parts, tally)?, || {
                "the whole of a set is not what the states at the beginning say".to_owned()
            })?;
        }
        for at in 0..self.position.len() {
            for place in 0..self.certificate.places[at].len() {
                self.place(machine, (at, place), sets, known, tally)?;
            }
        }
        check(self.reached.iter().flatten().all(|reached| *reached), || {
            "a pair of position and state is there that nothing leads to".to_owned()
        })
    }

    /// One place: where every next step leads is there, and each set is what the places after it say.
    fn place(
        &mut self,
        machine: &Machine<'_>,
        (at, place): (usize, usize),
        sets: &mut Sets<'_>,
        known: &mut Known,
        tally: &mut Tally,
    ) -> Result<(), Problem> {
        let certificate = self.certificate;
        let courses = self.courses;
        let position = &courses.positions[self.position[at] as usize];
        let values = self.states[certificate.places[at][place] as usize].clone();
        let wrong = || format!("a set of orderings is not what it should be at position {at}, place {place}");
        for set in &certificate.sets {
            let node = sets.node(set.from[at][place])?;
            let may_come = |(step, _): &(u32, u32)| position.next.iter().any(|(next, _)| next == step);
            check(node.1.iter().all(may_come), wrong)?;
            let ends = position.ends
                && match set.of {
                    Question::Good => machine.ends_well(&values, known, tally)?,
                    Question::Refused | Question::Event(_) => false,
                    Question::Keeps(_) => true,
                };
            check(node.0 == ends, wrong)?;
        }
        for (step, to) in &position.next {
            let over = &courses.positions[*to as usize].over;
            let fates = machine.attempt(*step, over, &values, known, tally)?;
            let fates = self.found(&fates, *to)?;
            for set in &certificate.sets {
                let edges = &sets.node(set.from[at][place])?.1;
                let edge = edges.iter().find(|(id, _)| id == step).map_or(0, |(_, node)| *node);
                let parts = fates.iter().map(|fate| part(machine, set, fate, *to)).collect();
                check(sets.is(edge, set.runs, parts, tally)?, wrong)?;
            }
        }
        tally.states += 1;
        tally.check()?;
        Ok(())
    }

    /// Finds where fates lead among the places of a position.
    fn found<'f>(&mut self, fates: &'f Fates, position: u32) -> Result<Vec<Fate<'f>>, Problem> {
        let mut found = Vec::with_capacity(fates.len());
        self.moves += fates.len() as u64;
        for (end, marks) in fates {
            let end = match end {
                End::Refused => Led::Refused,
                End::Unsettled => Led::Unsettled,
                End::Stable(values) => {
                    let met = self.met.get(&position);
                    let place = met.and_then(|(at, places)| Some((*at, *places.get(self.numbers.get(values)?)?)));
                    let (at, place) = place.ok_or_else(|| {
                        refused("the pairs of position and state are not closed: a run comes to one that is not there")
                    })?;
                    self.reached[at][place] = true;
                    Led::Place(at, place)
                }
            };
            found.push(Fate { end, marks });
        }
        Ok(found)
    }
}

/// Where something leads, among the places.
#[derive(Clone, Copy)]
enum Led {
    Place(usize, usize),
    Refused,
    Unsettled,
}

struct Fate<'f> {
    end: Led,
    marks: &'f Marks,
}

/// The orderings of the rest that have what a set is of, where something goes in one way.
fn part(machine: &Machine<'_>, set: &Set, fate: &Fate<'_>, after: u32) -> Of {
    let either = |has: bool| if has { Of::Whole(after) } else { Of::Node(0) };
    let seen = |question| machine.mark(question).is_some_and(|mark| fate.marks.contains(&mark));
    let open = |ended: bool| match fate.end {
        Led::Place(at, place) => Of::Node(set.from[at][place]),
        Led::Refused | Led::Unsettled => either(ended),
    };
    match &set.of {
        Question::Good if fate.marks.contains(&0) => either(false),
        Question::Good => open(false),
        Question::Refused if matches!(fate.end, Led::Refused) => either(true),
        Question::Refused => open(false),
        Question::Event(_) if seen(&set.of) => either(true),
        Question::Event(_) => open(false),
        Question::Keeps(_) if seen(&set.of) => either(false),
        Question::Keeps(_) => open(true),
    }
}
