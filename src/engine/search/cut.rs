//! Where to cut states in two: so that the halves have as little to do with each other as can be.
//!
//! In: where the variables lie, and a sample of states. Out: the bits of the left half. Variables are put in a row, in the order
//! of the layout or node by node, and the row is cut where the number of different left halves times that of different
//! right ones is smallest in the sample: as many pairs could be met.

use super::roam::used;
use crate::system::{Layout, Origins, Slot};
use rustc_hash::FxHashSet;

/// The bits of the left half.
pub fn cut<const W: usize>(layout: &Layout, origins: &Origins, sample: &[[u64; W]]) -> [u64; W] {
    let field = |place: usize| -> Option<[u64; W]> {
        let Slot::Field { word, shift, bits } = layout.slots[place] else { return None };
        let mut mask = [0; W];
        mask[word as usize] = ((1 << bits) - 1) << shift;
        Some(mask)
    };
    let places = || (0..layout.slots.len()).filter_map(|place| field(place).map(|mask| (place, mask)));
    let as_they_lie: Vec<[u64; W]> = places().map(|(_, mask)| mask).collect();
    let mut by_node: Vec<(Option<u32>, [u64; W])> =
        places().map(|(place, mask)| (origins.vars.get(place).and_then(|var| var.node), mask)).collect();
    by_node.sort_by_key(|(node, _)| *node);
    let by_node = by_node.into_iter().map(|(_, mask)| mask).collect();
    let whole = used::<W>(layout);
    let bits = |mask: &[u64; W]| mask.iter().map(|word| word.count_ones()).sum::<u32>();
    let mut best: Option<(u64, [u64; W])> = None;
    for row in [as_they_lie, by_node] {
        let mut left = [0; W];
        for field in row {
            left = std::array::from_fn(|word| left[word] | field[word]);
            // Halves, more or less.
            if bits(&left) * 3 < bits(&whole) || bits(&left) * 3 > bits(&whole) * 2 {
                continue;
            }
            let different = |mask: [u64; W]| -> u64 {
                let half = |state: &[u64; W]| std::array::from_fn::<u64, W, _>(|word| state[word] & mask[word]);
                sample.iter().map(half).collect::<FxHashSet<_>>().len() as u64
            };
            let right = std::array::from_fn(|word| whole[word] & !left[word]);
            let pairs = different(left).saturating_mul(different(right));
            if best.is_none_or(|(least, _)| pairs < least) {
                best = Some((pairs, left));
            }
        }
    }
    best.map_or([0; W], |(_, left)| left)
}
