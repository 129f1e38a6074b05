//! Files in memory: no target reads the disk.

use runproof::base::Files;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

/// Files by name.
pub struct Memory<'b>(BTreeMap<PathBuf, &'b [u8]>);

impl<'b> Memory<'b> {
    /// These files.
    pub fn new(files: impl IntoIterator<Item = (&'static str, &'b [u8])>) -> Memory<'b> {
        Memory(files.into_iter().map(|(name, bytes)| (PathBuf::from(name), bytes)).collect())
    }
}

impl Files for Memory<'_> {
    fn read(&self, path: &Path, most: usize) -> io::Result<Vec<u8>> {
        let bytes = self.0.get(path).ok_or(io::ErrorKind::NotFound)?;
        Ok(bytes[..bytes.len().min(most + 1)].to_vec())
    }

    fn shown(&self, path: &Path) -> String {
        path.display().to_string()
    }

    fn same(&self, path: &Path) -> PathBuf {
        path.to_path_buf()
    }
}
