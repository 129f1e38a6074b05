//! Windows: a few neighbouring bits of a state, as many as a table can have rows for.

use crate::system::{MAX_WORDS, Predicate, State};

/// The most bits of a window. Wider ones are fewer, but their tables leave the first cache.
pub const WIDTH: u32 = 10;

/// The bits of one word from `low` up to, and without, `high`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// Which word.
    pub word: u8,
    /// The lowest bit.
    pub low: u32,
    /// One past the highest.
    pub high: u32,
}

impl Span {
    /// What a predicate reads, if that is little enough for a window, and something.
    pub fn of(predicate: &Predicate) -> Option<Span> {
        let bits = predicate.bits();
        let mut words = (0..MAX_WORDS).filter(|word| bits[*word] != 0);
        let (word, None) = (words.next()?, words.next()) else { return None };
        let (low, high) = (bits[word].trailing_zeros(), u64::BITS - bits[word].leading_zeros());
        (high - low <= WIDTH).then_some(Span { word: word as u8, low, high })
    }

    /// Whether all of another lies in this one.
    pub fn covers(self, other: Span) -> bool {
        self.word == other.word && self.low <= other.low && other.high <= self.high
    }

    /// How many values the bits have.
    pub fn values(self) -> usize {
        1 << (self.high - self.low)
    }

    /// A state with these bits, and zero elsewhere.
    pub fn state(self, value: usize) -> State {
        let mut state = State::default();
        state[self.word as usize] = (value as u64) << self.low;
        state
    }
}

/// Windows that cover each of the spans; as few as there can be (each begins where the first span that is not covered does).
pub fn cover(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_unstable();
    let mut windows: Vec<Span> = Vec::new();
    for span in spans {
        match windows.last_mut() {
            Some(last) if last.word == span.word && span.high <= last.low + WIDTH => {
                last.high = last.high.max(span.high);
            }
            _ => windows.push(span),
        }
    }
    windows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_cover_every_span_and_are_as_wide_as_they_need_to_be() {
        let span = |word, low, high| Span { word, low, high };
        let spans = vec![span(0, 0, 2), span(0, 4, 8), span(0, 6, 12), span(1, 0, 1), span(0, 20, 22)];
        let windows = cover(spans.clone());
        assert_eq!(windows, [span(0, 0, 8), span(0, 6, 12), span(0, 20, 22), span(1, 0, 1)]);
        assert!(spans.iter().all(|span| windows.iter().any(|window| window.covers(*span))));
    }
}
