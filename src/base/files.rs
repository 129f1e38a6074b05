//! Where the text of files comes from.

use std::io;
use std::path::{Path, PathBuf};

/// Where worlds and runbooks are read from: a disk, or the revision of a repository.
pub trait Files {
    /// What is in a file; at most one byte more than `most`, so that a larger one is noticed and not held.
    ///
    /// # Errors
    /// It cannot be read. [`io::ErrorKind::NotFound`] where there is none.
    fn read(&self, path: &Path, most: usize) -> io::Result<Vec<u8>>;

    /// The path as it is shown to people.
    fn shown(&self, path: &Path) -> String;

    /// What tells files apart, however their paths are written.
    fn same(&self, path: &Path) -> PathBuf;
}
