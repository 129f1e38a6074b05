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

    /// The folder that a file has to be in, if it is not: that of the project of `first`, the file that was asked for, where
    /// there is such a thing. Links are followed. None for a file that may be read, and for one that is not there.
    fn outside(&self, _path: &Path, _first: &Path) -> Option<PathBuf> {
        None
    }

    /// The path as it is shown to people.
    fn shown(&self, path: &Path) -> String;

    /// What tells files apart, however their paths are written.
    fn same(&self, path: &Path) -> PathBuf;
}
