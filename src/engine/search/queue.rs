//! States that wait, in pieces: room that is done with is used again.

/// States that wait.
#[derive(Debug, Default)]
pub struct Queue<const W: usize> {
    pieces: Vec<Vec<[u64; W]>>,
    len: usize,
}

/// How many states a piece has at most.
pub const PIECE: usize = 4096;

impl<const W: usize> Queue<W> {
    /// How many states wait.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Adds states; pieces are taken from `spare` as long as there are some.
    pub fn extend(&mut self, mut states: &[[u64; W]], spare: &mut Vec<Vec<[u64; W]>>) {
        self.len += states.len();
        while !states.is_empty() {
            if self.pieces.last().is_none_or(|last| last.len() == PIECE) {
                self.pieces.push(spare.pop().unwrap_or_else(|| Vec::with_capacity(PIECE)));
            }
            let last = self.pieces.last_mut().expect("there is one");
            let (now, later) = states.split_at(states.len().min(PIECE - last.len()));
            last.extend_from_slice(now);
            states = later;
        }
    }

    /// A piece; give it back to the spare ones when done with it.
    pub fn pop(&mut self) -> Option<Vec<[u64; W]>> {
        let piece = self.pieces.pop()?;
        self.len -= piece.len();
        Some(piece)
    }

    /// All that wait.
    pub fn iter(&self) -> impl Iterator<Item = &[u64; W]> {
        self.pieces.iter().flatten()
    }

    /// Bytes of so many pieces.
    pub fn bytes(pieces: usize) -> u64 {
        (pieces * PIECE * size_of::<[u64; W]>()) as u64
    }

    /// How many pieces there are.
    pub fn pieces(&self) -> usize {
        self.pieces.len()
    }
}
