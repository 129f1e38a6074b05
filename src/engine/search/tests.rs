//! Sets of states against that of the standard library, while they grow.

use super::collapse::Collapsed;
use super::key::Mixer;
use super::known::Known;
use super::slot::Slot;
use super::table::Table;
use std::collections::HashSet;

/// States with repetitions: a walk that turns back often.
fn walk<const W: usize>(used: [u64; W], length: usize) -> impl Iterator<Item = [u64; W]> {
    let mut seed = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = move || {
        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        seed
    };
    let mut state = [0; W];
    (0..length).map(move |_| {
        let (word, bit) = (next() as usize % W, next() % 64);
        state[word] = (state[word] ^ 1 << bit) & used[word];
        if next() % 5 == 0 {
            state = std::array::from_fn(|word| next() & used[word] & 0xf00f_00ff_0000_ffff);
        }
        state
    })
}

/// A set agrees with the library's, whatever the sizes of what is put in, and gives back what was put in.
fn agrees<const W: usize>(mut known: Box<dyn Known<W>>, used: [u64; W], length: usize) {
    let mut expected: HashSet<[u64; W]> = HashSet::new();
    let states: Vec<[u64; W]> = walk(used, length).collect();
    let mut rest = &states[..];
    let mut size = 1;
    while !rest.is_empty() {
        let (batch, later) = rest.split_at(rest.len().min(size));
        let news: Vec<[u64; W]> = batch.iter().filter(|state| expected.insert(**state)).copied().collect();
        let (mut new, mut left) = (Vec::new(), batch);
        loop {
            let done = known.insert(left, &mut new);
            left = &left[done..];
            if left.is_empty() {
                break;
            }
            if let Some(other) = known.grow(1).expect("there is memory") {
                known = other;
            }
        }
        assert_eq!(new, news);
        assert_eq!(known.len(), expected.len() as u64);
        (rest, size) = (later, size * 3 % 4099);
    }
    let mut given = HashSet::new();
    known
        .each(&mut |state| {
            assert!(given.insert(*state), "each once");
            Ok(())
        })
        .expect("nobody refuses");
    assert_eq!(given, expected);
}

fn table<S: Slot<W> + 'static, const N: usize, const W: usize>(used: [u64; W]) -> Box<dyn Known<W>> {
    Box::new(Table::<S, N, W>::new(Mixer::of(&used), 0).expect("there is memory"))
}

#[test]
fn tables_of_every_slot_know_what_was_put_in_while_they_grow() {
    for bits in [1, 3, 9, 17, 31] {
        let used = [u64::MAX >> (64 - bits)];
        agrees(table::<u32, 16, 1>(used), used, 30_000);
        agrees(table::<u64, 8, 1>(used), used, 30_000);
    }
    agrees(table::<u64, 8, 1>([u64::MAX]), [u64::MAX], 60_000);
    agrees(table::<[u64; 2], 4, 2>([u64::MAX, 7]), [u64::MAX, 7], 60_000);
    agrees(table::<[u64; 4], 2, 3>([u64::MAX; 3]), [u64::MAX; 3], 60_000);
    agrees(table::<[u64; 4], 2, 4>([u64::MAX; 4]), [u64::MAX; 4], 60_000);
}

#[test]
fn wide_slots_become_narrow_ones_once_homes_tell_enough() {
    // 35 bits: narrow slots do from 128 lines on.
    let used = [u64::MAX >> 29];
    let mut known = table::<u64, 8, 1>(used);
    let mut replaced = 0;
    for _ in 0..64 {
        if let Some(other) = known.grow(1).expect("there is memory") {
            known = other;
            replaced += 1;
        }
    }
    assert_eq!(replaced, 1);
    agrees(known, used, 100_000);
    agrees(table::<u64, 8, 1>(used), used, 100_000);
}

#[test]
fn halves_with_a_bitmap_know_what_was_put_in() {
    let all = u64::MAX >> 24;
    for left in [0xff, 0xf0_f0f0_f0f0, 0xf_ffff_0000, 0] {
        agrees(Box::new(Collapsed::new([left], [all & !left])), [all], 30_000);
    }
    let used = [u64::MAX, 0xffff];
    agrees(Box::new(Collapsed::new([u64::MAX, 0], [0, 0xffff])), used, 30_000);
}

#[test]
fn tables_stay_as_small_as_they_say() {
    let used = [u64::MAX >> 24];
    let mut known = table::<u32, 16, 1>(used);
    let mut new = Vec::new();
    let states: Vec<[u64; 1]> = (0..1_000_000u64).map(|at| [at.wrapping_mul(0x9E37_79B9) & used[0]]).collect();
    for batch in states.chunks(1000) {
        while known.crowded(batch.len()) {
            known.grow(batch.len()).expect("there is memory");
        }
        new.clear();
        assert_eq!(known.insert(batch, &mut new), batch.len());
    }
    let each = known.bytes() as f64 / known.len() as f64;
    assert!((5.3..10.8).contains(&each), "{each} bytes a state");
}
