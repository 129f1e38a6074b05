//! What a repair costs.

use std::ops::Add;

/// What a repair costs; compared in this order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Cost {
    /// Edits of the document.
    pub edits: usize,
    /// Steps that take a node down, in the order of the document.
    pub restarts: usize,
    /// Steps, in the order of the document, after which the world may be one in which health does not hold.
    pub unhealthy: usize,
}

impl Add for Cost {
    type Output = Cost;

    fn add(self, other: Cost) -> Cost {
        Cost {
            edits: self.edits + other.edits,
            restarts: self.restarts + other.restarts,
            unhealthy: self.unhealthy + other.unhealthy,
        }
    }
}
