//! Which values make a predicate come out as it does.
//!
//! Comes in: a predicate and a state. Goes out: variables whose values in that state suffice: every state that has the
//! same values for them gives the same answer. The set is small (one reason is followed where several would do), not
//! necessarily the smallest.

use crate::system::{Layout, Predicate, Slot, State, VarId};

/// The variables whose values in `state` suffice for `predicate` to come out as it does there, in order of first use.
/// Linear in the predicate times the number of variables.
pub fn support(layout: &Layout, predicate: &Predicate, state: &State) -> Vec<VarId> {
    let mut found = Vec::new();
    collect(layout, predicate, state, &mut found);
    found
}

/// All variables that a predicate reads.
pub fn reads(layout: &Layout, predicate: &Predicate, found: &mut Vec<VarId>) {
    match predicate {
        Predicate::Constant(_) => {}
        Predicate::Masked { word, mask, .. } => fields(layout, *word, *mask).for_each(|(var, _)| add(found, var)),
        Predicate::Member { word, shift, bits, .. } => {
            let mask = ((1u64 << bits) - 1) << shift;
            fields(layout, *word, mask).for_each(|(var, _)| add(found, var));
        }
        Predicate::Sum { terms, .. } => terms.iter().for_each(|(_, term)| reads(layout, term, found)),
        Predicate::Not(inner) => reads(layout, inner, found),
        Predicate::All(parts) | Predicate::Any(parts) => parts.iter().for_each(|part| reads(layout, part, found)),
    }
}

fn collect(layout: &Layout, predicate: &Predicate, state: &State, found: &mut Vec<VarId>) {
    match predicate {
        Predicate::Constant(_) => {}
        Predicate::Masked { word, mask, value } => {
            let differing = (state[*word as usize] ^ value) & mask;
            let fields = fields(layout, *word, *mask);
            if differing == 0 {
                fields.for_each(|(var, _)| add(found, var));
            } else if let Some((var, _)) = fields.into_iter().find(|(_, bits)| bits & differing != 0) {
                add(found, var);
            }
        }
        Predicate::Member { word, shift, bits, .. } => {
            let mask = ((1u64 << bits) - 1) << shift;
            fields(layout, *word, mask).for_each(|(var, _)| add(found, var));
        }
        Predicate::Sum { terms, .. } => terms.iter().for_each(|(_, term)| collect(layout, term, state, found)),
        Predicate::Not(inner) => collect(layout, inner, state, found),
        Predicate::All(parts) => several(layout, parts, state, found, false),
        Predicate::Any(parts) => several(layout, parts, state, found, true),
    }
}

/// One part that comes out as `decisive` decides a conjunction (false) or a disjunction (true) alone; without one, all parts do.
fn several(layout: &Layout, parts: &[Predicate], state: &State, found: &mut Vec<VarId>, decisive: bool) {
    let shortest = parts
        .iter()
        .filter(|part| part.holds(state) == decisive)
        .map(|part| {
            let mut with = found.clone();
            collect(layout, part, state, &mut with);
            with
        })
        .min_by_key(Vec::len);
    match shortest {
        Some(with) => *found = with,
        None => parts.iter().for_each(|part| collect(layout, part, state, found)),
    }
}

/// The variables with a bit in `mask`, each with its own bits.
fn fields(layout: &Layout, of_word: u8, mask: u64) -> impl Iterator<Item = (VarId, u64)> + '_ {
    layout.slots.iter().enumerate().filter_map(move |(index, slot)| match *slot {
        Slot::Field { word, shift, bits } if word == of_word => {
            let own = (((1u64 << bits) - 1) << shift) & mask;
            let var = VarId(u32::try_from(index).expect("fewer variables than u32::MAX"));
            (own != 0).then_some((var, own))
        }
        _ => None,
    })
}

fn add(found: &mut Vec<VarId>, var: VarId) {
    if !found.contains(&var) {
        found.push(var);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::Compare;

    fn layout() -> Layout {
        let slot = |shift| Slot::Field { word: 0, shift, bits: 2 };
        Layout { words: 1, slots: vec![slot(0), slot(2), slot(4), slot(6)] }
    }

    fn masked(shift: u8, value: u64) -> Predicate {
        Predicate::Masked { word: 0, mask: 3 << shift, value: value << shift }
    }

    /// Every state that agrees on the support agrees on the predicate.
    fn suffices(predicate: &Predicate) {
        let layout = layout();
        for bits in 0..256u64 {
            let state = [bits, 0, 0, 0];
            let support = support(&layout, predicate, &state);
            for other in 0..256u64 {
                let other = [other, 0, 0, 0];
                if support.iter().all(|var| layout.get(&state, *var) == layout.get(&other, *var)) {
                    assert_eq!(predicate.holds(&state), predicate.holds(&other), "{predicate:?} {bits:b} {support:?}");
                }
            }
        }
    }

    #[test]
    fn the_values_named_suffice_for_every_shape_of_predicate() {
        let any = Predicate::Any(vec![masked(0, 1), Predicate::All(vec![masked(2, 2), masked(4, 3)])]);
        let sum = Predicate::Sum {
            terms: vec![(1, masked(0, 1)), (1, masked(2, 1)), (-2, masked(6, 0))],
            compare: Compare::AtMost,
            bound: 0,
        };
        let member = Predicate::Member { word: 0, shift: 4, bits: 2, set: 0b1010 };
        let both = Predicate::Masked { word: 0, mask: 0b1111, value: 0b0110 };
        for predicate in [any.clone(), sum.clone(), member.clone(), both.clone()] {
            suffices(&predicate);
            suffices(&Predicate::Not(Box::new(predicate)));
        }
        suffices(&Predicate::All(vec![Predicate::Not(Box::new(any)), Predicate::Any(vec![sum, member]), both]));
    }

    #[test]
    fn one_reason_is_enough() {
        let state = [0b01_00_00_01, 0, 0, 0];
        let any = Predicate::Any(vec![Predicate::All(vec![masked(0, 1), masked(6, 1)]), masked(4, 0)]);
        assert_eq!(support(&layout(), &any, &state), [VarId(2)]);
    }
}
