//! Files as they were read, with their digests: what a certificate is about.

use crate::base::Files;
use crate::recheck::{Source, digest};
use crate::resolve::Disk;
use std::cell::RefCell;
use std::io;
use std::path::{Component, Path, PathBuf};

/// Files of the disk, each noted as it is read.
#[derive(Default)]
pub(super) struct Recorded {
    read: RefCell<Vec<(PathBuf, String)>>,
}

impl Files for Recorded {
    fn read(&self, path: &Path, most: usize) -> io::Result<Vec<u8>> {
        let bytes = Disk.read(path, most)?;
        self.read.borrow_mut().push((path.to_owned(), digest(&bytes)));
        Ok(bytes)
    }

    fn outside(&self, path: &Path, first: &Path) -> Option<PathBuf> {
        Disk.outside(path, first)
    }

    fn shown(&self, path: &Path) -> String {
        Disk.shown(path)
    }

    fn same(&self, path: &Path) -> PathBuf {
        Disk.same(path)
    }
}

impl Recorded {
    /// All that was read, with paths from the folder of the runbook.
    pub fn sources(&self, runbook: &Path) -> Vec<Source> {
        let folder = runbook.parent().unwrap_or(Path::new(""));
        let read = self.read.borrow();
        let source =
            |(path, sha256): &(PathBuf, String)| Source { path: relative(folder, path), sha256: sha256.clone() };
        read.iter().map(source).collect()
    }
}

/// The path of `to` from a folder, by their text alone, parted by `/`.
pub(super) fn relative(folder: &Path, to: &Path) -> String {
    let parts = |path: &Path| -> Vec<String> {
        plain(path).components().map(|part| part.as_os_str().to_string_lossy().into_owned()).collect()
    };
    let (from, to) = (parts(folder), parts(to));
    let common = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
    let up = std::iter::repeat_n("..".to_owned(), from.len() - common);
    up.chain(to[common..].iter().cloned()).collect::<Vec<_>>().join("/")
}

/// The path without `.`, and with `..` worked out where it follows a name.
pub(super) fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(plain.components().next_back(), Some(Component::Normal(_))) => {
                plain.pop();
            }
            part => plain.push(part),
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_from_the_folder_to_the_file() {
        let from = |folder: &str, to: &str| relative(Path::new(folder), Path::new(to));
        assert_eq!(from("models/nt4", "models/nt4/q.md"), "q.md");
        assert_eq!(from("models/nt4/at-once", "models/nt4/world.toml"), "../world.toml");
        assert_eq!(from("", "world.toml"), "world.toml");
        assert_eq!(from("..", "../../world.toml"), "../world.toml");
        assert_eq!(from("certificates/../models/nt4", "./models/world.toml"), "../world.toml");
    }
}
