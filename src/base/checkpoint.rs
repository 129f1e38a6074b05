//! Somewhere to save long work, and to go on from: whoever does the work knows what to write, whoever keeps it knows where.

use std::io::{self, Read, Write};

/// Writes what is to be saved.
pub type Writing<'w> = dyn FnMut(&mut dyn Write) -> io::Result<()> + 'w;

/// A place for one piece of work.
pub trait Checkpoint: Send + Sync {
    /// What was saved before, if anything was.
    ///
    /// # Errors
    /// It cannot be read.
    fn open(&self) -> io::Result<Option<Box<dyn Read + '_>>>;

    /// Whether it is time to save again.
    fn due(&self) -> bool;

    /// Saves, in place of what was saved before. What goes wrong is told to whoever keeps it; what was saved stays then.
    fn save(&self, write: &mut Writing<'_>);

    /// What was saved before cannot be gone on from, for this reason. Nothing is saved over it.
    fn refuse(&self, reason: &str);

    /// The work is done: what was saved is of no use any more.
    fn finish(&self);
}
