//! A search on its way, written down and read back.
//!
//! Out, or in: a stream of bytes. It says which system it belongs to, how far the search came, and all states: those met,
//! those of this level that are not expanded yet, those of the next. It does not depend on the number of threads nor on
//! how states are kept. A digest at its end says whether all came through; nothing that was read counts before that.
//!
//! ```text
//! format · digest of the system · digest of its folding · words · depth · violation · { length · number } × 3
//! · { count · states } × 3 · digest of all before
//! ```

use super::counts::{Counts, Sum};
use super::levels::Search;
use super::part::Part;
use super::queue::Queue;
use crate::system::{Symmetry, System};
use num_bigint::BigUint;
use sha2::{Digest, Sha256};
use std::io::{self, Read, Write};

/// Raised when what is written changes, or what a system's states mean.
const FORMAT: &[u8; 24] = b"runproof checkpoint  2\r\n";

/// What a checkpoint has to belong to.
fn digest(system: &System) -> [u8; 32] {
    let System { layout, initial, steps, reactions, faults, always, .. } = system;
    // Names of steps are told apart by their place; all that a search looks at is in here.
    Sha256::digest(format!("{layout:?}{initial:?}{steps:?}{reactions:?}{faults:?}{always:?}")).into()
}

/// How its states have to be folded, so that those which were met stand for the same.
fn folded(symmetry: &Symmetry) -> [u8; 32] {
    Sha256::digest(format!("{symmetry:?}")).into()
}

struct Digested<T> {
    inner: T,
    digest: Sha256,
}

impl<T: Write> Write for Digested<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes)?;
        self.digest.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

impl<T: Read> Read for Digested<T> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(bytes)?;
        self.digest.update(&bytes[..read]);
        Ok(read)
    }
}

/// Writes a search down.
///
/// # Errors
/// What writing says.
pub fn save<const W: usize>(
    search: &Search<'_, W>,
    (system, symmetry): (&System, &Symmetry),
    to: &mut dyn Write,
) -> io::Result<()> {
    let mut to = Digested { inner: io::BufWriter::with_capacity(1 << 16, to), digest: Sha256::new() };
    to.write_all(FORMAT)?;
    to.write_all(&digest(system))?;
    to.write_all(&folded(symmetry))?;
    let violation = search.violation.map_or(u64::MAX, u64::from);
    for number in [W as u64, u64::from(search.depth), violation] {
        to.write_all(&number.to_le_bytes())?;
    }
    let Counts { states, broken, moves } = search.counts();
    for sum in [states, broken, moves] {
        let bytes = sum.total().to_bytes_le();
        to.write_all(&(bytes.len() as u64).to_le_bytes())?;
        to.write_all(&bytes)?;
    }
    let put = |state: &[u64; W], to: &mut Digested<_>| {
        state.iter().try_for_each(|word| Write::write_all(to, &word.to_le_bytes()))
    };
    let parts = search.parts();
    to.write_all(&search.states().to_le_bytes())?;
    parts.iter().try_for_each(|part| part.known.each(&mut |state| put(state, &mut to)))?;
    let queues: [fn(&Part<W>) -> &Queue<W>; 2] = [|part| &part.current, |part| &part.next];
    for queue in queues {
        let waiting: usize = parts.iter().map(|part| queue(part).len()).sum();
        to.write_all(&(waiting as u64).to_le_bytes())?;
        parts.iter().flat_map(|part| queue(part).iter()).try_for_each(|state| put(state, &mut to))?;
    }
    let digest = to.digest.finalize_reset();
    to.inner.write_all(&digest)?;
    to.inner.flush()
}

/// Reads a search back into one that was not begun. If that fails it must not be used.
///
/// # Errors
/// Why the checkpoint is refused, in the user's words.
pub fn load<const W: usize>(
    search: &mut Search<'_, W>,
    (system, symmetry): (&System, &Symmetry),
    (used, memory): ([u64; W], Option<u64>),
    from: &mut dyn Read,
) -> Result<(), String> {
    let mut from = Digested { inner: io::BufReader::with_capacity(1 << 16, from), digest: Sha256::new() };
    let mut bytes = [0; 32];
    read(&mut from, &mut bytes[..FORMAT.len()])?;
    if bytes[..FORMAT.len()] != FORMAT[..] {
        return Err("it is no checkpoint, or one of another version of runproof".to_owned());
    }
    read(&mut from, &mut bytes)?;
    if bytes != digest(system) {
        return Err("it belongs to another world, or to this one before it was changed".to_owned());
    }
    read(&mut from, &mut bytes)?;
    if bytes != folded(symmetry) {
        return Err("it was begun with another `--without`, or by another version of runproof".to_owned());
    }
    let damaged = || "it is damaged".to_owned();
    if number(&mut from)? != W as u64 {
        return Err(damaged());
    }
    let depth = u32::try_from(number(&mut from)?).map_err(|_| damaged())?;
    let violation = u32::try_from(number(&mut from)?).ok();
    let [states, broken, moves] = [sum(&mut from)?, sum(&mut from)?, sum(&mut from)?];
    search.resume(depth, violation, Counts { states, broken, moves });
    for kind in [Kind::Known, Kind::Current, Kind::Next] {
        let mut left = number(&mut from)?;
        let mut some = Vec::with_capacity(1024);
        while left > 0 {
            some.clear();
            for _ in 0..left.min(1024) {
                let mut state = [0; W];
                for word in &mut state {
                    *word = number(&mut from)?;
                }
                if (0..W).any(|word| state[word] & !used[word] != 0) {
                    return Err(damaged());
                }
                some.push(state);
            }
            left -= some.len() as u64;
            if memory.is_some_and(|most| search.bytes() > most) {
                return Err("it holds more than the memory allowed; allow more with `--memory`".to_owned());
            }
            search.restore(kind, &some).map_err(|_| "there is no memory for it".to_owned())?;
        }
    }
    let expected: [u8; 32] = from.digest.finalize_reset().into();
    read(&mut from, &mut bytes)?;
    if bytes != expected { Err(damaged()) } else { Ok(()) }
}

/// Which states are restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Those met.
    Known,
    /// Those of this level that are not expanded yet.
    Current,
    /// Those of the next level.
    Next,
}

fn read(from: &mut impl Read, bytes: &mut [u8]) -> Result<(), String> {
    from.read_exact(bytes).map_err(|error| match error.kind() {
        io::ErrorKind::UnexpectedEof => "it ends too early".to_owned(),
        _ => error.to_string(),
    })
}

/// The most bytes of a number: more states than fit four words there are not, and not many more moves.
const MOST_BYTES: u64 = 64;

fn sum(from: &mut impl Read) -> Result<Sum, String> {
    let mut bytes = [0; MOST_BYTES as usize];
    let length = number(from)?;
    if length > MOST_BYTES {
        return Err("it is damaged".to_owned());
    }
    let bytes = &mut bytes[..length as usize];
    read(from, bytes)?;
    Ok(BigUint::from_bytes_le(bytes).into())
}

fn number(from: &mut impl Read) -> Result<u64, String> {
    let mut bytes = [0; 8];
    read(from, &mut bytes)?;
    Ok(u64::from_le_bytes(bytes))
}
