//! Guards against plain evaluation, on random predicates and states.

use super::rows::padded;
use super::*;
use crate::system::{Compare, Predicate, State};
use proptest::prelude::*;

/// Any predicate over two words: fields of two bits, sums over them, wide masks.
fn predicate() -> impl Strategy<Value = Predicate> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Predicate::Constant),
        (0u8..2, 0u8..30, 0u64..4).prop_map(|(word, field, value)| {
            Predicate::Masked { word, mask: 3 << (2 * field), value: value << (2 * field) }
        }),
        (0u8..2, 0u8..30, 0u64..16)
            .prop_map(|(word, field, set)| { Predicate::Member { word, shift: 2 * field, bits: 2, set } }),
        (0u8..2, any::<u64>(), any::<u64>()).prop_map(|(word, mask, value)| {
            let mask = mask & 0x00ff_0f0f_3333_0003;
            Predicate::Masked { word, mask, value: value & mask & 0x11 }
        }),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        let several = || prop::collection::vec(inner.clone(), 1..6);
        let compare = prop_oneof![Just(Compare::Equal), Just(Compare::Less), Just(Compare::AtMost)];
        let terms = prop::collection::vec((-3i64..4, inner.clone()), 1..6);
        prop_oneof![
            several().prop_map(Predicate::All),
            several().prop_map(Predicate::Any),
            inner.clone().prop_map(|inner| Predicate::Not(Box::new(inner))),
            (terms, compare, -4i64..6).prop_map(|(terms, compare, bound)| Predicate::Sum { terms, compare, bound }),
        ]
    })
}

fn held(guards: &Guards, state: &[u64; 2]) -> Vec<u64> {
    macro_rules! held {
        ($($words:literal $counters:literal),*) => {
            match (guards.words(), guards.counters()) {
                $(($words, $counters) => guards.holding::<2, $words, $counters>(state).to_vec(),)*
                other => panic!("{other:?}"),
            }
        };
    }
    held!(1 0, 1 1, 1 4, 2 0, 2 1, 2 4, 4 0, 4 1, 4 4, 8 0, 8 1, 8 4, 16 0, 16 1, 16 4)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn a_predicate_holds_where_one_of_its_clauses_does(
        predicates in prop::collection::vec((predicate(), any::<bool>()), 1..6),
        states in prop::collection::vec(any::<[u64; 2]>(), 20),
    ) {
        let each: Vec<Vec<Clause>> = predicates.iter().map(|(it, wanted)| disjunction(it, *wanted)).collect();
        let all: Vec<Clause> = each.iter().flatten().cloned().collect();
        let guards = Guards::new(&all).expect("there are few");
        for state in states {
            // Mostly small values, so that sums and masks are met.
            for state in [state, [state[0] & 0x1111, state[1] & 0x11], [0, 0], [state[0] & state[1], 0]] {
                let row = held(&guards, &state);
                let mut first = 0;
                for ((predicate, wanted), clauses) in predicates.iter().zip(&each) {
                    let some = (first..first + clauses.len()).any(|clause| row[clause / 64] >> (clause % 64) & 1 == 1);
                    let full: State = padded(&state);
                    prop_assert_eq!(some, predicate.holds(&full) == *wanted, "{:?} in {:?}", predicate, state);
                    first += clauses.len();
                }
            }
        }
    }

    #[test]
    fn clauses_that_exclude_each_other_never_hold_together(
        one in predicate(), other in predicate(), states in prop::collection::vec(any::<[u64; 2]>(), 50),
    ) {
        let (one, other) = (disjunction(&one, true), disjunction(&other, true));
        prop_assume!(!one.is_empty() && !other.is_empty());
        let all = vec![one[0].clone(), other[0].clone()];
        let guards = Guards::new(&all).expect("there are few");
        if guards.exclude(0, 1) {
            for state in states {
                prop_assert_ne!(held(&guards, &[state[0] & 0x33, state[1] & 0x33])[0], 3);
            }
        }
    }
}
