//! A case with one variable more, that is written like another one, or nearly so, and read in some places instead of it.

use super::random::Dice;
use super::{Case, Cond, Deed, Way};

impl Dice<'_> {
    /// A case with a variable more. It is written like one that was there, with other names for the values; or it is not quite.
    pub fn doubled(&mut self, case: &Case) -> Case {
        let mut case = case.clone();
        let (var, twin) = (self.below(case.sizes.len()), case.sizes.len());
        let size = case.sizes[var];
        let turn = self.below(usize::from(size)) as u8;
        let renamed = |value: u8| (value + turn) % size;
        case.sizes.push(size);
        for world in &mut case.initial {
            world.push(renamed(world[var]));
        }
        self.conditions(&mut case, &mut |dice, cond| dice.misread(cond, (var, twin), &renamed));
        let mut ways = ways(&mut case);
        for way in &mut ways {
            let sets = way.sets.iter().filter(|(_, set, _)| *set == var);
            let more: Vec<_> = sets.map(|(when, _, value)| (when.clone(), twin, renamed(*value))).collect();
            way.sets.extend(more);
        }
        // Not quite: one write is missing, or has another value or another condition; or it starts with another value.
        if self.chance(2) {
            let way = self.below(ways.len());
            let written = ways[way].sets.iter().position(|(_, set, _)| *set == twin);
            match (written, self.below(4)) {
                (Some(at), 0) => drop(ways[way].sets.remove(at)),
                (Some(at), 1) => ways[way].sets[at].2 = (ways[way].sets[at].2 + 1) % size,
                (Some(at), 2) => ways[way].sets[at].0 = Cond::Is(var, 0),
                _ => {
                    let last = case.initial.last_mut().unwrap();
                    last[twin] = (last[twin] + 1) % size;
                }
            }
        }
        case
    }

    fn misread(&mut self, cond: &mut Cond, (var, twin): (usize, usize), renamed: &impl Fn(u8) -> u8) {
        match cond {
            Cond::Is(of, value) if *of == var && self.chance(2) => (*of, *value) = (twin, renamed(*value)),
            Cond::OneOf(of, values) if *of == var && self.chance(2) => {
                *of = twin;
                values.iter_mut().for_each(|value| *value = renamed(*value));
            }
            Cond::Is(..) | Cond::OneOf(..) => {}
            Cond::AtMost(terms, _) => {
                terms.iter_mut().for_each(|(_, term)| self.misread(term, (var, twin), renamed));
            }
            Cond::Not(inner) => self.misread(inner, (var, twin), renamed),
            Cond::All(parts) | Cond::Any(parts) => {
                parts.iter_mut().for_each(|part| self.misread(part, (var, twin), renamed));
            }
        }
    }

    fn conditions(&mut self, case: &mut Case, change: &mut impl FnMut(&mut Self, &mut Cond)) {
        for deed in
            case.steps.iter_mut().chain(case.drills.iter_mut().flat_map(|d| d.act.iter_mut().chain(&mut d.then)))
        {
            deed.needs.iter_mut().for_each(|need| change(self, need));
        }
        for way in ways(case) {
            change(self, &mut way.when);
            way.sets.iter_mut().for_each(|(when, ..)| change(self, when));
        }
        case.reactions.iter_mut().chain(&mut case.faults).for_each(|(when, _)| change(self, when));
        case.guards.iter_mut().for_each(|(when, _)| change(self, when));
        case.always.iter_mut().chain(&mut case.health).for_each(|cond| change(self, cond));
        for drill in &mut case.drills {
            change(self, &mut drill.expect);
            change(self, &mut drill.expect_after);
        }
    }
}

/// Every way in which something in a case can go.
fn ways(case: &mut Case) -> Vec<&mut Way> {
    fn of(deed: &mut Deed) -> impl Iterator<Item = &mut Way> {
        deed.phases.iter_mut().flatten()
    }
    let drilled = case.drills.iter_mut().flat_map(|drill| drill.act.iter_mut().chain(&mut drill.then));
    let by_people = case.steps.iter_mut().chain(drilled).flat_map(of);
    let by_itself = case.reactions.iter_mut().chain(&mut case.faults).flat_map(|(_, ways)| ways);
    by_people.chain(by_itself).collect()
}
